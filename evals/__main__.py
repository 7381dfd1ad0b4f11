"""The maintainers' command: runs suites over an index and prints what they show.

Exit code 0 when all is well, 1 when a check or a gate fails, 2 when nothing could be run. Settings are read here and
nowhere else in this package; a flag wins over the environment.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from corpus.errors import AnchorlineError
from evals.answers import answers_record, answers_report, ask_all, source_texts
from evals.benchmark import benchmark
from evals.run import missing_evidence, questions_of, report, run_record, run_suite
from evals.screening import add_screen_command
from evals.suite import load_suite, suite_schema
from retrieval.assistant import Assistant, open_assistant
from retrieval.search import PIPELINES
from retrieval.settings import IndexSettings

SCHEMA = Path(__file__).parent / "schema" / "suite.json"
ANCHORS = Path(__file__).parent / "suites" / "anchors.yaml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    chosen = _parser(IndexSettings()).parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = chosen.command
    try:
        return command(chosen)
    except AnchorlineError as error:
        print(error, file=sys.stderr)
        return 2


def _run(chosen: argparse.Namespace) -> int:
    suite = load_suite(chosen.suite)
    with _open(chosen) as assistant:
        run = run_suite(assistant, suite, chosen.split, tuple(dict.fromkeys(chosen.pipeline or PIPELINES)))
    print(report(run))
    _write(chosen.json, run_record(run))
    return 0 if all(run.scores.values()) else 2


def _check(chosen: argparse.Namespace) -> int:
    suite = load_suite(chosen.suite)
    with _open(chosen) as assistant:
        missing = tuple(missing_evidence(suite, assistant.passages))
    for question, evidence in missing:
        where = " > ".join(evidence.section) or "anywhere"
        print(f"{question.id}: no passage of {evidence.source}, {where}, holds {' or '.join(map(repr, evidence.fact))}")
    entries = sum(len(group) for question in suite.questions for group in question.needs)
    print(f"{entries - len(missing)} of {entries} evidence entries are found in the index")
    return 1 if missing else 0


def _answers(chosen: argparse.Namespace) -> int:
    suite = load_suite(chosen.suite)
    texts = source_texts(chosen.sources) if chosen.sources else None
    with _open(chosen) as assistant:
        asked = ask_all(assistant, questions_of(suite, chosen.split), texts)
    print(answers_report(asked))
    _write(chosen.json, answers_record(asked))
    return 1 if any(a.faults for a in asked) else 0


def _benchmark(chosen: argparse.Namespace) -> int:
    print(benchmark(chosen.documents, load_suite(chosen.suite), chosen.encoder, chosen.encoders, chosen.repeats))
    return 0


def _schema(_: argparse.Namespace) -> int:
    SCHEMA.write_text(suite_schema(), encoding="utf-8")
    print(f"wrote {SCHEMA}")
    return 0


def _open(chosen: argparse.Namespace) -> Assistant:
    return open_assistant(chosen.index, chosen.encoder, chosen.encoders)


def _write(path: Path | None, record: Mapping[str, object] | Sequence[object]) -> None:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"wrote {path}")


def _positive(given: str) -> int:
    if not given.isdecimal() or int(given) == 0:
        raise argparse.ArgumentTypeError(f"{given}: give a whole number above 0")
    return int(given)


def _parser(settings: IndexSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description="Measures the index and the answers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    over_index = _over_index(settings)
    over_split = argparse.ArgumentParser(add_help=False, parents=[over_index])
    over_split.add_argument("--split", choices=("tune", "report", "all"), default="all")
    over_split.add_argument("--json", type=Path, metavar="FILE", help="write every question's result there")

    run = commands.add_parser("run", parents=[over_split], help="evidence recall of each pipeline")
    run.add_argument("--pipeline", action="append", choices=PIPELINES, help="may be given several times (default: all)")
    run.set_defaults(command=_run)
    check = commands.add_parser("check", parents=[over_index], help="is every evidence entry in the index?")
    check.set_defaults(command=_check)
    answers = commands.add_parser("answers", parents=[over_split], help="ask every question, check every quote")
    answers.add_argument("--sources", type=Path, metavar="DIR", help="the sources as .txt, to look the quotes up in")
    answers.set_defaults(command=_answers)
    bench = commands.add_parser("benchmark", parents=[over_index], help="times, against the bare parts")
    bench.add_argument("--documents", type=Path, required=True, metavar="DIR", help="what to ingest")
    bench.add_argument("--repeats", type=_positive, default=3, metavar="N", help="the best of N counts (default: 3)")
    bench.set_defaults(command=_benchmark)
    add_screen_command(commands, settings)
    commands.add_parser("schema", help="write the suites' JSON schema for editors").set_defaults(command=_schema)
    return parser


def _over_index(settings: IndexSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("suite", type=Path, nargs="?", default=ANCHORS, help="a suite (default: the shipped one)")
    parser.add_argument("--index", type=Path, default=settings.index, metavar="DIR", help="folder of generations")
    parser.add_argument("--encoder", default=settings.encoder, metavar="NAME", help="name or folder")
    parser.set_defaults(encoders=settings.encoder_cache)
    return parser


if __name__ == "__main__":
    sys.exit(main())
