"""Is what we promise of rankings, answers, screen and costs kept? One table: the figure, what is wanted, what was got.

What is wanted stands in ``floors.yaml`` with its reason. A floor that nothing was measured for is missed, never passed.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, with_config

from corpus.errors import AnchorlineError
from corpus.marked import read_yaml, validated
from corpus.records import Words
from evals.acceptance_parts import Figure, Measured, Part, Where, measure, say
from evals.peers_commands import index_sizes
from evals.suite import STRICT, load_suite
from evals.tables import markdown

FLOORS = Path(__file__).parent / "floors.yaml"
SIZES = (1_000, 5_000)  # 50,000 passages take many minutes to build


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Floor:
    """What a figure must be. With both bounds it must lie between them."""

    part: Part
    measure: Words
    why: Words
    at_least: float | None = None
    at_most: float | None = None

    @property
    def wanted(self) -> str:
        if self.at_least is not None and self.at_most is not None:
            return f"{self.at_least:g} to {self.at_most:g}"
        return f"at least {self.at_least:g}" if self.at_least is not None else f"at most {self.at_most:g}"

    def met_by(self, value: float) -> bool:
        low = self.at_least is None or value >= self.at_least
        return low and (self.at_most is None or value <= self.at_most)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure beside its floor. No value: it was wanted and not measured. No floor: it is only told."""

    part: Part
    measure: str
    value: float | None
    note: str
    floor: Floor | None

    @property
    def missed(self) -> bool:
        return self.floor is not None and (self.value is None or not self.floor.met_by(self.value))


_FLOORS = TypeAdapter(tuple[Floor, ...])


def load_floors(path: Path = FLOORS) -> tuple[Floor, ...]:
    """Raises ManifestError with every fault of the file, each at its line."""
    return validated(read_yaml(path), _FLOORS)


def verdicts(part: Part, figures: Iterable[Figure], floors: Iterable[Floor], missing: str) -> tuple[Verdict, ...]:
    """The part's figures as they come, then its floors for which there is none; ``missing`` says why."""
    left = {floor.measure: floor for floor in floors if floor.part is part}
    found = [Verdict(part, one.measure, one.value, one.note, left.pop(one.measure, None)) for one in figures]
    return (*found, *(Verdict(part, name, None, missing, floor) for name, floor in left.items()))


def acceptance_report(told: Sequence[Verdict], details: Mapping[Part, str]) -> str:
    """Markdown: the table, then the tables of the parts that have more to show."""
    floors = [one for one in told if one.floor]
    missed = sum(one.missed for one in floors)
    title = f"{len(floors) - missed} of {len(floors)} floors are met, {missed} missed; {os.cpu_count()} cores."
    rows = markdown(("part", "measure", "wanted", "got", "", "note"), [_row(one) for one in told])
    why = "\n".join(f"- {one.part}, {one.measure}: {one.floor.why}" for one in told if one.floor and one.missed)
    shown = (f"## {part}\n\n```\n{text}\n```" for part, text in details.items() if text)
    return "\n\n".join((title, rows, *([f"Why these are wanted:\n\n{why}"] if why else ()), *shown))


def acceptance_record(told: Sequence[Verdict], measured: Mapping[Part, Measured]) -> Mapping[str, object]:
    """The same as plain data for JSON, with every ranking of the peers and every time of the growth."""
    return {
        "cores": os.cpu_count(),
        "figures": [{**asdict(one), "missed": one.missed} for one in told],
        "details": {part: one.record for part, one in measured.items() if one.record is not None},
    }


def add_acceptance_command(
    adder: argparse._SubParsersAction[argparse.ArgumentParser], suite: argparse.ArgumentParser
) -> None:
    """``suite`` holds the arguments that name a suite, an encoder and a cache of indexes."""
    parser = adder.add_parser("acceptance", parents=[suite], help="all that is promised of quality, met or missed")
    shared = Path("..") / "shared"
    parser.add_argument("--benchmarks", type=Path, default=shared / "benchmarks", metavar="DIR", help="BEIR folders")
    parser.add_argument("--sources", type=Path, default=shared / "sources", metavar="DIR", help="published documents")
    parser.add_argument("--only", action="append", type=Part, choices=tuple(Part), help="may be given several times")
    sizes = "of index in passages, for growth (1000,5000; more are read from the last kept run of `evals growth`)"
    parser.add_argument("--sizes", type=index_sizes, default=SIZES, metavar="N,N,...", help=sizes)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    parser.set_defaults(command=_acceptance)


def _acceptance(chosen: argparse.Namespace) -> int:
    floors = load_floors()
    encoders = chosen.encoders or chosen.cache / "encoders"
    suite = load_suite(chosen.suite)
    where = Where(chosen.benchmarks, chosen.sources, suite, chosen.cache, chosen.encoder, encoders, chosen.sizes)
    told: list[Verdict] = []
    measured: dict[Part, Measured] = {}
    parts = [part for part in Part if part in (chosen.only or Part)]
    for place, part in enumerate(parts, start=1):
        say(f"{part} ({place} of {len(parts)})")
        begun = time.perf_counter()
        measured[part], missing = _measured(part, where)
        told += verdicts(part, measured[part].figures, floors, missing)
        say(f"  {time.perf_counter() - begun:.0f} s")
    print(acceptance_report(told, {part: one.details for part, one in measured.items()}))
    if chosen.json:
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
        chosen.json.write_text(json.dumps(acceptance_record(told, measured), indent=1) + "\n", encoding="utf-8")
        say(f"wrote {chosen.json}")
    return 1 if any(one.missed for one in told) else 0


def _measured(part: Part, where: Where) -> tuple[Measured, str]:
    """What was measured, and else why not: one part that cannot be run must not take the others' minutes with it."""
    try:
        return measure(part, where), "not measured"
    except AnchorlineError as error:
        say(f"  not measured: {error}")
        return Measured(()), f"not measured: {' '.join(str(error).split())}"


def _row(one: Verdict) -> tuple[str, ...]:
    got = "-" if one.value is None else f"{one.value:.4g}"
    word = "" if one.floor is None else "missed" if one.missed else "met"
    return one.part, one.measure, one.floor.wanted if one.floor else "", got, word, one.note
