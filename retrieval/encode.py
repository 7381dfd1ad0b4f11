"""Text to vectors, with weights that are on this machine and are the ones we think they are.

The default weights, all-MiniLM-L6-v2, run on ONNX Runtime: same vectors (checked when the copy is exported), a tenth of
the start-up time. Any other model is run by sentence-transformers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import EncoderUnavailable
from retrieval.weights import (
    DEFAULT_ENCODER,
    EXPECTED,
    export_transformer,
    file_digest,
    load_torch,
    shipped_weights,
    weights_digest,
)

if TYPE_CHECKING:
    import onnxruntime
    import tokenizers

Vectors = npt.NDArray[np.float32]
Spans = Sequence[tuple[int, int]]

_MAX_TOKENS = 256
_BATCH = 32
_PROBES = (
    "work",
    "How do we start?",
    "An anchor institution is rooted in its place. " * 30,
    "£1.4bn; 22%, e.g. 2019–22",
)


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
    def encode_questions(self, texts: Sequence[str]) -> Vectors: ...
    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...
    def encode_with_sentences(self, texts: Sequence[str], spans: Sequence[Spans]) -> tuple[Vectors, Vectors]:
        """The texts' vectors, and those of the sentences at ``spans`` (start and end within each text), in order."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, the two that mark start and end included."""
        ...


def open_encoder(name: str | None, cache_dir: Path) -> Encoder:
    """The default encoder, or the sentence-transformers model or folder called ``name``.

    ``cache_dir`` keeps the ONNX copy between runs. Raises EncoderUnavailable.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    if not name or name == DEFAULT_ENCODER:
        folder = shipped_weights()
        return OnnxEncoder(folder, _onnx_copy(folder, cache_dir))
    return TorchEncoder(name)


class OnnxEncoder:
    """all-MiniLM-L6-v2 on ONNX Runtime: mean pooling over the attention mask, then unit length."""

    def __init__(self, folder: Path, onnx_file: Path) -> None:
        import onnxruntime
        import tokenizers

        self._tokenizer: tokenizers.Tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")  # noqa: S106  # a token of the model, no secret
        self._counter: tokenizers.Tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._counter.no_truncation()
        self._counter.no_padding()
        options = onnxruntime.SessionOptions()
        # Spinning threads starve each other when two questions are encoded at once on two cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.intra_op_num_threads = min(os.cpu_count() or 1, 4)
        self._session: onnxruntime.InferenceSession = onnxruntime.InferenceSession(
            str(onnx_file), options, providers=["CPUExecutionProvider"]
        )
        self.name = DEFAULT_ENCODER
        self.sha256 = EXPECTED["model.safetensors"]
        self.dimension = 384
        self.max_tokens = _MAX_TOKENS

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(encoding.ids) for encoding in self._counter.encode_batch(list(texts))]

    def encode_with_sentences(self, texts: Sequence[str], spans: Sequence[Spans]) -> tuple[Vectors, Vectors]:
        """A sentence's vector is the mean of its tokens as they stand in the passage, so it costs no second pass and
        knows its context ("late chunking", github.com/jina-ai/late-chunking)."""
        passages = np.zeros((len(texts), self.dimension), dtype=np.float32)
        sentences: list[Vectors] = [np.zeros((0, self.dimension), dtype=np.float32)] * len(texts)
        for batch in _batches(texts):
            encodings, tokens, pooled = self._run([texts[i] for i in batch])
            passages[batch] = pooled
            for place, i in enumerate(batch):
                sentences[i] = _span_means(encodings[place], tokens[place], spans[i], pooled[place])
        return passages, np.concatenate([*sentences, np.zeros((0, self.dimension), dtype=np.float32)])

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for batch in _batches(texts):
            vectors[batch] = self._run([texts[i] for i in batch])[2]
        return vectors

    def _run(self, texts: list[str]) -> tuple[list[tokenizers.Encoding], Vectors, Vectors]:
        """The encodings, every token's vector (texts × tokens × dimension), and the pooled vectors."""
        encodings = self._tokenizer.encode_batch(texts)
        mask = np.array([e.attention_mask for e in encodings], dtype=np.int64)
        feed = {
            "input_ids": np.array([e.ids for e in encodings], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        tokens = np.asarray(self._session.run(["last_hidden_state"], feed)[0], dtype=np.float32)
        weights = mask[:, :, None].astype(np.float32)
        return encodings, tokens, unit_length((tokens * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9))


class TorchEncoder:
    """Any sentence-transformers model, by folder or by the name under which this machine already holds it."""

    def __init__(self, name: str) -> None:
        self._model = load_torch(name)
        self.name = Path(name).name
        self.sha256 = weights_digest(self._model)
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise EncoderUnavailable(f"{name}: the model does not say how long its vectors are; choose another encoder")
        self.dimension = int(dimension)
        self.max_tokens = int(self._model.max_seq_length or _MAX_TOKENS)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        found = self._model.encode_query(list(texts), batch_size=_BATCH, show_progress_bar=False)
        return unit_length(np.asarray(found).reshape(len(texts), self.dimension))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        found = self._model.encode_document(list(texts), batch_size=_BATCH, show_progress_bar=False)
        return unit_length(np.asarray(found).reshape(len(texts), self.dimension))

    def encode_with_sentences(self, texts: Sequence[str], spans: Sequence[Spans]) -> tuple[Vectors, Vectors]:
        """Sentences are encoded by themselves: a prompt put before the text would move its tokens."""
        sentences = [text[start:end] for text, places in zip(texts, spans, strict=True) for start, end in places]
        return self.encode_passages(texts), self.encode_passages(sentences)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(self._model.tokenizer(text, truncation=False)["input_ids"]) for text in texts]


def unit_length(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Each row divided by its length; a row of zeros stays zeros."""
    rows: Vectors = vectors.astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-12))
    return rows


def _batches(texts: Sequence[str]) -> list[list[int]]:
    """Places of the texts, like lengths together: less padding."""
    by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    return [by_length[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]


def _span_means(encoding: tokenizers.Encoding, tokens: Vectors, spans: Spans, whole: Vectors) -> Vectors:
    """The mean token vector of each span; a span beyond the encoder's limit takes the vector of the whole text."""
    offsets = np.array(encoding.offsets)
    real = np.array(encoding.special_tokens_mask) == 0
    means = []
    for start, end in spans:
        inside = real & (offsets[:, 0] >= start) & (offsets[:, 1] <= end) & (offsets[:, 1] > offsets[:, 0])
        means.append(tokens[inside].mean(axis=0) if inside.any() else whole)
    return unit_length(np.array(means, dtype=np.float32).reshape(len(spans), len(whole)))


def _onnx_copy(folder: Path, cache_dir: Path) -> Path:
    """The ONNX form of the weights in ``folder``: exported once, kept by the weights' hash, checked at each load."""
    target = cache_dir / f"{EXPECTED['model.safetensors'][:16]}.onnx"
    seal = target.with_suffix(".json")
    if target.is_file() and seal.is_file():
        try:
            if json.loads(seal.read_text())["onnx_sha256"] == file_digest(target):
                return target
        except (ValueError, KeyError, TypeError):
            pass  # a damaged seal is no seal: export again
    cache_dir.mkdir(parents=True, exist_ok=True)
    _export(folder, target, seal)
    return target


def _export(folder: Path, target: Path, seal: Path) -> None:
    """Write the ONNX file and its seal, after proving on padded batches of mixed length that both forms agree."""
    model = load_torch(str(folder))
    draft = target.with_name(f"{target.name}.{os.getpid()}.draft")
    try:
        export_transformer(folder, model, draft)
        expected = unit_length(np.asarray(model.encode(list(_PROBES), show_progress_bar=False)))
        agreement = (OnnxEncoder(folder, draft).encode_passages(_PROBES) * expected).sum(axis=1).min()
        # A careless export freezes the attention mask, which only padded batches show (cosine 0.95).
        if agreement < 0.999:
            raise EncoderUnavailable(f"the ONNX copy of {folder} disagrees with the original (cosine {agreement:.4f})")
        digest = file_digest(draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    seal_draft = seal.with_suffix(f".{os.getpid()}.draft")
    seal_draft.write_text(json.dumps({"onnx_sha256": digest, "cosine_min": float(agreement)}))
    seal_draft.replace(seal)
