"""What each place costs where vectors can be searched as it grows, and how far it agrees with comparing every vector.

The vectors beyond the index's own are synthetic neighbours of them, as in ``evals.growth``, so sizes, times and
agreement are real and what is found is not.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import numpy as np

from corpus.errors import IndexDamaged, StoreFailed
from corpus.types import Passage
from evals.tables import table
from retrieval.index import ExactIndex, Hit, VectorIndex, canary
from retrieval.search import DEPTH
from retrieval.shared import open_store
from retrieval.types import Narrowing
from retrieval.vectors import Vectors, unit_length

SIZES = (1_000, 10_000, 50_000, 200_000)
_SEED = 20_261_129
_ALIKE = 0.6  # cosine of a neighbour's vector with that of the passage it was made from
_NAME = "anchorline-gen-999999-measured"
_AGREE_IN = 5


@dataclass(frozen=True, slots=True)
class BackEnd:
    """One back end at one size. Times are of all passages, of those of one source, and of those of the commonest facet.
    ``agreement`` is the share of the first five neighbours that are those of exact search, ``recall`` that of all that
    a search asks for. ``fault``: why a replica would not ask it; None if it would."""

    name: str
    passages: int
    write_s: float
    query_ms: tuple[float, ...]
    source_ms: tuple[float, ...]
    facet_ms: tuple[float, ...]
    agreement: float
    recall: float
    fault: str | None = None


def measure_back_ends(
    passages: Sequence[Passage], vectors: Vectors, questions: Vectors, sizes: Sequence[int], stores: Sequence[str]
) -> Iterator[BackEnd]:
    """Exact search, and each store that is named by its address, smallest size first. What is written into a store is
    taken out again. Raises StoreFailed when one cannot be written to."""
    for size in sorted(set(sizes)):
        more, grown = _grown(passages, vectors, size)
        exact = ExactIndex(more, grown)
        narrowings = _narrowings(more)
        right = [_ids(exact.query(vector, DEPTH)) for vector in questions]
        yield _measured("compare all", exact, right, questions, narrowings)
        for url in stores:
            with _stored(url, more, grown) as (index, write_s, address):
                measured = _measured(address, index, right, questions, narrowings)
                yield replace(measured, write_s=write_s, fault=_fault(index, more, grown))


def back_ends_report(measured: Sequence[BackEnd]) -> str:
    rows = [
        (
            f"{one.passages:,}",
            one.name,
            f"{one.write_s:.1f}",
            *(
                f"{np.percentile(times, 50):.1f} / {np.percentile(times, 95):.1f}"
                for times in (one.query_ms, one.source_ms, one.facet_ms)
            ),
            f"{one.agreement:.4f}",
            f"{one.recall:.4f}",
        )
        for one in measured
    ]
    head = ("passages", "where", "write, s", f"{DEPTH} nearest, ms", "of a source", "of a facet")
    faults = [f"{one.name} with {one.passages:,} would not be asked: {one.fault}" for one in measured if one.fault]
    first = f"{len(measured[0].query_ms)} questions; p50 / p95"
    return "\n\n".join((first, table((*head, f"first {_AGREE_IN}", f"all {DEPTH}"), rows), *faults))


@contextmanager
def _stored(url: str, passages: Sequence[Passage], vectors: Vectors) -> Iterator[tuple[VectorIndex, float, str]]:
    """Asked as it is, without the copy that a replica falls back on."""
    store = open_store(url)
    try:
        write_s = _timed_ms(lambda: store.write(_NAME, passages, vectors)) / 1000
        yield store.open(_NAME), write_s, store.address
    finally:
        store.drop(_NAME)
        store.close()


def _fault(index: VectorIndex, passages: Sequence[Passage], vectors: Vectors) -> str | None:
    try:
        canary(index, [passage.passage_id for passage in passages], vectors)
    except (IndexDamaged, StoreFailed) as fault:
        return str(fault)
    return None


def _narrowings(passages: Sequence[Passage]) -> tuple[Narrowing, Narrowing]:
    """To one source, and to the commonest facet if there is any."""
    commonest = Counter(facet for passage in passages for facet in passage.facets).most_common(1)
    facets = {name: (value,) for name, _, value in (facet.partition(":") for facet, _ in commonest)}
    return Narrowing(sources=(passages[0].source.source_id,)), Narrowing(facets)


def _measured(
    name: str,
    index: VectorIndex,
    right: Sequence[list[str]],
    questions: Vectors,
    narrowings: tuple[Narrowing, Narrowing],
) -> BackEnd:
    asked = [_asked(index, vector, None) for vector in questions]
    of_source, of_facet = ([_asked(index, vector, within)[0] for vector in questions] for within in narrowings)
    found = [ids for _, ids in asked]
    whole = tuple(took_ms for took_ms, _ in asked)
    first, every = (_shared(found, right, depth) for depth in (_AGREE_IN, DEPTH))
    return BackEnd(name, index.count(), 0.0, whole, tuple(of_source), tuple(of_facet), first, every)


def _asked(index: VectorIndex, vector: Vectors, narrowing: Narrowing | None) -> tuple[float, list[str]]:
    """Milliseconds, and what was found: nothing, when the time for it was over."""
    hits: list[Hit] = []
    begun = time.perf_counter()
    with suppress(StoreFailed):
        hits = index.query(vector, DEPTH, narrowing)
    return (time.perf_counter() - begun) * 1000, _ids(hits)


def _ids(hits: Sequence[Hit]) -> list[str]:
    return [passage_id for passage_id, _ in hits]


def _shared(found: Sequence[list[str]], right: Sequence[list[str]], depth: int) -> float:
    """The share of the right ones that was found, the mean over questions."""
    both = zip(found, right, strict=True)
    return float(np.mean([len({*one[:depth]} & {*other[:depth]}) / len(other[:depth]) for one, other in both]))


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


def _timed_ms(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000
