"""Text to vectors, with weights that are on this machine and are the ones we think they are.

The default weights, all-MiniLM-L6-v2, run on ONNX Runtime (``retrieval.onnx_encoder``): same vectors, checked when the
copy is exported, a tenth of the start-up time. Any other model is run by sentence-transformers.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from corpus.errors import EncoderUnavailable
from retrieval.onnx_encoder import MAX_TOKENS, OnnxEncoder, onnx_copies
from retrieval.reranker import CrossEncoderReranker, Reranker
from retrieval.tuned import ALIKE, TUNED
from retrieval.vectors import EncodedQuestion, EncodedTexts, Spans, Vectors, no_tokens, unit_length
from retrieval.weights import DEFAULT_ENCODER, load_torch, shipped_weights, weights_digest

_BATCH = 32


class Encoder(Protocol):
    """Vectors are float32, a row a text, of unit length. ``sha256`` identifies the weights, ``name`` is for people."""

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def max_tokens(self) -> int: ...
    @property
    def reranker(self) -> Reranker | None:
        """What reads the best passages once more, where one is set."""
        ...

    def encode_question(self, text: str) -> EncodedQuestion: ...
    def encode_questions(self, texts: Sequence[str]) -> Vectors: ...
    def encode_alike(self, texts: Sequence[str]) -> Vectors:
        """Questions, for ``EncodedQuestion.alike``."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...
    def encode_documents(self, texts: Sequence[str], spans: Sequence[Spans]) -> EncodedTexts:
        """The texts with their sentences, which stand at ``spans`` (start and end within each text), and tokens."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, the two that mark start and end included."""
        ...


def open_encoder(
    name: str | None, cache_dir: Path, reranker: str | None = None, tuned: Path = TUNED, alike: Path = ALIKE
) -> Encoder:
    """The default encoder, or the sentence-transformers model or folder called ``name``; with it the cross-encoder
    called ``reranker``, if any.

    ``cache_dir`` keeps the ONNX copy between runs; ``tuned`` is what the default encoder was taught for the screen, and
    ``alike`` what it was taught for likeness.
    Raises EncoderUnavailable.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    reread = CrossEncoderReranker(reranker) if reranker else None
    if not name or name == DEFAULT_ENCODER:
        folder = shipped_weights()
        return OnnxEncoder(folder, onnx_copies(folder, cache_dir, tuned, alike), reread)
    return TorchEncoder(name, reread)


class TorchEncoder:
    """Any sentence-transformers model, by folder or by the name under which this machine already holds it. It gives no
    token vectors, so that passages are then ranked without late interaction."""

    def __init__(self, name: str, reranker: Reranker | None = None) -> None:
        self._model = load_torch(name)
        self.reranker = reranker
        self.name = Path(name).name
        self.sha256 = weights_digest(self._model)
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise EncoderUnavailable(f"{name}: the model does not say how long its vectors are; choose another encoder")
        self.dimension = int(dimension)
        self.max_tokens = int(self._model.max_seq_length or MAX_TOKENS)

    def encode_question(self, text: str) -> EncodedQuestion:
        none, vector = no_tokens(self.dimension), self.encode_questions([text])[0]
        return EncodedQuestion(vector, vector, none, none.vectors)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        found = self._model.encode_query(list(texts), batch_size=_BATCH, show_progress_bar=False)
        return unit_length(np.asarray(found).reshape(len(texts), self.dimension))

    encode_alike = encode_questions

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        found = self._model.encode_document(list(texts), batch_size=_BATCH, show_progress_bar=False)
        return unit_length(np.asarray(found).reshape(len(texts), self.dimension))

    def encode_documents(self, texts: Sequence[str], spans: Sequence[Spans]) -> EncodedTexts:
        """Sentences are encoded by themselves: a prompt put before the text would move its tokens."""
        sentences = [text[start:end] for text, places in zip(texts, spans, strict=True) for start, end in places]
        none = (no_tokens(self.dimension),) * len(texts)
        return EncodedTexts(self.encode_passages(texts), self.encode_passages(sentences), none)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(self._model.tokenizer(text, truncation=False)["input_ids"]) for text in texts]
