"""Whether a reader wants a sentence in the answer: a logistic regression on what assessors made of 4,438 sentences that
were, or nearly were, quoted for 370 questions of the tune half of evals/suites/anchors.yaml (evals/NOTES.md)."""

from __future__ import annotations

from corpus.types import Basis
from retrieval.evidence import Evidence, Rated

# Log odds: of the sentences that answer, all but a tenth lie above WANTED, and two thirds above SURE.
WANTED, SURE = -2.0, -1.0


def relevance(one: Rated, evidence: Evidence) -> float:
    """Log odds that a sentence answers the question or a part of it."""
    of_best = one.score / max(evidence.sentences[0].score, 1e-9)
    brief = one.passage.source.basis is Basis.BRIEF
    return 5.2 * one.score + 2.9 * of_best + 2.4 * one.core - 5.2 * evidence.support + 0.64 * brief - 5.6
