"""all-MiniLM-L6-v2 on ONNX Runtime, from the same weights, exported once and proved to agree.

A text's vector is the mean over its first ``MAX_TOKENS`` word pieces, as the model was published. Its sentences' and
tokens' vectors reach to its end: what the encoder cannot read at once it reads in further windows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from corpus.errors import EncoderUnavailable
from retrieval.reranker import Reranker
from retrieval.tuned import ALIKE, STATES, TOKENS, TUNED, load_tuned
from retrieval.vectors import EncodedQuestion, EncodedTexts, Spans, TextTokens, Vectors, unit_length
from retrieval.weights import DEFAULT_ENCODER, EXPECTED, file_digest, load_torch

if TYPE_CHECKING:
    import tokenizers
    from onnxruntime import InferenceSession

    from retrieval.layers import Reader

# Read when the library is loaded. Without it ONNX Runtime 1.32 writes an identifier of the machine into the home folder
# and tries to send its maker figures of each session.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

MAX_TOKENS = 256
_WINDOW = MAX_TOKENS - 2  # word pieces, without the two that mark start and end
_OVERLAP = 32  # pieces that a further window reads again, for their context only
_BATCH_PIECES = 512  # of a batch, padded; more of them wait for memory
_THREADS = min(os.cpu_count() or 1, 4)
_PROBES = (
    "work",
    "How do we start?",
    "An anchor institution is rooted in its place. " * 30,
    "£1.4bn; 22%, e.g. 2019–22",
)

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Window:
    """Pieces ``start`` to ``end`` of a text; its first ``known`` pieces were read in the window before."""

    text: int
    start: int
    end: int
    known: int


class Copies(NamedTuple):
    """ONNX files: what a text's pieces are before the encoder's layers, and these layers three times: its own, as they
    were changed for the screen, and as they were for likeness."""

    embeddings: Path
    own: Path
    tuned: Path
    alike: Path


class OnnxEncoder:
    """Mean pooling over the attention mask, then unit length. Safe to use from several threads."""

    def __init__(self, folder: Path, copies: Copies, reranker: Reranker | None = None) -> None:
        import tokenizers

        self._tokenizer: tokenizers.Tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._copies = copies
        self._embeddings, self._own, self._tuned, self._alike = (_session(one, _THREADS) for one in copies)
        self._for_many = cache(lambda layers: _session(layers, 1))
        # One question is encoded by the screen and by the search, one after the other.
        self._read = lru_cache(maxsize=8)(self._read_question)
        self.reranker = reranker
        self.name = DEFAULT_ENCODER
        self.sha256 = EXPECTED["model.safetensors"]
        self.dimension = 384
        self.max_tokens = MAX_TOKENS

    def encode_question(self, text: str) -> EncodedQuestion:
        """A question beyond the encoder's limit is read to the limit."""
        return self._read(text)

    def _read_question(self, text: str) -> EncodedQuestion:
        encoding = self._tokenizer.encode(text)
        ids = np.array([_whole(encoding.ids)], dtype=np.int64)
        mask = np.ones_like(ids)
        states = self._states(ids)
        tokens, tuned, alike = (_through(layers, states, mask) for layers in (self._own, self._tuned, self._alike))
        spans = np.array(encoding.offsets[1:-1][:_WINDOW], dtype=np.int32).reshape(-1, 2)
        vector, like = _pooled(tokens, mask)[0], _pooled(alike, mask)[0]
        return EncodedQuestion(
            vector, like, TextTokens(unit_length(tokens[0, 1:-1]), spans), unit_length(tuned[0, 1:-1])
        )

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self.encode_passages(texts)

    def encode_alike(self, texts: Sequence[str]) -> Vectors:
        return self._means(texts, self._copies.alike)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._means(texts, self._copies.own)

    def _means(self, texts: Sequence[str], layers: Path) -> Vectors:
        encodings = self._tokenizer.encode_batch(list(texts))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        batches = _batches([len(encoding.ids) for encoding in encodings])
        padded = [_padded([_whole(encodings[i].ids) for i in batch]) for batch in batches]
        for batch, (_, mask), read in zip(batches, padded, self._run_all(padded, layers), strict=True):
            vectors[batch] = _pooled(read, mask)
        return vectors

    def ids_of(self, text: str) -> list[int]:
        """The text's word pieces by number, as many as are read at once, the two that mark start and end included."""
        return list(_whole(self._tokenizer.encode(text).ids))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts))]

    def encode_documents(self, texts: Sequence[str], spans: Sequence[Spans]) -> EncodedTexts:
        """A sentence's vector is the mean of its tokens as they stand in the passage, so it costs no second pass and
        knows its context ("late chunking", github.com/jina-ai/late-chunking)."""
        encodings = self._tokenizer.encode_batch(list(texts))
        passages = np.zeros((len(texts), self.dimension), dtype=np.float32)
        tokens = [np.zeros((len(encoding.ids) - 2, self.dimension), np.float32) for encoding in encodings]
        windows = [window for i, encoding in enumerate(encodings) for window in _windows(i, len(encoding.ids) - 2)]
        batches = [[windows[at] for at in one] for one in _batches([one.end - one.start for one in windows])]
        padded = [_padded([_part(encodings[w.text].ids, w) for w in batch]) for batch in batches]
        for batch, (_, mask), read in zip(batches, padded, self._run_all(padded, self._copies.own), strict=True):
            pooled = _pooled(read, mask)
            for place, w in enumerate(batch):
                tokens[w.text][w.start + w.known : w.end] = read[place, 1 + w.known : 1 + w.end - w.start]
                if w.start == 0:
                    passages[w.text] = pooled[place]
        offsets = [np.array(e.offsets[1:-1], dtype=np.int32).reshape(-1, 2) for e in encodings]
        sentences = [
            _span_means(offsets[i], tokens[i], places, passages[i]) for i, places in enumerate(spans) if len(places)
        ]
        together = np.concatenate([*sentences, np.zeros((0, self.dimension), np.float32)])
        return EncodedTexts(
            passages, together, tuple(TextTokens(unit_length(v), o) for v, o in zip(tokens, offsets, strict=True))
        )

    def _run_all(self, batches: Sequence[tuple[Ids, Ids]], layers: Path) -> Iterator[Vectors]:
        """The token vectors that these layers give each, in order. Threads that each read a text are faster than
        threads that share one: with two cores half as fast again (evals/NOTES.md). A process that only answers never
        makes sessions for them, which hold the weights a second time."""

        def read(batch: tuple[Ids, Ids]) -> Vectors:
            return _through(self._for_many(layers), self._states(batch[0]), batch[1])

        with ThreadPoolExecutor(_THREADS) as pool:
            yield from pool.map(read, batches)

    def _states(self, ids: Ids) -> Vectors:
        return np.asarray(self._embeddings.run([STATES], {"input_ids": ids})[0], dtype=np.float32)


def _session(onnx_file: Path, threads: int) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Spinning threads starve each other when two questions are encoded at once on two cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(onnx_file), options, providers=["CPUExecutionProvider"])


def _through(layers: InferenceSession, states: Vectors, mask: Ids) -> Vectors:
    """Every token's vector: texts × tokens × dimension."""
    return np.asarray(layers.run([TOKENS], {STATES: states, "attention_mask": mask})[0], dtype=np.float32)


def onnx_copies(folder: Path, cache_dir: Path, tuned: Path = TUNED, alike: Path = ALIKE) -> Copies:
    """The ONNX form of the weights in ``folder``, and of its layers as they were changed: exported once, kept by their
    hashes, checked at each load."""
    names = ("embeddings", "layers", file_digest(tuned)[:16], file_digest(alike)[:16])
    copies = Copies(*(cache_dir / f"{EXPECTED['model.safetensors'][:16]}-{name}.onnx" for name in names))
    if not all(map(_is_sealed, copies)):
        from retrieval.layers import reader_of

        cache_dir.mkdir(parents=True, exist_ok=True)
        _export(folder, copies, reader_of(folder, load_tuned(tuned), load_tuned(alike)))
    return copies


def _is_sealed(file: Path) -> bool:
    seal = file.with_suffix(".json")
    if not (file.is_file() and seal.is_file()):
        return False
    try:
        return bool(json.loads(seal.read_text())["onnx_sha256"] == file_digest(file))
    except (ValueError, KeyError, TypeError):
        return False  # a damaged seal is no seal: export again


def _export(folder: Path, copies: Copies, reader: Reader) -> None:
    """Write the ONNX files and their seals, after proving that both forms agree."""
    from retrieval.layers import export_reader

    drafts = Copies(*(file.with_name(f"{file.name}.{os.getpid()}.draft") for file in copies))
    try:
        export_reader(reader, drafts)
        agreement = _agreement(folder, OnnxEncoder(folder, drafts), reader)
        # A careless export freezes the attention mask, which only padded batches show (cosine 0.95).
        if agreement < 0.999:
            raise EncoderUnavailable(f"the ONNX copy of {folder} disagrees with the original (cosine {agreement:.4f})")
        for draft, file in zip(drafts, copies, strict=True):
            digest = file_digest(draft)
            draft.replace(file)
            _seal(file, digest, agreement)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _agreement(folder: Path, exported: OnnxEncoder, reader: Reader) -> float:
    """The least cosine: of a passage, read in padded batches of mixed length, of a question's piece in the layers that
    were changed for the screen, and of a question in those that were for likeness."""
    from retrieval.layers import tokens_of

    expected = unit_length(np.asarray(load_torch(str(folder)).encode(list(_PROBES), show_progress_bar=False)))
    least = [(exported.encode_passages(_PROBES) * expected).sum(axis=1).min()]
    for text in _PROBES:
        asked, ids = exported.encode_question(text), exported.ids_of(text)
        least.append((asked.tuned * unit_length(tokens_of(reader, reader.tuned, ids)[1:-1])).sum(axis=1).min())
        alike = unit_length(tokens_of(reader, reader.alike, ids).mean(axis=0, keepdims=True))[0]
        least += [float(asked.alike @ alike), float(exported.encode_alike([text])[0] @ alike)]
    return float(min(least))


def _seal(file: Path, digest: str, agreement: float) -> None:
    draft = file.with_suffix(f".{os.getpid()}.draft")
    draft.write_text(json.dumps({"onnx_sha256": digest, "cosine_min": agreement}))
    draft.replace(file.with_suffix(".json"))


def _whole(ids: Sequence[int]) -> Sequence[int]:
    """The first pieces of a text, as many as the encoder can read, between the two that mark start and end."""
    return ids if len(ids) <= MAX_TOKENS else [*ids[: MAX_TOKENS - 1], ids[-1]]


def _part(ids: Sequence[int], window: _Window) -> Sequence[int]:
    return [ids[0], *ids[1 + window.start : 1 + window.end], ids[-1]]


def _windows(text: int, pieces: int) -> Iterator[_Window]:
    yield _Window(text, 0, min(pieces, _WINDOW), 0)
    start = _WINDOW - _OVERLAP
    while start + _OVERLAP < pieces:
        yield _Window(text, start, min(pieces, start + _WINDOW), _OVERLAP)
        start += _WINDOW - _OVERLAP


def _padded(texts: Sequence[Sequence[int]]) -> tuple[Ids, Ids]:
    """Word pieces and attention mask: texts × the longest's pieces."""
    ids = np.zeros((len(texts), max(map(len, texts))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for place, text in enumerate(texts):
        ids[place, : len(text)], mask[place, : len(text)] = text, 1
    return ids, mask


def _pooled(tokens: Vectors, mask: Ids) -> Vectors:
    weights = mask[:, :, None].astype(np.float32)
    return unit_length((tokens * weights).sum(axis=1) / weights.sum(axis=1))


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Places, like lengths together: less padding."""
    batches: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if batches and (len(batches[-1]) + 1) * lengths[place] <= _BATCH_PIECES:
            batches[-1].append(place)
        else:
            batches.append([place])
    return batches


def _span_means(offsets: npt.NDArray[np.int32], tokens: Vectors, spans: Spans, whole: Vectors) -> Vectors:
    """The mean token vector of each span; a span without a token takes the vector of the whole text."""
    means = []
    for start, end in spans:
        inside = (offsets[:, 0] >= start) & (offsets[:, 1] <= end) & (offsets[:, 1] > offsets[:, 0])
        means.append(tokens[inside].mean(axis=0) if inside.any() else whole)
    return unit_length(np.array(means, dtype=np.float32).reshape(len(spans), len(whole)))
