"""Two runs side by side, and the refusal to compare what cannot be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import AnchorlineError
from evals.compare import Side, compare, read_side
from evals.record import Result, Run, save
from tests.evals.conftest import make_run


def system(values: list[float], ranked: str = "other") -> dict[str, Result]:
    return {
        f"q{i}": Result((ranked, f"gold-q{i}"), {"nDCG@10": value, "recall@10": value})
        for i, value in enumerate(values)
    }


BEFORE = make_run({"dense": system([1.0] * 12), "fused": system([0.5] * 12)}, {f"q{i}": "typo" for i in range(6)})
AFTER = make_run({"dense": system([1.0, 0.0, *[0.7] * 10]), "fused": system([0.5] * 12)})


def test_what_a_comparison_says() -> None:
    said = compare(Side("A", BEFORE, BEFORE.systems), Side("B", AFTER, AFTER.systems), worst=2)
    row = next(line.split() for line in said.splitlines() if line.startswith("dense  nDCG@10"))
    assert row[:6] == ["dense", "nDCG@10", "12", "1.000", "0.667", "-0.333"]
    assert row[-1] == "real"
    same = next(line.split() for line in said.splitlines() if line.startswith("fused  nDCG@10"))
    assert same[5] == "+0.000"
    assert (float(same[-4]), same[-3:]) == (1, ["may", "be", "chance"])
    assert "dense → dense, recall@10: 0 better, 11 worse, 1 the same" in said
    losses = [line for line in said.splitlines() if ": What of" in line]
    assert losses[0] == "-1.000  q1: What of q1?"
    assert "   A2 * gold-q1  The right words" in said
    assert len(losses) == 2


def test_slices_are_of_the_runs_own_kinds() -> None:
    said = compare(Side("A", BEFORE, BEFORE.systems), Side("B", BEFORE, BEFORE.systems))
    assert any(line.startswith("kind: typo") for line in said.splitlines())


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"corpus": "d" * 64}, "sources"),
        ({"suite": "other"}, "suite"),
        ({"topics": "u" * 64}, "questions"),
        ({"split": "tune"}, "split"),
        ({"k": 100}, "depth"),
    ],
)
def test_runs_of_different_things_are_not_compared(changed: dict[str, str | int], what: str) -> None:
    other = replace(AFTER, settings=replace(AFTER.settings, **changed))
    with pytest.raises(AnchorlineError, match=f"differ in their {what}"):
        compare(Side("A", BEFORE, BEFORE.systems), Side("B", other, other.systems))


def test_another_encoder_or_chunker_may_be_compared() -> None:
    other = replace(AFTER, passages=9, passages_sha256="x", settings=replace(AFTER.settings, encoder="other@1"))
    assert compare(Side("A", BEFORE, BEFORE.systems), Side("B", other, other.systems))


def test_two_pipelines_of_one_run(tmp_path: Path) -> None:
    path = save(BEFORE, tmp_path / "run.json")
    first, second = read_side(f"{path}:dense"), read_side(f"{path}:fused")
    assert "dense → fused" in compare(first, second)
    with pytest.raises(AnchorlineError, match="has no pipeline bm25"):
        read_side(f"{path}:bm25")
    with pytest.raises(AnchorlineError, match="cannot be read"):
        read_side(str(tmp_path / "absent.json"))


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert read_side(str(save(BEFORE, tmp_path / "run.json"))).run == BEFORE
    (tmp_path / "no.json").write_text('{"format": 2}')
    with pytest.raises(AnchorlineError, match="no run"):
        read_side(str(tmp_path / "no.json"))


def test_nothing_in_common_is_said() -> None:
    other: Run = make_run({"x": system([1.0]), "y": system([1.0])})
    with pytest.raises(AnchorlineError, match="no pipeline in common"):
        compare(Side("A", BEFORE, BEFORE.systems), Side("B", other, other.systems))
