"""A question that asks several things, taken apart into questions that can be answered one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.attribution import Mention
from retrieval.followups import stand_alone
from retrieval.intent import Intent, intent_of, telling
from retrieval.names import Names
from retrieval.types import Role, Turn

_MOST_PARTS = 4
_ASKS = r"(?:how|what|who|whom|when|where|why|which|did|does|do|was|were|is|are|has|have|can|could|should)"
_SENTENCE = re.compile(r"(?<=\?)\s+")
_AND_ASKS = re.compile(rf",?\s+(?:and|then|also)\s+(?:also\s+|then\s+)?(?={_ASKS}\b)", re.I)
_COMPARES = re.compile(
    r"\b(?:compar(?:e|es|ed|ing|ison)|differen(?:t|ce|ces)|differ|versus|vs|better|worse|both|contrast|"
    r"(?:more|less|fewer) than|similar(?:ities)?|the same (?:\w+ ){0,2}(?:thing|idea|kind|sort|approach) as)\b|, or\b",
    re.I,
)
_SETS_BESIDE = re.compile(r"\b(?:against|beside|alongside|next to|other than|side by side)\b", re.I)
_LEAD = re.compile(
    r"^\W*(?:please\s+)?(?:(?:compare|contrast)\s+(?:how\s+)?|what(?:['’]s|\s+is|\s+are)\s+the\s+(?:main\s+)?"
    r"(?:differences?|similarit(?:y|ies))\s+between\s+)",
    re.I,
)
_NAMED_THING = re.compile(r"\bthe (?=[^?]*[A-Z])(?:(?!the\b)[^?,:])+$")  # what a question ends on: "the Runcorn hub"
_VERDICT = re.compile(
    r"\s{0,3}[,:;–-]?\s{0,3}\b(?:and\s+)?(?:what(?:['’]s|\s+is|\s+are)\s+the\s+differences?|which\s+(?:one\s+)?(?:is|was|did|"
    r"does|works|worked)\s+(?:it\s+)?better|how\s+do\s+they\s+(?:compare|differ))\W*$|\s{0,3}\bboth\b",
    re.I,
)
_JOINS = re.compile(
    r"(?:['’]s)?\s{0,3}(?:,\s*(?:and\s+|or\s+)?|(?:and|with|versus|vs[.]?|or|to|than|&|(?:as\s+)?(?:compared|opposed)\s+(?:with|to)|"
    r"rather\s+than)\s+)(?:that\s+of\s+|at\s+|the\s+)?",
    re.I,
)


def parts_of(text: str, names: Names) -> tuple[str, ...]:
    """The questions that a question holds; empty where it asks one thing."""
    if compared := _compared(text, names):
        return compared
    asked = [part for sentence in _SENTENCE.split(text) for part in _AND_ASKS.split(sentence)]
    asked = [part.strip(" ,") for part in asked if part.strip(" ,?")]
    if not 2 <= len(asked) <= _MOST_PARTS or not all(_asks(part) for part in asked):
        return ()
    first, *others = asked
    return tuple(_as_question(part) for part in (first, *(_after(first, other, names) for other in others)))


def sets_beside(text: str) -> bool:
    """Whether a question that names two things asks for both, rather than for what the one has of the other."""
    return bool(_COMPARES.search(text) or _SETS_BESIDE.search(text))


def _after(first: str, other: str, names: Names) -> str:
    """A later part with the subject of the first."""
    resolved = stand_alone(other, [Turn(Role.USER, first)], names)
    named = names.organisations_in(first)
    if not resolved.leans_on or intent_of(other) is Intent.START:
        return resolved.question
    if named:
        return f"{first[named[0].start : named[0].end]}: {other}"
    thing = _NAMED_THING.search(first.rstrip("? "))
    return f"{thing.group() if thing else first.rstrip('?')}: {other}"


def _asks(part: str) -> bool:
    words = re.findall(r"\w+", part)
    asks = bool(telling(part)) or intent_of(part) is Intent.START
    return len(words) > 2 and asks and bool(re.match(rf"\W*{_ASKS}\b", part, re.I))


def _as_question(part: str) -> str:
    part = part[:1].upper() + part[1:]
    return part if part.endswith("?") else f"{part.rstrip('. ')}?"


def _compared(text: str, names: Names) -> tuple[str, ...]:
    """One question for each of the things compared."""
    mentions = _once_each(names.bodies_in(text))
    if len(mentions) < 2:
        mentions = _once_each(names.programmes_in(text))
    if not 2 <= len(mentions) <= _MOST_PARTS or not _COMPARES.search(text):
        return ()
    between = [text[one.end : other.start] for one, other in pairwise(mentions)]
    if not all(_JOINS.fullmatch(gap) for gap in between):
        return ()
    before, after = text[: mentions[0].start], text[mentions[-1].end :]
    each = (f"{before}{text[one.start : one.end]}{after}" for one in mentions)
    return tuple(_as_question(_LEAD.sub("", _VERDICT.sub("", one))) for one in each)


def _once_each(mentions: Sequence[Mention]) -> list[Mention]:
    firsts = {mention.thing: mention for mention in reversed(mentions)}
    return sorted(firsts.values(), key=lambda mention: mention.start)
