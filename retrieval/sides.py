"""Two or more organisations or programmes side by side, on what the question asks of them.

Each is looked up among its own passages, so that what is said of one never stands for another. An aspect that the
records of one leave open, because no source states it, is told as a gap; nothing is called better.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.entries import Measures
from corpus.gaps import money_put_in
from corpus.records import RecordKind, Statement, original_parts
from corpus.types import Basis, Passage
from retrieval.aspects import ASPECTS, BARRIERS, EVALUATION, MONEY, OUTCOMES, PARTNERS, Aspect
from retrieval.choose import within
from retrieval.cite import Found, Piece, Quotation, overlap, pieces_of, place_of, vector_of
from retrieval.encode import Encoder
from retrieval.evidence import Evidence, Rated, rate
from retrieval.generation import Generation, StoredSource
from retrieval.index import fits
from retrieval.intent import telling
from retrieval.notices import GAP_NO_RANKING, GAP_NOT_STATED, GAP_NOTHING_HELD
from retrieval.parts import sets_beside
from retrieval.search import Query, among, query_of
from retrieval.types import BlockRole, Narrowing
from retrieval.understand import Intent, Understood

_MOST = 4  # sides
_ROOM = 300  # words: more than for one thing, because each must be understood by itself
_LOOKED_AT = 12  # passages of each
_BEHIND = 0.15  # taken from the score of what only a brief says
_STATEMENTS = 4  # of what its records state on an aspect
_ASPECTS_AT_MOST = 4
_ONE_AT_A_TIME = (Intent.CONTACT, Intent.DEFINITION, Intent.START)


_SUMMARY = Aspect("what it is", re.compile(""), ("summary",))
_IN_GENERAL = (_SUMMARY, OUTCOMES, MONEY, EVALUATION, PARTNERS, BARRIERS)
# Asks which of them comes first; each side's own sentences cannot say that.
_RANKS = re.compile(
    r"\b(?:which|who|does|do|did|is|are|was|were)\b[^?]*\b(?:more|less|fewer|most|least|first|last|better|best|worse|worst"
    r"|(?:cheap|quick|fast|slow|big|large|small|high|low|soon|earli|strong|great|long)(?:er|est))\b",
    re.I,
)
_COMPARING = frozenset(
    telling("compare compared comparison contrast difference differ different versus vs similar side")
)


@dataclass(frozen=True, slots=True)
class _Thing:
    """A programme by its id, or an organisation by its display name."""

    key: str
    is_programme: bool

    def holds(self, passage: Passage) -> bool:
        return self.key == (passage.programme_id if self.is_programme else passage.organisation)

    def is_told_by(self, stored: StoredSource) -> bool:
        if self.is_programme:
            return stored.record is not None and stored.record.id == self.key
        return stored.organisation is not None and stored.organisation.name == self.key

    def is_all_of(self, asked: Understood) -> bool:
        return (asked.programmes if self.is_programme else asked.organisations) == (self.key,)


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the things compared. ``asked``: what is asked of it, without its name, which each of its passages has
    anyhow. ``rows``: its passages within what the reader asked to be kept to; ``held``: its briefs, that of an
    organisation first."""

    name: str
    asked: Understood
    query: Query
    rows: tuple[int, ...]
    held: tuple[StoredSource, ...]

    def states(self, aspect: Aspect) -> list[tuple[StoredSource, Statement]]:
        return [(one, said) for one in self.held for field in aspect.fields for said in _statements(one, field)]


def compared(
    asked: Understood, evidence: Evidence, encoder: Encoder, generation: Generation, narrowing: Narrowing
) -> Found:
    """A group of quotations for each thing that the question sets beside others; nothing where it names fewer than
    two."""
    things = _things(asked, generation)[:_MOST]
    if len(things) < 2 or asked.intent in _ONE_AT_A_TIME:
        return Found()
    named = set(telling(" ".join(_names(things, asked, generation))))
    plain = [_without(_part(asked, evidence, thing), named) for thing in things]
    sides = [_side(thing, one, encoder, generation, narrowing) for thing, one in zip(things, plain, strict=True)]
    if not any(one.terms for one in plain):
        return _in_general(sides, generation, narrowing)
    aspect = next((one for one in ASPECTS if one.words.search(plain[0].meaning_text)), None)
    found = [_on(side, aspect, evidence, generation, narrowing, _ROOM // len(sides)) for side in sides]
    ranking = (GAP_NO_RANKING,) if _RANKS.search(asked.question) else ()
    gaps = (*(gap for one in found for gap in one.gaps), *ranking)
    return Found(tuple(piece for one in found for piece in one.pieces), gaps)


def _things(asked: Understood, generation: Generation) -> tuple[_Thing, ...]:
    """What the question names: its programmes, and the organisations that run none of them, where it sets these beside
    one another ("Barts' Green Hub" names what Barts has not got)."""
    owned = {
        stored.record.id: stored.organisation.name
        for stored in generation.content.sources
        if stored.record and stored.organisation and stored.record.id in asked.programmes
    }
    programmes = tuple(_Thing(one, True) for one in asked.programmes)
    bodies = tuple(_Thing(one, False) for one in asked.organisations if one not in owned.values())
    if programmes and bodies and sets_beside(asked.question):
        return (*programmes, *bodies)
    if len(programmes) > 1:
        return programmes
    return tuple(_Thing(one, False) for one in asked.organisations)


def _names(things: Sequence[_Thing], asked: Understood, generation: Generation) -> Iterator[str]:
    """By what the things compared are called."""
    yield from (*(thing.key for thing in things), *asked.expansions)
    for stored in generation.content.sources:
        for thing in things:
            if thing.is_told_by(stored) and thing.is_programme and stored.record:
                yield from (stored.record.title, *stored.record.aliases)
            elif thing.is_told_by(stored) and stored.organisation:
                yield from stored.organisation.aliases


def _part(asked: Understood, evidence: Evidence, thing: _Thing) -> Understood:
    """What is asked of one side alone, or else the whole."""
    return next((part for part, _ in evidence.parts if thing.is_all_of(part)), asked)


def _without(asked: Understood, named: set[str]) -> Understood:
    words = (word for word in asked.meaning_text.split() if not set(telling(word)) & (named | _COMPARING))
    terms = tuple(term for term in asked.terms if term not in named | _COMPARING)
    return replace(asked, meaning_text=" ".join(words), terms=terms)


def _side(thing: _Thing, asked: Understood, encoder: Encoder, generation: Generation, narrowing: Narrowing) -> _Side:
    sources = generation.content.sources
    lists = {one.source for one in sources if one.conflicts}  # what it says of conflicts is told as one (``conflicts``)
    held = [one for one in sources if one.record and thing.is_told_by(one)]
    held.sort(key=lambda one: one.record is not None and one.record.kind is not RecordKind.ORGANISATION)
    rows = tuple(
        row
        for row, one in enumerate(generation.content.passages)
        if thing.holds(one) and one.source not in lists and fits(one, narrowing)
    )
    title = next((one.record.title for one in held if one.record), thing.key) if thing.is_programme else thing.key
    return _Side(title, asked, query_of(asked.meaning_text, asked.meaning_text, encoder, generation), rows, tuple(held))


def _on(
    side: _Side,
    aspect: Aspect | None,
    evidence: Evidence,
    generation: Generation,
    narrowing: Narrowing,
    room: int,
) -> Found:
    """What one side's records state on the aspect, nearest to the question first, then what else its passages say."""
    if not side.rows:
        return Found(gaps=(GAP_NOTHING_HELD.format(name=side.name),))
    stated = _stated(side, aspect, generation, narrowing) if aspect else []
    if aspect and side.held and not stated:
        return Found(gaps=(GAP_NOT_STATED.format(name=side.name, aspect=aspect.name),))
    hits = among(generation, side.query, side.rows, _LOOKED_AT)
    rated = sorted(
        (_behind(one, generation) for one in rate(side.asked, side.query, hits, generation)),
        key=lambda one: -one.score,
    )
    there = replace(evidence, query=side.query, passages=hits, sentences=tuple(rated), parts=())
    left = room - sum(len(one.text.split()) for one in stated)
    found = within(side.asked, there, generation, narrowing, left) if rated and left > 0 else []
    besides = [
        one.quotation for one in pieces_of(found, side.asked.intent) if _is_told_of(side, one.quotation, generation)
    ]
    if aspect:  # the heading must be true of what stands under it
        besides = [one for one in besides if aspect.words.search(one.text)]
    heading = f"{side.name}: {aspect.name}" if aspect else side.name
    return Found(tuple(_grouped(_once_each((*stated, *besides)), heading)))


def _stated(side: _Side, aspect: Aspect, generation: Generation, narrowing: Narrowing) -> list[Quotation]:
    found = {
        quotation: float(vector_of(quotation, generation) @ side.query.vector)
        for stored, said in side.states(aspect)
        if (quotation := _quoted(stored, said, generation, narrowing))
    }
    return _once_each(sorted(found, key=lambda one: -found[one]))[:_STATEMENTS]


def _is_told_of(side: _Side, quotation: Quotation, generation: Generation) -> bool:
    """Whether a quotation stands in the side's own passages, or is where one of its briefs leads: a list that is quoted
    whole may run over to others."""
    row = generation.place[quotation.passage.passage_id]
    if row in side.rows:
        return True
    led = (lead for one in side.rows for lead in generation.leads(one).tolist())
    return any(there == row and quotation.first <= at <= quotation.last for there, at in led)


def _behind(one: Rated, generation: Generation) -> Rated:
    """What only a brief says, of a source that is held, comes after what the source says itself."""
    row = generation.place[one.passage.passage_id]
    leads = int(generation.leads(row)[one.sentence][0]) >= 0
    ours = one.passage.source.basis is Basis.BRIEF and bool(one.passage.originals)
    alone = ours and not leads and generation.holds(original_parts(one.passage.originals[one.sentence])[0])
    return replace(one, score=one.score - _BEHIND) if alone else one


def _once_each(quotations: Iterable[Quotation]) -> list[Quotation]:
    kept: list[Quotation] = []
    for one in quotations:
        if not any(overlap(one, other) for other in kept):
            kept.append(one)
    return kept


def _grouped(quotations: Iterable[Quotation], heading: str) -> Iterator[Piece]:
    for place, quotation in enumerate(quotations):
        yield Piece(BlockRole.COMPARE, quotation, heading if place == 0 else None)


def _in_general(sides: Sequence[_Side], generation: Generation, narrowing: Narrowing) -> Found:
    """Where nothing particular is asked: what every side states, one statement of each."""
    rows: list[tuple[Piece, ...]] = []
    for aspect in _IN_GENERAL:
        shown = {piece.quotation for row in rows for piece in row}
        cells = [
            next(
                (one for stored, said in side.states(aspect) if (one := _quoted(stored, said, generation, narrowing))),
                None,
            )
            for side in sides
        ]
        told = [one for one in cells if one and one not in shown]
        if len(told) == len(sides) and len(rows) < _ASPECTS_AT_MOST:
            headings = (f"{side.name}: {aspect.name}" for side in sides)
            rows.append(tuple(Piece(BlockRole.COMPARE, *one) for one in zip(told, headings, strict=True)))
    return Found(tuple(piece for row in rows for piece in row))


def _quoted(stored: StoredSource, said: Statement, generation: Generation, narrowing: Narrowing) -> Quotation | None:
    """A statement in its source's own words where the source is held, else in our brief's."""
    passages = (one for one in generation.content.passages if one.source == stored.source and fits(one, narrowing))
    ours = place_of(passages, said.says)
    if ours is None:
        return None
    row = generation.place[ours.passage.passage_id]
    there, sentence = generation.leads(row)[ours.first].tolist()
    if there < 0 or not fits(generation.content.passages[there], narrowing):
        return ours
    return Quotation(generation.content.passages[there], sentence, sentence, ours.programme)


def _statements(stored: StoredSource, field: str) -> Sequence[Statement]:
    """What a record states in one of its fields; money put in tells a cost, whatever field it stands in."""
    if stored.record is None:
        return ()
    measures = stored.measures or Measures()
    held: Statement | Sequence[Statement] = getattr(stored.record, field)
    if field == "facts":  # the year in which something began is no outcome
        return [fact for fact in stored.record.facts if fact.measure in measures.result]
    said = (held,) if isinstance(held, Statement) else held
    return said or (money_put_in(stored.record, measures) if field == "cost" else ())
