"""Says whether a passage holds the evidence that a question needs, by source, headings and a few words.

This stands in for relevance judgements: they are made afresh for every index, so they outlive any way of cutting
passages. It compares words only. It must never look at scores or ranks, and never at the question's own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from corpus.types import Passage
from evals.suite import Evidence, Question

_QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "´": "'", "`": "'"})
_HYPHENS = re.compile(r"[‐-―−﹘﹣-]")
_REFERENCE_MARKS = re.compile(r"\^\{[^}]*\}|[⁰¹²³⁴-⁹]+")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\ufeff"))


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Text as the judge compares it: no reference marks, straight quotes, plain hyphens, single spaces, one case."""
    bare = _REFERENCE_MARKS.sub("", text).translate(_INVISIBLE)
    folded = unicodedata.normalize("NFKC", bare).translate(_QUOTES).casefold()
    return " ".join(_HYPHENS.sub("-", folded).split())


def holds(text: str, fact: str) -> bool:
    """Whether ``fact`` stands in ``text`` as whole words and whole numbers: "3.8%" does not hold "8%"."""
    return _pattern(fact).search(plain(text)) is not None


def satisfies(passage: Passage, evidence: Evidence) -> bool:
    """Whether the passage is of the right source, stands under the right headings, and holds one of the facts."""
    return (
        passage.source.source_id == evidence.source
        and under(passage.heading_path, evidence.section)
        and any(holds(passage.text, fact) for fact in evidence.fact)
    )


def under(heading_path: Iterable[str], section: Iterable[str]) -> bool:
    """Whether the headings of ``section`` occur in this order in the path, each as a run of words of one heading."""
    path = iter(heading_path)
    return all(any(_has_run(heading, wanted) for heading in path) for wanted in section)


def groups_met(question: Question, passages: Iterable[Passage]) -> tuple[int | None, ...]:
    """For each group the question needs, the 1-based place of the first passage that meets it, None where none does."""
    ranked = tuple(passages)
    return tuple(_first(group, ranked) for group in question.needs)


def relevant(question: Question, passages: Iterable[Passage]) -> frozenset[str]:
    """The ids of the passages that satisfy any of the question's evidence."""
    wanted = [evidence for group in question.needs for evidence in group]
    return frozenset(p.passage_id for p in passages if any(satisfies(p, evidence) for evidence in wanted))


def _first(group: Sequence[Evidence], ranked: Sequence[Passage]) -> int | None:
    places = (place for place, p in enumerate(ranked, start=1) if any(satisfies(p, evidence) for evidence in group))
    return next(places, None)


@lru_cache(maxsize=4096)
def _pattern(fact: str) -> re.Pattern[str]:
    # A space of the fact may be a hyphen in the text; a hyphen of the fact may have been lost at a line's end.
    words = [r"[\s-]*".join(map(re.escape, word.split("-"))) for word in plain(fact).split()]
    return re.compile(r"(?<!\w)(?<!\d[.,])" + r"[\s-]+".join(words) + r"(?!\w)(?![.,]\d)")


@lru_cache(maxsize=65536)
def _words(heading: str) -> str:
    return " " + " ".join(re.findall(r"\w+", plain(heading))) + " "


def _has_run(heading: str, wanted: str) -> bool:
    return _words(wanted) in _words(heading)
