"""Can the assistant tell what it can answer from what it cannot? Told from how sure its evidence is, no judge asked.

Three kinds of unanswerable question are kept apart, because they are not equally hard: off-topic (another subject),
gold removed (the passages that answer are taken away), adversarial (looks answerable, and is not).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import rankdata

ANSWERABLE = "answerable"
OFF_TOPIC, GOLD_REMOVED, ADVERSARIAL = "off-topic", "gold removed", "adversarial"
PRECISION = 0.95

Supports = Mapping[str, Sequence[float]]  # by kind of question


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The chance that an answerable question is surer of its evidence than an unanswerable one; a tie counts half."""
    ranks = rankdata(np.concatenate([positives, negatives]))
    n, m = len(positives), len(negatives)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


def coverage_at(precision: float, positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The largest share of the answerable questions that one threshold lets through, while at least ``precision`` of
    all that it lets through are answerable."""
    best = 0.0
    for threshold in sorted(set(positives)):
        through = sum(one >= threshold for one in positives)
        wrongly = sum(one >= threshold for one in negatives)
        if through / (through + wrongly) >= precision:
            best = max(best, through / len(positives))
    return best


def figures(supports: Supports) -> dict[str, float]:
    """AUROC against each kind of unanswerable question, and coverage against each at 95 % precision."""
    positives = supports.get(ANSWERABLE, ())
    found: dict[str, float] = {}
    for kind, negatives in supports.items():
        if kind != ANSWERABLE and negatives and positives:
            found[f"questions, {kind}"] = float(len(negatives))
            found[f"AUROC, {kind}"] = auroc(positives, negatives)
            found[f"coverage at {PRECISION:.0%} precision, {kind}"] = coverage_at(PRECISION, positives, negatives)
    return found
