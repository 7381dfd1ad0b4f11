"""The form of words, for the second look: where a person seems to be named, and what stands beside the name.

Names are endless, but their form is not: a given name, a capital in mid-sentence, a title, a number with a street.
``given_names.txt`` holds given names of many languages (the United States census of 1990, in the public domain, and
Faker's, under the MIT licence); those that are common words or places here are left out.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

from retrieval.people import INTRODUCED, what_is_told

_NAMES = Path(__file__).parent / "given_names.txt"
_GIVEN, _GIVEN_SMALL, _CAPITAL, _TITLE, _ADDRESS = "<G>", "<g>", "<C>", "<T>", "<A>"
# Whoever is called so is in public, or a place: Sir Michael, St George's, the Princess Alexandra.
_HONOURED = "*"
_HONOURS = frozenset(
    {"Sir", "Dame", "Lord", "Lady", "Baroness", "Baron", "Prof", "Professor", "Archbishop", "Bishop", "Duke", "Duchess"}
    | {"Prince", "Princess", "King", "Queen", "Saint", "St", "Saints", "Countess", "President"}
)
# Hospitals and those whom everybody names them after.
_PLACES = re.compile(
    r"\b(?:james paget|robert jones(?: and agnes hunt)?|agnes hunt|(?:the )?christie|guy['’]?s|george eliot"
    r"|john radcliffe|william harvey|edith cavell|mary seacole|florence nightingale|nelson mandela|alder hey"
    r"|ronald mcdonald|joseph rowntree)\b",
    re.I,
)
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "madame"})
_STREET = re.compile(
    r"(?:road|rd|street|st|avenue|ave|lane|close|drive|crescent|terrace|grove|way|court|gardens|place|walk|rise|mews|"
    r"row|hill|parade|house|mansions|villas|cottages|flats)",
    re.I,
)
_WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:[’'-][A-Za-zÀ-ÿ]+)*|\d+|[.?!:\n]")
_AT_MOST = 200  # words that are looked at


def shapes(text: str) -> list[str]:
    """Features of form: each marked word with its neighbours, and all words of a text that seems to name a person."""
    marks = _marks(text)
    found = []
    for at, mark in enumerate(marks):
        if mark[0] in "<0":
            before = marks[at - 1] if at else "^"
            after = marks[at + 1] if at + 1 < len(marks) else "$"
            found += [f"s:{mark}", f"s:{before}_{mark}", f"s:{mark}_{after}"]
    if whose := _named(marks):
        found += [whose, *(f"{whose}:{mark}" for mark in marks)]
        told = what_is_told(text)
        found += [f"told:{one}" for one in told] + [f"told:{one}+{two}" for one, two in combinations(told, 2)]
    return found


def may_name_a_person(text: str) -> bool:
    """Whether anything in the text has the form of a name or an address."""
    return any(mark[0] == "<" for mark in _marks(text))


def _named(marks: list[str]) -> str:
    """P where a full name or a title stands, Q where a given name does."""
    given = (_GIVEN, _GIVEN_SMALL)
    if _TITLE in marks or any(one in given and two in (*given, _CAPITAL) for one, two in pairwise(marks)):
        return "P"
    return "Q" if any(mark in given for mark in marks) else ""


def _marks(text: str) -> list[str]:
    text = _PLACES.sub(" hospital ", text)
    if not {"home", "age", "health"} & set(what_is_told(text)):
        text = INTRODUCED.sub(" introduced ", text)
    words = _WORD.findall(text)[:_AT_MOST]
    marks, starts, honoured = [], True, False
    for at, word in enumerate(words):
        honoured = word in _HONOURS or (honoured and word[0].isupper())
        if word in ".?!:\n":
            marks.append(".")
        elif word.isdigit():
            street = any(_STREET.fullmatch(one) for one in words[at + 2 : at + 4])
            marks.append(_ADDRESS if street and len(word) < 4 else "0" * len(word))
        else:
            marks.append(_HONOURED if honoured else _mark(word, starts))
        starts = marks[-1] == "."
    return marks


def _mark(word: str, starts: bool) -> str:
    low = re.sub(r"['’]s$", "", word.lower())
    if low in _given_names():
        return _GIVEN if word[0].isupper() else _GIVEN_SMALL
    if low in _TITLES:
        return _TITLE
    return _CAPITAL if word[0].isupper() and not starts and not word.isupper() else low


@cache
def _given_names() -> frozenset[str]:
    return frozenset(_NAMES.read_text("ascii").split())
