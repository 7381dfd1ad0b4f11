"""An optional cross-encoder, which reads question and passage together and puts the best passages in a new order.

None is shipped. Any sentence-transformers cross-encoder that this machine holds can be named (``ANCHORLINE_RERANKER``);
it costs a pass of its network for each of ``REREAD`` passages of every question.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import EncoderUnavailable
from retrieval.weights import load_cross_encoder

REREAD = 20  # passages


class Reranker(Protocol):
    def scores(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """How well each text answers the question; higher is better, and nothing else is said of the scale."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder with one output. Raises EncoderUnavailable."""

    def __init__(self, name: str) -> None:
        self._model = load_cross_encoder(name)
        if self._model.num_labels != 1:
            raise EncoderUnavailable(
                f"{name}: this model sorts texts into {self._model.num_labels} classes; set ANCHORLINE_RERANKER to a "
                "cross-encoder that gives one score, or leave it unset"
            )

    def scores(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        if not texts:
            return np.zeros(0, np.float32)
        found = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return np.asarray(found, dtype=np.float32)
