"""Which blocks an answer has: a plan, a comparison, whom to ask, or the sentences that answer; conflicts beside them.

Each kind of answer is a plain function over the same evidence. What none of them claims is answered by the sentences
chosen for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from corpus.types import Basis
from retrieval.about import owned
from retrieval.cells import Cell, cell_of, is_met
from retrieval.choose import choose
from retrieval.cite import Found, Piece, as_nearest, each_once, pieces_of
from retrieval.conflicts import with_conflicts
from retrieval.contacts import contacts
from retrieval.encode import Encoder
from retrieval.evidence import Evidence, Rated
from retrieval.generation import Generation
from retrieval.intent import asks_one_fact
from retrieval.judge import gaps_of
from retrieval.kindred import of_a_kind, speaks_of_kind
from retrieval.notices import NOTE_PHASES, is_not_recorded, said_first
from retrieval.plan import plan_of
from retrieval.sides import compared
from retrieval.types import BlockRole, Narrowing
from retrieval.understand import Intent, Understood
from retrieval.whole import whole

_BESIDE = 3  # sentences beside posts that may not be those asked for, or beside a framework


@dataclass(frozen=True, slots=True)
class Composed:
    """``pieces`` become blocks, ``notes`` and ``gaps`` are said in our words. ``chosen``: the sentences that answer by
    themselves, by which an answer is judged; ``told``: whether a writer of its own found what was asked."""

    pieces: tuple[Piece, ...]
    chosen: tuple[Rated, ...]
    gaps: tuple[str, ...]
    notes: tuple[str, ...] = ()
    told: bool = False


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
        there = {piece.quotation.passage.passage_id for piece in framework.pieces}
        apart = (o for o in chosen if o.passage.source.basis is Basis.SOURCE and o.passage.passage_id not in there)
        besides = pieces_of(list(islice(apart, _BESIDE)), asked.intent)
        return Composed(each_once((*framework.pieces, *besides)), chosen, framework.gaps, told=True)
    whom = contacts(asked, evidence, generation, narrowing)
    if asked.intent is Intent.START and (whom.gaps or not whom.pieces):
        plan = plan_of(asked, evidence, encoder, generation, narrowing)
        pieces = plan.pieces or pieces_of(chosen, asked.intent)
        gaps = gaps_of(asked, evidence, _quoted(pieces, chosen, generation), generation)
        notes = (*plan.notes, NOTE_PHASES) if plan.pieces else ()
        return Composed(each_once(pieces), chosen, (*gaps, *plan.gaps), notes)
    kindred = of_a_kind(asked, evidence.query, generation, narrowing)
    if kindred.pieces:
        gaps = gaps_of(asked, evidence, chosen, generation)
        kept = tuple(gap for gap in gaps if not speaks_of_kind(gap, asked.question))
        return Composed(kindred.pieces, chosen, kept)
    beside = whom if whom != Found() else compared(asked, evidence, encoder, generation, narrowing)
    cell = Cell() if beside != Found() else cell_of(asked, chosen, evidence, encoder, generation, narrowing)
    chosen = (*cell.rated, *(one for one in chosen if one.line not in {led.line for led in cell.rated}))
    pieces = beside.pieces or cell.pieces
    if not pieces or (whom.gaps and asked.intent is not Intent.CONTACT):  # nobody surely: what else is said of it
        pieces = (*pieces, *pieces_of(chosen[:_BESIDE] if pieces else chosen, asked.intent))
    said = with_conflicts(asked, evidence, pieces, generation, narrowing)
    gaps = gaps_of(asked, evidence, _quoted(said.pieces, chosen, generation), generation)
    gaps = tuple(gap for gap in gaps if not is_met(gap, cell, asked))
    if cell.gap:
        gaps = (cell.gap, *(gap for gap in gaps if not is_not_recorded(gap)))
    shown = each_once(said.pieces)
    if any(map(said_first, gaps)):
        shown = tuple(map(as_nearest, shown))
    return Composed(shown, chosen, (*gaps, *beside.gaps, *said.gaps), told=bool(whom.pieces or cell.pieces))


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
