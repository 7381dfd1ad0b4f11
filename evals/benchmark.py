"""Times us against the bare parts we are made of, in one run on one machine, so that only the ratios need be believed.

Both sides get the same texts, the same weights and the same warm-up, and take turns. Ingest runs as its own process, as
a maintainer runs it; what a process costs before it reads anything is measured apart and taken off. Nothing here may be
imported by the product: the peers are development dependencies.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.errors import AnchorlineError
from corpus.types import Passage
from evals.peers import bare_encoder, llama_index_search, passages_of
from evals.suite import Question, Suite
from evals.tables import table
from retrieval.assistant import Assistant, open_assistant
from retrieval.encode import Encoder, open_encoder

_WARM_UP = 5
_TINY = "# A small document\n\nAn anchor institution is rooted in its place.\n"


@dataclass(frozen=True, slots=True)
class IngestTimes:
    """Seconds. ``whole`` is the process from start to end, ``start_up`` the same for a document of one sentence."""

    whole: float
    start_up: float

    @property
    def work(self) -> float:
        return self.whole - self.start_up


@dataclass(frozen=True, slots=True)
class AskTimes:
    """Milliseconds a question, in the same order on both sides."""

    ours: tuple[float, ...]
    peer: tuple[float, ...]


def benchmark(documents: Path, suite: Suite, encoder_name: str | None, encoders: Path | None, repeats: int) -> str:
    """Everything in one run; the least of ``repeats`` counts, since whatever else the machine does only adds.
    ``encoders`` keeps ONNX copies of encoders; a fresh one is made and dropped if None."""
    if not documents.exists():
        raise AnchorlineError(f"{documents}: no such file or folder; give the documents to ingest")
    with tempfile.TemporaryDirectory(prefix="anchorline-benchmark-") as home:
        cache = encoders or Path(home) / "encoders"
        encoder = open_encoder(encoder_name, cache)
        indexes = [Path(home) / f"index-{i}" for i in range(repeats)]
        ingests = [time_ingest(documents, index, cache, encoder_name) for index in indexes]
        with open_assistant(indexes[-1], encoder_name, cache) as assistant:
            bare = time_encoders(assistant.passages, encoder, encoder_name, repeats)
            asks = time_asks(assistant, encoder, [q for q in suite.questions if q.needs], Path(home) / "peer")
            return _report(documents, len(assistant.passages), ingests, bare, asks)


def time_ingest(documents: Path, index: Path, encoders: Path, encoder_name: str | None) -> IngestTimes:
    """A new index of one sentence, then the documents added to it."""
    index.mkdir()
    tiny = index / "tiny.md"
    tiny.write_text(_TINY, encoding="utf-8")
    start_up = _seconds(lambda: _ingest(tiny, index, encoders, encoder_name))
    return IngestTimes(whole=_seconds(lambda: _ingest(documents, index, encoders, encoder_name)), start_up=start_up)


def time_encoders(
    passages: Sequence[Passage], encoder: Encoder, encoder_name: str | None, repeats: int
) -> tuple[float, float]:
    """Seconds to encode the passages' texts: sentence-transformers' plain ``encode``, then our encoder. Loading is not
    counted, and each is warm."""
    texts = [passage.embedding_text for passage in passages]
    plain_encode = bare_encoder(encoder_name)
    plain_encode(texts[:_WARM_UP])
    encoder.encode_passages(texts[:_WARM_UP])
    turns = [
        (_seconds(lambda: plain_encode(texts)), _seconds(lambda: encoder.encode_passages(texts)))
        for _ in range(repeats)
    ]
    return min(turn[0] for turn in turns), min(turn[1] for turn in turns)


def time_asks(assistant: Assistant, encoder: Encoder, questions: Sequence[Question], folder: Path) -> AskTimes:
    """The whole of ``ask`` against the peer's bare retrieval, question by question, each side first in turn."""
    search = llama_index_search(passages_of(assistant.content, encoder), folder)
    for question in questions[:_WARM_UP]:
        assistant.ask(question.question)
        search(question.question)
    ours: list[float] = []
    peer: list[float] = []
    for i, question in enumerate(questions):
        turns = [(ours, _asking(assistant, question)), (peer, _searching(search, question))]
        for times, turn in turns if i % 2 == 0 else reversed(turns):
            times.append(_seconds(turn) * 1000)
    return AskTimes(tuple(ours), tuple(peer))


def _asking(assistant: Assistant, question: Question) -> Callable[[], object]:
    return lambda: assistant.ask(question.question, history=question.history)


def _searching(search: Callable[[str], object], question: Question) -> Callable[[], object]:
    return lambda: search(question.question)


def _ingest(path: Path, index: Path, encoders: Path, encoder_name: str | None) -> None:
    settings = {
        "ANCHORLINE_INDEX": str(index),
        "ANCHORLINE_ENCODER": encoder_name,
        "ANCHORLINE_ENCODER_CACHE": str(encoders),
    }
    environment = {**os.environ, **{name: value for name, value in settings.items() if value}}
    command = [sys.executable, "-m", "ingest", str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        why = said[-1] if said else "it said nothing"
        raise AnchorlineError(
            f"{path}: ingest ended with {done.returncode} ({why}); run `python -m ingest {path}` to see all of it"
        )


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _report(
    documents: Path, passages: int, ingests: Sequence[IngestTimes], bare: tuple[float, float], asks: AskTimes
) -> str:
    best = min(ingests, key=lambda times: times.work)
    rows = [
        ("ingest, start-up taken off", f"{best.work:.2f} s", ""),
        ("  its start-up, measured apart", f"{best.start_up:.2f} s", ""),
        ("sentence-transformers encode, same texts", f"{bare[0]:.2f} s", _ratio(best.work, bare[0])),
        ("our encoder, same texts", f"{bare[1]:.2f} s", _ratio(best.work, bare[1])),
    ]
    for quantile in (50, 95):
        ours, peer = (float(np.percentile(times, quantile)) for times in (asks.ours, asks.peer))
        rows.append((f"ask, p{quantile}", f"{ours:.1f} ms", ""))
        rows.append((f"LlamaIndex retriever over Chroma, p{quantile}", f"{peer:.1f} ms", _ratio(ours, peer)))
    title = (
        f"{documents}: {passages} passages; {len(asks.ours)} questions; best of {len(ingests)}; {os.cpu_count()} cores"
    )
    return f"{title}\n\n{table(('what', 'time', 'ours / this'), rows)}"


def _ratio(ours: float, theirs: float) -> str:
    """ "-" where the difference of two measurements drowned in noise: a ratio of it would say nothing."""
    return f"{ours / theirs:.2f}" if ours > 0 else "-"
