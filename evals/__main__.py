"""The maintainers' command: runs suites and public collections, compares runs, and stops what makes answers worse.

Exit code 0 when all is well, 1 when a check or a gate fails, 2 when nothing could be run or compared. Settings are read
here and nowhere else in this package; a flag wins over the environment.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.errors import AnchorlineError
from evals import commands
from evals.acceptance import add_acceptance_command
from evals.gate import SUITES
from evals.likeness import likeness
from evals.peers_commands import add_comparisons
from evals.record import RUNS
from evals.run import DEFAULT
from evals.screening import add_screen_command
from retrieval.search import PIPELINES
from retrieval.settings import IndexSettings

ANCHORS = SUITES / "anchors.yaml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    chosen = _parser(IndexSettings()).parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = chosen.command
    try:
        return command(chosen)
    except AnchorlineError as error:
        print(error, file=sys.stderr)
        return 2


def _positive(given: str) -> int:
    if not given.isdecimal() or int(given) == 0:
        raise argparse.ArgumentTypeError(f"{given}: give a whole number above 0")
    return int(given)


def _parser(settings: IndexSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description="Measures the index and the answers.")
    adder = parser.add_subparsers(required=True, metavar="COMMAND")
    index = _index(settings)
    suite = argparse.ArgumentParser(add_help=False, parents=[index])
    suite.add_argument("suite", type=Path, nargs="?", default=ANCHORS, help="a suite (default: the shipped one)")
    split = argparse.ArgumentParser(add_help=False, parents=[suite])
    split.add_argument("--split", choices=("tune", "report", "all"), default="all")
    split.add_argument("--json", type=Path, metavar="FILE", help="where the run is kept (default: evals/runs/)")
    _add_measuring(adder, index, suite, split)
    _add_reading(adder)
    _add_exchange(adder, suite)
    add_comparisons(adder, index, suite)
    add_screen_command(adder, settings)
    add_acceptance_command(adder, suite)
    return parser


def _add_measuring(
    adder: argparse._SubParsersAction[argparse.ArgumentParser],
    index: argparse.ArgumentParser,
    suite: argparse.ArgumentParser,
    split: argparse.ArgumentParser,
) -> None:
    run = adder.add_parser("run", parents=[split], help="rankings of each pipeline, of a suite or a BEIR folder")
    run.add_argument("--pipeline", action="append", choices=PIPELINES, help="may be given several times (default: all)")
    run.add_argument("--k", type=_positive, default=100, metavar="N", help="how deep rankings go (default: 100)")
    run.set_defaults(command=commands.run)
    answers = adder.add_parser("answers", parents=[split], help="ask every question, check every quote")
    answers.add_argument("--sources", type=Path, metavar="DIR", help="the sources as .txt, to look the quotes up in")
    answers.set_defaults(command=commands.answers)
    graded = adder.add_parser("graded", parents=[suite], help="what assessors made of the sentences that are quoted")
    graded.add_argument("--fit", action="store_true", help="learn anew what retrieval.relevance weighs")
    graded.set_defaults(command=commands.graded)
    alike = adder.add_parser(
        "likeness", parents=[index], help="does what is like a question ask the same? (half an hour)"
    )
    alike.add_argument("--fit", action="store_true", help="learn it anew from the questions that this index lists")
    alike.set_defaults(command=likeness)
    quotes = adder.add_parser("quotes", parents=[index], help="best sentences and abstention, of a BEIR folder")
    quotes.add_argument("suite", type=Path, metavar="FOLDER")
    quotes.add_argument(
        "--off-topic", type=Path, metavar="FOLDER", help="a collection whose queries are off-topic here"
    )
    quotes.add_argument("--json", type=Path, metavar="FILE", help="where the run is kept (default: evals/runs/)")
    quotes.set_defaults(command=commands.quotes)
    check = adder.add_parser("check", parents=[suite], help="is every evidence entry in the index?")
    check.set_defaults(command=commands.check)
    gate = adder.add_parser("gate", parents=[index], help="has anything become worse than the committed baselines?")
    gate.add_argument("suite", type=Path, nargs="?", help="a suite (default: every one that has a baseline)")
    gate.add_argument("--baseline", type=Path, metavar="FILE", help="default: evals/baselines/SUITE.json")
    gate.add_argument("--update", action="store_true", help="make the baseline anew from the figures of now")
    gate.add_argument("--pipeline", choices=PIPELINES, default=DEFAULT, help="what takes the default pipeline's place")
    gate.add_argument("--junit", type=Path, metavar="FILE")
    gate.set_defaults(command=commands.gate)
    bench = adder.add_parser("benchmark", parents=[suite], help="times, against the bare parts")
    bench.add_argument("--documents", type=Path, required=True, metavar="DIR", help="what to ingest")
    bench.add_argument("--repeats", type=_positive, default=3, metavar="N", help="the best of N counts (default: 3)")
    unchanged = "passages of the folder that is ingested twice (default: 5000)"
    bench.add_argument("--unchanged", type=_positive, default=5_000, metavar="N", help=unchanged)
    bench.add_argument("--keep", action="store_true", help="add the figures to evals/baselines/benchmarks.jsonl")
    bench.set_defaults(command=commands.benchmark)


def _add_reading(adder: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    compare = adder.add_parser("compare", help="two runs: is the difference real, and where does it lie?")
    compare.add_argument("first", metavar="A", help="a run's file, or FILE:PIPELINE")
    compare.add_argument("second", metavar="B")
    compare.add_argument("--worst", type=_positive, default=10, metavar="N", help="losses shown (default: 10)")
    compare.set_defaults(command=commands.compare)
    report = adder.add_parser("report", help="runs as one HTML page, JSON and JUnit XML")
    report.add_argument("runs", nargs="+", metavar="RUN", help="a run's file, or FILE:PIPELINE")
    for form in ("html", "json", "junit"):
        report.add_argument(f"--{form}", type=Path, metavar="FILE")
    report.set_defaults(command=commands.report)
    adder.add_parser("schema", help="write the suites' JSON schema for editors").set_defaults(command=commands.schema)


def _add_exchange(adder: argparse._SubParsersAction[argparse.ArgumentParser], suite: argparse.ArgumentParser) -> None:
    export = adder.add_parser("export", parents=[suite], help="TREC files of a run, or a BEIR folder of a suite")
    export.add_argument(
        "--run", type=Path, metavar="RUN", help="export this run's rankings and judgements as TREC files"
    )
    export.add_argument("--split", choices=("tune", "report", "all"), default="all")
    export.add_argument("--to", type=Path, required=True, metavar="DIR")
    export.set_defaults(command=commands.export)
    take = adder.add_parser("import", help="TREC files into a run, or readers' questions into a suite")
    take.add_argument("--run", type=Path, action="append", default=[], metavar="FILE", help="TREC run; may be repeated")
    take.add_argument("--qrels", type=Path, metavar="FILE", help="TREC qrels")
    take.add_argument("--questions", metavar="DB", help="the service's database: a URL, or the path of its SQLite file")
    take.add_argument("--out", type=Path, required=True, metavar="FILE", help="the run or suite to write")
    take.set_defaults(command=commands.take)


def _index(settings: IndexSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--index", type=Path, default=settings.index, metavar="DIR", help="folder of generations")
    parser.add_argument("--encoder", default=settings.encoder, metavar="NAME", help="name or folder")
    parser.add_argument("--cache", type=Path, default=RUNS / "indexes", metavar="DIR", help="indexes of BEIR folders")
    parser.add_argument("--reranker", default=settings.reranker, metavar="NAME", help="cross-encoder, name or folder")
    parser.set_defaults(encoders=settings.encoder_cache)
    return parser


if __name__ == "__main__":
    sys.exit(main())
