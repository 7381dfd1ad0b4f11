"""What an encoder makes of texts: plain arrays that every stage after it can work on without knowing the encoder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

Vectors = npt.NDArray[np.float32]
Spans = Sequence[tuple[int, int]]

# A question's matrices are small. Threads gain nothing by sharing them and wait for one another by spinning: with two,
# a question takes as long on an idle machine, 1.7 times the processor time, and thrice as long where cores are shared.
threadpool_limits(1, user_api="blas")


@contextmanager
def on_every_core() -> Iterator[None]:
    """For the few products that are large."""
    with threadpool_limits(os.cpu_count(), user_api="blas"):
        yield


@dataclass(frozen=True, slots=True)
class TextTokens:
    """The word pieces of one text in order, as the encoder read them in their context. ``vectors``: pieces × dimension,
    of unit length. ``spans``: pieces × 2, where each stands in the text. No rows where an encoder gives none."""

    vectors: Vectors
    spans: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class EncodedQuestion:
    """``vector``: the whole question's, of unit length; ``alike``: the one by which it is told what it asks, beside
    other questions and the sentences that answer them. ``tuned``: its pieces once more, as the layers read them that
    were changed for the screen (``retrieval.tuned``); no rows where an encoder has none."""

    vector: Vectors
    alike: Vectors
    tokens: TextTokens
    tuned: Vectors


@dataclass(frozen=True, slots=True)
class EncodedTexts:
    """``passages``: a row a text. ``sentences``: a row a sentence, as the texts come. ``tokens``: one a text."""

    passages: Vectors
    sentences: Vectors
    tokens: tuple[TextTokens, ...]


def unit_length(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Each row divided by its length; a row of zeros stays zeros."""
    rows: Vectors = vectors.astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-12))
    return rows


def no_tokens(dimension: int) -> TextTokens:
    return TextTokens(np.zeros((0, dimension), np.float32), np.zeros((0, 2), np.int32))
