"""What an answer quotes, as those who look for gaps in it read it: each sentence with what it hangs from, and with the
headings under which it stands or is shown. A gap is told only of what is not there, so what may speak for a sentence
counts as said by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from corpus.types import Passage
from retrieval.evidence import Rated, with_lead
from retrieval.met import Met
from retrieval.words import stem_set, stems

_ACRONYM = re.compile(r"\W*([A-Z]{3,6})s?\W*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SPAN = re.compile(
    r"((?:19|20)\d\d)(?:\s?[-–/]\s?((?:19|20)?\d\d)(?!\d)|\s+(?:to|and|until)\s+((?:19|20)\d\d))"
)  # "2021-22", "from 2021 to 2023", "between 2021 and 2023"

_SPELT = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MONTHS = {**{word: at for at, word in enumerate(_SPELT, 1)}, "a": 1, "eighteen": 18, "twenty-four": 24}
LASTING = re.compile(
    rf"\b(\d{{1,2}}|{'|'.join(_MONTHS)})[ -](month|year)s?\b(?! (?:old|olds|gap))", re.I
)  # "twelve-month", "after a year"


@dataclass(frozen=True)
class Quoted:
    """``met``: how well each word of the question is met by each of ``sentences``. ``said``: their words, each with
    what it hangs from; ``told``: the same with headings, the programme's and the body's names. ``asked``: the titles of
    the programmes that the question names."""

    sentences: tuple[Rated, ...]
    met: Met
    asked: frozenset[str] = frozenset()

    @cached_property
    def said(self) -> tuple[str, ...]:
        return tuple(with_lead(one.passage, one.sentence) for one in self.sentences)

    @cached_property
    def told(self) -> tuple[str, ...]:
        return tuple(
            " . ".join((said, *one.passage.heading_path, one.programme or "", one.passage.organisation or ""))
            for one, said in zip(self.sentences, self.said, strict=True)
        )

    @cached_property
    def everything(self) -> str:
        return " . ".join(self.told)

    @cached_property
    def stems(self) -> frozenset[str]:
        return stem_set(self.everything)

    def where(self, holds: Callable[[str], bool]) -> list[int]:
        """Places of the sentences whose words hold something."""
        return [at for at, said in enumerate(self.said) if holds(said)]

    def speaks_of(self, text: str) -> bool:
        """Whether every telling word of a text stands somewhere in what is quoted, or what an acronym stands for."""
        return set(stems(text)) <= self.stems or self._spells_out(text)

    def _spells_out(self, text: str) -> bool:
        """An acronym: "KPIs" by "key performance indicators"; of two letters that would be chance."""
        initials = "".join(word[0].upper() for word in re.findall(r"\w+", self.everything))
        short = _ACRONYM.fullmatch(text)
        return short is not None and short[1] in initials


def is_about(one: Rated, organisation: str) -> bool:
    return organisation in (one.passage.organisation, one.programme) or organisation in one.passage.text


@lru_cache(maxsize=10_000)
def stems_about(passage: Passage, programme: str) -> tuple[str, ...]:
    """The stems of what a passage says and of what it is about, in order."""
    said = (passage.source.publisher, *passage.heading_path, passage.text)
    return tuple(stems(" . ".join((*said, passage.organisation or "", passage.programme or "", programme))))


def years_of(text: str) -> frozenset[int]:
    """The years that a text names, those between the ends of a span too."""
    found = {int(year) for year in _YEAR.findall(text)}
    for first, short, last in _SPAN.findall(text):
        end = last or (short if len(short) > 2 else first[:2] + short)
        found.update(range(int(first), int(end) + 1))
    return frozenset(found)


def months_of(text: str) -> frozenset[int]:
    """The spans of time that a text names, in months: "after a year" and "at 12 months" are the same."""
    return frozenset(
        int(_MONTHS.get(number.lower(), number)) * (12 if unit.lower() == "year" else 1)
        for number, unit in LASTING.findall(text)
    )


def published_years(chosen: Sequence[Rated]) -> frozenset[int]:
    return frozenset(year for one in chosen for year in years_of(one.passage.source.published or ""))
