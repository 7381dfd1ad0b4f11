"""The tests call what is chance chance, and what is real real."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.significance import Paired, holm, paired

VALUES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=12)


def by_hand(first: list[float], second: list[float]) -> float:
    """The share of all ways to swap pairs that are at least as extreme."""
    differences = np.subtract(second, first)
    sums = [abs(float(np.dot(signs, differences))) for signs in itertools.product((1, -1), repeat=len(differences))]
    return sum(one >= abs(differences.sum()) - 1e-9 for one in sums) / len(sums)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_few_pairs_are_tested_exactly(data: st.DataObject) -> None:
    first = data.draw(VALUES)
    second = data.draw(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=len(first), max_size=len(first)))
    found = paired(first, second, seed=1)
    assert found.p == pytest.approx(by_hand(first, second))
    assert found.difference == pytest.approx(found.second - found.first)
    assert found.low - 1e-9 <= found.difference <= found.high + 1e-9


def test_the_same_twice_and_no_difference() -> None:
    chance = np.random.default_rng(3)
    first, second = chance.random(60).tolist(), chance.random(60).tolist()
    assert paired(first, second, seed=5) == paired(first, second, seed=5)
    same = paired(first, first, seed=5)
    assert (same.difference, same.low, same.high, same.effect, same.p) == (0, 0, 0, 0, 1)
    assert not same.real


def test_a_small_steady_loss_is_real_and_a_large_one_of_one_query_is_not() -> None:
    chance = np.random.default_rng(4)
    first = chance.random(100)
    steady = paired(first.tolist(), (first - 0.02 + 0.01 * chance.random(100)).tolist(), seed=1)
    assert steady.real
    assert steady.high < 0
    once = first.copy()
    once[0] -= 0.9
    assert not paired(first.tolist(), once.tolist(), seed=1).real


@pytest.mark.slow
def test_chance_is_called_real_as_rarely_as_promised() -> None:
    chance = np.random.default_rng(9)
    called = [paired(chance.random(30).tolist(), chance.random(30).tolist(), seed=i).real for i in range(60)]
    assert sum(called) <= 8  # 3 expected


def test_holm() -> None:
    def of(p: float) -> Paired:
        return Paired(1, 0, 0, 0, 0, 0, 0, p)

    corrected = holm({"a": of(0.04), "b": of(0.01), "c": of(0.03)})
    assert {name: round(one.p, 6) for name, one in corrected.items()} == {"a": 0.06, "b": 0.03, "c": 0.06}
    assert holm({"a": of(0.9), "b": of(0.8)})["a"].p == 1


def test_nothing_in_common_is_no_test() -> None:
    with pytest.raises(ValueError, match="no query"):
        paired([], [], seed=1)
