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
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corpus.errors import EncoderUnavailable
from retrieval.reranker import Reranker
from retrieval.tuned import FIRST, STATES, TOKENS, TUNED, Tuned, load_tuned
from retrieval.vectors import EncodedQuestion, EncodedTexts, Spans, TextTokens, Vectors, unit_length
from retrieval.weights import DEFAULT_ENCODER, EXPECTED, file_digest, load_torch

if TYPE_CHECKING:
    import tokenizers
    from onnxruntime import InferenceSession

    from retrieval.tuning import Reader

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


@dataclass(frozen=True, slots=True)
class Copies:
    """ONNX files: the encoder, and its layers as they were changed for the screen."""

    own: Path
    further: Path


class OnnxEncoder:
    """Mean pooling over the attention mask, then unit length. Safe to use from several threads."""

    def __init__(self, folder: Path, copies: Copies, reranker: Reranker | None = None) -> None:
        import tokenizers

        self._tokenizer: tokenizers.Tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._copies = copies
        self._session = _session(copies.own, _THREADS)
        self._further = _session(copies.further, _THREADS)
        # One question is encoded by the screen and by the search, one after the other.
        self._read = lru_cache(maxsize=8)(self._read_question)
        self.reranker = reranker
        self.name = DEFAULT_ENCODER
        self.sha256 = EXPECTED["model.safetensors"]
        self.dimension = 384
        self.max_tokens = MAX_TOKENS

    def encode_question(self, text: str) -> EncodedQuestion:
        """Vector and tokens from one pass; a question beyond the encoder's limit is read to the limit."""
        return self._read(text)

    def _read_question(self, text: str) -> EncodedQuestion:
        encoding = self._tokenizer.encode(text)
        ids = np.array([_whole(encoding.ids)], dtype=np.int64)
        mask = np.ones_like(ids)
        tokens, states = _run(self._session, ids, mask, TOKENS, STATES)
        tuned = np.asarray(self._further.run([TOKENS], {STATES: states, "attention_mask": mask})[0], dtype=np.float32)
        spans = np.array(encoding.offsets[1:-1][:_WINDOW], dtype=np.int32).reshape(-1, 2)
        vector, pieces = unit_length(tokens.mean(axis=1))[0], unit_length(tokens[0, 1:-1])
        return EncodedQuestion(vector, TextTokens(pieces, spans), unit_length(tuned[0, 1:-1]))

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(list(texts))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        batches = _batches([len(encoding.ids) for encoding in encodings])
        padded = [_padded([_whole(encodings[i].ids) for i in batch]) for batch in batches]
        for batch, (_, mask), read in zip(batches, padded, self._run_all(padded), strict=True):
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
        for batch, (_, mask), read in zip(batches, padded, self._run_all(padded), strict=True):
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

    def _run_all(self, batches: Sequence[tuple[Ids, Ids]]) -> Iterator[Vectors]:
        """The token vectors of each, in order. Threads that each read a text are faster than threads that share one:
        with two cores half as fast again (evals/NOTES.md)."""
        if len(batches) < 2:
            yield from (_run(self._session, *batch, TOKENS)[0] for batch in batches)
            return
        with ThreadPoolExecutor(_THREADS) as pool:
            yield from pool.map(lambda batch: _run(self._for_many, *batch, TOKENS)[0], batches)

    @cached_property
    def _for_many(self) -> InferenceSession:
        """A process that only answers never makes it: it holds the weights a second time."""
        return _session(self._copies.own, 1)


def _session(onnx_file: Path, threads: int) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Spinning threads starve each other when two questions are encoded at once on two cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(onnx_file), options, providers=["CPUExecutionProvider"])


def _run(session: InferenceSession, ids: Ids, mask: Ids, *outputs: str) -> list[Vectors]:
    """For every token what each of the outputs gives: texts × tokens × dimension."""
    feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    return [np.asarray(found, dtype=np.float32) for found in session.run(list(outputs), feed)]


def onnx_copies(folder: Path, cache_dir: Path, tuned: Path = TUNED) -> Copies:
    """The ONNX form of the weights in ``folder``, and of its layers as they were ``tuned``: exported once, kept by
    their hashes, checked at each load."""
    weights = EXPECTED["model.safetensors"][:16]
    copies = Copies(cache_dir / f"{weights}-{FIRST}.onnx", cache_dir / f"{weights}-{file_digest(tuned)[:16]}.onnx")
    if not (_is_sealed(copies.own) and _is_sealed(copies.further)):
        cache_dir.mkdir(parents=True, exist_ok=True)
        _export(folder, copies, load_tuned(tuned))
    return copies


def _is_sealed(file: Path) -> bool:
    seal = file.with_suffix(".json")
    if not (file.is_file() and seal.is_file()):
        return False
    try:
        return bool(json.loads(seal.read_text())["onnx_sha256"] == file_digest(file))
    except (ValueError, KeyError, TypeError):
        return False  # a damaged seal is no seal: export again


def _export(folder: Path, copies: Copies, tuned: Tuned) -> None:
    """Write the ONNX files and their seals, after proving that both forms agree."""
    from retrieval.tuning import export_reader, reader_of

    reader = reader_of(folder, tuned)
    drafts = Copies(*(file.with_name(f"{file.name}.{os.getpid()}.draft") for file in (copies.own, copies.further)))
    try:
        export_reader(reader, drafts.own, drafts.further)
        agreement = _agreement(folder, OnnxEncoder(folder, drafts), reader)
        # A careless export freezes the attention mask, which only padded batches show (cosine 0.95).
        if agreement < 0.999:
            raise EncoderUnavailable(f"the ONNX copy of {folder} disagrees with the original (cosine {agreement:.4f})")
        for draft, file in ((drafts.own, copies.own), (drafts.further, copies.further)):
            digest = file_digest(draft)
            draft.replace(file)
            _seal(file, digest, agreement)
    finally:
        drafts.own.unlink(missing_ok=True)
        drafts.further.unlink(missing_ok=True)


def _agreement(folder: Path, exported: OnnxEncoder, reader: Reader) -> float:
    """The least cosine: of a passage, read in padded batches of mixed length, and of a question's piece in the changed
    layers."""
    from retrieval.tuning import tuned_tokens

    expected = unit_length(np.asarray(load_torch(str(folder)).encode(list(_PROBES), show_progress_bar=False)))
    least = [(exported.encode_passages(_PROBES) * expected).sum(axis=1).min()]
    for text in _PROBES:
        tuned = tuned_tokens(reader, exported.ids_of(text))
        least.append((exported.encode_question(text).tuned * tuned).sum(axis=1).min())
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
