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
from evals.growth import synthetic
from evals.peers import bare_encoder, llama_index_search, passages_of
from evals.serving_costs import ASKED, ServingCosts, measure_serving, seconds_to_import
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
class UnchangedTimes:
    """Seconds, for a folder of ``passages`` passages: to ingest it, and to find that nothing in it has changed."""

    passages: int
    first: float
    again: float


@dataclass(frozen=True, slots=True)
class AskTimes:
    """Milliseconds a question, in the same order on both sides."""

    ours: tuple[float, ...]
    peer: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Everything that one run measured. ``bare``: seconds of sentence-transformers and of our encoder for the texts of
    the documents' ``passages``. ``peer_import``: seconds to import sentence-transformers."""

    documents: Path
    passages: int
    ingests: tuple[IngestTimes, ...]
    bare: tuple[float, float]
    asks: AskTimes
    unchanged: UnchangedTimes
    serving: ServingCosts
    peer_import: float

    @property
    def best(self) -> IngestTimes:
        return min(self.ingests, key=lambda times: times.work)

    def figures(self) -> dict[str, float | None]:
        """What is kept of a run. Ratios are of our time to the other's, but for the encoder's, which is of rates."""
        return {
            "encoder_times_bare": self.bare[0] / self.bare[1],
            "ingest_to_bare": self.best.work / self.bare[0],
            "ask_p50_ms": float(np.percentile(self.asks.ours, 50)),
            "ask_p95_ms": float(np.percentile(self.asks.ours, 95)),
            "ask_p50_to_peer": float(np.percentile(self.asks.ours, 50) / np.percentile(self.asks.peer, 50)),
            "unchanged_passages": self.unchanged.passages,
            "unchanged_s": self.unchanged.again,
            "unchanged_to_first": self.unchanged.again / self.unchanged.first,
            "ready_s": self.serving.ready_s,
            "ready_to_peer_import": self.serving.ready_s / self.peer_import,
            "serving_mb": self.serving.memory_mb,
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """``repeats`` of the short measurements, of which the least counts, since whatever else the machine does only adds.
    ``unchanged``: passages of the folder that is ingested twice."""

    repeats: int
    unchanged: int


def benchmark(
    documents: Path, suite: Suite, encoder_name: str | None, encoders: Path | None, wanted: Wanted
) -> Benchmark:
    """Everything in one run. ``encoders`` keeps ONNX copies of encoders; a fresh one is made and dropped if None."""
    if not documents.exists():
        raise AnchorlineError(f"{documents}: no such file or folder; give the documents to ingest")
    with tempfile.TemporaryDirectory(prefix="anchorline-benchmark-") as home:
        cache = encoders or Path(home) / "encoders"
        encoder = open_encoder(encoder_name, cache)
        indexes = [Path(home) / f"index-{i}" for i in range(wanted.repeats)]
        ingests = tuple(time_ingest(documents, index, cache, encoder_name) for index in indexes)
        questions = [question.question for question in suite.questions]
        turns = [measure_serving(indexes[-1], cache, encoder_name, questions) for _ in indexes]
        with open_assistant(indexes[-1], encoder_name, cache) as assistant:
            return Benchmark(
                documents,
                len(assistant.passages),
                ingests,
                time_encoders(assistant.passages, encoder, encoder_name, wanted.repeats),
                time_asks(assistant, encoder, [q for q in suite.questions if q.needs], Path(home) / "peer"),
                time_unchanged(assistant, wanted, Path(home), cache, encoder_name),
                min(turns, key=lambda turn: turn.ready_s),
                min(seconds_to_import("sentence_transformers") for _ in indexes),
            )


def time_ingest(documents: Path, index: Path, encoders: Path, encoder_name: str | None) -> IngestTimes:
    """A new index of one sentence, then the documents added to it."""
    index.mkdir()
    tiny = index / "tiny.md"
    tiny.write_text(_TINY, encoding="utf-8")
    start_up = _seconds(lambda: _ingest(tiny, index, encoders, encoder_name))
    return IngestTimes(whole=_seconds(lambda: _ingest(documents, index, encoders, encoder_name)), start_up=start_up)


def time_unchanged(
    assistant: Assistant, wanted: Wanted, home: Path, encoders: Path, encoder_name: str | None
) -> UnchangedTimes:
    """A folder of neighbours of the passages held, ingested, and then again."""
    folder, index = home / "neighbours", home / "index-of-neighbours"
    _write_neighbours(assistant, wanted.unchanged, folder)
    first = _seconds(lambda: _ingest(folder, index, encoders, encoder_name))
    again = min(_seconds(lambda: _ingest(folder, index, encoders, encoder_name)) for _ in range(wanted.repeats))
    with open_assistant(index, encoder_name, encoders) as opened:
        return UnchangedTimes(len(opened.passages), first, again)


def _write_neighbours(assistant: Assistant, count: int, folder: Path) -> None:
    """A Markdown file a hundred passages, each passage under a heading of its own, so that it stays one."""
    folder.mkdir()
    texts = [" ".join(passage.text.split()) for passage in synthetic(assistant.content, count).passages]
    for start in range(0, count, 100):
        parts = (f"## Part {at}\n\n{text}\n" for at, text in enumerate(texts[start : start + 100]))
        (folder / f"neighbours-{start}.md").write_text("\n".join(parts), encoding="utf-8")


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


def benchmark_report(made: Benchmark) -> str:
    """The table that ``evals benchmark`` prints."""
    work, bare, asks, served = made.best.work, made.bare, made.asks, made.serving
    rows = [
        ("ingest, start-up taken off", f"{work:.2f} s", ""),
        ("  its start-up, measured apart", f"{made.best.start_up:.2f} s", ""),
        ("sentence-transformers encode, same texts", f"{bare[0]:.2f} s", _ratio(work, bare[0])),
        ("our encoder, same texts", f"{bare[1]:.2f} s", _ratio(work, bare[1])),
        ("  its passages a second, bare ones as 1", f"{bare[0] / bare[1]:.2f}", ""),
        (f"unchanged folder of {made.unchanged.passages:,} passages", f"{made.unchanged.again:.2f} s", ""),
        ("  the same folder, new", f"{made.unchanged.first:.2f} s", _ratio(made.unchanged.again, made.unchanged.first)),
        ("service, start to /ready", f"{served.ready_s:.2f} s", ""),
        ("  import of sentence-transformers", f"{made.peer_import:.2f} s", _ratio(served.ready_s, made.peer_import)),
        ("  its page, from then on", f"{served.page_s:.2f} s", ""),
    ]
    if served.memory_mb is not None:
        rows.append((f"  its memory after {ASKED} questions and the page", f"{served.memory_mb:.0f} MB", ""))
    for quantile in (50, 95):
        ours, peer = (float(np.percentile(times, quantile)) for times in (asks.ours, asks.peer))
        rows.append((f"ask, p{quantile}", f"{ours:.1f} ms", ""))
        rows.append((f"LlamaIndex retriever over Chroma, p{quantile}", f"{peer:.1f} ms", _ratio(ours, peer)))
    title = (
        f"{made.documents}: {made.passages} passages; {len(asks.ours)} questions; best of {len(made.ingests)}; "
        f"{os.cpu_count()} cores"
    )
    return f"{title}\n\n{table(('what', 'time', 'ours / this'), rows)}"


def _ratio(ours: float, theirs: float) -> str:
    """ "-" where the difference of two measurements drowned in noise: a ratio of it would say nothing."""
    return f"{ours / theirs:.2f}" if ours > 0 else "-"
