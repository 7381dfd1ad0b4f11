"""What the index holds on a question: its passages, and their sentences rated by meaning and by words.

A sentence is rated for what it says itself (the question's words met by its own, and found in it) and for where it
stands (its passage's score). ``support`` says how well the best of it holds what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from corpus.types import BlockKind, Passage
from retrieval.asked import ANSWERS
from retrieval.aspects import BARRIERS, MONEY, filed_under
from retrieval.encode import Encoder
from retrieval.generation import Generation
from retrieval.intent import telling
from retrieval.leaning import REACHED, leaning
from retrieval.search import Query, blended, query_of, search_both
from retrieval.tokens import sentence_maxima, similarities, weighted
from retrieval.types import Narrowing, ScoredPassage
from retrieval.understand import Intent, Understood
from retrieval.vectors import Vectors
from retrieval.words import stem_set, stems

_DEPTH = 50  # passages ranked
_BY_SOURCE, _BY_ITSELF = 16, 8  # passages of either ranking whose sentences are rated
_CORE = 3  # tokens of the question
_FEW_WORDS = 10
_LIKE = 0.6  # cosine of two tokens
_HELD = 0.2  # the weight of words held against words met, fitted on the tune half of evals/suites/anchors.yaml
_MET, _WORDING, _PLACE, _EXPECTED, _FILED = 0.45, 0.3, 0.25, 0.4, 0.1
_WORN, _PLAINER = 0.2, 0.5  # share of the passages that hold a word; weight of the question without such words
_DIGIT = re.compile(r"\d")
_POINTS_BACK = re.compile(
    r"(?:This|These|That|Those(?! (?:who|that|which|with|in)\b)|It|Its|They|Their|He|She|His|Her|Such|Both"
    r"|However|(?:Following|Despite|Once) (?:this|these|that|they|it)"
    r"|One of (?:these|them)|As part of this|The (?:latter|former|same))\b"
)

_IN_WORDS = re.compile(r"[a-z]{3}")  # "01/30/2023 | 05:09pm BST" is none
# Who publishes a document, and what stands under a figure, answers nobody.
_IMPRINT = re.compile(
    r"©|\bregistered (?:in|charity|company|office)\b|\boperating name of\b|\ball rights reserved\b|\bISBN\b|^source: "
    r"|^(?:box|table|figure|fig\.|chart|annex|appendix) \d+\w?\b[^.]{0,90}$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Rated:
    """A sentence of a passage, with its score. ``meaning``: cosine with the question; ``like``: that of the likest
    question that it answers (``retrieval.asked``), 0 where none is like it. ``met``: how well the question's
    words are met by the sentence's (late interaction). ``coverage``: the share of them that it holds. ``vector`` is the
    sentence's own. ``programme`` is what it is about: for a source's sentence to which a brief led, what the brief is
    about. ``core``: how well the weightiest words are met. Once it was chosen: ``relevance``
    (``retrieval.relevance``), and ``organisation``, whose it is (``retrieval.about``)."""

    passage: Passage
    sentence: int
    score: float
    meaning: float
    met: float
    coverage: float
    vector: Vectors
    programme: str | None
    core: float = 0.0
    like: float = 0.0
    relevance: float = 0.0
    organisation: str | None = None

    @property
    def line(self) -> tuple[str, int]:
        """Passage id and place of the sentence."""
        return self.passage.passage_id, self.sentence


@dataclass(frozen=True, slots=True)
class Evidence:
    """``passages`` and ``sentences``: best first. ``support``: 0 to 1, how surely what was asked is answered here.
    ``unmet``: words of the question whose meaning no sentence comes near. ``parts``: the same for each part of a
    question that asks several things, empty where it asks one."""

    query: Query
    passages: tuple[ScoredPassage, ...]
    sentences: tuple[Rated, ...]
    support: float
    unmet: frozenset[str]
    parts: tuple[tuple[Understood, Evidence], ...] = ()


def gather(
    question: Understood,
    encoder: Encoder,
    generation: Generation,
    narrowing: Narrowing,
    parts: Sequence[Understood] = (),
    without: frozenset[str] = frozenset(),
) -> Evidence:
    """``parts``: what a question asks, one by one, where that is several things. ``without``: ids of passages to be
    left out, as if the index did not hold them (for evaluation)."""
    finding = query_of(question.search_text, question.meaning_text, encoder, generation)
    focused = question.focus == question.meaning_text
    query = finding if focused else query_of(question.focus, question.focus, encoder, generation)
    others = [(query_of(one.text, one.text, encoder, generation), one.share) for one in question.otherwise]
    by_source, by_itself = search_both(generation, finding, _DEPTH, narrowing)
    for other, share in others:
        beside = search_both(generation, other, _DEPTH, narrowing)
        by_source, by_itself = (blended(*two, share) for two in zip((by_source, by_itself), beside, strict=True))
    if plainer := _without_worn(question, generation):
        light = query_of(plainer, plainer, encoder, generation)
        beside = search_both(generation, light, _DEPTH, narrowing)
        by_source, by_itself = (blended(*two, _PLAINER) for two in zip((by_source, by_itself), beside, strict=True))
        others, focused = [*others, (light, _PLAINER)], False
    leant = leaning(question, query, generation, narrowing)
    passages, looked_at = _ranked(leant(by_source, _DEPTH), leant(by_itself, _DEPTH), without)
    rated = rate(question, query, passages[:looked_at], generation)
    for other, share in () if focused else others:
        again = {one.line: one.score for one in rate(question, other, passages[:looked_at], generation)}
        rated = [replace(one, score=(1 - share) * one.score + share * again.get(one.line, one.score)) for one in rated]
    sentences = tuple(sorted(rated, key=lambda one: -one.score))
    found = tuple((part, gather(part, encoder, generation, narrowing, without=without)) for part in parts)
    unmet = _unmet_words(question, query, passages[:looked_at], generation)
    return Evidence(query, passages, sentences, support(sentences), unmet, found)


def _without_worn(question: Understood, generation: Generation) -> str:
    """What is asked of any programme (what stood in its way, what it cost), without the words that a great
    part of the passages have ("anchor", "trusts"); empty where there are none, or nothing else, or something else is
    asked."""
    named = question.organisations or question.programmes or question.otherwise
    if named or not any(one.words.search(question.question) for one in (BARRIERS, MONEY)):
        return ""
    often = _WORN * generation.words.count
    worn = {stem for stem in stems(question.focus) if generation.words.holding(stem) > often}
    kept = [word for word in question.focus.split() if worn.isdisjoint(stems(word))]
    left = " ".join(kept)
    return left if len(kept) < len(question.focus.split()) and telling(left) else ""


def _ranked(
    by_source: Sequence[ScoredPassage], by_itself: Sequence[ScoredPassage], without: frozenset[str]
) -> tuple[tuple[ScoredPassage, ...], int]:
    """The passages, best first, and how many of them to read sentence by sentence: the best of the sources' own, to
    which briefs lead, then the best of all as they stand, since a brief's sentence may lead where its passage does not.
    """
    by_source = [hit for hit in by_source if hit.passage.passage_id not in without]
    by_itself = [hit for hit in by_itself if hit.passage.passage_id not in without]
    looked_at = _each_once([*by_source[:_BY_SOURCE], *by_itself[:_BY_ITSELF]])
    return _each_once([*looked_at, *by_itself]), len(looked_at)


def _each_once(hits: Sequence[ScoredPassage]) -> tuple[ScoredPassage, ...]:
    found: dict[str, ScoredPassage] = {}
    for hit in hits:
        found.setdefault(hit.passage.passage_id, hit)
    return tuple(found.values())


def _unmet_words(
    question: Understood, query: Query, looked_at: Sequence[ScoredPassage], generation: Generation
) -> frozenset[str]:
    """Of the words that stand in no passage, those that no token of what was looked at is like."""
    if not len(query.tokens) or not looked_at:
        return frozenset(question.unknown_words)
    rows = [generation.place[hit.passage.passage_id] for hit in looked_at]
    best = np.max([similarities(generation.content.tokens, query.tokens, row).max(axis=1) for row in rows], axis=0)
    return frozenset(word for word in question.unknown_words if _nearest(word, question, query, best) < _LIKE)


def _nearest(word: str, question: Understood, query: Query, best: Vectors) -> float:
    at = question.focus.find(word)
    inside = (query.spans[:, 0] >= at) & (query.spans[:, 0] < at + len(word))
    return float(best[inside].min()) if at >= 0 and inside.any() else 0.0


def support(sentences: Sequence[Rated]) -> float:
    """The best of words met and words held, 0 to 1. On SQuAD 2.0, on which nothing was fitted, it tells questions whose
    passage was taken away from those whose was not far better than a retrieval score (evals/NOTES.md)."""
    met = max((one.met for one in sentences), default=0.0)
    return (max(met, 0.0) + _HELD * max((one.coverage for one in sentences), default=0.0)) / (1 + _HELD)


def rate(question: Understood, query: Query, scored: Sequence[ScoredPassage], generation: Generation) -> list[Rated]:
    """Every sentence of these passages that may be quoted, with its score, in passage order."""
    weights = {term: generation.words.weight(term) for term in question.terms}
    total = sum(weights.values()) or 1.0
    best = (scored[0].score if scored else 1.0) or 1.0
    expected = generation.asked.expected(query.like)
    filed = filed_under(question.question, generation)
    weightiest = np.argsort(-query.weights, kind="stable")[:_CORE] if len(query.tokens) else np.array([0])
    found: list[Rated] = []
    for hit in scored:
        passage = hit.passage
        row = generation.place[passage.passage_id]
        vectors = generation.sentence_vectors_of(row)
        meanings, likely = (vectors @ query.vector).tolist(), (vectors @ expected).tolist()
        nearest = told(query, row, generation) if len(query.tokens) else np.array(meanings)[:, None]
        met = weighted(nearest, query.weights).tolist() if len(query.tokens) else meanings
        core = nearest[:, weightiest].mean(axis=1).tolist()
        asked = query.answering.get(row, {})
        context = weights.keys() & stem_set(" ".join(passage.heading_path))
        spans = passage.sentences
        answers = {at for at, alike in asked.items() if alike >= ANSWERS and spans[at].kind is not BlockKind.HEADER}
        for place in sorted(answers.union(_quotable(passage, question.intent))):
            own = weights.keys() & stem_set(with_lead(passage, place))
            # A word in the heading counts half: the sentence is about it without saying it.
            coverage = sum(weights[t] if t in own else weights[t] / 2 for t in own | context) / total
            mean, meet, like = meanings[place], met[place], asked.get(place, 0.0)
            score = _MET * max(meet, like) + _WORDING * coverage + _PLACE * hit.score / best
            score += _EXPECTED * max(likely[place], 0.0) + _FILED * ((row, place) in filed)
            score += _shape_bonus(passage, place, question.intent)
            known = (mean, meet, coverage, vectors[place], passage.programme, core[place], like)
            found.append(Rated(passage, place, score, *known))
    return found


def told(query: Query, row: int, generation: Generation) -> Vectors:
    """Sentences of a passage × tokens of the question: the nearest token of each; what a sentence hangs from speaks
    with it."""
    passage, tokens = generation.content.passages[row], generation.content.tokens
    maxima = sentence_maxima(tokens, query.tokens, row, generation.first_sentence[row], len(passage.sentences))
    return np.stack(
        [
            np.maximum.reduce([maxima[place], *(maxima[other] for other in spoken_for(passage, place))])
            for place in range(len(passage.sentences))
        ]
    )


def spoken_for(passage: Passage, place: int) -> tuple[int, ...]:
    """The sentences without which one says less than it seems to: what it hangs from, and the one before, where it
    opens with a word whose meaning stands there."""
    lead = passage.sentences[place].lead
    before = (place - 1,) if leans_back(passage, place) else ()
    return before if lead is None else (*before, lead)


def leans_back(passage: Passage, place: int) -> bool:
    """Whether a sentence opens with a word whose meaning stands in the sentence before it."""
    if place == 0 or "\n" in passage.text[passage.sentences[place - 1].end : passage.sentences[place].start]:
        return False
    return points_back(passage.quote(place))


def points_back(text: str) -> bool:
    """Whether a sentence opens with a word whose meaning stands before it."""
    return bool(_POINTS_BACK.match(text))


def _quotable(passage: Passage, intent: Intent) -> Iterator[int]:
    """Places of the sentences that may be quoted by themselves. A list's introduction is quoted with its items only."""
    leads = {span.lead for span in passage.sentences}
    headings = {_letters(heading) for heading in (passage.source.title, *passage.heading_path)}
    for place, span in enumerate(passage.sentences):
        text = passage.quote(place)
        contact = span.kind is BlockKind.CONTACT or (intent is Intent.CONTACT and bool(REACHED.search(text)))
        if span.kind is BlockKind.HEADER or contact != (intent is Intent.CONTACT):
            continue
        if span.kind is BlockKind.ROW:
            if len(with_lead(passage, place).split()) >= 4:  # "2021, 19%" says enough under its header
                yield place
        elif place not in leads and says_something(text) and _letters(text) not in headings:
            yield place


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


@lru_cache(maxsize=50_000)
def says_something(text: str) -> bool:
    words = text.split()
    if _IMPRINT.search(text) or not _IN_WORDS.search(text):
        return False
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


def with_lead(passage: Passage, place: int) -> str:
    """A sentence, after what it hangs from."""
    lead = passage.sentences[place].lead
    return passage.quote(place) if lead is None else f"{passage.quote(lead)} {passage.quote(place)}"
