"""The commands ``peers``, ``growth`` and ``back-ends``: what they take, what they print, what they write."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from evals.back_ends import SIZES as BACK_END_SIZES
from evals.back_ends import BackEnd, back_ends_report, measure_back_ends
from evals.benchmark_history import keep
from evals.collection import load_collection, open_collection
from evals.growth import SIZES, Cost, Wanted, grow, growth_figures, growth_record, growth_report, in_process
from evals.growth_plot import growth_svg
from evals.peers_trial import Task, collection_task, run_trial, suite_task, trial_record, trial_report
from evals.suite import Split, load_suite
from retrieval.assistant import Assistant, open_assistant
from retrieval.encode import open_encoder
from retrieval.search import PIPELINES


def add_comparisons(
    adder: argparse._SubParsersAction[argparse.ArgumentParser],
    index: argparse.ArgumentParser,
    suite: argparse.ArgumentParser,
) -> None:
    """``index`` holds the arguments that name an index and its encoder, ``suite`` those and a suite."""
    peers = adder.add_parser("peers", parents=[index], help="us and other libraries, on the same passages and vectors")
    peers.add_argument("what", type=Path, nargs="+", metavar="FOLDER_OR_SUITE", help="a BEIR folder, or a suite")
    peers.add_argument("--pipeline", action="append", choices=PIPELINES, help="ours, beside the default (default: all)")
    peers.add_argument("--json", type=Path, metavar="FILE", help="write every question's result there")
    peers.set_defaults(command=_peers)
    growth = adder.add_parser("growth", parents=[suite], help="what each stage costs as the index grows")
    growth.add_argument("--sizes", type=index_sizes, default=SIZES, metavar="N,N,...", help="passages")
    growth.add_argument("--store", action="append", default=[], metavar="URL", help="also with the vectors there")
    growth.add_argument("--at", type=Path, metavar="DIR", help="where indexes are kept, and not built again if there")
    growth.add_argument("--questions", type=int, metavar="N", help="about N of them, spread evenly (default: all)")
    growth.add_argument("--plot", type=Path, default=Path("growth.svg"), metavar="FILE", help="where the SVG goes")
    growth.add_argument("--json", type=Path, metavar="FILE", help="write every time there")
    growth.add_argument("--keep", action="store_true", help="add the figures to evals/baselines/benchmarks.jsonl")
    growth.set_defaults(command=_growth)
    back_ends = adder.add_parser("back-ends", parents=[suite], help="what each vector back end costs as it grows")
    back_ends.add_argument("--sizes", type=index_sizes, default=BACK_END_SIZES, metavar="N,N,...", help="passages")
    back_ends.add_argument("--store", action="append", default=[], metavar="URL", help="http://… or postgresql://…")
    back_ends.add_argument("--questions", type=int, metavar="N", help="about N of them, spread evenly (default: all)")
    back_ends.set_defaults(command=_back_ends)


def _peers(chosen: argparse.Namespace) -> int:
    records = [_trial(path, chosen) for path in chosen.what]
    if chosen.json:
        _write(chosen.json, _as_json(records))
    return 0


def _trial(path: Path, chosen: argparse.Namespace) -> Mapping[str, object]:
    encoders = chosen.encoders or chosen.cache / "encoders"
    if path.is_dir():
        collection = load_collection(path)
        with open_collection(collection, chosen.cache, chosen.encoder, encoders) as assistant:
            return _tried(collection_task(collection), assistant, chosen, encoders)
    suite = load_suite(path)
    with open_assistant(chosen.index, chosen.encoder, encoders) as assistant:
        return _tried(suite_task(suite, assistant.passages), assistant, chosen, encoders)


def _tried(task: Task, assistant: Assistant, chosen: argparse.Namespace, encoders: Path) -> Mapping[str, object]:
    """One task, printed as soon as it is done."""
    encoder = open_encoder(chosen.encoder, encoders)
    rows = run_trial(task, assistant, encoder, tuple(dict.fromkeys(chosen.pipeline or PIPELINES)))
    print(trial_report(task, len(assistant.passages), rows), end="\n\n", flush=True)
    return trial_record(task, len(assistant.passages), assistant.info.encoder, rows)


def _growth(chosen: argparse.Namespace) -> int:
    questions = [question.question for question in load_suite(chosen.suite).questions if question.needs]
    wanted = Wanted(chosen.sizes, chosen.store, chosen.at, chosen.encoder, chosen.encoders)
    with open_assistant(chosen.index, chosen.encoder, chosen.encoders) as assistant:
        content = assistant.content
    costs: list[Cost] = []
    try:
        for cost in grow(content, _about(chosen.questions, questions), wanted):
            costs.append(cost)
    finally:  # a size that cannot be built must not take with it what was measured before
        if costs:
            print(growth_report(costs))
            _write(chosen.plot, growth_svg(in_process(costs)))
            if chosen.json:
                _write(chosen.json, _as_json(growth_record(costs)))
            if chosen.keep:
                keep("growth", growth_figures(costs))
    return 0


def _about(number: int | None, questions: Sequence[str]) -> Sequence[str]:
    return questions[:: max(1, len(questions) // number)] if number else questions


def index_sizes(given: str) -> tuple[int, ...]:
    sizes = given.split(",")
    if not all(size.isdecimal() and int(size) > 0 for size in sizes):
        raise argparse.ArgumentTypeError(f"{given}: give whole numbers above 0 with commas between")
    return tuple(map(int, sizes))


def _as_json(record: Sequence[Mapping[str, object]]) -> str:
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _back_ends(chosen: argparse.Namespace) -> int:
    questions = [one.question for one in load_suite(chosen.suite).questions if one.needs and one.split is Split.TUNE]
    with open_assistant(chosen.index, chosen.encoder, chosen.encoders) as assistant:
        content = assistant.content
    asked = _about(chosen.questions, questions)
    vectors = open_encoder(chosen.encoder, chosen.encoders or chosen.cache / "encoders").encode_questions(asked)
    measured: list[BackEnd] = []
    try:
        for one in measure_back_ends(content.passages, content.vectors, vectors, chosen.sizes, chosen.store):
            measured.append(one)
    finally:
        if measured:
            print(back_ends_report(measured))
    return 0


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path}")
