"""Times us against the bare parts we are made of, in one run on one machine, so that only the ratios need be believed.

Both sides get the same texts, the same weights and the same warm-up, and take turns. Ingest runs as its own process, as
a maintainer runs it; what a process costs before it reads anything is measured apart and taken off. Nothing here may be
imported by the product: the peers are development dependencies.
"""

from __future__ import annotations

import os
import resource
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
from evals.serving_costs import ServingCosts, measure_serving, seconds_to_import
from evals.suite import Question, Suite
from retrieval.assistant import Assistant, open_assistant
from retrieval.encode import Encoder, open_encoder

_WARM_UP = 5
_SAMPLE = 400
_TINY = "# A small document\n\nAn anchor institution is rooted in its place.\n"


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds on the wall, and of processor time, which others on the machine hardly change."""

    wall: float
    processor: float

    def without(self, other: Taken) -> Taken:
        return Taken(self.wall - other.wall, self.processor - other.processor)


@dataclass(frozen=True, slots=True)
class IngestTimes:
    """``whole`` is the process from start to end, ``start_up`` the same for a document of one sentence."""

    whole: Taken
    start_up: Taken

    @property
    def work(self) -> Taken:
        return self.whole.without(self.start_up)


@dataclass(frozen=True, slots=True)
class FolderTimes:
    """For a folder of ``passages`` passages: to ingest it, to find that nothing in it has changed, and what
    sentence-transformers' plain ``encode`` takes for the texts of ``sampled`` of its passages."""

    passages: int
    first: IngestTimes
    again: Taken
    sampled: int
    bare: Taken

    @property
    def rates(self) -> Taken:
        """Passages a second of the whole ingest, start-up included, with those of the bare encoder as 1."""
        ours, theirs = self.first.whole, self.bare
        share = self.passages / self.sampled
        return Taken(share * theirs.wall / ours.wall, share * theirs.processor / ours.processor)


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
    bare: tuple[Taken, Taken]
    asks: AskTimes
    folder: FolderTimes
    serving: ServingCosts
    peer_import: float

    @property
    def best(self) -> IngestTimes:
        return min(self.ingests, key=lambda times: times.work.processor)

    def figures(self) -> dict[str, float | None]:
        """What is kept of a run. Ratios are of our time to the other's, but for the encoder's, which is of rates."""
        return {
            "encoder_times_bare": self.bare[0].wall / self.bare[1].wall,
            "encoder_times_bare_processor": self.bare[0].processor / self.bare[1].processor,
            "ingest_to_bare": self.best.work.wall / self.bare[0].wall,
            "ingest_to_bare_processor": self.best.work.processor / self.bare[0].processor,
            "folder_times_bare": self.folder.rates.wall,
            "folder_times_bare_processor": self.folder.rates.processor,
            "ask_p50_ms": float(np.percentile(self.asks.ours, 50)),
            "ask_p95_ms": float(np.percentile(self.asks.ours, 95)),
            "ask_p50_to_peer": float(np.percentile(self.asks.ours, 50) / np.percentile(self.asks.peer, 50)),
            "unchanged_passages": self.folder.passages,
            "unchanged_s": self.folder.again.wall,
            "unchanged_processor_s": self.folder.again.processor,
            "unchanged_to_first": self.folder.again.wall / self.folder.first.whole.wall,
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
                time_folder(assistant, wanted, Path(home), cache, encoder_name),
                min(turns, key=lambda turn: turn.ready_s),
                min(seconds_to_import("sentence_transformers") for _ in indexes),
            )


def time_ingest(documents: Path, index: Path, encoders: Path, encoder_name: str | None) -> IngestTimes:
    """A new index of one sentence, then the documents added to it."""
    index.mkdir()
    tiny = index / "tiny.md"
    tiny.write_text(_TINY, encoding="utf-8")
    start_up = _taken(lambda: _ingest(tiny, index, encoders, encoder_name))
    return IngestTimes(whole=_taken(lambda: _ingest(documents, index, encoders, encoder_name)), start_up=start_up)


def time_folder(
    assistant: Assistant, wanted: Wanted, home: Path, encoders: Path, encoder_name: str | None
) -> FolderTimes:
    """A folder of neighbours of the passages held, ingested, and then again."""
    folder, index = home / "neighbours", home / "index-of-neighbours"
    _write_neighbours(assistant, wanted.unchanged, folder)
    first = time_ingest(folder, index, encoders, encoder_name)
    again = min(
        (_taken(lambda: _ingest(folder, index, encoders, encoder_name)) for _ in range(wanted.repeats)),
        key=lambda taken: taken.wall,
    )
    with open_assistant(index, encoder_name, encoders) as opened:
        passages = opened.passages
    texts = [passage.embedding_text for passage in passages[:: max(1, len(passages) // _SAMPLE)]]
    plain_encode = bare_encoder(encoder_name)
    plain_encode(texts[:_WARM_UP])
    return FolderTimes(len(passages), first, again, len(texts), _taken(lambda: plain_encode(texts)))


def _write_neighbours(assistant: Assistant, count: int, folder: Path) -> None:
    """A Markdown file a hundred passages, each passage under a heading of its own, so that it stays one."""
    folder.mkdir()
    texts = [" ".join(passage.text.split()) for passage in synthetic(assistant.content, count).passages]
    for start in range(0, count, 100):
        parts = (f"## Part {at}\n\n{text}\n" for at, text in enumerate(texts[start : start + 100]))
        (folder / f"neighbours-{start}.md").write_text("\n".join(parts), encoding="utf-8")


def time_encoders(
    passages: Sequence[Passage], encoder: Encoder, encoder_name: str | None, repeats: int
) -> tuple[Taken, Taken]:
    """To encode the passages' texts: sentence-transformers' plain ``encode``, then our encoder. Loading is not
    counted, and each is warm."""
    texts = [passage.embedding_text for passage in passages]
    plain_encode = bare_encoder(encoder_name)
    plain_encode(texts[:_WARM_UP])
    encoder.encode_passages(texts[:_WARM_UP])
    turns = [
        (_taken(lambda: plain_encode(texts)), _taken(lambda: encoder.encode_passages(texts))) for _ in range(repeats)
    ]
    plain, ours = (min((turn[side] for turn in turns), key=lambda taken: taken.wall) for side in (0, 1))
    return plain, ours


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


def _taken(work: Callable[[], object]) -> Taken:
    """Of this process and of those that it waits for meanwhile."""
    begun, before = time.perf_counter(), _processor_s()
    work()
    return Taken(time.perf_counter() - begun, _processor_s() - before)


def _processor_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
