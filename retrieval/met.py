"""How well each telling word of a question is met by each sentence that is quoted for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.evidence import Rated, told
from retrieval.generation import Generation
from retrieval.intent import EMPTY
from retrieval.search import Query
from retrieval.vectors import Vectors
from retrieval.words import stems

_WORD = re.compile(r"[\w&][\w&'’.-]*[\w&]|\w")
_ANY = 1.0  # of a question without such words


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was typed, its stem, and in how many passages of the index that stands."""

    typed: str
    stem: str
    passages: int


@dataclass(frozen=True, slots=True)
class Met:
    """``values``: sentences × ``words``, the cosine of the nearest token, what a sentence hangs from speaking with it;
    a word of several tokens has their mean. No words where the question has no tokens to compare."""

    words: tuple[Word, ...]
    values: Vectors

    def best(self, places: Sequence[int]) -> Vectors:
        """For each word, the best of these sentences."""
        best: Vectors = self.values[list(places)].max(axis=0, initial=-_ANY)
        return best

    def of(self, typed: str) -> float:
        """The best that a word of the question is met."""
        return max(
            (float(self.values[:, at].max(initial=-_ANY)) for at, word in enumerate(self.words) if word.typed == typed),
            default=-_ANY,
        )

    def least(self, places: Iterable[int]) -> float:
        """The least met word of the sentence of these that leaves the fewest unmet."""
        return max((float(self.values[place].min(initial=_ANY)) for place in places), default=-_ANY)


def met_by(query: Query, text: str, chosen: Sequence[Rated], generation: Generation) -> Met:
    """``text``: what ``query`` was encoded from."""
    found = list(_words(query, text, generation))
    values = np.ones((len(chosen), len(found)), dtype=np.float32)
    rows = {generation.place[one.passage.passage_id] for one in chosen} if found else set()
    maxima = {row: told(query, row, generation) for row in rows}
    for at, one in enumerate(chosen if found else ()):
        nearest = maxima[generation.place[one.passage.passage_id]][one.sentence]
        values[at] = [nearest[inside].mean() for _, inside in found]
    return Met(tuple(word for word, _ in found), values)


def _words(query: Query, text: str, generation: Generation) -> Iterable[tuple[Word, Sequence[int]]]:
    """Words that carry meaning, with the question's tokens that stand in them."""
    for match in _WORD.finditer(text):
        inside = [at for at, (start, end) in enumerate(query.spans) if match.start() <= start < end <= match.end()]
        stemmed = [stem for stem in stems(match.group()) if stem not in EMPTY]
        if inside and stemmed:
            yield Word(match.group(), stemmed[0], generation.words.holding(stemmed[0])), inside
