"""What each vector back end costs as it grows, and how far it agrees with comparing every vector.

The vectors beyond the index's own are synthetic neighbours of them, as in ``evals.growth``, so sizes, times and
agreement are real and what is found is not.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from corpus.types import Passage
from evals.tables import table
from retrieval.chroma import EmbeddedChroma, write_chroma
from retrieval.index import ExactIndex, VectorIndex
from retrieval.search import DEPTH
from retrieval.shared import SharedIndex, open_store
from retrieval.types import Narrowing
from retrieval.vectors import Vectors, unit_length

SIZES = (1_000, 10_000, 50_000)
_SEED = 20_261_129
_ALIKE = 0.6  # cosine of a neighbour's vector with that of the passage it was made from
_NAME = "anchorline-gen-999999-measured"
_AGREE_IN = 5


@dataclass(frozen=True, slots=True)
class BackEnd:
    """One back end at one size. ``narrowed_ms``: kept to one source. ``agreement``: the share of the first five
    neighbours that are those of exact search."""

    name: str
    passages: int
    write_s: float
    query_ms: tuple[float, ...]
    narrowed_ms: tuple[float, ...]
    agreement: float


def measure_back_ends(
    passages: Sequence[Passage], vectors: Vectors, questions: Vectors, sizes: Sequence[int], stores: Sequence[str]
) -> Iterator[BackEnd]:
    """Exact search, Chroma in process, and each store that is named by its address, smallest size first. What is
    written into a store is taken out again. Raises StoreFailed."""
    for size in sorted(set(sizes)):
        more, grown = _grown(passages, vectors, size)
        exact = ExactIndex(more, grown)
        yield _measured("exact", exact, exact, 0.0, questions)
        with tempfile.TemporaryDirectory(prefix="anchorline-back-ends-") as home:
            write_s = _timed_s(lambda: write_chroma(Path(home) / "chroma", more, grown))  # noqa: B023 - called now
            with EmbeddedChroma(Path(home) / "chroma") as embedded:
                yield _measured("Chroma in process", embedded, exact, write_s, questions)
        for url in stores:
            with _stored(url, more, grown) as (index, write_s, address):
                yield _measured(address, index, exact, write_s, questions)


def back_ends_report(measured: Sequence[BackEnd]) -> str:
    rows = [
        (
            f"{one.passages:,}",
            one.name,
            f"{one.write_s:.1f}",
            *(
                f"{np.percentile(times, 50):.1f} / {np.percentile(times, 95):.1f}"
                for times in (one.query_ms, one.narrowed_ms)
            ),
            f"{one.agreement:.4f}",
        )
        for one in measured
    ]
    head = ("passages", "back end", "write, s", f"{DEPTH} nearest, ms", "of one source, ms", "agreement")
    return f"{len(measured[0].query_ms)} questions; p50 / p95\n\n{table(head, rows)}"


@contextmanager
def _stored(url: str, passages: Sequence[Passage], vectors: Vectors) -> Iterator[tuple[VectorIndex, float, str]]:
    """As a replica asks it: checked, with its own copy to fall back on."""
    store = open_store(url)
    try:
        write_s = _timed_s(lambda: store.write(_NAME, passages, vectors))
        index = SharedIndex(store, _NAME, passages, vectors)
        yield index, write_s, store.address if index.fault is None else f"{store.address}: {index.fault}"
    finally:
        store.drop(_NAME)
        store.close()


def _measured(name: str, index: VectorIndex, exact: ExactIndex, write_s: float, questions: Vectors) -> BackEnd:
    kept_to = Narrowing(sources=(index.query(questions[0], 1)[0][0].rpartition("#")[0],))
    whole = [_timed_ms(lambda: index.query(vector, DEPTH)) for vector in questions]  # noqa: B023 - called now
    narrowed = [_timed_ms(lambda: index.query(vector, DEPTH, kept_to)) for vector in questions]  # noqa: B023
    shared = [
        len({one for one, _ in index.query(vector, _AGREE_IN)} & {one for one, _ in exact.query(vector, _AGREE_IN)})
        for vector in questions
    ]
    fault = index.fault if isinstance(index, SharedIndex) else None
    agreement = float(np.mean(shared)) / _AGREE_IN
    named = f"{name} (gave up: {fault})" if fault else name
    return BackEnd(named, index.count(), write_s, tuple(whole), tuple(narrowed), agreement)


def _grown(passages: Sequence[Passage], vectors: Vectors, size: int) -> tuple[tuple[Passage, ...], Vectors]:
    """Exactly ``size`` passages: the real ones, then neighbours of them in turn, each round as sources of its own."""
    rows = np.arange(size) % len(passages)
    moved = vectors[rows]
    away = unit_length(np.random.default_rng(_SEED).standard_normal(moved.shape, dtype=np.float32))
    near = unit_length(_ALIKE * moved + np.sqrt(1 - _ALIKE**2) * away)
    real = min(size, len(passages))
    near[:real] = moved[:real]
    return tuple(_neighbour(passages[row], at // len(passages)) for at, row in enumerate(rows.tolist())), near


def _neighbour(passage: Passage, turn: int) -> Passage:
    if not turn:
        return passage
    source = replace(passage.source, source_id=f"{passage.source.source_id}-near-{turn}")
    return replace(passage, source=source, passage_id=f"{source.source_id}#{passage.ordinal:04d}")


def _timed_s(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _timed_ms(work: Callable[[], object]) -> float:
    return _timed_s(work) * 1000
