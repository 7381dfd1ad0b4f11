"""Questions that keep an earlier one and turn it to others: other years, a place, a group of people, whoever is named
where it asked of nobody."""

from __future__ import annotations

import re

from retrieval.intent import telling
from retrieval.names import Names
from retrieval.pointing import ATTRIBUTES, NAME, SWAPS, USES_OR_DOES, all_named, only_names
from retrieval.thread import Thread

_OPENS = r"(?:(?:and|but|or|so|ok|what about|how about|what|did|was|were|is|are|just|only|specifically) )*"
_WHEN = r"(?:in|before|after|since|from|by|until|during)"
_YEAR = r"(?:19|20)\d\d(?:[-/–]\d\d(?:\d\d)?)?"
_OTHER_YEAR = re.compile(rf"^\W*{_OPENS}(?:the )?(?:({_WHEN}) )?({_YEAR})(?: (?:one|report|paper))?\W*$", re.I)
_SAID_YEAR = re.compile(rf"(?:\b({_WHEN}) )?\b({_YEAR})\b", re.I)
_BETWEEN_THEM = re.compile(r"\b(?:between|of) (?:them|the two|these two|those two)\b|\bsince then\b", re.I)
_NARROWS = re.compile(
    rf"^\W*{_OPENS}(?:(?:anything|something|any|the ones?|those|ones?|people) )?"
    r"((?:in|at|for|near|around|under|over|aged|within) (?!that\b|this\b|it\b|them\b|how\b|what\b|which\b).+?)\W*$",
    re.I,
)
_PREPOSITIONS = r"(?:to|on|of|from|with|by|about|for|in|at|as|and|or)"
_PREPOSITION = re.compile(r"^\W*(?:(?:and|but|or|what about|how about) )+(to|on|of|from|with|by|about) (.+?)\W*$", re.I)
_PERSONS = re.compile(
    r"(?:(?:the|our|local|senior|junior|front-?line|clinical|non-clinical|ward|agency|lower|low|paid|low-paid"
    r"|young|older) )*"
    r"\b(?:boards?|clinicians?|doctors?|nurses?|midwi(?:fe|ves)|consultants?|managers?|executives?|execs?|directors?"
    r"|governors?|council(?:lor)?s?|suppliers?|staff|workers|employees|colleagues|porters?|cleaners?|carers?|apprentices"
    r"|patients?|residents?|communit(?:y|ies)|volunteers?|partners?|gps?|unions?|students?|people|men|women|children"
    r"|families|migrants|refugees|veterans|prisoners)\b",
    re.I,
)
_ANYBODY = re.compile(
    r"\b(do|does|did|have|has|are|is|were|was|can|could|should|would|might|will) "
    r"((?:(?:other|nhs|most|the) )*(?:we|you|i|one|they|trusts|hospitals|organisations|(?:anchor )?institutions|anchors"
    r"|people))\b(?! (?:like|of|who|that)\b)",
    re.I,
)
_SINGULAR = {"do": "does", "have": "has", "are": "is", "were": "was"}


def narrowed(text: str, thread: Thread, names: Names) -> str | None:
    """The earlier question of what this one names alone; None where it names nothing of the kind."""
    return (
        _other_year(text, thread)
        or _between_years(text, thread)
        or _other_people(text, thread, names)
        or _other_object(text, thread, names)
        or _kept_to(text, thread, names)
    )


def of_whom(text: str, thread: Thread, names: Names) -> str | None:
    """ "And at Sussex?" after "How do you measure impact?": how Sussex does."""
    found = SWAPS.search(text) or USES_OR_DOES.search(text)
    if not found or not all_named(text, names) or not only_names(found[1], names) or names.programmes_in(text):
        return None
    for before in (thread.full, thread.root):
        anybody = _ANYBODY.search(before)
        if anybody and not all_named(before, names):
            does = _SINGULAR.get(anybody[1].lower(), anybody[1])
            return f"{before[: anybody.start()]}{does} {found[1]}{before[anybody.end() :]}"
    return None


def _other_year(text: str, thread: Thread) -> str | None:
    """ "And 2022?" after "What did it say in 2019?": in 2022. "Before 2020?" after what says no year adds it."""
    asked = _OTHER_YEAR.search(text)
    if asked is None:
        return None
    for before in (thread.full, thread.root):
        said = _SAID_YEAR.findall(before)
        if len(said) == 1:
            when = f"{asked[1] or said[0][0]} ".lstrip()
            return _SAID_YEAR.sub(f"{when}{asked[2]}", before)
    return f"{thread.root.rstrip(' ?.')} {asked[1]} {asked[2]}?" if asked[1] else None


def _between_years(text: str, thread: Thread) -> str | None:
    """ "What changed between them?" after the same was asked of two years."""
    found, last = _BETWEEN_THEM.search(text), thread.asked[-2:]
    years = [_SAID_YEAR.search(one) for one in last]
    first, second = years if len(years) == 2 else (None, None)
    if not (found and first and second) or {_SAID_YEAR.sub("", one).rstrip(" ?.") for one in last} != {
        _SAID_YEAR.sub("", last[0]).rstrip(" ?.")
    }:
        return None
    both = f"{first[2]} and {second[2]}"
    when = f"{first[1]} " if first[1] else ""
    whole = _SAID_YEAR.sub(f"{when}{both}", last[0]).rstrip(" ?.")
    return f"{text[: found.start()]}between {both}{text[found.end() :]}".rstrip(" ?.") + f": {whole}?"


def _other_people(text: str, thread: Thread, names: Names) -> str | None:
    """ "And nurses?": in place of the people that the earlier question speaks of, beside one that speaks of none."""
    swap = SWAPS.search(text)
    new = re.sub(r"^for ", "", swap[1], flags=re.I) if swap else ""
    if not new or all_named(text, names) or not _PERSONS.fullmatch(new):
        return None
    before = thread.full if all_named(thread.full, names) else thread.root
    kept = f"the {new}" if re.search(rf"\bthe {re.escape(new)}", text, re.I) else new
    if _PERSONS.search(before):
        return _PERSONS.sub(lambda _: kept, before, count=1)
    return _added(f"for {kept}", before, thread)


def _other_object(text: str, thread: Thread, names: Names) -> str | None:
    """ "And to funding?" after "What are the barriers to measuring impact?": the barriers to funding."""
    found = _PREPOSITION.search(text)
    if not found or all_named(text, names):
        return None
    old = re.compile(rf"\b{found[1]} (?:(?!{_PREPOSITIONS}\b)[\w'’&-]+(?:\s+|(?=\W*$)))+", re.I)
    before = thread.full if all_named(thread.full, names) else thread.root
    once = len(re.findall(rf"\b{found[1]}\b", before, re.I)) == 1
    if not once or not old.search(before):
        return None
    return re.sub(r"\s+(?=[?.!]|$)", "", old.sub(f"{found[1].lower()} {found[2]} ", before, count=1))


def _kept_to(text: str, thread: Thread, names: Names) -> str | None:
    """ "And in Newham?", "for a mental health trust?", "anything under 16?": the earlier question, and that."""
    found = _NARROWS.search(text)
    if not found or all_named(text, names) or set(telling(found[1])) <= ATTRIBUTES:
        return None
    before = thread.full if all_named(thread.full, names) else thread.root
    where = re.search(rf"\b{found[1].split()[0]} (?:the )?[A-Z]", before)
    if where and all_named(before, names) and NAME.search(f" {found[1]}"):  # another place than that, or one in it
        return None
    return _added(found[1], before, thread)


def _added(narrowing: str, before: str, thread: Thread) -> str:
    """The question kept to less; "in Leeds" goes in the place of "in Newham" that was added to it before."""
    wider = thread.asked[-2].rstrip(" ?.") if len(thread.asked) > 1 else ""
    again = f"{wider} {narrowing.split()[0]} " if wider else ""
    before = wider if again and before.startswith(again) else before
    return f"{before.rstrip(' ?.')} {narrowing}{'?' * before.rstrip().endswith('?')}"
