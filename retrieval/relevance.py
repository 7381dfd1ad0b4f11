"""Whether a reader wants a sentence in the answer: a logistic regression on what assessors made of 4,438 sentences that
were, or nearly were, quoted for 370 questions of the tune half of evals/suites/anchors.yaml (evals/NOTES.md)."""

from __future__ import annotations

from corpus.types import Basis
from retrieval.evidence import Evidence, Rated

# Log odds: of the sentences that answer, all but a tenth lie above WANTED, and two thirds above SURE.
WANTED, SURE = -2.0, -1.0
_WEIGHTS, _INTERCEPT = (5.2, 2.9, 2.4, -5.2, 0.64), -5.6  # `python -m evals graded --fit`


def relevance(one: Rated, evidence: Evidence) -> float:
    """Log odds that a sentence answers the question or a part of it."""
    return sum(weight * value for weight, value in zip(_WEIGHTS, features(one, evidence), strict=True)) + _INTERCEPT


def features(one: Rated, evidence: Evidence) -> tuple[float, ...]:
    """Its score, also as a share of the best one's; how well the question's weightiest words are met; how surely the
    question is answered at all; whether a brief says it."""
    of_best = one.score / max(evidence.sentences[0].score, 1e-9)
    return one.score, of_best, one.core, evidence.support, float(one.passage.source.basis is Basis.BRIEF)
