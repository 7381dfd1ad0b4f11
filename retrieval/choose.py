"""Which sentences answer: verbatim sentences of the best passages, scored by meaning and by words, without repeats.

A sentence is taken for what it says itself (its own vector, the question's words in it) and for where it stands (its
passage's score). Our briefs give way to the source's own words where both say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from corpus.records import original_parts
from corpus.types import Basis, BlockKind, Passage
from retrieval.generation import Generation
from retrieval.search import Query, fits
from retrieval.tokens import sentence_maxima, weighted
from retrieval.types import Narrowing, ScoredPassage
from retrieval.understand import Intent, Understood
from retrieval.vectors import Vectors
from retrieval.words import figures, stem_set

_DIGIT = re.compile(r"\d")

# Sentences at most, and the share of the best sentence's score that the last one must reach.
LIMITS = {
    Intent.START: (9, 0.55),
    Intent.FIGURE: (4, 0.7),
    Intent.DEFINITION: (3, 0.8),
    Intent.CONTACT: (2, 0.9),
    Intent.EXPLAIN: (9, 0.55),
}
_WORDS_AT_MOST = 230
_LOOKED_AT = 16  # passages
_LONGEST_LIST = 8  # items
_SHORT_LIST = 60  # words
_TAIL = 0.7
_FEW_WORDS = 10
_LIST_REACH = 2  # passages before and after
_SAME = 0.93  # cosine above which two sentences say the same
_SAME_AS_BRIEF = 0.65  # a brief says in other words what its source says
_MET, _WORDING, _PLACE = 0.45, 0.3, 0.25


# How a document that sets no contact line apart says whom to ask.
_REACHED = re.compile(r"\b(?:contact|get in touch|e-?mail|(?:tele)?phone)\b|@", re.I)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A sentence of a passage, with its score. ``meaning``: cosine with the question. ``met``: how well the question's
    words are met by the sentence's (late interaction). ``coverage``: the share of them that it holds. ``vector`` is the
    sentence's own. ``programme`` is what it is about: for a source's sentence to which a brief led, what the brief is
    about."""

    passage: Passage
    sentence: int
    score: float
    meaning: float
    met: float
    coverage: float
    vector: Vectors
    programme: str | None


def choose(
    question: Understood,
    query: Query,
    scored: Sequence[ScoredPassage],
    generation: Generation,
    narrowing: Narrowing,
) -> list[Chosen]:
    """The sentences to quote, best first: those of held sources, then what only a brief adds. ``scored`` lies within
    ``narrowing``, and so must the sources' words that a brief leads to."""
    found = sorted(rate(question, query, scored[:_LOOKED_AT], generation), key=lambda one: -one.score)
    most, share = LIMITS[question.intent]
    likely = (_in_own_words(one, generation, narrowing) for one in found if _near(one, found, share))
    chosen = _without_holes(_without_repeats(likely, most))
    ordered = sorted(chosen, key=lambda one: question.intent is not Intent.CONTACT and _stands_in(one, generation))
    return _whole_lists(ordered, generation)


def _near(one: Chosen, found: Sequence[Chosen], share: float) -> bool:
    """Whether a sentence is nearly as good as the best, and nearly means or says what some sentence does: a place in a
    good passage alone is no reason to be quoted."""
    means = one.meaning >= _TAIL * max(other.meaning for other in found)
    says = one.coverage >= _TAIL * max(other.coverage for other in found) > 0
    return one.score >= share * found[0].score and (means or says)


def _without_repeats(candidates: Iterable[Chosen], most: int) -> list[Chosen]:
    """The best ``most`` sentences, no two of which say the same, that together are no wall of text."""
    kept: list[Chosen] = []
    length = 0
    for one in candidates:
        size = len(one.passage.quote(one.sentence).split())
        if len(kept) < most and length + size <= _WORDS_AT_MOST and not any(_repeats(one, other) for other in kept):
            kept.append(one)
            length += size
    return kept


def _without_holes(chosen: Sequence[Chosen]) -> list[Chosen]:
    """With the sentence between two that were chosen of one paragraph: it is part of what they say."""
    taken = {(one.passage.passage_id, one.sentence) for one in chosen}
    found = list(chosen)
    for one in chosen:
        between, after = one.sentence + 1, one.sentence + 2
        key = one.passage.passage_id
        if (key, after) in taken and (key, between) not in taken and _runs_on(one.passage, one.sentence, after):
            found.append(replace(one, sentence=between))
    return found


def _runs_on(passage: Passage, first: int, last: int) -> bool:
    return "\n" not in passage.text[passage.sentences[first].start : passage.sentences[last].end]


def _stands_in(one: Chosen, generation: Generation) -> bool:
    """Whether a brief speaks although the source that it was learnt from is held."""
    if one.passage.source.basis is not Basis.BRIEF or not one.passage.originals:
        return False
    source_id, _ = original_parts(one.passage.originals[one.sentence])
    return generation.holds(source_id)


def _whole_lists(chosen: Sequence[Chosen], generation: Generation) -> list[Chosen]:
    """A list of which half was chosen, or that is short, is quoted whole: five steps of six mislead more than none."""
    found = list(chosen)
    for one in chosen:
        items = _items_beside(one, generation)
        taken = {(other.passage.passage_id, other.sentence) for other in found}
        missing = [item for item in items if item not in taken]
        passages = generation.content.passages
        words = sum(len(passages[generation.place[key]].quote(place).split()) for key, place in items)
        half = len(missing) <= len(items) / 2 and len(items) <= _LONGEST_LIST
        if missing and (half or words <= _SHORT_LIST):
            found += [replace(one, passage=passages[generation.place[key]], sentence=place) for key, place in missing]
    return found


def _items_beside(one: Chosen, generation: Generation) -> list[tuple[str, int]]:
    """Passage id and place of every item of the list that ``one`` is an item of; a list may run over passages."""
    lead = one.passage.sentences[one.sentence].lead
    if lead is None:
        return []
    introduction = one.passage.quote(lead)
    row = generation.place[one.passage.passage_id]
    around = generation.content.passages[max(0, row - _LIST_REACH) : row + _LIST_REACH + 1]
    same = (p for p in around if p.heading_path == one.passage.heading_path and p.source == one.passage.source)
    return [
        (passage.passage_id, place)
        for passage in same
        for place, span in enumerate(passage.sentences)
        if span.lead is not None and passage.quote(span.lead) == introduction
    ]


def _in_own_words(one: Chosen, generation: Generation, narrowing: Narrowing) -> Chosen:
    """Where a brief led to a source that is held, the source's own sentence."""
    row = generation.place[one.passage.passage_id]
    there, sentence = generation.counterparts[generation.first_sentence[row] + one.sentence]
    if there < 0 or not fits(generation.content.passages[there], narrowing):
        return one
    vector = generation.content.sentence_vectors[generation.first_sentence[there] + sentence].astype(np.float32)
    return replace(one, passage=generation.content.passages[there], sentence=int(sentence), vector=vector)


def rate(question: Understood, query: Query, scored: Sequence[ScoredPassage], generation: Generation) -> list[Chosen]:
    """Every sentence of these passages that may be quoted, with its score, in passage order."""
    weights = {term: generation.words.weight(term) for term in question.terms}
    total = sum(weights.values()) or 1.0
    best = (scored[0].score if scored else 1.0) or 1.0
    found: list[Chosen] = []
    for hit in scored:
        passage = hit.passage
        row = generation.place[passage.passage_id]
        first = generation.first_sentence[row]
        vectors = generation.content.sentence_vectors[first : first + len(passage.sentences)].astype(np.float32)
        meanings = (vectors @ query.vector).tolist()
        met = _met(query, row, generation) if len(query.tokens) else meanings
        context = weights.keys() & stem_set(" ".join(passage.heading_path))
        for place in _quotable(passage, question.intent):
            own = weights.keys() & stem_set(_with_lead(passage, place))
            # A word in the heading counts half: the sentence is about it without saying it.
            coverage = sum(weights[t] if t in own else weights[t] / 2 for t in own | context) / total
            score = _MET * met[place] + _WORDING * coverage + _PLACE * hit.score / best
            score += _shape_bonus(passage, place, question.intent)
            mean, meet = meanings[place], met[place]
            found.append(Chosen(passage, place, score, mean, meet, coverage, vectors[place], passage.programme))
    return found


def _met(query: Query, row: int, generation: Generation) -> list[float]:
    """For each sentence of a passage, how well it meets the question's words; what it hangs from speaks with it."""
    sentences = generation.content.passages[row].sentences
    tokens = generation.content.tokens
    maxima = sentence_maxima(tokens, query.tokens, row, generation.first_sentence[row], len(sentences))
    with_leads = [
        maxima[place] if span.lead is None else np.maximum(maxima[place], maxima[span.lead])
        for place, span in enumerate(sentences)
    ]
    return [float(one) for one in weighted(np.stack(with_leads), query.weights)]


def _quotable(passage: Passage, intent: Intent) -> Iterator[int]:
    """Places of the sentences that may be quoted by themselves. A list's introduction is quoted with its items only."""
    leads = {span.lead for span in passage.sentences}
    for place, span in enumerate(passage.sentences):
        text = passage.quote(place)
        contact = span.kind is BlockKind.CONTACT or (intent is Intent.CONTACT and bool(_REACHED.search(text)))
        if span.kind is BlockKind.HEADER or contact != (intent is Intent.CONTACT):
            continue
        if span.kind is BlockKind.ROW:
            if len(_with_lead(passage, place).split()) >= 4:  # "2021, 19%" says enough under its header
                yield place
        elif place not in leads and _says_something(text):
            yield place


@lru_cache(maxsize=50_000)
def _says_something(text: str) -> bool:
    words = text.split()
    if len(words) < _FEW_WORDS and sum(word[:1].isupper() for word in words) > 0.7 * len(words):
        return False  # a row of names: logos, a signature, a heading that was not told from text
    # A question in a document ("What can we do?") answers nothing, nor does an introduction whose list is elsewhere.
    return len(words) >= 4 and not text.rstrip("”’\"' ").endswith(("?", ":"))


def _shape_bonus(passage: Passage, place: int, intent: Intent) -> float:
    """Favour what has the shape that was asked for."""
    text = passage.quote(place)
    if intent is Intent.FIGURE:
        return 0.1 if _DIGIT.search(text) else 0.0
    if intent is Intent.START:
        starting = "stage:starting" in passage.facets
        return 0.08 * starting + 0.08 * (passage.sentences[place].kind is BlockKind.ITEM)
    return 0.0


def _with_lead(passage: Passage, place: int) -> str:
    lead = passage.sentences[place].lead
    return passage.quote(place) if lead is None else f"{passage.quote(lead)} {passage.quote(place)}"


def _repeats(one: Chosen, other: Chosen) -> bool:
    """Whether ``one`` says nothing that ``other`` does not. A figure of its own makes it news."""
    text, said = one.passage.quote(one.sentence), other.passage.quote(other.sentence)
    if text == said:
        return True
    mixed = one.passage.source.basis is not other.passage.source.basis
    alike = float(one.vector @ other.vector) > (_SAME_AS_BRIEF if mixed else _SAME)
    return alike and figures(text) <= figures(said)
