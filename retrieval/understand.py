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
    ``unknown_names`` and ``unknown_words`` stand in the question and nowhere in the index."""

    shown: str
    search_text: str
    intent: Intent
    terms: tuple[str, ...]
    unknown_names: tuple[str, ...]
    unknown_words: tuple[str, ...]

    @property
    def vague(self) -> bool:
        return not self.terms and self.intent is not Intent.START


_START = re.compile(
    r"\b(?:how|where|what)\b[^?]*\b(?:start|begin|get (?:going|started)|first steps?|set (?:it|one|this) up|kick off|"
    r"go about)\b"
    r"|\bfirst steps?\b|\bgetting started\b|\bwhere to (?:start|begin)\b|\bwhat (?:should|can|could) (?:we|i|our "
    r"trust) do first\b",
    re.I,
)
_FIGURE = re.compile(
    r"\bhow (?:many|much|often|long|big|large|far|old)\b|\bwhat (?:percentage|proportion|share|number|amount|fraction|"
    r"per ?cent|was the cost"
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
# "trusts that help people", "is there a scheme" point at nothing.
_POINTS_BACK = re.compile(
    r"\b(?:it|he|she|his|her|(?<!is )(?<!are )(?<!was )there|the (?:same|scheme|programme|project|pilot|trust|hub|"
    r"others?))\b"
    r"|(?:^\W*|\b(?:about|after|at|before|by|did|do|does|for|from|has|in|is|like|of|on|to|was|why|with) )"
    r"(?:that|this|those|these)\b|\b(?:that|this|those|these) (?:one|scheme|programme|project|pilot|trust|hub|"
    r"work)s?\b",
    re.I,
)
_HOW_MANY = re.compile(r"^\W*how (?:many|much|long|often) (?:was|were|is|are|did|do|does|have|has)\b", re.I)  # of what?
_POINTS_AT_SEVERAL = re.compile(r"\b(?:they|them|theirs?|its)\b", re.I)
# "How do trusts involve their communities?" says itself whose.
_SEVERAL = re.compile(
    r"\b(?:trusts|hospitals|organisations|institutions|employers|people|staff|communities|councils|suppliers|patients|"
    r"teams|anchors)\b",
    re.I,
)
_EMPTY = frozenset(
    stems(
        "how what which who whom whose when where why do does did done can could should would will shall may might "
        "must has have had "
        "having get got us our we i me my you your there here any some about tell give show please know want need "
        "like many much more "
        "most way ways thing things example examples start starting started begin first step steps going go make made "
        "let s ve re "
        "nhs trust trusts help helped work worked use used using been being were question answer information explain "
        "say says said"
    )
)
_INSTITUTION = frozenset(
    stems(
        "hospital hospitals health healthcare care university college council city county borough foundation "
        "community partnership "
        "services group general royal infirmary mental social north south east west england london"
    )
)
_NAME = re.compile(
    r"(?<![.?!:]\s)(?<!^)\b(?:[A-Z][\w'’&-]*|[A-Z]{2,}\d*)(?:\s+(?:(?:of|and|the|for|on|in|upon)\s+)?[A-Z][\w'’&-]*)*"
)


_TURNS_BACK = 3
_LONG = 3  # letters; shorter words are mostly slips
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
        unknown_names=(names := _unknown_names(text, words)),
        unknown_words=_unknown_words(text, names, words),
    )


def _intent(text: str) -> Intent:
    for intent, rule in ((Intent.CONTACT, _CONTACT), (Intent.START, _START), (Intent.FIGURE, _FIGURE)):
        if rule.search(text):
            return intent
    return Intent.DEFINITION if _DEFINITION.search(text) else Intent.EXPLAIN


def _asked_before(history: Sequence[Turn]) -> str:
    """The last question that the reader asked, with those before it that it leant on."""
    asked = [re.sub(r"\s+", " ", turn.content).strip() for turn in history if turn.role is Role.USER]
    for back, text in enumerate(reversed(asked[-_TURNS_BACK:]), start=1):
        if not _leans_back(text):
            return " ".join(asked[-back:])
    return " ".join(asked[-_TURNS_BACK:])


def _leans_back(text: str) -> bool:
    own = [stem for stem in stems(text) if stem not in _EMPTY]
    if len(own) <= 2 and _HOW_MANY.search(text):
        return True
    return not own or (len(own) <= 6 and bool(_FOLLOWS.search(text) or _points_back(text)))


def _points_back(text: str) -> bool:
    several = _POINTS_AT_SEVERAL.search(text)
    named = several and (_SEVERAL.search(text, 0, several.start()) or _NAME.search(text, 0, several.start()))
    return bool(several and not named) or bool(_POINTS_BACK.search(text))


def _unknown_names(text: str, words: WordIndex) -> tuple[str, ...]:
    """Names none of whose telling words occurs in any passage. "Hospital" is in every name and tells nothing."""
    found = []
    for match in _NAME.finditer(text):
        telling = [stem for stem in stems(match.group()) if stem not in _EMPTY | _INSTITUTION]
        if telling and not any(words.holding(stem) for stem in telling):
            found.append(match.group())
    return tuple(dict.fromkeys(found))


def _unknown_words(text: str, names: Sequence[str], words: WordIndex) -> tuple[str, ...]:
    """Words that carry meaning and occur in no passage, as they were typed; those of unknown names are left out."""
    for name in names:
        text = text.replace(name, " ")
    typed = (word for word in re.findall(r"[^\W\d_][\w'’-]+", text) if len(word) >= _LONG)
    stemmed = ((word, stems(word)) for word in typed)
    lost = (w for w, found in stemmed if found and not any(s in _EMPTY or words.holding(s) for s in found))
    return tuple(dict.fromkeys(lost))
