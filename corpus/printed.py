"""Whether a source prints something, and the numbers that a printed figure may stand for: "£1.8m" is 1,800,000,
"two-thirds" is 0.667 or 66.7 per cent.

By this a check sees that a fact's value and what its source prints are one figure. It knows how English prints numbers;
it does not judge whether the figure is true.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: float(number) for number, word in enumerate(_ONES)}
_WORDS |= {word: 10.0 * number for number, word in enumerate(_TENS, 2)}
_WORDS |= {"a": 1, "both": 2, "couple": 2, "twice": 2, "double": 2, "doubled": 2, "doubling": 2, "doubles": 2}
_WORDS |= {"treble": 3, "triple": 3, "tripled": 3, "trebled": 3, "dozen": 12, "decade": 10}
_PARTS = {"half": 1 / 2, "halve": 1 / 2, "halved": 1 / 2, "halving": 1 / 2, "third": 1 / 3, "quarter": 1 / 4}
_PARTS |= {"fifth": 1 / 5, "tenth": 1 / 10}
_SCALES = {"k": 1e3, "m": 1e6, "bn": 1e9, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|[a-z]+")


def agrees(printed: str, value: float) -> bool:
    """Whether a value is one of the numbers that the printed figure holds, as it stands or in per cent."""
    return any(abs(number * by - value) <= abs(value) * 0.01 for number in _numbers(printed) for by in (1, 100))


def stands_in(printed: str, text: str) -> bool:
    """Whether words or a figure stand in a text as printed, spaces, quotes and hyphens aside; never as a part."""
    wanted = re.escape(_plain(printed))
    return re.search(rf"(?<!\w)(?<!\d[.,]){wanted}(?!\w)(?![.,]\d)", _plain(text)) is not None


def _numbers(printed: str) -> Iterator[float]:
    words = _TOKEN.findall(printed.casefold())
    before: float | None = None  # the number that a scale or a part multiplies
    for place, word in enumerate(words):
        number = _number(word)
        if part := _PARTS.get(word.removesuffix("s")):
            yield (before or 1) * part
        elif scale := _SCALES.get(word):
            before = (before or 1) * scale
            yield before
        elif number is not None:
            yield number
            if before and number and words[place - 1] == "in":  # 1 in 5
                yield before / number
            if before and before >= 20 and number < 10:  # twenty-five
                yield before + number
            before = number
        elif word != "in":
            before = None


def _number(word: str) -> float | None:
    return float(word.replace(",", "")) if word[0].isdecimal() else _WORDS.get(word)


def _plain(text: str) -> str:
    """One form for the marks that two readers of one page print differently."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = re.sub(r"[‐‑‒–—−]", "-", re.sub(r"[‘’]", "'", re.sub(r"[“”]", '"', folded)))
    return re.sub(r"\s*-\s*", "-", re.sub(r"\s+", " ", folded)).strip()
