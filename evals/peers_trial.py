"""Us and the peers on the same passages in one run: how good, how sure, how fast.

Every question goes to every system before the next question does, each system first in turn, so that whatever else the
machine does falls on all alike. A peer with several modes is judged by the best of them, chosen after the fact on the
very figures reported: that favours the peer, never us.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import fmean

import ir_measures
import numpy as np
from ir_measures import RR, R, nDCG
from tqdm import tqdm

from corpus.errors import AnchorlineError
from corpus.types import Passage
from evals.collection import Collection, Qrels
from evals.peers import DEPTH, Peer, Rank, open_peers, passages_of
from evals.significance import REAL, RESAMPLES, Paired, holm, paired
from evals.suite import Suite
from evals.tables import table
from evals.topics import suite_topics
from retrieval.assistant import Assistant
from retrieval.encode import Encoder
from retrieval.types import ScoredPassage

OURS = "Anchorline"
DEFAULT = "default"
MEASURES = {str(measure): measure for measure in (nDCG @ DEPTH, R @ DEPTH, RR @ DEPTH)}
DECIDING = str(nDCG @ DEPTH)
_SEED = 20_261_122
_LIBRARIES = (
    "llama-index-core",
    "llama-index-retrievers-bm25",
    "chromadb",
    "txtai",
    "haystack-ai",
    "bm25s",
    "PyStemmer",
)

Values = Mapping[str, float]  # by question id


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked and which passages are right, by grade; every question has at least one."""

    name: str
    questions: Mapping[str, str]
    qrels: Qrels


@dataclass(frozen=True, slots=True)
class Outcome:
    """One system in one of its modes. ``times_ms`` are of the whole call, the question's encoding included."""

    system: str
    mode: str
    rankings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    times_ms: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Compared:
    """An outcome beside our default. ``tested`` is the paired test of the deciding measure, ours first, and
    ``corrected`` the same with a p that allows for all that were tested together; None for what was not tested."""

    outcome: Outcome
    values: Mapping[str, Values]
    difference: float
    tested: Paired | None = None
    corrected: Paired | None = None

    @property
    def means(self) -> Mapping[str, float]:
        return {name: fmean(values.values()) for name, values in self.values.items()}


def collection_task(collection: Collection) -> Task:
    """The collection's judged queries, its documents named by the passages that ``evals.collection`` made of them."""
    qrels = {query: {f"{at}#0000": grade for at, grade in judged.items()} for query, judged in collection.qrels.items()}
    judged = {query: grades for query, grades in qrels.items() if max(grades.values()) > 0}
    return Task(collection.name, {q.id: q.text for q in collection.queries if q.id in judged}, judged)


def suite_task(suite: Suite, passages: Sequence[Passage]) -> Task:
    """The questions of a suite that these passages hold any evidence for; a follow-up is asked as typed."""
    scorable = suite_topics(suite, "all", passages).scorable
    return Task(suite.name, {topic.id: topic.question for topic in scorable}, {t.id: t.qrels for t in scorable})


def run_trial(task: Task, assistant: Assistant, encoder: Encoder, pipelines: Sequence[str]) -> tuple[Compared, ...]:
    """Builds the peers over the assistant's passages and vectors, asks everything, compares. Raises AnchorlineError
    when a peer is not installed or the task has no questions."""
    if not task.questions:
        raise AnchorlineError(f"{task.name}: no passage of this index answers any of its questions; give another index")
    with tempfile.TemporaryDirectory(prefix="anchorline-peers-", ignore_cleanup_errors=True) as home:
        peers = open_peers(passages_of(assistant.content, encoder), Path(home))
        return compare(task, ask_all(task, (*our_systems(assistant, pipelines), *peers)))


def our_systems(assistant: Assistant, pipelines: Sequence[str]) -> tuple[Peer, ...]:
    """What a caller gets who names no pipeline, then each of ``pipelines``."""
    return (
        Peer(OURS, lambda question: {DEFAULT: _ids(assistant.search_question(question, k=DEPTH))}),
        *(Peer(OURS, _pipeline(assistant, pipeline)) for pipeline in pipelines),
    )


def ask_all(task: Task, systems: Sequence[Peer]) -> tuple[Outcome, ...]:
    """Every system's rankings for every question, with the time that each took."""
    outcomes: dict[tuple[int, str], Outcome] = {}
    for system in systems:  # a first question, not counted, for whatever is made when first needed
        system.rank(next(iter(task.questions.values())))
    for turn, (question_id, question) in enumerate(tqdm(task.questions.items(), task.name, disable=None)):
        for at in ((start + turn) % len(systems) for start in range(len(systems))):
            begun = time.perf_counter()
            by_mode = systems[at].rank(question)
            took_ms = (time.perf_counter() - begun) * 1000
            for mode, ranking in by_mode.items():
                outcome = outcomes.setdefault((at, mode), Outcome(systems[at].name, mode))
                outcome.rankings[question_id] = tuple(ranking[:DEPTH])
                outcome.times_ms.append(took_ms)
    return tuple(outcomes[key] for key in sorted(outcomes, key=lambda key: key[0]))


def compare(task: Task, outcomes: Sequence[Outcome]) -> tuple[Compared, ...]:
    """Every outcome scored, our default first. The best mode of each peer is tested against it, and so are our own
    pipelines, each of the two families corrected by itself."""
    scored = [(outcome, score(task.qrels, outcome.rankings)) for outcome in outcomes]
    ours = next(values[DECIDING] for outcome, values in scored if (outcome.system, outcome.mode) == (OURS, DEFAULT))
    rows = [
        Compared(outcome, values, fmean(values[DECIDING].values()) - fmean(ours.values())) for outcome, values in scored
    ]
    own = [row for row in rows if row.outcome.system == OURS and row.outcome.mode != DEFAULT]
    best: dict[str, Compared] = {}
    for row in rows:
        held = best.get(row.outcome.system)
        if row.outcome.system != OURS and (held is None or row.difference > held.difference):
            best[row.outcome.system] = row
    tested = {id(old): new for family in (own, list(best.values())) for old, new in _tested(family, ours)}
    return tuple(tested.get(id(row), row) for row in rows)


def score(qrels: Qrels, rankings: Mapping[str, Sequence[str]]) -> Mapping[str, Values]:
    """Each measure of each judged question; a question with no ranking, or an empty one, scores 0."""
    run = [
        # The order given is the ranking; the systems' own scores may tie, and ties would be broken by id.
        ir_measures.ScoredDoc(question, passage_id, float(DEPTH - place))
        for question, ranking in rankings.items()
        for place, passage_id in enumerate(ranking[:DEPTH])
    ]
    judged = [ir_measures.Qrel(query, at, grade) for query, grades in qrels.items() for at, grade in grades.items()]
    found = {name: dict.fromkeys(qrels, 0.0) for name in MEASURES}
    for metric in ir_measures.iter_calc(list(MEASURES.values()), judged, run):
        found[str(metric.measure)][metric.query_id] = float(metric.value)
    return found


def tested_peers(rows: Sequence[Compared]) -> tuple[Compared, ...]:
    """Each peer in its best mode."""
    return tuple(row for row in rows if row.outcome.system != OURS and row.tested and row.corrected)


def surely_above(rows: Sequence[Compared]) -> tuple[Compared, ...]:
    """The peers that beat our default by the paired test, which is not corrected here: that favours the peers."""
    return tuple(row for row in tested_peers(rows) if row.difference > 0 and row.tested and row.tested.real)


def trial_report(task: Task, passages: int, rows: Sequence[Compared]) -> str:
    """The table that ``evals peers`` prints."""
    title = f"{task.name}: {passages} passages, {len(task.questions)} questions, {os.cpu_count()} cores"
    header = ("system", "mode", *MEASURES, "difference", "p", "p (Holm)", "p50 ms", "p95 ms")
    return f"{title}\n\n{table(header, [_cells(row) for row in rows])}\n\n{_verdict(rows)}"


def trial_record(task: Task, passages: int, encoder: str, rows: Sequence[Compared]) -> Mapping[str, object]:
    """The same as plain data for JSON, with each question's scores and rankings and the versions of the libraries."""
    return {
        "task": task.name,
        "passages": passages,
        "questions": len(task.questions),
        "encoder": encoder,
        "cores": os.cpu_count(),
        "resamples": RESAMPLES,
        "seed": _SEED,
        "libraries": {name: found for name in _LIBRARIES if (found := _version(name))},
        "systems": [_record(row) for row in rows],
    }


def _tested(family: Sequence[Compared], ours: Values) -> list[tuple[Compared, Compared]]:
    every = {
        str(at): paired(list(ours.values()), [row.values[DECIDING][question] for question in ours], _SEED)
        for at, row in enumerate(family)
    }
    corrected = holm(every)
    return [(row, replace(row, tested=every[str(at)], corrected=corrected[str(at)])) for at, row in enumerate(family)]


def _pipeline(assistant: Assistant, pipeline: str) -> Rank:
    return lambda question: {pipeline: _ids(assistant.search_question(question, k=DEPTH, pipeline=pipeline))}


def _ids(found: Sequence[ScoredPassage]) -> list[str]:
    return [hit.passage.passage_id for hit in found]


def _cells(row: Compared) -> tuple[str, ...]:
    means = (f"{row.means[name]:.4f}" for name in MEASURES)
    p50, p95 = np.percentile(row.outcome.times_ms, (50, 95))
    chance = ("-" if test is None else f"{test.p:.4f}" for test in (row.tested, row.corrected))
    return (row.outcome.system, row.outcome.mode, *means, f"{row.difference:+.4f}", *chance, f"{p50:.1f}", f"{p95:.1f}")


def _verdict(rows: Sequence[Compared]) -> str:
    peers = tested_peers(rows)
    above = [row.outcome.system for row in surely_above(rows)]
    below = [row for row in peers if row.difference < 0 and row.corrected and row.corrected.real]
    return (
        f"By {DECIDING}, our default is surely above {len(below)} of {len(peers)} peers (Holm, {REAL}). "
        f"Surely above it, even without correction: {', '.join(above) or 'none'}."
    )


def _record(row: Compared) -> Mapping[str, object]:
    p50, p95 = (float(np.percentile(row.outcome.times_ms, quantile)) for quantile in (50, 95))
    return {
        "system": row.outcome.system,
        "mode": row.outcome.mode,
        "means": row.means,
        "difference": row.difference,
        "interval": (row.tested.low, row.tested.high) if row.tested else None,
        "p": row.tested.p if row.tested else None,
        "p_holm": row.corrected.p if row.corrected else None,
        "latency_ms": {"p50": p50, "p95": p95},
        "questions": {
            question: {"ranking": ranking, **{name: row.values[name][question] for name in MEASURES}}
            for question, ranking in row.outcome.rankings.items()
        },
    }


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None
