"""Benchmarks over time: a line a run in ``evals/baselines/benchmarks.jsonl``, with the machine that it ran on."""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

HISTORY = Path(__file__).parent / "baselines" / "benchmarks.jsonl"


@dataclass(frozen=True, slots=True)
class Kept:
    """One run, as ``keep`` wrote it."""

    date: str
    commit: str | None
    benchmark: str
    figures: Mapping[str, float | None]


_KEPT = TypeAdapter(Kept)


def keep(name: str, figures: Mapping[str, float | None], history: Path = HISTORY) -> None:
    """Add one run. ``load``: how many processes wanted the processors in the last five minutes, this run included."""
    line = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "commit": _commit(),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[1], 1) if hasattr(os, "getloadavg") else None,
        "benchmark": name,
        "figures": {what: value if value is None else round(value, 3) for what, value in figures.items()},
    }
    history.parent.mkdir(parents=True, exist_ok=True)
    with history.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def last_kept(name: str, history: Path = HISTORY) -> Kept | None:
    """The newest run of this benchmark, None where none was ever kept."""
    lines = history.read_text(encoding="utf-8").splitlines() if history.is_file() else []
    runs = (_KEPT.validate_json(line) for line in reversed(lines))
    return next((run for run in runs if run.benchmark == name), None)


def _commit() -> str | None:
    """The commit that is checked out, with a + where files differ from it; None outside a repository."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty=+", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - no word is a stranger's
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _cpu() -> str:
    try:
        said = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    return said.partition("model name")[2].partition(":")[2].partition("\n")[0].strip() or platform.machine()
