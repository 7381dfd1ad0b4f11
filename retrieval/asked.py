"""Questions of which it is written down where a source answers them (``corpus/questions``): one that is like a reader's
shows where to look, though it shares no word with what stands there.

Questions are nearer to questions than to passages. What doc2query (Nogueira et al. 2019, arXiv 1904.08375) has a model
add to each passage is here kept by hand, and leads to a sentence. Places are worked out once, when a generation is
built: the sentence that prints the words by which an answer is known, or, where the source is not held, the sentence of
our briefs that was learnt from it and is nearest to the question. From all of them it is learnt, too, what the sentence
that answers a question is like, which a question that resembles none of them has use for as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from corpus.entries import PrintedAt, QuestionList
from corpus.printed import stands_in
from corpus.records import original_parts
from corpus.types import Basis, Passage
from retrieval.counterpart import under
from retrieval.vectors import Vectors, on_every_core

Places = npt.NDArray[np.int32]  # a row a place: the question, the passage's row, and the sentence's place in it
Answering = Mapping[int, Mapping[int, float]]  # by passage row and sentence: a cosine

# Fitted on the tune half of evals/suites/anchors.yaml: how like a question must be to count, and to lead to a brief.
LIKE = 0.4
# From here on a line is quoted that by its form is not quoted by itself, and a post is told that shares no word.
ANSWERS = 0.6
_LEARNT = 0.5
# Of the kernel ridge regression; fitted on listed questions held out and on the tune half (evals/NOTES.md).
_GAMMA, _RIDGE = 2.0, 0.3
_JITTER = 1e-6  # keeps the system solvable
_MOST = 6_000  # centres: they take the square of the memory and the third power of the time


@dataclass(frozen=True, slots=True)
class Expectations:
    """A kernel ridge regression from questions to what sets the sentences that answer them apart: ``centres``, the rows
    of the questions that it is centred on, and ``answers``, what each adds, a row a centre."""

    centres: npt.NDArray[np.int32]
    answers: Vectors


@dataclass(frozen=True, slots=True)
class AskedQuestions:
    """``vectors``: a row a question, in the order of ``texts_of``; ``places``: where each is answered;
    ``expectations``: what they teach. ``like`` is the cosine of a reader's question with each, ``vectors @ alike``."""

    vectors: Vectors
    places: Places
    expectations: Expectations

    def answering(self, like: Vectors) -> Answering:
        """Of the likest question that is answered there, from ``LIKE`` up."""
        likest = like[self.places[:, 0]]
        near = likest > LIKE
        there, which = np.unique(self.places[near, 1:], axis=0, return_inverse=True)
        best = np.zeros(len(there), dtype=np.float32)
        np.maximum.at(best, which, likest[near])
        found: dict[int, dict[int, float]] = {}
        for (row, place), cosine in zip(there.tolist(), best.tolist(), strict=True):
            found.setdefault(row, {})[place] = cosine
        return found

    def expected(self, like: Vectors) -> Vectors:
        """What sets the sentence that answers a question apart from other sentences, by its vector: of unit length, or
        nought where nothing was learnt."""
        found: Vectors = _kernel(like[self.expectations.centres]) @ self.expectations.answers
        return found / max(float(np.linalg.norm(found)), 1e-9)


def expectations(
    vectors: Vectors, places: Places, sentences: npt.NDArray[np.float16], first_sentence: Sequence[int]
) -> Expectations:
    """Learnt from the vectors of listed questions and those of the sentences that answer them, less the mean of
    these; centred on one of the questions that are answered in the same places (a subset of regressors, Smola and
    Bartlett 2001). ``first_sentence``: by passage row."""
    from scipy.linalg import solve

    answered, at = np.unique(places[:, 0], return_inverse=True)
    if not len(answered):
        return Expectations(answered.astype(np.int32), np.zeros_like(vectors[:0]))
    rows = np.asarray(first_sentence)[places[:, 1]] + places[:, 2]
    told = np.zeros((len(answered), vectors.shape[1]), dtype=np.float32)
    np.add.at(told, at, sentences[rows].astype(np.float32))
    told /= np.bincount(at)[:, None]  # in place: of twice the width, the solving takes twice as long
    told -= told.mean(axis=0)  # not that of all sentences: a document that is added changes nothing of it
    centres = np.sort(np.unique(told, axis=0, return_index=True)[1])
    centres = centres[:: 1 + (len(centres) - 1) // _MOST]  # of every document some
    near = _kernel(vectors[answered] @ vectors[answered[centres]].T)
    with on_every_core():
        # In numbers of double width: questions that nearly repeat one another take the digits of single ones.
        left = (near.T @ near).astype(np.float64) + _RIDGE * near[centres] + _JITTER * np.eye(len(centres))
        answers = solve(left, near.T @ told, assume_a="pos")
    return Expectations(answered[centres].astype(np.int32), answers.astype(np.float32))


def _kernel(cosines: Vectors) -> Vectors:
    """Gaussian, of vectors of unit length."""
    return np.asarray(np.exp(2 * _GAMMA * (cosines - 1)), dtype=np.float32)


def texts_of(questions: Sequence[QuestionList]) -> list[str]:
    """Every question, in the order of the files."""
    return [text for one in questions for listed in one.listed for text in listed.asks]


def sources_of(questions: QuestionList) -> frozenset[str]:
    """Ids of the sources that answer any of them."""
    return frozenset(at.source for listed in questions.listed for at in listed.at)


def leading_somewhere(questions: Sequence[QuestionList], passages: Sequence[Passage]) -> tuple[QuestionList, ...]:
    """Those files of which a source is held: these passages are of it, or our briefs among them were learnt from it."""
    sources = {passage.source.source_id for passage in passages}
    sources |= {original_parts(original)[0] for passage in passages for original in passage.originals}
    return tuple(one for one in questions if sources & sources_of(one))


def places_of(
    questions: Sequence[QuestionList],
    vectors: Vectors,
    passages: Sequence[Passage],
    sentence_vectors: npt.NDArray[np.float16],
    first_sentence: Sequence[int],
) -> Places:
    """Where every question is answered by these passages; a question may be answered in several places or in none.
    ``first_sentence``: by passage row."""
    held: dict[str, list[int]] = {}
    for row, passage in enumerate(passages):
        held.setdefault(passage.source.source_id, []).append(row)
    learnt = _learnt(passages, sentence_vectors, first_sentence)

    @cache  # many questions are answered in one place
    def printed(wanted: PrintedAt) -> tuple[tuple[int, int], ...]:
        return tuple(_printed(wanted, held.get(wanted.source, ()), passages))

    found: list[tuple[int, int, int]] = []
    start = 0
    for listed in (listed for one in questions for listed in one.listed):
        mine = range(start, start := start + len(listed.asks))
        if listed.unsaid:
            continue
        there = [place for one in listed.at for place in printed(one)]
        found += [(at, *place) for at in mine for place in there]
        for source_id in sorted({one.source for one in listed.at} - held.keys() & learnt.keys()):
            found += _in_briefs(mine, vectors, learnt[source_id])
    return np.array(found, dtype=np.int32).reshape(-1, 3)


def _printed(wanted: PrintedAt, held: Sequence[int], passages: Sequence[Passage]) -> Iterator[tuple[int, int]]:
    """The sentences of a source that print the words by which the answer is known, under its headings."""
    for row in held:
        passage = passages[row]
        if under(passage.heading_path, wanted.section) and stands_in(wanted.holds, passage.text):
            yield from ((row, at) for at in range(len(passage.sentences)) if stands_in(wanted.holds, passage.quote(at)))


@dataclass(frozen=True, slots=True)
class _Learnt:
    """The sentences of our briefs that were learnt from one source, by passage row and place, with their vectors."""

    places: tuple[tuple[int, int], ...]
    vectors: Vectors


def _learnt(
    passages: Sequence[Passage], sentence_vectors: npt.NDArray[np.float16], first_sentence: Sequence[int]
) -> dict[str, _Learnt]:
    """By the id of the source."""
    found: dict[str, list[tuple[int, int]]] = {}
    for row, passage in enumerate(passages):
        if passage.source.basis is Basis.BRIEF:
            for place, original in enumerate(passage.originals):
                found.setdefault(original_parts(original)[0], []).append((row, place))
    rows = {source_id: [first_sentence[row] + at for row, at in places] for source_id, places in found.items()}
    return {one: _Learnt(tuple(found[one]), sentence_vectors[rows[one]].astype(np.float32)) for one in found}


def _in_briefs(mine: range, vectors: Vectors, learnt: _Learnt) -> Iterator[tuple[int, int, int]]:
    """Of one source that is not held, the sentence of our briefs that is nearest to each question."""
    for at, likeness in zip(mine, vectors[mine.start : mine.stop] @ learnt.vectors.T, strict=True):
        if likeness.max() >= _LEARNT:
            yield at, *learnt.places[int(likeness.argmax())]
