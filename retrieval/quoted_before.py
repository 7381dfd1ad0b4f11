"""What a conversation has quoted already: "what else?" is not answered with it again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from retrieval.cite import Piece
from retrieval.evidence import Evidence
from retrieval.types import Role, Turn


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
