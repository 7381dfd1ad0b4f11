"""Whether what was found answers the question, and what it leaves open. Told by what is said, not by a rank.

A score of retrieval alone cannot tell an unanswerable question on the topic (AUROC 0.55 on SQuAD 2.0).
"""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.evidence import Evidence, Rated
from retrieval.generation import Generation
from retrieval.met import met_by
from retrieval.missing import fewest, makes_unsure
from retrieval.names import known_names
from retrieval.planned import planned
from retrieval.quoted import Quoted
from retrieval.types import Status
from retrieval.understand import Intent, Understood
from retrieval.ungiven import ungiven
from retrieval.unknown import surely_unknown, unknown, unknown_beside
from retrieval.unmet import unmet
from retrieval.unnamed import unnamed
from retrieval.unrecorded import off_theme, unrecorded
from retrieval.unsaid import unsaid

# How near the best sentence's meaning must be to the question's, by itself or with a share of its words. Fitted on the
# `tune` half of evals/suites/anchors.yaml, where out-of-scope questions reach 0.34 at most.
_MEANS = 0.35
_MEANS_WITH_WORDS, _WITH_WORDS = 0.28, 0.29
_NEAR = 20  # sentences, quoted or not
_ON_IT = 60  # sentences among which one on what is asked surely is
_ELSEWHERE = 0.3  # below it the question is about something else altogether


def judge(asked: Understood, chosen: Sequence[Rated], evidence: Evidence, generation: Generation) -> Status:
    """Whether what was found answers: does a sentence mean, or mean and say, what was asked?"""
    if not chosen or surely_unknown(asked, generation):
        return Status.NOT_FOUND
    near = (*chosen, *evidence.sentences[:_NEAR])
    if asked.intent is Intent.START and not asked.terms:
        return Status.ANSWERED  # "How do we start?" can only mean one thing here
    means = [(max(one.meaning, one.like), one.coverage) for one in near]
    best = max(mean for mean, _ in means)
    worded = any(mean >= _MEANS_WITH_WORDS and coverage >= _WITH_WORDS for mean, coverage in means)
    if best >= _MEANS or worded:
        return Status.ANSWERED
    ours = asked.organisations or asked.programmes  # "solar panels at Imperial" is about what is held, found or not
    return Status.OUT_OF_SCOPE if best < _ELSEWHERE and not ours else Status.NOT_FOUND


def unanswered(asked: Understood, evidence: Evidence, generation: Generation) -> tuple[str, ...]:
    """What is missing where nothing is quoted."""
    return (*unknown(asked, generation), *unsaid(asked.question, evidence.query.like, generation))


def gaps_of(asked: Understood, evidence: Evidence, chosen: Sequence[Rated], generation: Generation) -> tuple[str, ...]:
    """What the question asks for and the answer, of ``chosen``, does not hold, in as few gaps as tell it."""
    met = met_by(evidence.query, asked.focus, chosen, generation)
    records = (stored.record for stored in generation.content.sources if stored.record)
    titles = frozenset(record.title for record in records if record.id in asked.programmes)
    said = " ".join(one.passage.quote(one.sentence) for one in chosen)
    gaps: list[str] = []
    beside = (*unknown_beside(asked, evidence, said, met, generation), *off_theme(asked, generation))
    each = [
        (part.question, met_by(held.query, part.focus, chosen, generation), held.query.like)
        for part, held in evidence.parts
    ]
    for question, there, like in each or [(asked.question, met, evidence.query.like)]:
        quoted = Quoted(tuple(chosen), there, titles)
        found = [*beside, *unsaid(question, like, generation)]
        found += (*unnamed(asked, question, quoted, known_names(generation)), *unmet(asked, question, quoted))
        found += (*planned(question, quoted, evidence.sentences[:_ON_IT]), *unrecorded(asked, quoted, generation))
        if any(map(makes_unsure, found)):
            found += ungiven(asked, question, generation)
        gaps += fewest(found)
    return tuple(dict.fromkeys(gaps))
