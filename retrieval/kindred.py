"""Which of several: "which acute trusts", "examples of trusts working on housing", "common barriers".

One sentence a trust, of a programme of its that is truly about what is asked; of barriers one a place in which the
records file them. Nothing where one trust or programme is named: then its own passages answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from corpus.records import RecordKind, original_parts
from retrieval.about import attributed
from retrieval.aspects import BARRIERS, asks_outcome
from retrieval.choose import in_own_words
from retrieval.cite import Found, Piece, Quotation, heading_of, overlap, role_of, vector_of
from retrieval.evidence import Evidence, Rated, rate, says_something
from retrieval.facets import THEMES, facets_of, outermost, phrases_for, without_facets
from retrieval.generation import Generation, StoredSource
from retrieval.index import fits
from retrieval.intent import telling
from retrieval.relevance import SURE, relevance
from retrieval.search import among
from retrieval.statements import quoted, readable, statements, told
from retrieval.types import Narrowing
from retrieval.understand import Intent, Understood
from retrieval.words import stem_set

_BODIES = r"(?:trusts|providers|hospitals|organisations|programmes|schemes|projects|initiatives|case studies)"
_KIND = re.compile(r"\b(?:which|what) (?:of the |other )?((?:[\w’'-]+ ){1,4}?(?:trusts|providers|hospitals))\b", re.I)
_EACH = re.compile(
    rf"\b(?:which|what) (?:of the |other )?(?:[\w’'-]+ ){{0,3}}?{_BODIES}\b(?! (?:should|could|can|would|do we)\b)"
    rf"|\bexamples? of\b|\b{_BODIES} (?:that|who|which|working|doing|with|using)\b"
    r"|\bwho else (?:has|have|is|does)\b|\bwhich trusts?\b",
    re.I,
)
_COMMON = re.compile(r"\b(?:common|commonest|main|typical|usual|biggest|general|recurring|greatest|key)\b", re.I)
_MAINLY, _HALF = 1 / 3, 1 / 2  # of what a record is about
_ON_THEME = 0.75  # log odds that a sentence of a programme on the theme is worth more
_LOOKED_AT = 80  # passages of trusts
_MOST, _OF_ONE = 8, 2  # sentences in all, and of one trust
_WORDS = 10  # of a sentence that is shown by itself
_OF_ONLY_ONE = 4  # the same, where no other trust is told of
_FEWEST = 2  # trusts, below which nobody asks which of them
_BEST = -0.5  # log odds that the best of them must reach
_SAME, _SAME_AS_BRIEF = 0.9, 0.65  # cosines above which two say the same
_TOLD_IN = ("summary", "points", "outcomes", "facts", "settings")
_IN_GENERAL, _BARRIERS, _WORN = 6, 10, 0.2  # barriers; share of the passages that hold a word which narrows nothing

_SAYING = frozenset(telling("face meet encounter sort kind area field across report source document case study"))

Themes = Mapping[str, set[str]]


def kindred(asked: Understood, evidence: Evidence, generation: Generation, narrowing: Narrowing) -> Found:
    """Nothing where no such question is asked, or fewer than two trusts or programmes are told of."""
    if asked.organisations or asked.programmes or asked.unknown_names or asked.intent is Intent.CONTACT:
        return Found()
    if common := _common_barriers(asked, evidence, generation, narrowing):
        return Found(tuple(_as_pieces(common, asked)))
    named = _KIND.search(asked.question)
    kinds = set(facets_of(named[1]).get("trust_type", ())) if named else set()
    if not kinds and not _EACH.search(asked.question):
        return Found()
    of_them = asked.question[named.end() :] if named and kinds else asked.question
    themes = _themes(of_them)
    bodies = _bodies(kinds, generation)
    if kinds and not themes:
        summaries = (_summary(held, generation, narrowing) for _, held in sorted(bodies.items()))
        return _found((one for one in summaries if one), asked)
    asked = replace(asked, question=of_them)
    return _found(_of_each(asked, evidence, bodies, themes, generation, narrowing), asked)


def is_whole(question: str) -> bool:
    """Whether nothing belongs beside what is told: of trusts of a kind, whatever else answers may be of another; of
    barriers in common, the records file them."""
    named = _KIND.search(question)
    of_kind = named is not None and "trust_type" in facets_of(named[1])
    return of_kind or bool(BARRIERS.words.search(question) and _COMMON.search(question))


def speaks_of_kind(gap: str, question: str) -> bool:
    """Whether a gap is only of the words that name the kind, which the records know, not the sentences."""
    named = _KIND.search(question)
    return named is not None and any(f"“{word}”" in gap for word in named[1].split())


def _found(quotations: Iterable[Quotation], asked: Understood) -> Found:
    pieces = tuple(_as_pieces(quotations, asked))
    return Found(pieces) if len(pieces) >= _FEWEST else Found()


def _as_pieces(quotations: Iterable[Quotation], asked: Understood) -> Iterator[Piece]:
    """Under whose it is and what programme, said once where one follows another."""
    before = ""
    for one in quotations:
        heading = heading_of(one)
        yield Piece(role_of(one, asked.intent), one, heading if heading != before else None)
        before = heading


def _themes(text: str) -> Themes:
    """What it is about; the people whom it is for only where nothing else is named."""
    wanted = {name: set(values) for name, values in outermost(text, THEMES).items()}
    return {name: values for name, values in wanted.items() if name != "population"} or wanted


def _bodies(kinds: set[str], generation: Generation) -> dict[str, list[StoredSource]]:
    """The organisations, of these kinds if any are asked for, with their records."""
    found: dict[str, list[StoredSource]] = {}
    for stored in generation.content.sources:
        if stored.record and stored.organisation and (not kinds or kinds & set(stored.organisation.trust_type)):
            found.setdefault(stored.organisation.name, []).append(stored)
    return found


def _summary(held: Sequence[StoredSource], generation: Generation, narrowing: Narrowing) -> Quotation | None:
    """What an organisation is about."""
    of_body = (one for one in held if one.record and one.record.kind is RecordKind.ORGANISATION)
    said = (
        quoted(one, statement, generation, narrowing) for one in of_body for statement in statements(one, "summary")
    )
    return next((one for one in said if one), None)


def _of_each(
    asked: Understood,
    evidence: Evidence,
    bodies: Mapping[str, Sequence[StoredSource]],
    themes: Themes,
    generation: Generation,
    narrowing: Narrowing,
) -> Iterator[Quotation]:
    """Of each organisation the sentence that answers best, best first, and a second of another programme; then of
    those whose programmes are mainly on the theme, what these are. Only the latter where nothing but a theme is asked.
    """
    programmes = (one for held in bodies.values() for one in held if _is_programme(one))
    on_theme = sorted(
        (one for one in programmes if _share(one, themes) >= _MAINLY and _says_so(one, asked.question)),
        key=lambda one: -_share(one, themes),
    )
    titles = {one.record.title for one in on_theme if one.record}
    only_theme = not set(telling(without_facets(asked.question, THEMES)))
    found = [] if only_theme else list(_answering(asked, evidence, bodies, titles, generation, narrowing))
    if not only_theme and max((one.relevance for one in found), default=-np.inf) < _BEST:
        return
    found.sort(key=lambda one: -one.relevance - _ON_THEME * (one.programme in titles))
    filled = on_theme if only_theme or set(themes) - {"population"} else []
    every = [one for one in map(_alone, found) if one]
    every += [one for stored in filled if (one := _of_record(stored, asked, evidence, generation, narrowing))]
    kept: list[Quotation] = []
    several = len({_whose(one) for one in every}) > 1
    for at_most in range(1, (_OF_ONE if several else _OF_ONLY_ONE) + 1):  # one of each before a second of any
        for one in every:
            if len(kept) < _MOST and _is_new(one, kept, at_most, generation):
                kept.append(one)
    whose = [_whose(one) for one in kept]
    yield from sorted(kept, key=lambda one: whose.index(_whose(one)))


def _is_programme(stored: StoredSource) -> bool:
    return stored.record is not None and stored.record.kind is RecordKind.PROGRAMME


def _says_so(stored: StoredSource, question: str) -> bool:
    """Whether a record has the words by which the question names its theme: "a living wage" is not all of income. What
    is half of one of the five pillars that are named is so in whatever words."""
    pillars = {name: values for name, values in _themes(question).items() if name == "pillar"}
    if _share(stored, pillars) >= _HALF:
        return True
    said = stem_set(" ".join(one.says for field in _TOLD_IN for one in statements(stored, field)))
    said |= stem_set(stored.record.title if stored.record else "")
    return any(stem_set(phrase) <= said for phrase in phrases_for(question, tuple(_themes(question))))


def _whose(one: Quotation) -> str:
    return one.organisation or one.passage.organisation or ""


def _is_new(one: Quotation, kept: Sequence[Quotation], at_most: int, generation: Generation) -> bool:
    """Whether it is of another programme than what is told of its organisation, and says something else."""
    of_same = [other for other in kept if _whose(other) == _whose(one)]
    if len(of_same) >= at_most or any(one.programme == other.programme for other in of_same):
        return False
    vector = vector_of(one, generation)
    return not any(overlap(one, other) or float(vector @ vector_of(other, generation)) > _SAME for other in kept)


def _alone(one: Rated) -> Quotation | None:
    text = one.passage.quote(one.sentence)
    alone = Quotation(one.passage, one.sentence, one.sentence, one.programme, one.organisation)
    whole = readable(alone) if says_something(text) else None
    return whole if whole and len(whole.text.split()) >= _WORDS else None


def _of_record(
    stored: StoredSource, asked: Understood, evidence: Evidence, generation: Generation, narrowing: Narrowing
) -> Quotation | None:
    """What a programme is, or what came of it where that is asked; in the source's words where they say the same and
    can be read alone."""
    fields = ("facts", "outcomes", "summary") if asks_outcome(asked.question) else ("summary",)
    said = (told(stored, one, generation, narrowing) for field in fields for one in statements(stored, field))
    found = [one for one in said if one]
    return max(found, key=lambda one: float(vector_of(one, generation) @ evidence.query.vector), default=None)


def _share(stored: StoredSource, themes: Themes) -> float:
    """How much of what a record is about is asked for."""
    if stored.record is None or not themes:
        return 0.0
    held = {name: getattr(stored.record.facets, name) for name in themes}
    return max((len(themes[name] & set(values)) / len(values) for name, values in held.items() if values), default=0.0)


def _answering(
    asked: Understood,
    evidence: Evidence,
    bodies: Iterable[str],
    on_theme: set[str],
    generation: Generation,
    narrowing: Narrowing,
) -> Iterator[Rated]:
    """The sentences of these organisations, in the sources' own words, that surely answer; what is told of a programme
    on the theme more readily."""
    lists = {one.source for one in generation.content.sources if one.conflicts or one.terms}
    overviews = {
        one.source for one in generation.content.sources if one.record and one.record.kind is RecordKind.ORGANISATION
    }
    wanted = set(bodies)
    rows = [
        row
        for row, one in enumerate(generation.content.passages)
        if one.organisation in wanted and one.source not in lists and fits(one, narrowing)
    ]
    if not rows:
        return
    hits = among(generation, evidence.query, rows, _LOOKED_AT)
    near = {hit.passage.passage_id for hit in hits}
    for one in rate(asked, evidence.query, (*evidence.passages[:1], *hits), generation):
        weight = relevance(one, evidence, generation) if one.passage.passage_id in near else -np.inf
        if weight >= SURE - _ON_THEME:
            whose = attributed(in_own_words(one, generation, narrowing), generation)
            bonus = _ON_THEME * (whose.programme in on_theme)
            of_them = (whose.organisation or whose.passage.organisation) in wanted
            if weight + bonus >= SURE and of_them and whose.passage.source not in overviews:
                yield replace(whose, relevance=float(weight))


def _common_barriers(
    asked: Understood, evidence: Evidence, generation: Generation, narrowing: Narrowing
) -> list[Quotation]:
    """What the records file as having stood in the way, one of each section or trust, what is told of none in
    particular first; nothing where the question narrows them by anything."""
    question = asked.question
    if not (BARRIERS.words.search(question) and _COMMON.search(question)):
        return []
    worn = _WORN * generation.words.count
    topic = set(telling(BARRIERS.words.sub(" ", _COMMON.sub(" ", question)))) - _SAYING
    if any(generation.words.holding(stem) <= worn for stem in topic):
        return []
    filed = (
        told(stored, said, generation, narrowing)
        for stored in generation.content.sources
        for said in statements(stored, "barriers")[:1]
    )
    ranked = sorted(
        (one for one in filed if one), key=lambda one: -float(vector_of(one, generation) @ evidence.query.vector)
    )
    sections: dict[str, Quotation] = {}
    for one in ranked:
        section = _whose(one) or _section(one)
        if section not in sections and not any(_say_same(one, other, generation) for other in sections.values()):
            sections[section] = one
    in_general = [one for one in sections.values() if not _whose(one)]
    return [*in_general[:_IN_GENERAL], *(one for one in sections.values() if _whose(one))][:_BARRIERS]


def _section(one: Quotation) -> str:
    """Under which heading of its source it stands, or was learnt."""
    original = one.passage.originals[one.first] if one.passage.originals else ""
    source, headings = (
        original_parts(original) if original else (one.passage.source.source_id, one.passage.heading_path)
    )
    return f"{source} {headings[-1] if headings else ''}".lower()


def _say_same(one: Quotation, other: Quotation, generation: Generation) -> bool:
    return float(vector_of(one, generation) @ vector_of(other, generation)) > _SAME_AS_BRIEF
