"""What a question asks for, read by rules that anybody can follow, and shown to the reader.

A follow-up ("and the funding?") is joined with the question before it; a question that stands alone never is, so a
changed subject drops the old one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from retrieval.types import Role, Turn
from retrieval.words import WordIndex, stems


class Intent(StrEnum):
    """What shape of answer is wanted."""

    START = "start"
    FIGURE = "figure"
    DEFINITION = "definition"
    CONTACT = "contact"
    EXPLAIN = "explain"


@dataclass(frozen=True, slots=True)
class Understood:
    """``shown`` is told to the reader, ``search_text`` is looked up. ``terms`` are the stems that carry meaning;
    ``unknown_names`` are names in the question that occur nowhere in the index."""

    shown: str
    search_text: str
    intent: Intent
    terms: tuple[str, ...]
    unknown_names: tuple[str, ...]

    @property
    def vague(self) -> bool:
        return not self.terms and self.intent is not Intent.START


_START = re.compile(
    r"\b(?:how|where|what)\b[^?]*\b(?:start|begin|get (?:going|started)|first steps?|set (?:it|one|this) up|kick off|go about)\b"
    r"|\bfirst steps?\b|\bgetting started\b|\bwhere to (?:start|begin)\b|\bwhat (?:should|can|could) (?:we|i|our trust) do first\b",
    re.I,
)
_FIGURE = re.compile(
    r"\bhow (?:many|much|often|long|big|large|far|old)\b|\bwhat (?:percentage|proportion|share|number|amount|fraction|per ?cent|was the cost"
    r"|is the cost|did it cost|rate|figure|year|date)\b|\b(?:what|which) (?:year|month|date)\b|^when\b|\bhow soon\b",
    re.I,
)
_DEFINITION = re.compile(
    r"^\W*(?:what(?:['’]s| is| are| does)|define|explain|meaning of|who (?:is|are))\b"
    r"(?=[^?]*\b(?:mean|stand for|definition)\b|\W*(?:an?|the)?\s*[\w'’&-]+(?:\s+[\w'’&-]+){0,3}\W*$)",
    re.I,
)
_CONTACT = re.compile(
    r"\b(?:who(?:m)? (?:can|could|should|do|to)\b[^?]*\b(?:contact|ask|talk|speak|write|email|reach)|contact details?|"
    r"get in touch|e-?mail address|phone number|contact for)\b",
    re.I,
)
_FOLLOWS = re.compile(r"^\W*(?:and|but|so|also|what about|how about|what else|why|anything else|more|which of)\b", re.I)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|that|this|those|these|there|he|she|his|her|the (?:same|scheme|programme|"
    r"project|pilot|trust|hub|others?))\b",
    re.I,
)
_EMPTY = frozenset(
    stems(
        "how what which who whom whose when where why do does did done can could should would will shall may might must has have had "
        "having get got us our we i me my you your there here any some about tell give show please know want need like many much more "
        "most way ways thing things example examples start starting started begin first step steps going go make made let s ve re "
        "nhs trust trusts help helped work worked use used using been being were question answer information explain say says said"
    )
)
_NAME = re.compile(
    r"(?<![.?!:]\s)(?<!^)\b(?:[A-Z][\w'’&-]*|[A-Z]{2,}\d*)(?:\s+(?:(?:of|and|the|for|on|in|upon)\s+)?[A-Z][\w'’&-]*)*"
)


_FIRST_STEPS = "First steps: what to do first, how others got started."


def understand(question: str, history: Sequence[Turn], words: WordIndex) -> Understood:
    """Read a question that has passed the screen."""
    text = re.sub(r"\s+", " ", question).strip()
    before = _asked_before(history)
    joined = bool(before) and _leans_back(text)
    search_text = f"{before} {text}" if joined else text
    intent = _intent(text)
    return Understood(
        shown=f"{text} (following on from: {before})" if joined else text,
        # "How do we start?" is asked in words that no first step is written in.
        search_text=f"{search_text} {_FIRST_STEPS}" if intent is Intent.START else search_text,
        intent=intent,
        terms=tuple(dict.fromkeys(stem for stem in stems(search_text) if stem not in _EMPTY)),
        unknown_names=_unknown_names(text, words),
    )


def _intent(text: str) -> Intent:
    for intent, rule in ((Intent.CONTACT, _CONTACT), (Intent.START, _START), (Intent.FIGURE, _FIGURE)):
        if rule.search(text):
            return intent
    return Intent.DEFINITION if _DEFINITION.search(text) else Intent.EXPLAIN


def _asked_before(history: Sequence[Turn]) -> str:
    """The last question that the reader asked."""
    asked = [turn.content for turn in history if turn.role is Role.USER]
    return re.sub(r"\s+", " ", asked[-1]).strip() if asked else ""


def _leans_back(text: str) -> bool:
    own = [stem for stem in stems(text) if stem not in _EMPTY]
    return not own or (len(own) <= 6 and bool(_FOLLOWS.search(text) or _POINTS_BACK.search(text)))


def _unknown_names(text: str, words: WordIndex) -> tuple[str, ...]:
    """Names none of whose telling words occurs in any passage."""
    found = []
    for match in _NAME.finditer(text):
        telling = [stem for stem in stems(match.group()) if stem not in _EMPTY]
        if telling and not any(words.holding(stem) for stem in telling):
            found.append(match.group())
    return tuple(dict.fromkeys(found))
