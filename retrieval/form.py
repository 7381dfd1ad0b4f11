"""The form that a turn of a conversation wants its answer in: without what was quoted before ("what else?"), or in
short."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.cite import Piece
from retrieval.evidence import Evidence
from retrieval.notices import NOTE_IN_SHORT
from retrieval.pointing import asks_more, is_again
from retrieval.types import Role, Turn

_IN_SHORT = 3  # quotations


@dataclass(frozen=True, slots=True)
class Form:
    """``quoted``: the turns of which no quotation is wanted again; ``most``: pieces, all where it is None; ``notes``:
    what is said of it in our words."""

    quoted: Sequence[Turn] = ()
    most: int | None = None
    notes: tuple[str, ...] = ()


def form_of(question: str, history: Sequence[Turn]) -> Form:
    """What the turn asks for by its words."""
    quoted = history if asks_more(question) else ()
    if history and is_again(question):
        return Form(quoted, _IN_SHORT, (NOTE_IN_SHORT,))
    return Form(quoted)


def unquoted(evidence: Evidence, history: Sequence[Turn]) -> Evidence:
    """The evidence without the sentences that an answer of this conversation holds, so that the next best move up."""
    told = _told(history)
    kept = tuple(one for one in evidence.sentences if _letters(one.passage.quote(one.sentence)) not in told)
    parts = tuple((part, unquoted(found, history)) for part, found in evidence.parts)
    return replace(evidence, sentences=kept, parts=parts) if told else evidence


def new_pieces(pieces: Sequence[Piece], history: Sequence[Turn]) -> tuple[Piece, ...]:
    """The pieces that no answer of this conversation holds."""
    told = _told(history)
    return tuple(one for one in pieces if not told or _letters(one.quotation.text) not in told)


def _told(history: Sequence[Turn]) -> str:
    return "|".join(_letters(turn.content) for turn in history if turn.role is Role.ASSISTANT)


def _letters(text: str) -> str:
    """By which a quote is found again whatever Markdown made of it."""
    return re.sub(r"[\W_]+", "", text).lower()
