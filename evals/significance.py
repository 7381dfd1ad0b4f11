"""Whether a difference between two systems on the same queries is real, and how large it may be.

Paired randomisation test: under the null hypothesis either value of a pair might have come from either system, so signs
of the differences are flipped by chance (Smucker, Allan and Carterette, CIKM 2007). The interval is the BCa bootstrap's
(Efron 1987) over queries. Several at once are corrected by Holm's step-down procedure (1979).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy.stats import bootstrap, permutation_test

RESAMPLES = 10_000
REAL = 0.05  # the p below which a difference is called real
_BATCH = 500

Floats = npt.NDArray[np.float64]
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Paired:
    """``difference`` is the second's mean minus the first's, ``low`` to ``high`` its 95 % interval, ``effect`` Cohen's
    d of the paired differences, ``p`` two-sided and, once ``holm`` has seen it, corrected."""

    n: int
    first: float
    second: float
    difference: float
    low: float
    high: float
    effect: float
    p: float

    @property
    def real(self) -> bool:
        return self.p < REAL


def paired(first: Sequence[float], second: Sequence[float], seed: int) -> Paired:
    """Both in the same order of queries. Raises ValueError for no queries."""
    if not first:
        raise ValueError("there is no query that both runs have scored")
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    differences = b - a
    low, high = _interval(differences, seed)
    spread = float(differences.std(ddof=1)) if len(a) > 1 else 0.0
    mean = float(differences.mean())
    effect = mean / spread if spread > 0 else math.copysign(math.inf, mean) if mean else 0.0
    return Paired(len(a), float(a.mean()), float(b.mean()), mean, low, high, effect, _p(differences, seed))


def holm(tested: Mapping[Name, Paired]) -> dict[Name, Paired]:
    """The same, each p made larger so that all conclusions hold at once."""
    ordered = sorted(tested, key=lambda name: tested[name].p)
    corrected: dict[Name, Paired] = {}
    least = 0.0
    for place, name in enumerate(ordered):
        least = max(least, min(1.0, tested[name].p * (len(ordered) - place)))
        corrected[name] = replace(tested[name], p=least)
    return {name: corrected[name] for name in tested}


def _p(differences: Floats, seed: int) -> float:
    moved = differences[differences != 0]  # flipping the sign of nothing changes nothing
    if moved.size < 2:  # of one, either sign is as extreme as the other
        return 1.0
    chance = np.random.default_rng(seed)
    tested = permutation_test(
        (moved,), _sum, permutation_type="samples", n_resamples=RESAMPLES, batch=_BATCH, rng=chance
    )
    return float(tested.pvalue)


def _interval(differences: Floats, seed: int) -> tuple[float, float]:
    if np.ptp(differences) == 0:
        return float(differences[0]), float(differences[0])
    chance = np.random.default_rng(seed)
    found = bootstrap((differences,), np.mean, n_resamples=RESAMPLES, batch=_BATCH, rng=chance).confidence_interval
    return float(found.low), float(found.high)


def _sum(values: Floats, axis: int) -> Floats:
    total: Floats = values.sum(axis=axis)
    return total
