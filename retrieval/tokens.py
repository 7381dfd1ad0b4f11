"""Late interaction: how well each word of a question is met by some word of a passage (MaxSim).

The score is ColBERT's sum of maxima (Khattab and Zaharia 2020, arXiv 2004.12832) over the token vectors of an ordinary
encoder, which needs no training to be worth it (qdrant.tech/articles/late-interaction-models). Vectors are kept small:
centred, turned to their principal axes, cut to ``KEPT`` of them, and rounded to 8 bits. A word of the question counts
by the square root of its inverse document frequency.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.types import Passage
from retrieval.vectors import Spans, TextTokens, Vectors, unit_length

KEPT = 192  # dimensions
SAMPLE = 256  # passages
TOKEN_FILES = ("values.npy", "scales.npy", "starts.npy", "sentences.npy", "mean.npy", "axes.npy", "sample.npy")
_NOTHING = np.float32(-1.0)  # the similarity to a stretch without tokens: below every real one

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TokenSpace:
    """Where token vectors live once they are made small. ``mean``: dimension. ``axes``: kept × dimension. ``sample``:
    how many passages it was fitted on."""

    mean: Vectors
    axes: Vectors
    sample: int

    def project(self, vectors: Vectors) -> Vectors:
        """Unit vectors of the encoder as unit vectors of this space, one a row."""
        return unit_length((vectors - self.mean) @ self.axes.T)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every token of every passage, in order: ``values`` times ``scales`` is its vector. Passage ``i`` has the rows
    ``starts[i]`` to ``starts[i + 1]``; sentence ``j``, counted over all passages, has those from ``sentences[j, 0]`` to
    ``sentences[j, 1]``, counted from its passage's first."""

    space: TokenSpace
    values: npt.NDArray[np.int8]
    scales: Vectors
    starts: Rows
    sentences: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class PassageTokens:
    """One passage's share of ``Tokens``."""

    values: npt.NDArray[np.int8]
    scales: Vectors
    sentences: npt.NDArray[np.int32]


def fit_space(texts: Sequence[TextTokens], dimension: int) -> TokenSpace:
    """The mean and the principal axes of a sample of passages' tokens. Of few passages the mean is what they are about,
    and taking it away would take their meaning: it counts in full from ``SAMPLE`` passages on."""
    tokens = np.concatenate([*(text.vectors for text in texts), np.zeros((0, dimension), np.float32)])
    mean = tokens.mean(axis=0) if len(tokens) else np.zeros(dimension, np.float32)
    centred = (tokens - mean).astype(np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)  # in order of growing variance
    mean = mean * min(1.0, len(texts) / SAMPLE)
    return TokenSpace(mean.astype(np.float32), axes.T[::-1][:KEPT].astype(np.float32), len(texts))


def small(text: TextTokens, spans: Spans, space: TokenSpace) -> PassageTokens:
    """A passage's tokens in the space, rounded, with the tokens of each sentence that stands at ``spans``."""
    vectors = space.project(text.vectors)
    scales = np.maximum(np.abs(vectors).max(axis=1, initial=0.0), np.float32(1e-12)) / 127
    values = np.rint(vectors / scales[:, None]).astype(np.int8)
    places = [_within(text.spans, start, end) for start, end in spans]
    return PassageTokens(values, scales.astype(np.float32), np.array(places, dtype=np.int32).reshape(-1, 2))


def joined(parts: Sequence[PassageTokens], space: TokenSpace) -> Tokens:
    """All passages' tokens, in this order."""
    kept = len(space.axes)
    return Tokens(
        space,
        np.concatenate([*(part.values for part in parts), np.zeros((0, kept), np.int8)]),
        np.concatenate([*(part.scales for part in parts), np.zeros(0, np.float32)]),
        np.cumsum([0, *(len(part.values) for part in parts)]),
        np.concatenate([*(part.sentences for part in parts), np.zeros((0, 2), np.int32)]),
    )


def parts_of(tokens: Tokens, passages: Sequence[Passage]) -> list[PassageTokens]:
    """What ``joined`` put together, apart again."""
    ends = np.cumsum([len(passage.sentences) for passage in passages])
    return [
        PassageTokens(
            tokens.values[tokens.starts[row] : tokens.starts[row + 1]],
            tokens.scales[tokens.starts[row] : tokens.starts[row + 1]],
            tokens.sentences[ends[row] - len(passage.sentences) : ends[row]],
        )
        for row, passage in enumerate(passages)
    ]


def write_tokens(folder: Path, tokens: Tokens) -> None:
    """Into a new folder."""
    folder.mkdir()
    space = (tokens.space.mean, tokens.space.axes, np.array(tokens.space.sample))
    parts: tuple[npt.NDArray[Any], ...] = (tokens.values, tokens.scales, tokens.starts, tokens.sentences, *space)
    for name, part in zip(TOKEN_FILES, parts, strict=True):
        np.save(folder / name, part)


def read_tokens(folder: Path) -> Tokens:
    """What ``write_tokens`` wrote. The values stay on disk, and are read as they are needed."""
    values, scales, starts, sentences, mean, axes, sample = (
        np.load(folder / name, mmap_mode="r" if name == TOKEN_FILES[0] else None, allow_pickle=False)
        for name in TOKEN_FILES
    )
    return Tokens(TokenSpace(mean, axes, int(sample)), values, scales, starts, sentences)


def similarities(tokens: Tokens, question: Vectors, row: int) -> Vectors:
    """Cosine of every question token (rows, in the space) with every token of one passage (columns)."""
    start, end = tokens.starts[row], tokens.starts[row + 1]
    found: Vectors = (question @ tokens.values[start:end].T.astype(np.float32)) * tokens.scales[start:end]
    return found


def passage_scores(tokens: Tokens, question: Vectors, weights: Vectors, rows: Rows) -> Vectors:
    """Weighted mean of the maxima over each passage's tokens: one a row, -1 to 1."""
    _read_ahead(tokens, rows)
    best = np.stack([_maxima(similarities(tokens, question, row)) for row in rows.tolist()])
    return weighted(best, weights)


def sentence_maxima(tokens: Tokens, question: Vectors, row: int, first: int, count: int) -> Vectors:
    """Sentences × question tokens: the nearest token of each sentence of one passage, whose sentences are counted from
    ``first`` over all passages."""
    near = similarities(tokens, question, row)
    places = tokens.sentences[first : first + count].tolist()
    return np.stack([_maxima(near[:, start:end]) for start, end in places])


def _read_ahead(tokens: Tokens, rows: Rows) -> None:
    """Ask the system for all the rows' values at once, where they are still on disk: it reads them side by side, and no
    more than them, instead of one after the other with what lies around."""
    values = tokens.values
    if not (isinstance(values, np.memmap) and isinstance(values.base, mmap.mmap) and hasattr(mmap, "MADV_WILLNEED")):
        return
    for row in rows.tolist():
        start, end = (values.offset + int(at) * values.strides[0] for at in tokens.starts[row : row + 2])
        if start < end:
            page = start - start % mmap.PAGESIZE
            values.base.madvise(mmap.MADV_WILLNEED, page, end - page)


def weighted(maxima: Vectors, weights: Vectors) -> Vectors:
    found: Vectors = (maxima @ weights / weights.sum()).astype(np.float32)
    return found


def _maxima(near: Vectors) -> Vectors:
    found: Vectors = near.max(axis=1, initial=_NOTHING)
    return found


def _within(spans: npt.NDArray[np.int32], start: int, end: int) -> tuple[int, int]:
    """First token of a stretch of text, and the one after its last. Tokens stand in the order of the text."""
    inside = np.flatnonzero((spans[:, 0] >= start) & (spans[:, 1] <= end) & (spans[:, 1] > spans[:, 0]))
    return (int(inside[0]), int(inside[-1]) + 1) if len(inside) else (0, 0)
