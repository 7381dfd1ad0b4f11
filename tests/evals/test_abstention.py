"""AUROC and coverage against their definitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.abstention import auroc, coverage_at, figures

SUPPORTS = st.lists(st.sampled_from([0.0, 0.1, 0.4, 0.5, 0.9]), min_size=1, max_size=15)


@given(SUPPORTS, SUPPORTS)
def test_auroc_is_the_chance_of_the_right_order(positives: list[float], negatives: list[float]) -> None:
    pairs = [(p > n) + (p == n) / 2 for p in positives for n in negatives]
    assert auroc(positives, negatives) == pytest.approx(sum(pairs) / len(pairs))


@given(SUPPORTS, SUPPORTS)
def test_coverage_is_the_best_that_any_threshold_gives(positives: list[float], negatives: list[float]) -> None:
    best = 0.0
    for threshold in {0.0, 0.1, 0.4, 0.5, 0.9}:
        right, wrong = (sum(one >= threshold for one in each) for each in (positives, negatives))
        if right and right / (right + wrong) >= 0.95:
            best = max(best, right / len(positives))
    assert coverage_at(0.95, positives, negatives) == best


def test_each_kind_is_told_apart() -> None:
    found = figures({"answerable": (0.9, 0.8), "off-topic": (0.1,), "adversarial": (0.85, 0.95), "gold removed": ()})
    assert found == {
        "questions, off-topic": 1,
        "AUROC, off-topic": 1,
        "coverage at 95% precision, off-topic": 1,
        "questions, adversarial": 2,
        "AUROC, adversarial": 0.25,
        "coverage at 95% precision, adversarial": 0,
    }
