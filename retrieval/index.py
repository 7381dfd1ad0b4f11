"""Where the nearest passages are looked up: one small interface, and the search that is the default.

    retrieval.index     the interface; every vector that a generation holds compared
    retrieval.chroma    Chroma: the collection in a generation's folder, and as a server
    retrieval.pgvector  PostgreSQL with pgvector
    retrieval.shared    a server asked with care: checked, retried, given up on, and this machine's own copy searched

Each back end translates a ``Narrowing`` into its own filter language. Results are best first; equals go by passage id,
so that the same question gives the same order everywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged, IndexMismatch
from corpus.types import Passage
from retrieval.types import Narrowing
from retrieval.vectors import Vectors

_MAY_MISS = 0.01  # of the vectors asked back; none where there are fewer than a hundred

Hit = tuple[str, float]  # passage id, cosine similarity
_Mark = tuple[str, str | None]


class VectorIndex(Protocol):
    """The vectors of one generation. Safe to query from several threads."""

    def query(self, vector: Vectors, k: int, narrowing: Narrowing | None = None) -> list[Hit]:
        """The ``k`` nearest passages within ``narrowing``, fewer where there are fewer. ``vector`` has one dimension
        and unit length. Raises IndexMismatch when it is of another dimension than those that are held."""
        ...

    def count(self) -> int: ...


class VectorStore(Protocol):
    """A server that holds the vectors of several generations, each under a name of its own. Everything raises
    StoreFailed where it does not answer, and ``open`` IndexMissing for a name that it does not hold."""

    @property
    def address(self) -> str:
        """For people to read: without name and password."""
        ...

    def open(self, name: str) -> VectorIndex: ...

    def write(self, name: str, passages: Sequence[Passage], vectors: Vectors) -> None:
        """In place of what is there under that name, whole or not."""
        ...

    def names(self) -> tuple[str, ...]:
        """Of the generations that it holds, in no order. What else the server holds is not ours."""
        ...

    def drop(self, name: str) -> None: ...

    def close(self) -> None: ...


class Rows:
    """Which passages lie within a narrowing. The rows of each source, programme and facet are listed once: to look at
    200,000 passages for every question takes longer than comparing their vectors."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        listed: dict[_Mark, list[int]] = defaultdict(list)
        for row, passage in enumerate(passages):
            for mark in _marks(passage):
                listed[mark].append(row)
        self._count = len(passages)
        self._rows = {mark: np.array(rows, dtype=np.int32) for mark, rows in listed.items()}

    def within(self, narrowing: Narrowing) -> npt.NDArray[np.bool_]:
        """A row a passage."""
        inside = np.ones(self._count, dtype=bool)
        for wanted in _wanted(narrowing):
            any_of = np.zeros(self._count, dtype=bool)
            for mark in wanted & self._rows.keys():
                any_of[self._rows[mark]] = True
            inside &= any_of
        return inside


class ExactIndex:
    """Every vector compared: no graph that could miss one, and nothing on disk that could break."""

    def __init__(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        self.rows = Rows(passages)
        self._ids = [passage.passage_id for passage in passages]
        self._vectors = vectors

    def query(self, vector: Vectors, k: int, narrowing: Narrowing | None = None) -> list[Hit]:
        if not self._ids:
            return []
        check_dimension(vector, self._vectors.shape[1])
        # All are compared within a narrowing too: picking many rows out first copies them, which takes longer.
        similarities: Vectors = self._vectors @ vector
        if narrowing is None:
            return nearest(self._ids, similarities, k)
        rows = np.flatnonzero(self.rows.within(narrowing))
        inside = similarities[rows]
        best = _best(inside, k)
        return nearest([self._ids[row] for row in rows[best].tolist()], inside[best], k)

    def count(self) -> int:
        return len(self._ids)


def nearest(ids: Sequence[str], similarities: Vectors, k: int) -> list[Hit]:
    """The best ``k``, equals by id."""
    hits = [(ids[at], float(similarities[at])) for at in _best(similarities, k).tolist()]
    return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]


def _best(similarities: Vectors, k: int) -> npt.NDArray[np.int64]:
    """Where the best ``k`` are, in no order, with all that equal the last: which go in is for their ids to say."""
    if k < 1:
        return np.zeros(0, np.int64)
    least = np.partition(similarities, -k)[-k] if k < len(similarities) else -np.inf
    return np.flatnonzero(similarities >= least)


def fits(passage: Passage, narrowing: Narrowing) -> bool:
    """Whether a passage lies within what the reader asked to be kept to."""
    marks = _marks(passage)
    return not any(marks.isdisjoint(wanted) for wanted in _wanted(narrowing))


def _marks(passage: Passage) -> set[_Mark]:
    """What a narrowing can know a passage by."""
    return {
        ("source", passage.source.source_id),
        ("programme", passage.programme_id),
        *(("facet", facet) for facet in passage.facets),
    }


def _wanted(narrowing: Narrowing) -> Iterator[set[_Mark]]:
    """Of each set, a passage must have one."""
    if narrowing.sources:
        yield {("source", name) for name in narrowing.sources}
    if narrowing.programmes:
        yield {("programme", name) for name in narrowing.programmes}
    for name, values in narrowing.facets.items():
        if values:
            yield {("facet", f"{name}:{value}") for value in values}


def storable(names: Iterable[str]) -> list[str]:
    """Those that a passage can have at all: half of a surrogate pair is no text, and no store holds a NUL in one. Asked
    for the others, a store fails."""
    return [name for name in names if "\0" not in name and name == name.encode("utf-8", "replace").decode()]


def check_dimension(vector: Vectors, dimension: int) -> None:
    if vector.shape != (dimension,):
        raise IndexMismatch(
            f"the question's vector has the shape {vector.shape}, the index holds vectors of {dimension}; "
            "set ANCHORLINE_ENCODER to the encoder that built it, or run `python -m ingest`"
        )


def canary(index: VectorIndex, ids: Sequence[str], vectors: Vectors, sample: int = 100) -> None:
    """Ask back known vectors: each must find itself first, and as many neighbours as were wanted; one in a hundred may
    not find itself, since the graph of a large index is searched by approximation. Raises IndexDamaged; a right count
    proves nothing."""
    if index.count() != len(ids):
        raise IndexDamaged(f"the vector index holds {index.count()} passages, its card says {len(ids)}")
    places = range(0, len(ids), max(1, len(ids) // sample))
    wanted = min(5, len(ids))
    lost: list[str] = []
    for place in places:
        hits = index.query(vectors[place], wanted)
        if len(hits) < wanted or len({passage_id for passage_id, _ in hits}) < wanted:
            raise IndexDamaged(f"the vector index returns {len(hits)} of {wanted} neighbours for {ids[place]}")
        # Equal texts have equal vectors, so the first hit may be a twin; its similarity must still be that of itself.
        if hits[0][1] < 0.999:
            lost.append(ids[place])
    if len(lost) > len(places) * _MAY_MISS:
        raise IndexDamaged(f"the vector index does not find {lost[0]} by its own vector")
