"""Listed questions as what is learnt from (``retrieval.alike``), and the pairs of them that ask the same."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from retrieval.vectors import Vectors

EPOCHS = 3
BATCH = 128  # pairs
_FEW = 3  # a wish that is answered in no more places asks the same as another that is answered in one of them

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lessons:
    """Listed questions: ``wishes``, the number of the wish that each one words, and ``places``, the rows of the
    sentences that answer it, of which there may be none. ``sentences``: their vectors, by the encoder as published."""

    texts: Sequence[str]
    wishes: Rows
    places: Sequence[Sequence[int]]
    sentences: Vectors

    def answers(self) -> csr_matrix:
        """Questions × sentences: 1 where it is answered."""
        ends = np.cumsum([0, *map(len, self.places)])
        columns = np.array([row for rows in self.places for row in rows], dtype=np.int64)
        return csr_matrix((np.ones(len(columns), np.float32), columns, ends), (len(self.texts), len(self.sentences)))

    def without(self, wishes: frozenset[int]) -> Lessons:
        kept = [at for at, wish in enumerate(self.wishes.tolist()) if wish not in wishes]
        return Lessons(
            [self.texts[at] for at in kept], self.wishes[kept], [self.places[at] for at in kept], self.sentences
        )


def pairs_of(lessons: Lessons, chance: random.Random) -> Iterator[Rows]:
    """Batches: rows of two questions that ask the same, every question once in an epoch beside one drawn for it."""
    wordings: dict[int, list[int]] = {}
    there: dict[int, list[int]] = {}
    for at, wish in enumerate(lessons.wishes.tolist()):
        wordings.setdefault(wish, []).append(at)
        for place in lessons.places[at] if len(lessons.places[at]) <= _FEW else ():
            there.setdefault(place, []).append(at)

    def beside(at: int) -> int:
        places, mine = lessons.places[at], lessons.wishes[at]
        if 0 < len(places) <= _FEW and chance.random() < 0.5:
            other = chance.choice(there[chance.choice(places)])
            if lessons.wishes[other] != mine:
                return other
        return chance.choice([other for other in wordings[int(mine)] if other != at] or [at])

    order = list(range(len(lessons.texts)))
    for _ in range(EPOCHS):
        chance.shuffle(order)
        for start in range(0, len(order), BATCH):
            yield np.array([(at, beside(at)) for at in order[start : start + BATCH]])
