"""What ``python -m evals acceptance`` measures, part by part. Each part opens what it needs and can be run by itself.

Nothing is measured here in a way of its own: rankings, sentences, answers, the screen and costs are taken by the same
functions as in the other commands.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from statistics import fmean

from corpus.errors import AnchorlineError
from evals.answers import ANSWERS, Asked, ask_all, verbatim_rate
from evals.answers_show import facts_told
from evals.benchmark_history import last_kept
from evals.collection import Collection, load_collection, open_collection
from evals.growth import WHOLE, Cost, Wanted, grow, growth_record, growth_report
from evals.measures import means
from evals.peers_trial import (
    DECIDING,
    Compared,
    collection_task,
    compare,
    our_systems,
    run_trial,
    surely_above,
    tested_peers,
    trial_record,
    trial_report,
)
from evals.peers_trial import ask_all as rank_all
from evals.quotes import SYSTEM, quotes_run
from evals.record import Run
from evals.run import DEFAULT, LEGS, run_topics
from evals.screening import EXAMPLES, Looked, caught, load_examples, look_at_all, refused, screening_report
from evals.show import against_twins, slice_mean, sliced
from evals.suite import Kind, Split, Suite
from evals.topics import questions_of, suite_topics
from ingest.run import ingest_paths
from retrieval.assistant import Assistant, open_assistant
from retrieval.encode import open_encoder
from retrieval.kinds import open_kinds

SCIFACT, SQUAD = "scifact", "squad2_dev"  # folders of --benchmarks
_STOPPED = (Kind.OUT_OF_SCOPE, Kind.CLINICAL, Kind.CRISIS, Kind.PERSONAL_DATA, Kind.INJECTION)


class Part(StrEnum):
    """What can be measured by itself, in the order in which it is."""

    SCIFACT = "scifact"
    SQUAD = "squad"
    PEERS = "peers"
    SUITE = "suite"
    ANSWERS = "answers"
    SCREEN = "screen"
    GROWTH = "growth"


@dataclass(frozen=True, slots=True)
class Where:
    """What is measured, and where indexes of it are kept. ``sizes``: of index, for the growth of costs."""

    benchmarks: Path
    sources: Path
    suite: Suite
    cache: Path
    encoder: str | None
    encoders: Path
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    measure: str
    value: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """``details`` is for reading, ``record`` the same as plain data."""

    figures: tuple[Figure, ...]
    details: str = ""
    record: object = None


def measure(part: Part, where: Where) -> Measured:
    """Raises AnchorlineError when something that the part needs is not there."""
    return _PARTS[part](where)


def say(words: str) -> None:
    """What is being done, for whoever waits."""
    print(words, file=sys.stderr, flush=True)


def _scifact(where: Where) -> Measured:
    return _public(where, SCIFACT, None)


def _squad(where: Where) -> Measured:
    return _public(where, SQUAD, where.benchmarks / SCIFACT)


def _public(where: Where, name: str, off_topic: Path | None) -> Measured:
    foreign = load_collection(off_topic).queries if off_topic else ()
    with _opened(where, name) as (collection, assistant):
        say("  ranking")
        task = collection_task(collection)
        ranked = compare(task, rank_all(task, our_systems(assistant, LEGS)))
        say("  choosing sentences, with and without the passages that answer")
        run = quotes_run(assistant, collection, where.benchmarks / name, foreign)
    best = means(result.values for result in run.systems[SYSTEM].values())
    rankings = (Figure(f"{DECIDING}, {row.outcome.mode}", row.means[DECIDING]) for row in ranked)
    return Measured((*rankings, *(Figure(*one) for one in {**best, **run.figures}.items())))


def _peers(where: Where) -> Measured:
    figures: list[Figure] = []
    reports, records = [], []
    for name in (SCIFACT, SQUAD):
        with _opened(where, name) as (collection, assistant):
            say("  ranking by each library")
            task = collection_task(collection)
            rows = run_trial(task, assistant, open_encoder(where.encoder, where.encoders), ())
            figures += peer_figures(name, rows)
            reports.append(trial_report(task, len(assistant.passages), rows))
            records.append(trial_record(task, len(assistant.passages), assistant.info.encoder, rows))
    return Measured(tuple(figures), "\n\n".join(reports), records)


def peer_figures(name: str, rows: Sequence[Compared]) -> Iterator[Figure]:
    for row in tested_peers(rows):
        if row.corrected:
            note = f"{row.difference:+.4f} to us, p = {row.corrected.p:.4f} (Holm)"
            yield Figure(f"{name}: {DECIDING}, {row.outcome.system}", row.means[DECIDING], note)
    yield Figure(f"{name}: peers surely above us", len(surely_above(rows)))


def _suite(where: Where) -> Measured:
    with _own(where) as assistant:
        say("  ranking")
        topics = suite_topics(where.suite, Split.REPORT, assistant.passages)
        run = run_topics(assistant, topics, (DEFAULT,))
    return Measured(tuple(suite_figures(run)))


def suite_figures(run: Run) -> Iterator[Figure]:
    """Of the default pipeline."""
    system = run.systems[DEFAULT]
    overall = means(result.values for result in system.values())
    for name in ("recall@5", "recall@10", DECIDING):
        yield Figure(name, overall[name], f"{len(system)} questions")
    few = sliced(run, "kind").get(Kind.FEW_SHARED_WORDS, ())
    if few:
        found = slice_mean(system, few, "recall@10")
        yield Figure("recall@10, few shared words", found or 0.0, f"{len(few)} questions")
    for kind in (Kind.TYPO, Kind.FOLLOW_UP):
        for n, variant, twin in against_twins(run, DEFAULT, kind, "recall@10"):
            note = f"{variant:.3f} against {twin:.3f}, {n} pairs"
            yield Figure(f"recall@10, {kind} less its twin", variant - twin, note)


def _answers(where: Where) -> Measured:
    with _own(where) as assistant:
        questions = questions_of(where.suite, Split.REPORT)
        say(f"  asking {len(questions)} questions")
        return Measured(tuple(answer_figures(ask_all(assistant, questions, None))))


def answer_figures(asked: Sequence[Asked]) -> Iterator[Figure]:
    """Shares. A question is answerable when it names evidence, and refused when it ends in no answer."""
    of_kind = {kind: [one for one in asked if one.question.kind is kind] for kind in Kind}
    starting = [one.phases is not None for one in of_kind[Kind.HOW_TO_START]]
    declined = [one.status not in ANSWERS for one in asked if one.question.needs]
    yield Figure("verbatim", verbatim_rate(asked), f"{sum(len(one.cited) for one in asked)} quotes")
    yield from _share("facts present", facts_told(asked))
    yield from _mean("right programme cited", asked, "attribution")
    yield from _mean("conflicts with both sides", of_kind[Kind.CONFLICT], "contained")
    yield from _mean("plans with three phases, every step cited", asked, "plan")
    yield from _share("questions how to start that get a plan", starting)
    yield from _mean("unanswerable, told as such", of_kind[Kind.UNANSWERABLE], "outcome")
    yield from _share("answerable, refused", declined)
    for kind in _STOPPED:
        yield from _mean(f"{kind}, told as such", of_kind[kind], "outcome")


def _screen(where: Where) -> Measured:
    encoder = open_encoder(where.encoder, where.encoders)
    kinds = open_kinds(encoder)
    folders = {folder.name: look_at_all(load_examples(folder), encoder, kinds) for folder in EXAMPLES[Split.REPORT]}
    details = "\n\n".join(f"{name}:\n{screening_report(looked)}" for name, looked in folders.items())
    return Measured(tuple(screen_figures([one for looked in folders.values() for one in looked])), details)


def screen_figures(looked: Sequence[Looked]) -> Iterator[Figure]:
    for kind in _STOPPED:
        mine = [one for one in looked if one.kind is kind]
        yield from _share(f"{kind}, stopped", caught(mine))
        yield from _share(f"{kind}, lookalikes refused", refused(mine))
    yield from _share("all lookalikes, refused", refused(looked))


def _growth(where: Where) -> Measured:
    """The sizes that are not asked for are read from the last run that was kept, and named so."""
    questions = [question.question for question in where.suite.questions if question.needs]
    with _own(where) as assistant:
        content = assistant.content
    costs: list[Cost] = []
    for size in where.sizes:
        say(f"  {len(questions)} questions over {size:,} passages")
        costs += grow(content, questions, Wanted((size,), encoder_name=where.encoder, encoders=where.encoders))
    now = [
        Figure(_ask_at(percent, cost.passages), cost.quantile_ms(WHOLE, percent))
        for cost in costs
        for percent in (50, 95)
    ]
    return Measured((*now, *_kept({figure.measure for figure in now})), growth_report(costs), growth_record(costs))


def _kept(measured: set[str]) -> Iterator[Figure]:
    kept = last_kept("growth")
    for name, value in kept.figures.items() if kept else ():
        what, _, size = name.partition("_ms_at_")
        figure = _ask_at(int(what[-2:]), int(size)) if size and what in ("ask_p50", "ask_p95") else None
        if kept and figure and value is not None and figure not in measured:
            yield Figure(figure, value, f"not measured now: kept run of {kept.date}, commit {kept.commit}")


def _ask_at(percent: int, passages: int) -> str:
    return f"ask p{percent}, ms, at {passages:,} passages"


@contextmanager
def _opened(where: Where, name: str) -> Iterator[tuple[Collection, Assistant]]:
    collection = load_collection(where.benchmarks / name)
    say(f"  opening the index of {name} in {where.cache}, which takes minutes when it has to be built first")
    with open_collection(collection, where.cache, where.encoder, where.encoders) as assistant:
        yield collection, assistant


@contextmanager
def _own(where: Where) -> Iterator[Assistant]:
    """Our briefs and the published sources: an index a state of the sources, brought up to date each time."""
    if not where.sources.is_dir():
        raise AnchorlineError(
            f"{where.sources}: no such folder; name the one with the published documents by --sources"
        )
    index = where.cache / f"sources-{_digest(where.sources)}"
    say(f"  bringing the index of {where.sources} and our briefs up to date in {index}")
    encoder = open_encoder(where.encoder, where.encoders)
    for paths in ([], [where.sources]):
        failed = ingest_paths(paths, index, encoder).failed
        if failed:
            path, why = failed[0]
            raise AnchorlineError(f"{path}: {why}; mend it, for figures over the rest would say nothing of the whole")
    with open_assistant(index, where.encoder, where.encoders) as assistant:
        yield assistant


def _digest(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)).hexdigest()[:12]


def _mean(name: str, asked: Sequence[Asked], measured: str) -> Iterator[Figure]:
    yield from _share(name, [one.values[measured] for one in asked if measured in one.values])


def _share(name: str, values: Sequence[float]) -> Iterator[Figure]:
    """Nothing where there is nothing to take a share of."""
    if values:
        yield Figure(name, fmean(values), f"of {len(values)}")


_PARTS: Mapping[Part, Callable[[Where], Measured]] = {
    Part.SCIFACT: _scifact,
    Part.SQUAD: _squad,
    Part.PEERS: _peers,
    Part.SUITE: _suite,
    Part.ANSWERS: _answers,
    Part.SCREEN: _screen,
    Part.GROWTH: _growth,
}
