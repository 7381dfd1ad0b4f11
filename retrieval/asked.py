"""Questions of which it is written down where a source answers them (``corpus/questions``): one that is like a reader's
shows where to look, though it shares no word with what stands there.

Questions are nearer to questions than to passages. What doc2query (Nogueira et al. 2019, arXiv 1904.08375) has a model
add to each passage is here kept by hand, and leads to a sentence. Places are worked out once, when a generation is
built: the sentence that prints the words by which an answer is known, or, where the source is not held, the sentence of
our briefs that was learnt from it and is nearest to the question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.entries import AnsweredAt, QuestionsOf
from corpus.printed import stands_in
from corpus.records import original_parts
from corpus.types import Basis, Passage
from retrieval.counterpart import under
from retrieval.vectors import Vectors

Places = npt.NDArray[np.int32]  # a row a place: the question, the passage's row, and the sentence's place in it

# Fitted on the tune half of evals/suites/anchors.yaml: how like a question must be to count, and to lead to a brief.
LIKE = 0.4
_LEARNT = 0.5


@dataclass(frozen=True, slots=True)
class AskedQuestions:
    """``vectors``: a row a question, in the order of ``texts_of``; ``places``: where each is answered."""

    vectors: Vectors
    places: Places

    def answering(self, vector: Vectors) -> dict[int, dict[int, float]]:
        """By passage row and sentence: the cosine of the likest question that is answered there, from ``LIKE`` up."""
        near = (self.vectors @ vector)[self.places[:, 0]]
        found: dict[int, dict[int, float]] = {}
        for at in np.flatnonzero(near > LIKE).tolist():
            _, row, place = self.places[at].tolist()
            held = found.setdefault(row, {})
            held[place] = max(held.get(place, 0.0), float(near[at]))
        return found


def texts_of(questions: Sequence[QuestionsOf]) -> list[str]:
    """Every question, source by source and place by place."""
    return [text for one in questions for place in one.places for text in place.asks]


def leading_somewhere(questions: Sequence[QuestionsOf], passages: Sequence[Passage]) -> tuple[QuestionsOf, ...]:
    """Those of the sources that these passages are of, or that our briefs among them were learnt from."""
    sources = {passage.source.source_id for passage in passages}
    sources |= {original_parts(original)[0] for passage in passages for original in passage.originals}
    return tuple(one for one in questions if one.source in sources)


def places_of(
    questions: Sequence[QuestionsOf],
    vectors: Vectors,
    passages: Sequence[Passage],
    sentence_vectors: npt.NDArray[np.float16],
) -> Places:
    """Where every question is answered by these passages; a question may be answered in several places or in none."""
    ends = iter(np.cumsum([len(place.asks) for one in questions for place in one.places]).tolist())
    starts = np.cumsum([0, *(len(passage.sentences) for passage in passages)])
    found: list[tuple[int, int, int]] = []
    for one in questions:
        held = [row for row, passage in enumerate(passages) if passage.source.source_id == one.source]
        learnt = [] if held else list(_learnt_from(one.source, passages))
        near = sentence_vectors[[starts[row] + place for row, place in learnt]].astype(np.float32) if learnt else None
        for place in one.places:
            mine = range((end := next(ends)) - len(place.asks), end)
            if near is not None:
                found += _in_briefs(mine, vectors, learnt, near)
            else:
                there = list(_printed(place, held, passages))
                found += [(at, *where) for at in mine for where in there]
    return np.array(found, dtype=np.int32).reshape(-1, 3)


def _printed(place: AnsweredAt, held: Sequence[int], passages: Sequence[Passage]) -> Iterator[tuple[int, int]]:
    """The sentences of a source that print the words by which the answer is known, under its headings."""
    for row in held:
        passage = passages[row]
        if under(passage.heading_path, place.section) and stands_in(place.holds, passage.text):
            yield from ((row, at) for at in range(len(passage.sentences)) if stands_in(place.holds, passage.quote(at)))


def _learnt_from(source_id: str, passages: Sequence[Passage]) -> Iterator[tuple[int, int]]:
    """The sentences of our briefs that were learnt from a source."""
    for row, passage in enumerate(passages):
        if passage.source.basis is Basis.BRIEF:
            for place, original in enumerate(passage.originals):
                if original_parts(original)[0] == source_id:
                    yield row, place


def _in_briefs(
    mine: range, vectors: Vectors, learnt: Sequence[tuple[int, int]], near: Vectors
) -> Iterator[tuple[int, int, int]]:
    for at, likeness in zip(mine, vectors[mine.start : mine.stop] @ near.T, strict=True):
        if likeness.max() >= _LEARNT:
            yield at, *learnt[int(likeness.argmax())]
