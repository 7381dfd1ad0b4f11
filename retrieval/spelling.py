"""Repairs slips of spelling against the words that the index holds, and leaves everything else as it was typed.

A word is looked at only if it is no English word, stands nowhere in the index and is no acronym or figure; it is
changed only for a word of the index that is nearer than any common English word. So "bus passes" stays, though no
source speaks of them. English is the frequency list that symspellpy ships; distances are rapidfuzz's (optimal string
alignment: letters dropped, added, changed or swapped).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from retrieval.words import stems

_LIST = "frequency_dictionary_en_82_765.txt"
_COMMON = 1_000_000  # occurrences in that list's corpus; 22,000 words have more
_FAR_COMMONER = 20  # an English word this many times as common wins at the same distance
_SHORTEST, _LONGEST = 4, 24  # letters
_TWO_SLIPS = 8  # letters from which a word may have two slips
_FEW = 5  # letters; in so short a word a slip at an end more often makes another word than a misspelt one
_NAME_WITH_SLIP = 6  # letters; shorter names are too often each other's neighbours
_AT_MOST = 8  # words of a question that are looked at, so that a page of gibberish costs little
_NEIGHBOURS = 12
# A document may not hold what every question does.
_ASKING = "what when where which whose whom does have much many often long could should would about there their with"
_MOSTLY, _OFTEN = 0.8, 0.2  # share of a word's occurrences that are printed so

# Short forms and the sounds of words, as people type them, and slips that are names elsewhere; in small letters only.
_SHORT_FORMS = {
    "thru": "through", "tho": "though", "ppl": "people", "orgs": "organisations", "org": "organisation",
    "wot": "what", "wots": "what's", "whats": "what's", "theres": "there's", "wheres": "where's", "hows": "how's",
    "cld": "could", "shld": "should", "wld": "would", "u": "you", "ur": "your", "pls": "please", "plz": "please",
    "hw": "how", "abt": "about", "cos": "because", "coz": "because", "cuz": "because", "govt": "government",
    "dept": "department", "mgmt": "management", "yrs": "years", "yr": "year", "mths": "months", "yong": "young",
    "thx": "thanks", "gonna": "going to", "wanna": "want to", "gotta": "have to", "hosp": "hospital",
}  # fmt: skip
_SHORT_FORM = re.compile(rf"(?<![\w@/.'’#&-])(?:{'|'.join(_SHORT_FORMS)})(?!['’@/&-]|\w|\.\w)")
# Whole plain words: no part of an address, a hashtag, an acronym, a name with an apostrophe.
_WORD = re.compile(r"(?<![\w@/.'’#&])[A-Za-z]{4,24}+(?!['’](?!s\b)\w|[\w@/&]|\.\w)")
_PRINTED = re.compile(r"[^\W\d_]++")
_OPENS = re.compile(r"(?:^|[.?!:]\s)[\W_]*$")
_PREFIX = re.compile(
    r"(?:anti|bio|co|cyber|de|eco|geo|hyper|inter|micro|multi|neuro|non|out|over|post|pre|psycho|re|socio|sub|super|"
    r"tele|trans|un|under|up)(?=.{4})"
)


ByLength = Mapping[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Repair:
    """One word as it was typed and as it is read."""

    typed: str
    read: str


@dataclass(frozen=True, slots=True)
class Speller:
    """``counts``: how often each word, in lower case, stands in the index. ``names``: the words that are mostly printed
    with a capital, as they are printed. ``capitals``: those that often are, in lower case. ``targets``: what a slip may
    be read as, by length."""

    counts: Mapping[str, int]
    names: Mapping[str, str]
    capitals: frozenset[str]
    targets: ByLength

    def repair(self, text: str) -> tuple[str, tuple[Repair, ...]]:
        """The text with its slips mended, its short forms written out, and what was changed."""
        repairs = {short: _SHORT_FORMS[short] for short in _SHORT_FORM.findall(text)}
        text = _SHORT_FORM.sub(lambda match: _SHORT_FORMS[match.group()], text)
        for typed, opens in self._doubtful(text):
            if read := self._reading(typed, opens):
                repairs[typed] = read
        mended = _WORD.sub(lambda match: repairs.get(match.group(), match.group()), text)
        return mended, tuple(Repair(typed, read) for typed, read in repairs.items())

    def known(self, word: str) -> bool:
        """Whether a word, in lower case, stands in the index or is English, plain or put together."""
        return word in self.counts or _is_english(word)

    def _doubtful(self, text: str) -> Iterator[tuple[str, bool]]:
        """Words that may be slips, and whether each opens a sentence, where a capital tells nothing."""
        seen: set[str] = set()
        for match in _WORD.finditer(text):
            word = match.group()
            lower = word.lower()
            if word in seen or not word[1:].islower() or (self.known(lower) and not self._is_slip_of_name(lower)):
                continue
            if len(seen) == _AT_MOST:
                return
            seen.add(word)
            yield word, bool(_OPENS.search(text[max(0, match.start() - 8) : match.start()]))

    def _is_slip_of_name(self, word: str) -> bool:
        """Whether a word that could be two in one is a name of the index but for a letter ("nottinghamhire"), or a word
        of it whose last letter is double ("homeles")."""
        if word in self.counts or word in _english() or not _is_compound(word):
            return False
        return word + word[-1] in self.counts or any(self._may_be_name(word, one) for one in self._near(word, 1))

    def _reading(self, typed: str, opens: bool) -> str | None:
        word = typed.lower()
        capital = typed[0].isupper()
        strict = capital and not opens  # somebody's or some place's name
        reach = 2 if len(word) >= _TWO_SLIPS and not capital else 1
        near = self._near(word, reach)
        if strict:
            near = [one for one in near if self._may_be_name(word, one)]
        if not near or _inflected(word, near[0]) or (not strict and _beaten(word, near[0])):
            return None
        printed = self.names.get(near[0], near[0])
        if capital:
            return printed[0].upper() + printed[1:]
        return printed if printed.isupper() else near[0]

    def _near(self, word: str, reach: int) -> list[str]:
        """Words of the index within ``reach`` slips, best first. The first letter is seldom mistyped."""
        found = _within(reach, word, self.targets)
        fitting = (
            (slips, one)
            for one, slips in found
            if (one[0] == word[0] or (slips == 1 and len(word) > _FEW)) and not _differs_at_end(word, one)
        )
        return [one for _, one in sorted(fitting, key=lambda pair: self._order(word, *pair))]

    def _may_be_name(self, word: str, one: str) -> bool:
        long_enough = len(one) >= _NAME_WITH_SLIP or sorted(word) == sorted(one)
        return one in self.capitals and long_enough and _letter_lost_or_swapped(word, one)

    def _order(self, word: str, slips: int, one: str) -> tuple[float, ...]:
        other_letters = sorted(one) != sorted(word)
        replaced = not _letter_lost_or_swapped(word, one)
        return (slips, one[0] != word[0], other_letters, replaced, one[-1] != word[-1], -self.counts[one])


def speller(texts: Iterable[str]) -> Speller:
    """From everything that is printed in an index: text, headings, titles and names."""
    printed: Counter[str] = Counter()
    for text in texts:
        printed.update(_PRINTED.findall(text))
    counts: Counter[str] = Counter()
    for word, count in (*printed.items(), *((word, 1) for word in _ASKING.split())):
        counts[word.lower()] += count
    share = {word: count / counts[word.lower()] for word, count in printed.items() if word[0].isupper()}
    english = _english()
    targets = sorted(
        word
        for word, count in counts.items()
        if _SHORTEST <= len(word) <= _LONGEST and word.isascii() and (count > 1 or word in english)
    )
    names = {word.lower(): word for word, part in share.items() if part > _MOSTLY}
    capitals = frozenset(word.lower() for word, part in share.items() if part > _OFTEN)
    return Speller(counts, names, capitals, _by_length(targets))


@lru_cache(maxsize=1)
def _english() -> Mapping[str, int]:
    """English words in lower case, with how often each stands in a large body of text."""
    spec = find_spec("symspellpy")  # not imported: only its list is wanted
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the package symspellpy is missing; install the project's dependencies again")
    rows = (Path(spec.origin).parent / _LIST).read_text("utf-8-sig").split()
    return dict(zip(rows[::2], map(int, rows[1::2]), strict=True))


def occurrences(word: str) -> int:
    """How often a word, in lower case, stands in a large body of English; 0 for what is no English word."""
    return _english().get(word, 0)


@lru_cache(maxsize=1)
def _common() -> ByLength:
    return _by_length(word for word, count in _english().items() if count > _COMMON)


def _by_length(words: Iterable[str]) -> ByLength:
    kept: dict[int, list[str]] = {}
    for word in words:
        kept.setdefault(len(word), []).append(word)
    return kept


def _within(slips: int, word: str, choices: ByLength) -> Iterator[tuple[str, int]]:
    """The nearest words that are at most so many slips away, with how many."""
    for length in range(len(word) - slips, len(word) + slips + 1):
        near = choices.get(length, ())
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=slips, limit=_NEIGHBOURS)
        yield from ((one, distance) for one, distance, _ in found)


def _is_english(word: str) -> bool:
    english = _english()
    if word in english or word.removesuffix("s") in english or word.removesuffix("ed") in english:
        return True
    prefix = _PREFIX.match(word)
    return bool(prefix and word[prefix.end() :] in english) or _is_compound(word)


def _is_compound(word: str) -> bool:
    """Two common words in one: "stairlift", "keyworker"."""
    english = _english()
    cuts = range(3, len(word) - 2)
    return any(min(english.get(word[:cut], 0), english.get(word[cut:], 0)) > _COMMON for cut in cuts)


def _letter_lost_or_swapped(word: str, other: str) -> bool:
    """Whether a letter was dropped, doubled or swapped; another letter in its place more often makes another word."""
    return len(word) != len(other) or sorted(word) == sorted(other)


def _inflected(word: str, other: str) -> bool:
    """Whether one is the other with an ending: "funders" is no slip for "funder", "sandwel" is one for "sandwell"."""
    begins = word.startswith(other) or other.startswith(word)
    return begins and other != word + word[-1] and stems(word) == stems(other)


def _differs_at_end(word: str, other: str) -> bool:
    """Whether they part at the end only, where "Paget" is no slip for "page" or "pages", nor "facto" for "factor"."""
    if word.startswith(other):
        return word[-1] != word[-2]
    ends = len(word) == len(other) and word[:-1] == other[:-1]
    return len(word) <= _FEW and (ends or other.startswith(word))


def _beaten(word: str, candidate: str) -> bool:
    """Whether a common English word that is not meant by the index is nearer, or as near and far commoner."""
    slips = OSA.distance(word, candidate)
    ours = max(_english().get(candidate, 0), _COMMON / 4)
    return any(
        nearer < slips or (rival[0] == word[0] and _english()[rival] > _FAR_COMMONER * ours)
        for rival, nearer in _within(slips, word, _common())
        if rival != candidate
    )
