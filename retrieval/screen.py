"""What must not be looked up: personal data, a person in danger, clinical questions, orders to the assistant, and
questions for another desk.

``screen`` runs before anything is encoded, stored or logged, on the text alone. ``look_again`` then takes the
question's vector as well. No rule may take long on any 2,000 characters: every repeat in them is bounded.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from retrieval.clinical_rules import is_clinical, may_be_clinical
from retrieval.crisis_rules import is_crisis, names_means_or_intent
from retrieval.foreign import is_foreign, speaks_of_the_corpus
from retrieval.kinds import NEAR, Kinds, judged
from retrieval.orders import without_orders
from retrieval.personal_data import as_seen, personal_data
from retrieval.types import Status
from retrieval.vectors import Vectors

_FAR_FROM_IT = -0.7  # below this margin over home a rule's word alone stops nothing


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
        return Screened("", Status.CRISIS if names_means_or_intent(seen) else Status.CLINICAL)
    rest, ordered = without_orders(readable)
    return Screened(rest, Status.OUT_OF_SCOPE if ordered and not rest else None, ordered=ordered)


def look_again(screened: Screened, vector: Vectors, kinds: Kinds, nearest: float = 0.0) -> Screened:
    """What the rules let through, judged by its meaning too. ``nearest``: its cosine to the nearest passage; what is
    near to one is never out of scope."""
    text = screened.question
    margins = kinds.margins(text, vector)
    status = judged(margins, text, nearest, screened.ordered)
    if status is None and nearest < NEAR:
        if is_foreign(text) and margins["out_of_scope"] > _FAR_FROM_IT:
            status = Status.OUT_OF_SCOPE
        elif may_be_clinical(text) and not speaks_of_the_corpus(text) and margins["clinical"] > _FAR_FROM_IT:
            status = Status.CLINICAL
    if status is Status.CLINICAL and names_means_or_intent(text):
        status = Status.CRISIS
    return Screened("", status, ordered=screened.ordered) if status else screened


def _unprintable(character: str) -> bool:
    """Controls and halves of surrogate pairs, which neither the encoder nor JSON can carry."""
    return unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"
