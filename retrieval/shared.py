"""A vector store that several replicas ask, and what keeps a dead or wrong one from making answers dead or wrong.

Whoever writes generations puts their vectors there (``share``); a reader never does. A reader asks the store with a
limit of time and once more; after five failures it leaves it alone for a while. Whatever the store does not answer, or
answers wrongly, is answered from the vectors that the generation itself holds, by comparing all of them.

The store only proposes passages. What it proposes must be in the generation and within the narrowing, and no fewer than
there are; the similarities are computed here.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Sequence

import numpy as np

from corpus.errors import AnchorlineError, IndexDamaged, StoreFailed
from corpus.types import Passage
from retrieval.index import ExactIndex, Hit, Rows, VectorIndex, VectorStore, canary, check_dimension, nearest
from retrieval.types import Narrowing
from retrieval.vectors import Vectors

FAILURES = 5
REST_S = 30.0  # how long a store that failed is left alone
_PAUSE_S = (0.05, 0.25)  # before the second try: some time between, so that replicas do not come back all at once

log = logging.getLogger("anchorline.vectors")


def open_store(url: str) -> VectorStore:
    """Contacts nobody yet. ``url`` is one that ``retrieval.settings`` lets through."""
    if url.startswith(("postgresql://", "postgres://")):
        try:
            from retrieval.pgvector import PgVectorStore
        except ImportError as error:
            raise AnchorlineError(
                f"ANCHORLINE_VECTORS_URL needs a package that is not installed ({error}); "
                "run `pip install 'anchorline[postgresql]'`"
            ) from error
        return PgVectorStore(url)
    from retrieval.chroma import ChromaStore

    return ChromaStore(url)


def share(store: VectorStore, name: str, passages: Sequence[Passage], vectors: Vectors) -> bool:
    """Put a generation's vectors into the store unless it holds them, and ask some back. Returns whether they had to be
    written. Raises StoreFailed or IndexDamaged."""
    ids = [passage.passage_id for passage in passages]
    if _sound(store, name, ids, vectors):
        return False
    store.write(name, passages, vectors)
    canary(store.open(name), ids, vectors)
    return True


def _sound(store: VectorStore, name: str, ids: Sequence[str], vectors: Vectors) -> bool:
    if name not in store.names():
        return False
    try:
        canary(store.open(name), ids, vectors)
    except IndexDamaged:  # a writer that was killed leaves a part; a store can lose what it counts
        return False
    return True


class SharedIndex:
    """The index of one generation in a store, and the generation's own vectors for when the store fails."""

    def __init__(
        self,
        store: VectorStore,
        name: str,
        passages: Sequence[Passage],
        vectors: Vectors,
        rest_s: float = REST_S,
    ) -> None:
        self._store, self._name, self._rest_s = store, name, rest_s
        self._vectors = vectors
        self._place = {passage.passage_id: row for row, passage in enumerate(passages)}
        self._own = ExactIndex(passages, vectors)
        self._lock = threading.Lock()
        self._index: VectorIndex | None = None
        self._fault: str | None = None
        self._failures, self._connecting, self._rested_at = 0, False, 0.0
        self._connect()

    @property
    def rows(self) -> Rows:
        return self._own.rows

    @property
    def fault(self) -> str | None:
        """Why the store is not asked at present; None when it is."""
        return self._fault

    def query(self, vector: Vectors, k: int, narrowing: Narrowing | None = None) -> list[Hit]:
        check_dimension(vector, self._vectors.shape[1])
        if index := self._index:
            try:
                return self._asked(index, vector, k, narrowing)
            except StoreFailed:  # noted where it arose
                pass
            except AnchorlineError as fault:
                self._leave_alone(fault)
        else:
            self._connect_after_a_rest()
        return self._own.query(vector, k, narrowing)

    def count(self) -> int:
        return self._own.count()

    def _asked(self, index: VectorIndex, vector: Vectors, k: int, narrowing: Narrowing | None) -> list[Hit]:
        try:
            found = index.query(vector, k, narrowing)
        except StoreFailed as fault:
            self._note(fault)
            if self._index is None:  # enough failures
                raise
            time.sleep(random.uniform(*_PAUSE_S))  # noqa: S311 - no secret
            try:
                found = index.query(vector, k, narrowing)
            except StoreFailed as again:
                self._note(again)
                raise
        self._failures = 0
        return self._checked([passage_id for passage_id, _ in found], vector, k, narrowing)

    def _checked(self, ids: Sequence[str], vector: Vectors, k: int, narrowing: Narrowing | None) -> list[Hit]:
        """The same passages with similarities of our own. Raises IndexDamaged."""
        foreign = [one for one in ids if one not in self._place]
        if foreign or len(set(ids)) < len(ids):
            raise IndexDamaged(f"{self._store.address}: {self._name} returns passages that are not in it, or twice")
        rows = [self._place[one] for one in ids]
        inside = self.rows.within(narrowing or Narrowing())
        if not inside[rows].all():
            raise IndexDamaged(f"{self._store.address}: {self._name} returns passages beyond what was asked for")
        if len(ids) < min(k, int(inside.sum())):
            raise IndexDamaged(f"{self._store.address}: {self._name} has lost vectors")
        similarities: Vectors = self._vectors[rows] @ vector if rows else np.zeros(0, np.float32)
        return nearest(ids, similarities, k)

    def _note(self, fault: StoreFailed) -> None:
        with self._lock:
            self._failures += 1
            enough = self._failures >= FAILURES
        if enough:
            self._leave_alone(fault)

    def _leave_alone(self, fault: AnchorlineError) -> None:
        with self._lock:
            if self._index is not None or self._fault is None:
                log.warning("vectors are searched in process: %s", fault)
            self._index, self._fault, self._failures = None, str(fault), 0
            self._rested_at = time.monotonic() + self._rest_s

    def _connect_after_a_rest(self) -> None:
        """Aside: no question waits for a store that may still be dead."""
        with self._lock:
            if self._connecting or time.monotonic() < self._rested_at:
                return
            self._connecting = True
        threading.Thread(target=self._connect, name="vector store", daemon=True).start()

    def _connect(self) -> None:
        try:
            index = self._store.open(self._name)
            canary(index, list(self._place), self._vectors)
        except AnchorlineError as fault:
            self._leave_alone(fault)
        else:
            if self._fault:
                log.warning("vectors are searched in %s again", self._store.address)
            self._index, self._fault = index, None
        finally:
            self._connecting = False
