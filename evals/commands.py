"""What each command does; ``evals.__main__`` reads the arguments. Every function returns the exit code."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from corpus.errors import AnchorlineError
from evals import abstention, junit, trec
from evals import asked as readers
from evals import benchmark as times
from evals import gate as gating
from evals.answers import answers_run, ask_all, source_texts
from evals.answers_show import answers_report
from evals.benchmark_history import keep
from evals.benchmark_table import benchmark_report
from evals.collection import collection_index, is_collection, load_collection, open_collection
from evals.compare import compare as compared
from evals.compare import read_side
from evals.grades import fitted, grades_table, load_grades
from evals.quotes import quotes_run
from evals.record import Run, load, save
from evals.report import html_report
from evals.run import index_costs, missing_evidence, run_topics
from evals.show import show
from evals.suite import load_suite, suite_schema
from evals.support import suite_supports
from evals.topics import collection_topics, questions_of, suite_topics
from retrieval.assistant import Assistant, open_assistant
from retrieval.search import PIPELINES

SCHEMA = Path(__file__).parent / "schema" / "suite.json"


def run(chosen: argparse.Namespace) -> int:
    pipelines = tuple(dict.fromkeys(chosen.pipeline or PIPELINES))
    if is_collection(chosen.suite):
        collection = load_collection(chosen.suite)
        with open_collection(collection, chosen.cache, chosen.encoder, _encoders(chosen)) as assistant:
            made = run_topics(assistant, collection_topics(collection), pipelines, chosen.k, by_source=True)
            index = collection_index(collection, chosen.cache, assistant.info.encoder.rpartition("@")[2])
    else:
        suite = load_suite(chosen.suite)
        with _open(chosen) as assistant:
            made = run_topics(assistant, suite_topics(suite, chosen.split, assistant.passages), pipelines, chosen.k)
        index = chosen.index
    made = replace(made, costs={**made.costs, **index_costs(index)})
    return _finish(made, chosen.json)


def graded(chosen: argparse.Namespace) -> int:
    with _open(chosen) as assistant:
        every = load_grades(load_suite(chosen.suite))
        print(grades_table(assistant, every))
        if chosen.fit:
            print(fitted(assistant, every))
    return 0


def answers(chosen: argparse.Namespace) -> int:
    suite = load_suite(chosen.suite)
    texts = source_texts(chosen.sources) if chosen.sources else None
    with _open(chosen) as assistant:
        questions = questions_of(suite, chosen.split)
        asked = ask_all(assistant, questions, texts)
        made = answers_run(assistant, suite, chosen.split, asked)
        supports = suite_supports(assistant, questions)
    figures = abstention.figures({kind: tuple(each.values()) for kind, each in supports.items()})
    made = replace(made, figures={**made.figures, **figures})
    print(answers_report(asked))
    _finish(made, chosen.json)
    return 1 if made.faults else 0


def quotes(chosen: argparse.Namespace) -> int:
    collection = load_collection(chosen.suite)
    off_topic = load_collection(chosen.off_topic).queries if chosen.off_topic else ()
    with open_collection(collection, chosen.cache, chosen.encoder, _encoders(chosen)) as assistant:
        made = quotes_run(assistant, collection, chosen.suite, off_topic)
    return _finish(made, chosen.json)


def check(chosen: argparse.Namespace) -> int:
    suite = load_suite(chosen.suite)
    with _open(chosen) as assistant:
        missing = tuple(missing_evidence(suite, assistant.passages))
    for question, evidence in missing:
        where = " > ".join(evidence.section) or "anywhere"
        print(f"{question}: no passage of {evidence.source}, {where}, holds {' or '.join(map(repr, evidence.fact))}")
    entries = sum(len(group) for question in suite.questions for group in question.needs)
    print(f"{entries - len(missing)} of {entries} evidence entries are found in the index")
    return 1 if missing else 0


def gate(chosen: argparse.Namespace) -> int:
    gated = []
    with _open(chosen) as assistant:
        for suite, path in _gated(chosen):
            now, faults = gating.take(assistant, load_suite(suite), chosen.pipeline)
            if chosen.update:
                _update(now, faults, path)
                continue
            before = gating.load(path)
            verdicts = gating.judge(before, now)
            print(gating.show(now.settings.suite, verdicts, faults), *gating.worst(before, now), sep="\n")
            gated.append((now.settings.suite, verdicts, faults))
    if chosen.junit:
        junit.write(junit.gate_suites(gated), chosen.junit)
    fell = any(verdict.failed for _, verdicts, _ in gated for verdict in verdicts)
    return 1 if fell or any(faults for _, _, faults in gated) else 0


def benchmark(chosen: argparse.Namespace) -> int:
    wanted = times.Wanted(chosen.repeats, chosen.unchanged)
    made = times.benchmark(chosen.documents, load_suite(chosen.suite), chosen.encoder, chosen.encoders, wanted)
    print(benchmark_report(made))
    if chosen.keep:
        keep("benchmark", made.figures())
    return 0


def compare(chosen: argparse.Namespace) -> int:
    print(compared(read_side(chosen.first), read_side(chosen.second), chosen.worst))
    return 0


def report(chosen: argparse.Namespace) -> int:
    sides = [replace(side, run=replace(side.run, systems=side.systems)) for side in map(read_side, chosen.runs)]
    if not (chosen.html or chosen.json or chosen.junit):
        print(*(show(side.run) for side in sides), sep="\n\n")
    if chosen.html:
        _write(chosen.html, html_report(sides).encode())
    if chosen.json:
        _write(chosen.json, TypeAdapter(tuple[Run, ...]).dump_json(tuple(side.run for side in sides), indent=1))
    if chosen.junit:
        junit.write(junit.run_suites(side.run for side in sides), chosen.junit)
        print(f"wrote {chosen.junit}")
    return 0


def schema(_: argparse.Namespace) -> int:
    SCHEMA.write_text(suite_schema(), encoding="utf-8")
    print(f"wrote {SCHEMA}")
    return 0


def export(chosen: argparse.Namespace) -> int:
    if chosen.run:
        for path in trec.export_run(load(chosen.run), chosen.to):
            print(f"wrote {path}")
        return 0
    suite = load_suite(chosen.suite)
    with _open(chosen) as assistant:
        topics = suite_topics(suite, chosen.split, assistant.passages)
        trec.export_collection(topics, assistant.passages, chosen.to)
    print(
        f"wrote {chosen.to}: {len(topics.scorable)} queries, {len(topics.not_scorable)} left out for want of evidence"
    )
    return 0


def take(chosen: argparse.Namespace) -> int:
    """``import``, which is no name for a function."""
    if chosen.questions:
        return _take_questions(chosen.questions, chosen.out)
    if not (chosen.run and chosen.qrels):
        raise AnchorlineError("nothing to import; give --run and --qrels, or --questions")
    runs = {path.stem: trec.read_run(path) for path in chosen.run}
    return _finish(trec.imported(chosen.qrels.stem, trec.read_qrels(chosen.qrels), runs), chosen.out)


def _take_questions(where: str, out: Path) -> int:
    if out.exists():
        raise AnchorlineError(f"{out} is there already; give --out another name, so that nothing filled in is lost")
    suites = sorted({*gating.SUITES.glob("*.yaml"), *out.parent.glob("*.yaml")})
    every = readers.read_asked(where)
    fresh = readers.not_in_suites(every, suites)
    if not fresh:
        print(f"{len(every)} questions, none of them new")
        return 0
    _write(out, readers.as_suite(out.stem, fresh, readers.suite_ids(suites)).encode())
    print(f"{len(every)} questions, {len(fresh)} of them new")
    try:
        load_suite(out)
    except AnchorlineError as error:
        print(f"before it loads:\n{error}")
    return 0


def _gated(chosen: argparse.Namespace) -> Sequence[tuple[Path, Path]]:
    """Suites with their baselines."""
    if chosen.suite:
        return [(chosen.suite, chosen.baseline or gating.BASELINES / f"{chosen.suite.stem}.json")]
    if chosen.baseline:
        return [(gating.SUITES / f"{chosen.baseline.stem}.yaml", chosen.baseline)]
    names = sorted(
        path.stem for path in (gating.SUITES.glob("*.yaml") if chosen.update else gating.BASELINES.glob("*.json"))
    )
    if not names:
        raise AnchorlineError(f"no baseline in {gating.BASELINES}; `python -m evals gate --update` makes them")
    return [(gating.SUITES / f"{name}.yaml", gating.BASELINES / f"{name}.json") for name in names]


def _update(now: gating.Baseline, faults: Sequence[str], path: Path) -> None:
    if faults:
        raise AnchorlineError(
            f"{path}: not made, for {len(faults)} quotes are not verbatim ({faults[0]}); mend that first"
        )
    gating.save(now, path)
    print(f"wrote {path}: {len(now.search)} questions searched, {len(now.ask)} asked")


def _finish(made: Run, path: Path | None) -> int:
    """Prints and keeps a run; 2 when there was nothing to score."""
    print(show(made))
    print(f"wrote {save(made, path)}")
    return 0 if any(made.systems.values()) else 2


def _open(chosen: argparse.Namespace) -> Assistant:
    return open_assistant(chosen.index, chosen.encoder, chosen.encoders, reranker=chosen.reranker)


def _encoders(chosen: argparse.Namespace) -> Path:
    given: Path | None = chosen.encoders
    return given or Path(chosen.cache) / "encoders"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    print(f"wrote {path}")
