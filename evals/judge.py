"""Says which passages hold the evidence that a question needs, by source, headings and a few words.

This stands in for relevance judgements: they are made afresh for every index, so they outlive any way of cutting
passages. It compares words only. It must never look at scores or ranks, and never at the question's own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from corpus.records import original_parts
from corpus.types import Passage
from evals.suite import Evidence, Question

_QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "´": "'", "`": "'"})
_HYPHENS = re.compile(r"[‐-―−﹘﹣-]")
_REFERENCE_MARKS = re.compile(r"\^\{[^}]*\}|[⁰¹²³⁴-⁹]+")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\ufeff"))

WHOLE, PART = 2, 1  # the grade of a passage that holds a fact, and of one that holds a piece of it

Way = frozenset[str]  # ids of passages that hold a fact together; nearly always one alone
Ways = tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The passages of an index by source, in order; ``learnt`` has the sentences of our briefs by the source that they
    were learnt from."""

    of_source: Mapping[str, tuple[Passage, ...]]
    learnt: Mapping[str, tuple[tuple[Passage, int], ...]]


def shelve(passages: Iterable[Passage]) -> Shelf:
    of_source: dict[str, list[Passage]] = {}
    learnt: dict[str, list[tuple[Passage, int]]] = {}
    for passage in passages:
        of_source.setdefault(passage.source.source_id, []).append(passage)
        for place, original in enumerate(passage.originals):
            learnt.setdefault(original_parts(original)[0], []).append((passage, place))
    for members in of_source.values():
        members.sort(key=lambda passage: passage.ordinal)
    return Shelf({s: tuple(m) for s, m in of_source.items()}, {s: tuple(m) for s, m in learnt.items()})


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Text as the judge compares it: no reference marks, straight quotes, plain hyphens, single spaces, one case."""
    bare = _REFERENCE_MARKS.sub("", text).translate(_INVISIBLE)
    folded = unicodedata.normalize("NFKC", bare).translate(_QUOTES).casefold()
    return " ".join(_HYPHENS.sub("-", folded).split())


def holds(text: str, fact: str) -> bool:
    """Whether ``fact`` stands in ``text`` as whole words and whole numbers: "3.8%" does not hold "8%"."""
    return _pattern(fact).search(plain(text)) is not None


def holds_any(text: str, facts: Iterable[str]) -> bool:
    return any(holds(text, fact) for fact in facts)


def satisfies(passage: Passage, evidence: Evidence) -> bool:
    """Whether the passage is of the right source, stands under the right headings, and holds one of the facts."""
    return (
        passage.source.source_id == evidence.source
        and under(passage.heading_path, evidence.section)
        and holds_any(passage.text, evidence.fact)
    )


def under(heading_path: Iterable[str], section: Iterable[str]) -> bool:
    """Whether the headings of ``section`` occur in this order in the path, each as a run of words of one heading."""
    path = iter(heading_path)
    return all(any(_has_run(heading, wanted) for heading in path) for wanted in section)


def ways(evidence: Evidence, shelf: Shelf) -> Ways:
    """The ways in which an index holds one piece of evidence, each a set of passages that hold it together.

    A passage that holds the fact, in the right source under the right headings, holds it alone. Credit goes by overlap
    of spans: where a new way of cutting passages has cut the fact itself, so that nobody holds it alone, the neighbours
    that hold it between them do so together, both must be found, and each is worth a part (``PART`` against ``WHOLE``).
    Where the source itself is not held, a brief counts whose sentence was learnt from it and gives the fact.
    """
    mine = shelf.of_source.get(evidence.source)
    if mine is None:
        return tuple(dict.fromkeys(frozenset((p.passage_id,)) for p in told_by_briefs(evidence, shelf)))
    there = [passage for passage in mine if under(passage.heading_path, evidence.section)]
    alone = [passage for passage in there if holds_any(passage.text, evidence.fact)]
    if alone:
        return tuple(frozenset((passage.passage_id,)) for passage in alone)
    return tuple(
        frozenset((one.passage_id, other.passage_id))
        for one, other in pairwise(there)
        if other.ordinal == one.ordinal + 1 and holds_any(f"{one.text} {other.text}", evidence.fact)
    )


def told_by_briefs(evidence: Evidence, shelf: Shelf) -> Iterator[Passage]:
    """Our briefs' passages with a sentence that was learnt from the source and gives the fact."""
    for passage, place in shelf.learnt.get(evidence.source, ()):
        if holds_any(passage.quote(place), evidence.fact):
            yield passage


def groups_of(question: Question, shelf: Shelf) -> tuple[Ways, ...]:
    """For each fact that the question needs, the ways in which the index holds it; empty where it does not."""
    return tuple(
        tuple(dict.fromkeys(way for evidence in group for way in ways(evidence, shelf))) for group in question.needs
    )


def grades(groups: Iterable[Ways]) -> Mapping[str, int]:
    """Relevance judgements of passages: WHOLE for those that hold a fact alone, PART for those that hold a piece."""
    found: dict[str, int] = {}
    for way in (way for group in groups for way in group):
        for passage_id in way:
            found[passage_id] = max(found.get(passage_id, 0), WHOLE if len(way) == 1 else PART)
    return dict(sorted(found.items()))


def places(groups: Iterable[Ways], ranking: Sequence[str]) -> tuple[int | None, ...]:
    """For each group, the 1-based rank at which it is first met, None where it is not."""
    place = {passage_id: rank for rank, passage_id in enumerate(ranking, start=1)}
    return tuple(_first(group, place) for group in groups)


def _first(group: Ways, place: Mapping[str, int]) -> int | None:
    met = (max(place[one] for one in way) for way in group if all(one in place for one in way))
    return min(met, default=None)


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
