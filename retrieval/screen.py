"""What must not be looked up: personal data, a person in danger, clinical questions, orders to the assistant, and
questions for another desk.

``screen`` runs before anything is encoded, stored or logged, on the text alone, and stops what is certain.
``look_again`` then judges by meaning too, the whole and each clause. No rule may take long on any 2,000 characters:
every repeat in them is bounded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from retrieval.clinical_rules import is_clinical, sounds_clinical
from retrieval.crisis_rules import is_crisis, meant, names_means_or_intent
from retrieval.intent import Intent, intent_of
from retrieval.kinds import ORDER, PERSON, STATUSES, Kinds
from retrieval.orders import FEWEST_WORDS, clauses, joined, readings, without_orders
from retrieval.personal_data import BY_NAME, as_seen, personal_data
from retrieval.shapes import may_name_a_person
from retrieval.types import Status
from retrieval.vectors import EncodedQuestion, Vectors, unit_length

# By how much a kind must win over home, in log odds: the whole question, and a clause of it. Chosen on the `tune` half
# of evals/suites/screen, each voice judged by weights that were fitted without it.
MARGINS = {"crisis": 0.5, "clinical": 0.5, "out_of_scope": 0.5, ORDER: 1.0, PERSON: 0.0}
# What a word of medicine adds where a rule by itself proves nothing.
SOUNDS_CLINICAL = 3.0
# Where two kinds are near to each other, the one whose answer matters more is told.
_RATHER = {"crisis": 1.0, "clinical": 0.5}
# A clause cries for help only in a question that is, as a whole, not surely a good one.
CLAUSE_CRISIS = 0.0
NO_CRISIS = -1.0
NEAR_CRISIS = 2.0  # of what is near a passage
CLAUSE_ORDER = 2.0
# A clause is no order in a question that is, as a whole, so surely none; and what stands beside an order is looked up
# only if it is surely a question of ours. Chosen on the `tune` half, where the two lie apart.
NO_ORDER = -4.0
BESIDE_ORDER = -1.5
# "I have half a day a week for this. What should I do first?" is no question of health by itself.
_TIME_FOR_IT = re.compile(
    r"\b(?:half a|an?|one|two|\d) (?:days?|hours?|mornings?|afternoons?) (?:a|per|each) week\b"
    r"|\bhalf a day\b",
    re.I,
)
# What a visitor asks at the desk.
_AT_THE_DESK = re.compile(
    r"\bwhere (?:can|could|do|should) (?:i|we|visitors|you) (?:park|get (?:lunch|a coffee|a bus|a taxi))\b"
    r"|\bvisiting (?:hours|times?)\b",
    re.I,
)
# A question so near to a passage of the index is its business, whatever the prototypes say: the corpus may grow.
NEAR = 0.45
# A question that is fairly near to a passage and asks what a listed one asks counts as near too.
FAIRLY_NEAR, _ALIKE = 0.4, 0.8


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
    if any(is_crisis(reading) for reading in readings(seen)):
        return Screened("", Status.CRISIS)
    if kind := personal_data(seen):
        return Screened("", Status.PERSONAL_DATA, kind)
    if is_clinical(seen):
        return Screened("", Status.CRISIS if names_means_or_intent(seen) else Status.CLINICAL)
    if _AT_THE_DESK.search(seen):
        return Screened("", Status.OUT_OF_SCOPE)
    rest, ordered = without_orders(readable)
    return Screened(rest, Status.OUT_OF_SCOPE if ordered and not rest else None, ordered=ordered)


def look_again(
    screened: Screened, encoded: EncodedQuestion, kinds: Kinds, nearest: float = 0.0, likest: float = 0.0
) -> Screened:
    """What the rules let through, judged by its meaning too. ``encoded`` is the question's own encoding; ``nearest``
    its cosine to the nearest passage, ``likest`` to the likest question that is listed: what is near to them is never
    out of scope."""
    text = screened.question
    whole = _whole(text, encoded, kinds)
    spans = clauses(text)
    if len(spans) > 1 and len(encoded.tokens.spans):
        parts = [text[start:end] for start, end in spans]
        margins = _margins(parts, encoded, kinds, [[span] for span in spans])
        literal = (one for span, one in zip(spans, margins, strict=True) if meant(text, *span) == [span])
        if whole["crisis"] > NO_CRISIS and any(_is_cry(one) for one in literal):
            return Screened("", Status.CRISIS, ordered=screened.ordered)
        kept = [span for span, one in zip(spans, margins, strict=True) if not _is_order(one)]
        if len(kept) < len(spans) and whole[ORDER] > NO_ORDER:
            text = joined(text, kept)
            screened = replace(screened, question=text, ordered=True)
            if len(re.findall(r"\w+", text)) < FEWEST_WORDS:
                return Screened("", Status.OUT_OF_SCOPE, ordered=True)
            whole = _margins([text], encoded, kinds, [kept])[0]
    kind = _judged(text, whole, nearest, likest)
    if kind:
        return Screened("", STATUSES[kind], BY_NAME if kind == PERSON else "", ordered=screened.ordered)
    if screened.ordered and max(whole.values()) > BESIDE_ORDER:
        return Screened("", Status.OUT_OF_SCOPE, ordered=True)
    return screened


def _whole(text: str, encoded: EncodedQuestion, kinds: Kinds) -> dict[str, float]:
    """The margins of the whole text. Where it holds a figure of speech ("these forms are killing me"), its danger is
    that of what is meant, if words are left."""
    margins = kinds.margins([text], encoded.vector[None, :], _mean(encoded.tuned))[0]
    literal = meant(text)
    rest = joined(text, literal)
    if rest and literal != [(0, len(text))]:
        margins["crisis"] = min(margins["crisis"], _margins([rest], encoded, kinds, [literal])[0]["crisis"])
    return margins


def _judged(text: str, margins: dict[str, float], nearest: float, likest: float) -> str:
    """The kind that stops the text; empty if none does. ``margins`` are put right by what the rules know."""
    if sounds_clinical(text):
        margins["clinical"] += SOUNDS_CLINICAL
    if not may_name_a_person(text):
        del margins[PERSON]
    kind = _kind(margins)
    time_for_it = _TIME_FOR_IT.search(text) and intent_of(text) is Intent.START
    if kind == "clinical" and time_for_it and not sounds_clinical(text):
        return ""
    ours = nearest >= NEAR or (nearest >= FAIRLY_NEAR and likest >= _ALIKE)
    if ours and kind in ("clinical", "out_of_scope"):
        return ""
    least = NEAR_CRISIS if nearest >= NEAR and kind == "crisis" else MARGINS[kind]
    return kind if margins[kind] > least else ""


def _is_cry(margins: dict[str, float]) -> bool:
    return _kind(margins) == "crisis" and margins["crisis"] > CLAUSE_CRISIS


def _is_order(margins: dict[str, float]) -> bool:
    return _kind(margins) == ORDER and margins[ORDER] > CLAUSE_ORDER


def _kind(margins: dict[str, float]) -> str:
    return max(margins, key=lambda kind: margins[kind] + _RATHER.get(kind, 0.0))


def _margins(
    texts: Sequence[str], encoded: EncodedQuestion, kinds: Kinds, groups: Sequence[Sequence[tuple[int, int]]]
) -> list[dict[str, float]]:
    """The margins of parts of a question, each the tokens within the spans of a group; of all where none is within."""
    starts = encoded.tokens.spans[:, 0]
    rows, tuned = [], []
    for group in groups:
        inside = np.zeros(len(starts), dtype=bool)
        for start, end in group:
            inside |= (starts >= start) & (starts < end)
        rows.append(encoded.tokens.vectors[inside].mean(axis=0) if inside.any() else encoded.vector)
        tuned.append(_mean(encoded.tuned[inside] if inside.any() else encoded.tuned))
    return kinds.margins(texts, unit_length(np.array(rows)), np.vstack(tuned))


def _mean(vectors: Vectors) -> Vectors:
    """One row; none where an encoder has no tuned layers."""
    return unit_length(vectors.mean(axis=0, keepdims=True)) if len(vectors) else vectors


def _unprintable(character: str) -> bool:
    """Controls and halves of surrogate pairs, which neither the encoder nor JSON can carry."""
    return unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"
