"""Which blocks an answer has: a plan, a comparison, whom to ask, or the sentences that answer; conflicts beside them.

Each kind of answer is a plain function over the same evidence. What none of them claims is answered by the sentences
chosen for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from corpus.types import Basis
from retrieval.about import owned
from retrieval.authors import WRITES, asks_who_wrote, authors
from retrieval.cells import Cell, cell_of, is_met
from retrieval.choose import choose
from retrieval.cite import Found, Piece, as_nearest, each_once, pieces_of
from retrieval.conflicts import with_conflicts
from retrieval.contacts import contacts, names_no_such_post
from retrieval.disagreements import asks_where_they_differ, disagreements
from retrieval.encode import Encoder
from retrieval.evidence import Evidence, Rated, says_something
from retrieval.generation import Generation
from retrieval.intent import asks_one_fact
from retrieval.judge import gaps_of
from retrieval.kindred import is_whole, kindred, speaks_of_kind
from retrieval.missing import is_not_recorded, said_first, said_plainly
from retrieval.notices import GAP_WHO_WROTE, NOTE_PHASES
from retrieval.plan import plan_of
from retrieval.relevance import SURE
from retrieval.sides import compared
from retrieval.statements import readable
from retrieval.types import BlockRole, Narrowing
from retrieval.understand import Intent, Understood
from retrieval.whole import whole

_BESIDE = 3  # sentences beside posts that may not be those asked for, or beside a framework
_NEAREST = 2  # sentences beside a gap that says that none answers


@dataclass(frozen=True, slots=True)
class Composed:
    """``pieces`` become blocks, ``notes`` and ``gaps`` are said in our words. ``chosen``: the sentences that answer by
    themselves, by which an answer is judged; ``told``: whether a writer of its own found what was asked."""

    pieces: tuple[Piece, ...]
    chosen: tuple[Rated, ...]
    gaps: tuple[str, ...]
    notes: tuple[str, ...] = ()
    told: bool = False


@dataclass(frozen=True, slots=True)
class _Leading:
    """What may stand before the sentences chosen: whom to ask, that or a comparison, what is filed under an aspect."""

    whom: Found
    beside: Found
    cell: Cell


def compose(
    asked: Understood, evidence: Evidence, encoder: Encoder, generation: Generation, narrowing: Narrowing
) -> Composed:
    composed = _composed(asked, evidence, encoder, generation, narrowing)
    owned_by = (replace(piece, quotation=owned(piece.quotation, generation)) for piece in composed.pieces)
    return replace(composed, pieces=tuple(owned_by))


def _composed(
    asked: Understood, evidence: Evidence, encoder: Encoder, generation: Generation, narrowing: Narrowing
) -> Composed:
    chosen = _chosen(asked, evidence, generation, narrowing)
    if (framework := whole(asked, generation, narrowing)).pieces:
        shown = (*framework.pieces, *_besides(asked, framework.pieces, chosen))
        return Composed(each_once(shown), chosen, framework.gaps, told=True)
    differing, notes = disagreements(asked, generation, narrowing)
    if differing.pieces:
        return Composed(differing.pieces, chosen, (), notes, told=True)
    otherwise = _otherwise(asked, chosen, evidence, encoder, generation, narrowing)
    return replace(otherwise, notes=(*notes, *otherwise.notes))


def _otherwise(
    asked: Understood,
    chosen: tuple[Rated, ...],
    evidence: Evidence,
    encoder: Encoder,
    generation: Generation,
    narrowing: Narrowing,
) -> Composed:
    """What is neither a framework nor a list of what differs."""
    if (wrote := authors(asked, generation, narrowing)).pieces:
        return Composed(wrote.pieces, chosen, wrote.gaps, told=True)
    wrote_it = asks_who_wrote(asked.question)  # who may be rung about a thing need not have written it
    whom = _unwritten(chosen) if wrote_it else contacts(asked, evidence, generation, narrowing)
    if asked.intent is Intent.START and (whom.gaps or not whom.pieces):
        plan = plan_of(asked, evidence, encoder, generation, narrowing)
        pieces = plan.pieces or pieces_of(chosen, asked.intent)
        gaps = gaps_of(asked, evidence, _quoted(pieces, chosen, generation), generation)
        notes = (*plan.notes, NOTE_PHASES) if plan.pieces else ()
        return Composed(each_once(pieces), chosen, (*gaps, *plan.gaps), notes)
    several = kindred(asked, evidence, generation, narrowing)
    if several.pieces:
        gaps = gaps_of(asked, evidence, chosen, generation)
        kept = tuple(gap for gap in gaps if not speaks_of_kind(gap, asked.question))
        besides = () if is_whole(asked.question) else _sure_besides(several.pieces, chosen, generation)
        return Composed(each_once((*several.pieces, *pieces_of(besides, asked.intent))), chosen, kept)
    beside = whom if whom != Found() else compared(asked, evidence, encoder, generation, narrowing)
    cell = Cell() if beside != Found() else cell_of(asked, chosen, evidence, encoder, generation, narrowing)
    return _answered(asked, chosen, _Leading(whom, beside, cell), evidence, generation, narrowing)


def _answered(
    asked: Understood,
    chosen: Sequence[Rated],
    leading: _Leading,
    evidence: Evidence,
    generation: Generation,
    narrowing: Narrowing,
) -> Composed:
    """Whom to ask, a comparison or what is filed under the aspect asked; else the sentences that answer."""
    whom, beside, cell = leading.whom, leading.beside, leading.cell
    chosen = (*cell.rated, *(one for one in chosen if one.line not in {led.line for led in cell.rated}))
    pieces = beside.pieces or cell.pieces
    unsure = whom.gaps and asked.intent is not Intent.CONTACT and not names_no_such_post(whom)
    if not pieces or unsure:  # nobody surely: what else is said of it
        pieces = (*pieces, *pieces_of(chosen[:_BESIDE] if pieces else chosen, asked.intent))
    said = Found(tuple(pieces))
    if not asks_where_they_differ(asked.question):  # else the list was asked, and holds none
        said = with_conflicts(asked, evidence, pieces, generation, narrowing)
    gaps = gaps_of(asked, evidence, _quoted(said.pieces, chosen, generation), generation)
    gaps = tuple(gap for gap in gaps if not is_met(gap, cell, asked))
    if cell.gap:
        gaps = (cell.gap, *(gap for gap in gaps if not is_not_recorded(gap)))
    shown = each_once(said.pieces)
    if any(map(said_plainly, gaps)) and not (asked.parts or asked.otherwise):
        shown = _nearest(shown, gaps)
    if any(map(said_first, gaps)):
        shown = tuple(map(as_nearest, shown))
    told = tuple(dict.fromkeys((*gaps, *beside.gaps, *said.gaps)))  # two of them may look for the same
    return Composed(shown, chosen, told, told=bool(whom.pieces or cell.pieces))


def _unwritten(chosen: Sequence[Rated]) -> Found:
    """That nothing chosen tells of writing, where it is asked who wrote a thing."""
    tells = any(WRITES.search(one.passage.quote(one.sentence)) for one in chosen)
    return Found() if tells else Found(gaps=(GAP_WHO_WROTE,))


def _besides(asked: Understood, framework: Sequence[Piece], chosen: Sequence[Rated]) -> list[Piece]:
    """What the sources surely say beside a framework; nothing beside parts that are each told under their own names."""
    if sum(piece.heading is not None for piece in framework) > 1:
        return []
    there = {piece.quotation.passage.passage_id for piece in framework}
    apart = (one for one in chosen if one.passage.passage_id not in there and one.relevance >= SURE)
    sources = [one for one in apart if one.passage.source.basis is Basis.SOURCE][:_BESIDE]
    pieces = ((piece, readable(piece.quotation)) for piece in pieces_of(sources, asked.intent))
    return [replace(piece, quotation=quotation) for piece, quotation in pieces if quotation]


def _sure_besides(told: Sequence[Piece], chosen: Sequence[Rated], generation: Generation) -> list[Rated]:
    """What surely answers beside a sentence of each trust; nothing of where sources differ."""
    lists = {stored.source for stored in generation.content.sources if stored.conflicts}
    quoted = {(piece.quotation.passage.passage_id, piece.quotation.first) for piece in told}
    sure = (one for one in chosen if one.relevance >= SURE and one.line not in quoted)
    return [one for one in sure if one.passage.source not in lists and says_something(one.passage.quote(one.sentence))]


def _latest(before: str | None, own: str | None) -> str | None:
    return own or before


def _nearest(pieces: Sequence[Piece], gaps: Sequence[str]) -> tuple[Piece, ...]:
    """The first few of the sentences that are quoted beside what is surely not there, those first whose body a gap
    names before others; and what is of a kind apart."""
    headings = list(accumulate((piece.heading for piece in pieces), _latest))
    said = " ".join(gap for gap in gaps if said_plainly(gap))

    def named(at: int) -> int:
        place = said.find(pieces[at].quotation.passage.organisation or said)
        return place if place >= 0 else len(said)

    quoted = [at for at, piece in enumerate(pieces) if piece.role in (BlockRole.QUOTE, BlockRole.STATEMENT)]
    kept = {*range(len(pieces))} - {*sorted(quoted, key=named)[_NEAREST:]}
    shown: list[Piece] = []
    for at in sorted(kept):
        new = not any(headings[at] == headings[other] for other in kept if other < at)
        shown.append(replace(pieces[at], heading=headings[at] if new else None))
    return tuple(shown)


def _chosen(asked: Understood, evidence: Evidence, generation: Generation, narrowing: Narrowing) -> tuple[Rated, ...]:
    """As few sentences as answer without a gap, else all that may."""
    few = tuple(choose(asked, evidence, generation, narrowing, tersely=True))
    if not asks_one_fact(asked.question):
        return few
    quoted = _quoted(pieces_of(few, asked.intent), few, generation)
    if not gaps_of(asked, evidence, quoted, generation):
        return few
    return tuple(choose(asked, evidence, generation, narrowing))


def _quoted(pieces: Sequence[Piece], chosen: Sequence[Rated], generation: Generation) -> tuple[Rated, ...]:
    """Every sentence that is quoted, whoever picked it: a gap must be one of the whole answer. What a comparison or a
    record of whom to ask names is surely about what was asked; a conflict beside the answer need not be."""
    rated = {one.line: one for one in chosen}
    found = []
    for piece in pieces:
        passage = piece.quotation.passage
        vectors = generation.sentence_vectors_of(generation.place[passage.passage_id])
        sure = float(piece.role in (BlockRole.COMPARE, BlockRole.CONTACT))
        for place in range(piece.quotation.first, piece.quotation.last + 1):
            about = piece.heading if piece.role is BlockRole.CONTACT else piece.quotation.programme
            named = Rated(passage, place, sure, sure, sure, sure, vectors[place], about)
            found.append(named if sure else rated.get(named.line, named))
    return tuple(found)
