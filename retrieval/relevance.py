"""Whether a reader wants a sentence in the answer: a logistic regression on what assessors made of 8,580 sentences that
were, or nearly were, quoted for 520 questions of the tune half of evals/suites/anchors.yaml (evals/NOTES.md)."""

from __future__ import annotations

from corpus.types import Basis
from retrieval.asked import sources_of
from retrieval.evidence import Evidence, Rated
from retrieval.generation import Generation, beside_generation

# Log odds: of the sentences that answer, all but a tenth lie above WANTED, and two thirds above SURE.
WANTED, SURE = -2.0, -1.0
# `python -m evals graded --fit`, before likeness was learnt (evals/NOTES.md); all but the last weight are of the
# sentences with their listed questions alone.
_WEIGHTS, _INTERCEPT = (5.88, 2.15, 1.75, -3.78, 2.68, -1.34, -0.89, -0.08, 0.33, -1.35), -4.89


def relevance(one: Rated, evidence: Evidence, generation: Generation) -> float:
    """Log odds that a sentence answers the question or a part of it."""
    values = features(one, evidence, generation)
    return sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=True)) + _INTERCEPT


def features(one: Rated, evidence: Evidence, generation: Generation) -> tuple[float, ...]:
    """Its score, also as a share of the best one's; how well the question's weightiest words are met; how surely the
    question is answered at all; how it is met, worded and meant, and how like the question one is that it answers;
    whether a brief says it; whether questions of its source are listed, without which scores are lower."""
    of_best = one.score / max(evidence.sentences[0].score, 1e-9)
    listed = _listed(generation)
    source, brief = one.passage.source.source_id, one.passage.source.basis is Basis.BRIEF
    return (
        one.score,
        of_best,
        one.core,
        evidence.support,
        one.met,
        one.coverage,
        one.meaning,
        one.like,
        float(brief),
        float(source in listed or (brief and bool(listed))),
    )


@beside_generation
def _listed(generation: Generation) -> frozenset[str]:
    """Ids of the sources of which questions are listed."""
    return frozenset(source for one in generation.content.questions for source in sources_of(one))
