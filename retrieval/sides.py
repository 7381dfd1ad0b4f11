"""Two or more organisations or programmes side by side, on what the question asks of them.

Each is looked up among its own passages, so that what is said of one never stands for another. An aspect that the
records of one leave open, because no source states it, is told as a gap; nothing is called better.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.records import RecordKind, Statement, original_parts
from corpus.types import Basis, Passage
from retrieval.aspects import ASPECTS, BARRIERS, EVALUATION, MONEY, OUTCOMES, PARTNERS, Aspect
from retrieval.choose import within
from retrieval.cite import Found, Piece, Quotation, left_of, overlap, pieces_of, vector_of
from retrieval.encode import Encoder
from retrieval.evidence import Evidence, Rated, rate
from retrieval.facets import THEMES, facets_of
from retrieval.generation import Generation, StoredSource
from retrieval.index import fits
from retrieval.intent import telling
from retrieval.notices import GAP_NO_RANKING, GAP_NOT_STATED, GAP_NOTHING_HELD, GAP_NOTHING_QUOTED
from retrieval.parts import sets_beside
from retrieval.search import Query, among, query_of
from retrieval.statements import quoted, readable, statements, told
from retrieval.types import BlockRole, Narrowing
from retrieval.understand import Intent, Understood
from retrieval.words import figures, stem_set

_MOST = 4  # sides
_ROOM = 300  # words: more than for one thing, because each must be understood by itself
_LOOKED_AT = 12  # passages of each
_BEHIND = 0.15  # taken from the score of what only a brief says
_STATEMENTS = 5  # of what its records state on an aspect
_OF_RECORDS = 0.75  # of the room, for what records say on a theme
_MAINLY = 1 / 3  # of what a record is about
_ON_A_THEME = 6  # statements
_A_FIGURE = 0.1  # what a figure is worth beside nearness
_AGAIN = 0.85  # cosine from which a sentence says again what another does
_FEW = 40  # words of room, below which nothing is sought to fill it
_ASPECTS_AT_MOST = 4
_ONE_AT_A_TIME = (Intent.CONTACT, Intent.DEFINITION, Intent.START)


# For whom: by the people whom a record is of.
_WHO_FOR = re.compile(
    r"\bwhom?\b[^?]*\b(?:benefit\w*|gains?)\b|\bwhom?\b[^?]* (?:is|are|was|were)\b[^?]{0,20}\bfor\W*$|\bfor whom\b"
    r"|\bwhom? (?:do|does|did)\b[^?]*\b(?:help|serve|reach)\b|\bbeneficiar\w+"
    r"|\b(?:target|intended) (?:group|audience|population)s?\b",
    re.I,
)
_SUMMARY = Aspect("what it is", re.compile(""), ("summary",))
_IN_GENERAL = (_SUMMARY, OUTCOMES, MONEY, EVALUATION, PARTNERS, BARRIERS)
# Asks which of them comes first; each side's own sentences cannot say that.
_RANKS = re.compile(
    r"\b(?:which|who|does|do|did|is|are|was|were)\b[^?]*\b(?:more|less|fewer|most|least|first|last|better|best|worse|worst"
    r"|(?!(?-i:Greater [A-Z]))"
    r"(?:cheap|quick|fast|slow|big|large|small|high|low|soon|earli|strong|great|long)(?:er|est))\b",
    re.I,
)
_GIVES = re.compile(r"\b(?:grants?|giv(?:e|es|en|ing)|gave|award\w*|donat\w*)\b", re.I)
_GIVEN = re.compile(
    r"(?<!was )(?<!were )\b(?:provided?|provides|awarded|awards|gave|gives?|given|giving|donated)\b"
    r"(?:[^.;]|\.\d)*(?:£\d|\b(?:grants?|funding|money)\b)(?:[^.;]|\.\d)*\bto\b",
    re.I,
)
_NOTIONS = re.compile(
    r"\b(?:differences?|distinction) (?:is there )?between (?:an? |the )?(.+?) and (?:an? |the )?(.+?)\W*$"
    r"|^\W*compare (?:an? |the )?(.+?) (?:and|with|to) (?:an? |the )?(.+?)\W*$",
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
    organisation first; of an organisation only those on the theme that is asked about, where any is (``themed``)."""

    name: str
    asked: Understood
    query: Query
    rows: tuple[int, ...]
    held: tuple[StoredSource, ...]
    themed: bool

    @property
    def is_nobodys(self) -> bool:
        """Whether it is a programme of no organisation that is held."""
        return any(one.record and one.record.title == self.name and not one.organisation for one in self.held)

    def states(self, aspect: Aspect) -> list[tuple[StoredSource, Statement]]:
        return [(one, said) for one in self.held for field in aspect.fields for said in statements(one, field)]


def compared(
    asked: Understood, evidence: Evidence, encoder: Encoder, generation: Generation, narrowing: Narrowing
) -> Found:
    """A group of quotations for each thing that the question sets beside others; nothing where it names fewer than
    two."""
    things = _things(asked, generation)[:_MOST]
    if not asked.organisations and len(things) < 2 and (notions := _notions_in(asked.question, generation)):
        return _notions(notions, asked, evidence, encoder, generation, narrowing)
    if len(things) < 2 or asked.intent in _ONE_AT_A_TIME:
        return Found()
    named = set(telling(" ".join(_names(things, asked, generation))))
    plain = [_without(_part(asked, evidence, thing), named) for thing in things]
    sides = [_side(thing, one, encoder, generation, narrowing) for thing, one in zip(things, plain, strict=True)]
    if _WHO_FOR.search(asked.question):
        return Found(tuple(piece for side in sides for piece in _for_whom(side, generation, narrowing)))
    aspect = next((one for one in ASPECTS if one.words.search(plain[0].meaning_text)), None)
    if not aspect and not any(one.terms for one in plain):
        return _in_general(sides, generation, narrowing)
    found = [_on(side, aspect, evidence, generation, narrowing, _ROOM // len(sides)) for side in sides]
    ranking = (GAP_NO_RANKING,) if _RANKS.search(asked.question) else ()
    gaps = (*(gap for one in found for gap in one.gaps), *ranking)
    return Found(tuple(piece for one in found for piece in one.pieces), gaps)


def _notions_in(question: str, generation: Generation) -> tuple[str, ...]:
    """The two that a question asks the difference of; none where a word of theirs stands nowhere."""
    found = _NOTIONS.search(question)
    names = tuple(name for name in found.groups() if name) if found else ()
    known = (telling(name) and all(generation.words.holding(stem) for stem in telling(name)) for name in names)
    return names if all(known) else ()


def _notions(
    names: Sequence[str],
    asked: Understood,
    evidence: Evidence,
    encoder: Encoder,
    generation: Generation,
    narrowing: Narrowing,
) -> Found:
    """What the sources say of each of two notions; nothing where the same sentences speak of both, which then tell the
    difference themselves."""
    rows = tuple(row for row, one in enumerate(generation.content.passages) if fits(one, narrowing))
    found = []
    for name in names:
        one = replace(asked, question=f"What is {name}?", meaning_text=name, terms=tuple(dict.fromkeys(telling(name))))
        one = replace(one, intent=Intent.DEFINITION, organisations=(), programmes=())
        query = query_of(one.meaning_text, one.meaning_text, encoder, generation)
        side = _Side(f"{name[:1].upper()}{name[1:]}", one, query, rows, (), themed=False)
        found.append(_on(side, None, evidence, generation, narrowing, _ROOM // len(names)))
    pieces = [piece for name, one in zip(names, found, strict=True) for piece in _naming(name, one.pieces)]
    if any(overlap(a.quotation, b.quotation) for at, a in enumerate(pieces) for b in pieces[:at]):
        return Found()
    return Found(tuple(pieces), tuple(gap for one in found for gap in one.gaps))


def _naming(name: str, pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Those that say the whole name of a notion, where any does."""
    whole = [set(telling(name)) <= stem_set(piece.quotation.text) for piece in pieces]
    return tuple(left_of(pieces, whole)) if any(whole) else pieces


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
    query = query_of(asked.meaning_text, asked.meaning_text, encoder, generation)
    themed = [] if thing.is_programme else [one for one in held if _is_on(one, asked)]
    return _Side(title, asked, query, rows, tuple(themed or held), bool(themed))


def _is_on(stored: StoredSource, asked: Understood) -> bool:
    """Whether a record is mainly about what is asked by its facets: "sustainability" is a word of few who did something
    for it."""
    if stored.record is None or stored.record.kind is not RecordKind.PROGRAMME:
        return False
    wanted = facets_of(asked.meaning_text)
    values = {name: getattr(stored.record.facets, name) for name in THEMES if name in wanted}
    return any(len(set(wanted[name]) & set(held)) >= _MAINLY * len(held) > 0 for name, held in values.items())


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
    stated = (
        _stated(side, aspect, generation, narrowing)
        if aspect
        else _on_theme(side, round(_OF_RECORDS * room), generation, narrowing)
    )
    if aspect and side.held and not stated:
        return Found(gaps=(GAP_NOT_STATED.format(name=side.name, aspect=aspect.name),))
    hits = among(generation, side.query, side.rows, _LOOKED_AT)
    rated = sorted(
        (_behind(one, generation) for one in rate(side.asked, side.query, hits, generation)),
        key=lambda one: -one.score,
    )
    there = replace(evidence, query=side.query, passages=hits, sentences=tuple(rated), parts=())
    left = room - sum(len(one.text.split()) for one in stated)
    found = within(side.asked, there, generation, narrowing, left) if rated and left > _FEW else []
    besides = [
        whole
        for one in pieces_of(found, side.asked.intent)
        if _is_told_of(side, one.quotation, generation) and (whole := readable(one.quotation))
    ]
    if aspect:  # the heading must be true of what stands under it
        besides = [one for one in besides if aspect.words.search(one.text) and not _is_given(one, aspect, side)]
    heading = f"{side.name}: {aspect.name}" if aspect else side.name
    cell = tuple(_grouped(_without_repeats((*stated, *besides), generation), heading))
    return Found(cell, () if cell else (GAP_NOTHING_QUOTED.format(name=side.name),))


def _for_whom(side: _Side, generation: Generation, narrowing: Narrowing) -> Iterator[Piece]:
    """Of each programme a statement that names people whom its record is of, and whom no other above it does; what it
    is, where none names any."""
    kept: list[Quotation] = []
    people: set[str] = set()
    for stored in side.held:
        of = set(stored.record.facets.population) if stored.record else set()
        every = [said for field in ("summary", "steps", "outcomes", "points") for said in statements(stored, field)]
        named = next((said for said in every if (set(facets_of(said.says).get("population", ())) & of) - people), None)
        said = named or (every[0] if every and len(side.held) == 1 else None)
        if said and len(kept) < _STATEMENTS and (one := told(stored, said, generation, narrowing)):
            people |= set(facets_of(said.says).get("population", ())) & of
            kept.append(one)
    yield from _grouped(_once_each(kept), f"{side.name}: for whom")


def _stated(side: _Side, aspect: Aspect, generation: Generation, narrowing: Narrowing) -> list[Quotation]:
    """The nearest to the question, figures before what has none."""
    found = {
        quotation: float(vector_of(quotation, generation) @ side.query.vector) + _A_FIGURE * _has_figure(quotation)
        for stored, said in side.states(aspect)
        if (quotation := quoted(stored, said, generation, narrowing)) and not _is_given(quotation, aspect, side)
    }
    best = _once_each(sorted(found, key=lambda one: -found[one]))[:_STATEMENTS]
    return sorted(best, key=lambda one: not _has_figure(one))


def _has_figure(quotation: Quotation) -> bool:
    return bool(figures(quotation.text))


def _is_given(quotation: Quotation, aspect: Aspect, side: _Side) -> bool:
    """Whether it tells of money that an organisation gives away, where it is asked what pays for its own work."""
    return aspect is MONEY and not _GIVES.search(side.asked.meaning_text) and bool(_GIVEN.search(quotation.text))


def _on_theme(side: _Side, room: int, generation: Generation, narrowing: Narrowing) -> list[Quotation]:
    """Of each of its programmes on the theme the sentence nearest to it, figures first; then, as far as there is room,
    what those programmes are."""
    if not side.themed:
        return []
    nearest, summaries = [], []
    for stored in side.held:
        near = {
            quotation: float(vector_of(quotation, generation) @ side.query.vector) + _A_FIGURE * (field == "facts")
            for field in ("facts", "settings", "outcomes", "summary")
            for said in statements(stored, field)
            if (quotation := quoted(stored, said, generation, narrowing))
        }
        nearest += sorted(near.items(), key=lambda one: -one[1])[:1]
        summaries += [
            one for said in statements(stored, "summary") if (one := told(stored, said, generation, narrowing))
        ]
    best = [one for one, _ in sorted(nearest, key=lambda one: -one[1])][:_ON_A_THEME]
    best.sort(key=lambda one: not _has_figure(one))
    kept: list[Quotation] = []
    for one in _once_each((*best, *summaries)):
        size = len(one.text.split())
        if size <= room and len(kept) < _ON_A_THEME:
            kept.append(one)
            room -= size
    return kept


def _is_told_of(side: _Side, quotation: Quotation, generation: Generation) -> bool:
    """Whether a quotation stands in the side's own passages and is of nobody else, or is where one of its briefs
    leads: a list that is quoted whole may run over to others."""
    row = generation.place[quotation.passage.passage_id]
    if row in side.rows:
        return quotation.organisation in (None, quotation.passage.organisation)
    if side.is_nobodys and quotation.programme != side.name:  # what is said in general led to its brief
        return False
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


def _without_repeats(quotations: Iterable[Quotation], generation: Generation) -> list[Quotation]:
    """Once each, and none that says again what stands above it: several reports may print one aim."""
    kept: list[Quotation] = []
    for one in _once_each(quotations):
        vector = vector_of(one, generation)
        news = figures(one.text) - frozenset().union(*(figures(other.text) for other in kept))
        if news or all(float(vector @ vector_of(other, generation)) < _AGAIN for other in kept):
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
                (
                    one
                    for stored, said in side.states(aspect)
                    if (one := quoted(stored, said, generation, narrowing)) and one not in shown
                ),
                None,
            )
            for side in sides
        ]
        # What one sentence says of all of them sets none apart.
        told = list({one.text: one for one in cells if one}.values())
        if len(told) == len(sides) and len(rows) < _ASPECTS_AT_MOST:
            headings = (f"{side.name}: {aspect.name}" for side in sides)
            rows.append(tuple(Piece(BlockRole.COMPARE, *one) for one in zip(told, headings, strict=True)))
    return Found(tuple(piece for row in rows for piece in row))
