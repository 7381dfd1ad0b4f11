"""What is called by its number: "lesson 13" says nothing to the encoder, and little to an index of words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.words import stem_set

_TITLE = re.compile(r"(?:(?P<of>.+), )?(?P<noun>[A-Za-z]+) (?P<number>\d{1,2}): (?P<name>.+)")
SPELT = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numbered:
    """``said`` finds where it is called by its number; ``of``: the stems of what it is the so-manieth of, where its
    title says it ("2019 event, lesson 4")."""

    said: re.Pattern[str]
    name: str
    of: frozenset[str]


def numbered(titles: Iterable[str]) -> tuple[Numbered, ...]:
    """Those titles that give a number and a name; what is of something before what is of nothing in particular."""
    found = [
        Numbered(_said(match["noun"], int(match["number"])), match["name"], stem_set(match["of"] or ""))
        for match in map(_TITLE.fullmatch, titles)
        if match
    ]
    return tuple(sorted(found, key=lambda one: -len(one.of)))


def named_too(text: str, every: Iterable[Numbered]) -> str:
    """The text with the name in brackets behind each number that it gives."""
    said = stem_set(text)
    read: dict[str, str] = {}
    for one in every:
        for match in one.said.finditer(text) if one.of <= said else ():
            read.setdefault(match.group(), f"{match.group()} ({one.name})")
    for typed, whole in read.items():
        text = re.sub(rf"\b{re.escape(typed)}\b", whole, text, count=1)
    return text


def _said(noun: str, number: int) -> re.Pattern[str]:
    in_words = SPELT[number - 1] if 1 <= number <= len(SPELT) else str(number)
    return re.compile(rf"\b{noun} (?:no\.? ?|number )?(?:{number}|{in_words})\b(?!\.\d)", re.I)
