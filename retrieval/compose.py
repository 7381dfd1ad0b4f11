"""Which blocks an answer has: a plan, a comparison, whom to ask, or the sentences that answer; conflicts beside them.

Each kind of answer is a plain function over the same evidence. What none of them claims is answered by the sentences
chosen for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.choose import choose
from retrieval.cite import Found, Piece, pieces_of
from retrieval.conflicts import with_conflicts
from retrieval.contacts import contacts
from retrieval.encode import Encoder
from retrieval.evidence import Evidence, Rated
from retrieval.generation import Generation
from retrieval.judge import gaps_of
from retrieval.plan import plan_of
from retrieval.sides import compared
from retrieval.types import Narrowing
from retrieval.understand import Intent, Understood


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
    chosen = tuple(choose(asked, evidence, generation, narrowing))
    gaps = gaps_of(asked, evidence, chosen)
    if asked.intent is Intent.START:
        plan = plan_of(asked, evidence, generation, narrowing)
        return Composed(plan.pieces or pieces_of(chosen, asked.intent), chosen, (*gaps, *plan.gaps), plan.notes)
    whom = contacts(asked, evidence, generation, narrowing)
    beside = whom if whom != Found() else compared(asked, evidence, encoder, generation, narrowing)
    pieces = beside.pieces or pieces_of(chosen, asked.intent)
    said = with_conflicts(asked, evidence, pieces, generation, narrowing)
    return Composed(said.pieces, chosen, (*gaps, *beside.gaps, *said.gaps), told=bool(whom.pieces))
