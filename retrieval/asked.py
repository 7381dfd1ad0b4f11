"""Questions of which it is written down where a source answers them (``corpus/questions``): one that is like a reader's
shows where to look, though it shares no word with what stands there.

Questions are nearer to questions than to passages. What doc2query (Nogueira et al. 2019, arXiv 1904.08375) has a model
add to each passage is here kept by hand, and leads to a sentence. Places are worked out once, when a generation is
built: the sentence that prints the words by which an answer is known, or, where the source is not held, the sentence of
our briefs that was learnt from it and is nearest to the question. From all of them it is learnt, too, what the sentence
that answers a question is like, which a question that resembles none of them has use for as well.
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
# Of the kernel ridge regression; fitted on listed questions held out, one of each place (evals/NOTES.md).
_GAMMA, _RIDGE = 1.0, 0.3
_MOST = 12_000  # questions to learn from: the kernel holds the square of them


@dataclass(frozen=True, slots=True)
class AskedQuestions:
    """``vectors``: a row a question, in the order of ``texts_of``; ``places``: where each is answered; ``answers``: a
    row a question, what it adds to the sentence that is expected (``expectations``)."""

    vectors: Vectors
    places: Places
    answers: Vectors

    def answering(self, vector: Vectors) -> dict[int, dict[int, float]]:
        """By passage row and sentence: the cosine of the likest question that is answered there, from ``LIKE`` up."""
        near = (self.vectors @ vector)[self.places[:, 0]]
        found: dict[int, dict[int, float]] = {}
        for at in np.flatnonzero(near > LIKE).tolist():
            _, row, place = self.places[at].tolist()
            held = found.setdefault(row, {})
            held[place] = max(held.get(place, 0.0), float(near[at]))
        return found

    def expected(self, vector: Vectors) -> Vectors:
        """What sets the sentence that answers a question apart from other sentences, by its vector: of unit length, or
        nought where nothing was learnt."""
        near = np.exp(2 * _GAMMA * (self.vectors @ vector - 1))
        found: Vectors = near @ self.answers
        return found / max(float(np.linalg.norm(found)), 1e-9)


def expectations(
    vectors: Vectors, places: Places, sentences: npt.NDArray[np.float16], first_sentence: Sequence[int]
) -> Vectors:
    """The dual coefficients of a kernel ridge regression from the vectors of listed questions to those of the sentences
    that answer them, less the mean of all sentences; a row a question, nought for those that lead nowhere.
    ``first_sentence``: by passage row."""
    from sklearn.kernel_ridge import KernelRidge

    found = np.zeros_like(vectors)
    answered, at = np.unique(places[:, 0], return_inverse=True)
    if not len(answered):
        return found
    rows = np.asarray(first_sentence)[places[:, 1]] + places[:, 2]
    told = np.zeros((len(answered), vectors.shape[1]), dtype=np.float32)
    np.add.at(told, at, sentences[rows].astype(np.float32))
    told /= np.bincount(at)[:, None]  # in place: of twice the width, the solving takes twice as long
    told -= sentences.mean(axis=0, dtype=np.float32)
    every = -(-len(answered) // _MOST)
    model = KernelRidge(alpha=_RIDGE, kernel="rbf", gamma=_GAMMA).fit(vectors[answered[::every]], told[::every])
    found[answered[::every]] = model.dual_coef_
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
    first_sentence: Sequence[int],
) -> Places:
    """Where every question is answered by these passages; a question may be answered in several places or in none.
    ``first_sentence``: by passage row."""
    ends = iter(np.cumsum([len(place.asks) for one in questions for place in one.places]).tolist())
    found: list[tuple[int, int, int]] = []
    for one in questions:
        held = [row for row, passage in enumerate(passages) if passage.source.source_id == one.source]
        learnt = [] if held else list(_learnt_from(one.source, passages))
        near = (
            sentence_vectors[[first_sentence[row] + place for row, place in learnt]].astype(np.float32)
            if learnt
            else None
        )
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
