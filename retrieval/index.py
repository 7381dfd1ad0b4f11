"""The vector index: Chroma, cosine, with vectors of our own. The only module that knows chromadb.

A published Chroma folder is never opened in place: opening writes to it, and two processes on one folder destroy it
without an error (reproduced on 1.5.9). Every reader opens a private copy, so a generation's bytes never change.
Chroma's HTTP server in Python is never imported (CVE-2026-45829).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import chromadb
import chromadb.errors
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.api.types import Where
from chromadb.config import Settings

from corpus.errors import AnchorlineError, IndexDamaged
from retrieval.copies import HeldFolder
from retrieval.vectors import Vectors

os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")

_COLLECTION = "passages"
_BATCH = 1000
# Denser, and searched wider, than Chroma's own: exactness costs less than a lost passage. With Chroma's defaults (16
# and 100) more than one in a hundred of 50,000 close vectors did not find itself.
_GRAPH: CreateHNSWConfiguration = {"space": "cosine", "ef_search": 200, "ef_construction": 200, "max_neighbors": 32}
_MAY_MISS = 0.01  # of the vectors asked back; none where there are fewer than a hundred


def write_vectors(
    folder: Path, ids: Sequence[str], vectors: Vectors, metadata: Sequence[Mapping[str, str | bool]]
) -> None:
    """Build the index in an empty folder: one vector and one metadata record an id, in the same order."""
    try:
        with closing(_client(folder)) as client:
            collection = client.create_collection(_COLLECTION, embedding_function=None, configuration={"hnsw": _GRAPH})
            for start in range(0, len(ids), _BATCH):
                end = start + _BATCH
                collection.add(
                    ids=list(ids[start:end]),
                    embeddings=vectors[start:end],
                    metadatas=[dict(record) for record in metadata[start:end]],
                )
    except chromadb.errors.ChromaError as error:  # a full disk, mostly
        raise AnchorlineError(
            f"{folder}: the vector index cannot be written ({error}); make room there, then run `python -m ingest`; "
            "the last complete index stays in use"
        ) from error


class VectorIndex:
    """Nearest passages by cosine. Safe to query from several threads; ``close`` drops the private copy."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise IndexDamaged(f"{folder}: the vector index is missing; run `python -m ingest`")
        self._copy = HeldFolder()
        try:
            self._client = _client(self._copy.take(folder))
            self._collection = self._client.get_collection(_COLLECTION, embedding_function=None)
            self._count = int(self._collection.count())
        except AnchorlineError:
            self._copy.cleanup()
            raise
        except (OSError, ValueError, chromadb.errors.ChromaError) as error:
            self._copy.cleanup()
            raise IndexDamaged(
                f"{folder}: the vector index cannot be opened ({error}); run `python -m ingest`"
            ) from error

    def query(self, vector: Vectors, k: int, where: Where | None = None) -> list[tuple[str, float]]:
        """The ``k`` nearest ids with their cosine similarity, best first. ``vector`` has one dimension."""
        k = min(k, self.count())
        if k < 1:
            return []
        try:
            found = self._collection.query(
                query_embeddings=vector.reshape(1, -1), n_results=k, where=where, include=["distances"]
            )
        except chromadb.errors.ChromaError as error:
            raise IndexDamaged(f"the vector index cannot be searched ({error}); run `python -m ingest`") from error
        distances = found["distances"] or [[]]
        # Chroma gives the cosine's distance from 1.
        return [
            (passage_id, 1.0 - distance) for passage_id, distance in zip(found["ids"][0], distances[0], strict=True)
        ]

    def count(self) -> int:
        """How many vectors there were when it was opened; a private copy does not change."""
        return self._count

    def is_there(self) -> bool:
        """Whether the private copy is still on disk."""
        return self._copy.is_there()

    def close(self) -> None:
        self._client.close()
        self._copy.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


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


def _client(folder: Path) -> Client:
    client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    return cast(Client, client)  # the annotated interface lacks close()
