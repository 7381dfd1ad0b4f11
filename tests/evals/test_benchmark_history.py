"""Benchmarks over time: one line a run, with the machine it ran on."""

from __future__ import annotations

import json
from pathlib import Path

from evals.benchmark_history import HISTORY, keep


def test_a_run_is_added_behind_the_others(tmp_path: Path) -> None:
    history = tmp_path / "new" / "benchmarks.jsonl"
    keep("benchmark", {"ready_s": 2.34567, "serving_mb": None}, history)
    keep("growth", {"p50_ms": 25.0}, history)
    first, second = map(json.loads, history.read_text(encoding="utf-8").splitlines())
    assert first["benchmark"] == "benchmark" and first["figures"] == {"ready_s": 2.346, "serving_mb": None}
    assert second["figures"] == {"p50_ms": 25.0}
    assert first["cpu"] and first["cores"] >= 1 and len(first["date"]) == 10


def test_the_history_that_is_kept_can_be_read() -> None:
    for line in HISTORY.read_text(encoding="utf-8").splitlines() if HISTORY.exists() else ():
        assert {"date", "commit", "cpu", "cores", "benchmark", "figures"} <= json.loads(line).keys()
