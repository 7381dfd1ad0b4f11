"""Which sentences answer: verbatim sentences of the best passages, scored by meaning and by words, without repeats.

A sentence is taken for what it says itself (its own vector, the question's words in it) and for where it stands (its
passage's score). Our briefs give way to the source's own words where both say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.types import Basis, BlockKind, Passage
from retrieval.counterpart import counterpart
from retrieval.encode import Vectors
from retrieval.generation import Generation
from retrieval.types import ScoredPassage
from retrieval.understand import Intent, Understood
from retrieval.words import stems

# Sentences at most, and the share of the best sentence's score that the last one must reach.
LIMITS = {
    Intent.START: (9, 0.55),
    Intent.FIGURE: (3, 0.85),
    Intent.DEFINITION: (3, 0.8),
    Intent.CONTACT: (2, 0.9),
    Intent.EXPLAIN: (6, 0.7),
}
_WORDS_AT_MOST = 230
_LOOKED_AT = 12  # passages
_SAME = 0.93  # cosine above which two sentences say the same
_SAME_AS_BRIEF = 0.7  # a brief says in other words what its source says
_MEANING, _WORDING, _PLACE = 0.45, 0.3, 0.25


@dataclass(frozen=True, slots=True)
class Chosen:
    """A sentence of a passage, with its score; ``vector`` is the sentence's own. ``programme`` is what it is about: for
    a source's sentence to which a brief led, what the brief is about."""

    passage: Passage
    sentence: int
    score: float
    meaning: float
    coverage: float
    vector: Vectors
    programme: str | None


def choose(
    question: Understood, vector: Vectors, scored: Sequence[ScoredPassage], generation: Generation
) -> list[Chosen]:
    """The sentences to quote, best first."""
    found = sorted(rate(question, vector, scored[:_LOOKED_AT], generation), key=lambda one: -one.score)
    most, share = LIMITS[question.intent]
    chosen: list[Chosen] = []
    length = 0
    for candidate in found:
        if len(chosen) == most or candidate.score < share * found[0].score:
            break
        one = _in_own_words(candidate, generation)
        size = len(one.passage.quote(one.sentence).split())
        if length + size > _WORDS_AT_MOST or any(_repeats(one, other) for other in chosen):
            continue
        chosen.append(one)
        length += size
    return chosen


def _in_own_words(one: Chosen, generation: Generation) -> Chosen:
    """Where a brief led to a source that is held, the source's own sentence."""
    found = counterpart(one.passage, one.sentence, one.vector, generation)
    if found is None:
        return one
    passage, sentence = found
    row = generation.first_sentence[generation.place[passage.passage_id]] + sentence
    vector = generation.content.sentence_vectors[row].astype(np.float32)
    return replace(one, passage=passage, sentence=sentence, vector=vector)


def rate(
    question: Understood, vector: Vectors, scored: Sequence[ScoredPassage], generation: Generation
) -> list[Chosen]:
    """Every sentence of these passages that may be quoted, with its score, in passage order."""
    weights = {term: generation.words.weight(term) for term in question.terms}
    total = sum(weights.values()) or 1.0
    best = scored[0].score if scored else 1.0
    found: list[Chosen] = []
    for hit in scored:
        row = generation.first_sentence[generation.place[hit.passage.passage_id]]
        vectors = generation.content.sentence_vectors[row : row + len(hit.passage.sentences)].astype(np.float32)
        context = set(stems(" ".join(hit.passage.heading_path)))
        for place, meaning in enumerate(vectors @ vector):
            if not _quotable(hit.passage, place, question.intent):
                continue
            own = set(stems(_with_lead(hit.passage, place)))
            # A word in the heading counts half: the sentence is about it without saying it.
            coverage = sum(w * (1.0 if t in own else 0.5 if t in context else 0.0) for t, w in weights.items()) / total
            score = _MEANING * float(meaning) + _WORDING * coverage + _PLACE * hit.score / (best or 1.0)
            score += _shape_bonus(hit.passage, place, question.intent)
            found.append(Chosen(hit.passage, place, score, float(meaning), coverage, vectors[place], hit.passage.programme))
    return found


def _quotable(passage: Passage, place: int, intent: Intent) -> bool:
    span = passage.sentences[place]
    text = passage.quote(place)
    if span.kind is BlockKind.HEADER or (span.kind is BlockKind.CONTACT) != (intent is Intent.CONTACT):
        return False
    if any(other.lead == place for other in passage.sentences):
        return False  # a list's introduction is quoted with its items, never by itself
    # A question in a document ("What can we do?") answers nothing.
    return len(text.split()) >= 4 and not text.rstrip("”’\"' ").endswith("?")


def _shape_bonus(passage: Passage, place: int, intent: Intent) -> float:
    """Favour what has the shape that was asked for."""
    text = passage.quote(place)
    if intent is Intent.FIGURE:
        return 0.1 if any(character.isdigit() for character in text) else 0.0
    if intent is Intent.START:
        starting = "stage:starting" in passage.facets
        return 0.08 * starting + 0.08 * (passage.sentences[place].kind is BlockKind.ITEM)
    return 0.0


def _with_lead(passage: Passage, place: int) -> str:
    lead = passage.sentences[place].lead
    return passage.quote(place) if lead is None else f"{passage.quote(lead)} {passage.quote(place)}"


def _repeats(one: Chosen, other: Chosen) -> bool:
    same_text = one.passage.quote(one.sentence) == other.passage.quote(other.sentence)
    mixed = one.passage.source.basis is not other.passage.source.basis and Basis.BRIEF in (
        one.passage.source.basis,
        other.passage.source.basis,
    )
    return same_text or float(one.vector @ other.vector) > (_SAME_AS_BRIEF if mixed else _SAME)
