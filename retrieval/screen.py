"""What must not be looked up."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from retrieval.orders import without_orders
from retrieval.person_rules import is_clinical, is_crisis
from retrieval.personal_data import as_seen, personal_data
from retrieval.types import Status


@dataclass(frozen=True, slots=True)
class Screened:
    """What is left to be looked up, without control characters. ``status`` is set when nothing may be; ``kind`` names
    the personal data, never its value; ``ordered`` says that an order to the assistant was cut out."""

    question: str
    status: Status | None = None
    kind: str = ""
    ordered: bool = False


def screen(question: str) -> Screened:
    """The question, or the reason why it is not looked up. Rules alone: nothing is encoded before they passed it."""
    readable = "".join(" " if _unprintable(character) else character for character in question).strip()
    seen = as_seen(readable)
    if is_crisis(seen):
        return Screened("", Status.CRISIS)
    if kind := personal_data(seen):
        return Screened("", Status.PERSONAL_DATA, kind)
    if is_clinical(seen):
        return Screened("", Status.CLINICAL)
    rest, ordered = without_orders(readable)
    return Screened(rest, Status.OUT_OF_SCOPE if ordered and not rest else None, ordered=ordered)


def _unprintable(character: str) -> bool:
    """Controls and halves of surrogate pairs, which neither the encoder nor JSON can carry."""
    return unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"
