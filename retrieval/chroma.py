"""Chroma, cosine, with vectors of our own: a collection in each generation's folder, and a server. The only module that
knows chromadb.

The folder is written and asked back before its generation is sealed, and not opened again by us: opening writes to it,
and two processes on one folder destroy it without an error (reproduced on 1.5.9). Who wants to read it opens a copy.
Questions are answered from the same vectors in memory (``retrieval.index``), since Chroma's graph is slower at every
size, loses vectors in a large index, and slower still within a narrowing (docs/growth.md).

The server is `chroma run`, which is written in Rust. Chroma's HTTP server in Python is never imported (CVE-2026-45829).
Neither asks who is there, so it belongs on a private network. Nor may what it holds be trusted: the client would build
embedding functions from a collection's configuration, so we never let it read one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import chromadb
import chromadb.errors
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.api.fastapi import FastAPI as HttpClient
from chromadb.api.models.Collection import Collection
from chromadb.api.types import Where
from chromadb.config import Settings, System

from corpus.errors import AnchorlineError, IndexDamaged, IndexMismatch, IndexMissing, StoreFailed
from corpus.types import Passage
from retrieval.index import Hit, VectorIndex, storable
from retrieval.types import Narrowing
from retrieval.vectors import Vectors

os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")

_COLLECTION = "passages"
_PREFIX = "anchorline-"
_BATCH = 1000
_ASK_S = 2.0
_WRITE_S = 120.0  # a batch; the server builds its graph while we wait
# Denser, and searched wider, than Chroma's own: exactness costs less than a lost passage. With Chroma's defaults (16
# and 100) more than one in a hundred of 50,000 close vectors did not find itself; with 32, one of 300 in every third.
# Searched with 200, every sixth graph of our own 650 passages missed one of the five nearest to a far question.
_GRAPH: CreateHNSWConfiguration = {"space": "cosine", "ef_search": 1000, "ef_construction": 200, "max_neighbors": 64}
_UNASKED_GRAPH: CreateHNSWConfiguration = {"space": "cosine", "ef_construction": 10, "max_neighbors": 4}
_ASKED_BACK = 100
_NOTHING = {"source": ""}  # no source has that id


def write_chroma(folder: Path, passages: Sequence[Passage], vectors: Vectors) -> None:
    """A collection in an empty folder: of each passage its id, its vector, and what it can be narrowed by. Raises
    IndexDamaged when what is read back is not what was written."""
    try:
        with closing(_client(folder)) as client:
            collection = client.create_collection(
                _COLLECTION, embedding_function=None, configuration={"hnsw": _UNASKED_GRAPH}
            )
            _fill(collection, passages, vectors)
        with closing(_client(folder)) as client:
            ask_back(client.get_collection(_COLLECTION, embedding_function=None), passages, vectors)
    except chromadb.errors.ChromaError as error:  # a full disk, mostly
        raise AnchorlineError(
            f"{folder}: the vector index cannot be written ({error}); make room there, then run `python -m ingest`; "
            "the last complete index stays in use"
        ) from error


def ask_back(collection: Collection, passages: Sequence[Passage], vectors: Vectors) -> None:
    """Known passages by their ids: a collection can lose its vectors and still count them. Raises IndexDamaged."""
    if collection.count() != len(passages):
        raise IndexDamaged(f"Chroma holds {collection.count()} of {len(passages)} passages; run `python -m ingest`")
    for row in range(0, len(passages), max(1, len(passages) // _ASKED_BACK)):
        found = collection.get(passages[row].passage_id, include=["embeddings", "metadatas"])
        embeddings, records = found["embeddings"], found["metadatas"]
        held = embeddings is not None and len(embeddings) == 1 and np.allclose(embeddings[0], vectors[row], atol=1e-5)
        if not held or records != [_record(passages[row])]:
            raise IndexDamaged(f"Chroma does not hold {passages[row].passage_id} as written; run `python -m ingest`")


class ChromaStore:
    """A Chroma server; each generation is a collection."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._api = _http_client(url, _ASK_S)

    @property
    def address(self) -> str:
        return self._url

    def open(self, name: str) -> VectorIndex:
        with _asking(self._url):
            try:
                collection = Collection(self._api, self._api.get_collection(name), embedding_function=None)
                return _ServerIndex(self._url, collection, int(collection.count()))
            except chromadb.errors.NotFoundError as error:
                raise IndexMissing(f"{self._url} does not hold {name}; run `python -m ingest push`") from error

    def write(self, name: str, passages: Sequence[Passage], vectors: Vectors) -> None:
        self.drop(name)
        patient = _http_client(self._url, _WRITE_S)
        try:
            with _asking(self._url):
                model = patient.create_collection(name, configuration={"hnsw": _GRAPH})
                _fill(Collection(patient, model, embedding_function=None), passages, vectors)
        finally:
            patient._session.close()

    def names(self) -> tuple[str, ...]:
        with _asking(self._url):
            held = self._api.list_collections()
            return tuple(model.name for model in held if model.name.startswith(_PREFIX))

    def drop(self, name: str) -> None:
        with _asking(self._url):
            try:
                self._api.delete_collection(name)
            except chromadb.errors.NotFoundError:
                return

    def close(self) -> None:
        self._api._session.close()


class _ServerIndex:
    def __init__(self, url: str, collection: Collection, count: int) -> None:
        self._url, self._collection, self._count = url, collection, count

    def query(self, vector: Vectors, k: int, narrowing: Narrowing | None = None) -> list[Hit]:
        with _asking(self._url):
            return _nearest(self._collection, vector, min(k, self._count), narrowing)

    def count(self) -> int:
        """How many there were when it was opened."""
        return self._count


def _fill(collection: Collection, passages: Sequence[Passage], vectors: Vectors) -> None:
    for start in range(0, len(passages), _BATCH):
        batch = passages[start : start + _BATCH]
        collection.add(
            ids=[passage.passage_id for passage in batch],
            embeddings=vectors[start : start + _BATCH],
            metadatas=[_record(passage) for passage in batch],
        )


def _record(passage: Passage) -> dict[str, str | bool]:
    """Chroma holds no lists, so each facet is a key of its own that is true."""
    record: dict[str, str | bool] = {"source": passage.source.source_id}
    if passage.programme_id:
        record["programme"] = passage.programme_id
    return record | dict.fromkeys(passage.facets, True)


def _nearest(collection: Collection, vector: Vectors, k: int, narrowing: Narrowing | None) -> list[Hit]:
    if k < 1:
        return []
    where = _where(narrowing) if narrowing else None
    try:
        found = collection.query(
            query_embeddings=vector.reshape(1, -1), n_results=k, where=where, include=["distances"]
        )
    except chromadb.errors.InvalidArgumentError as error:
        if "dimension" not in str(error):
            raise
        raise IndexMismatch(f"{error}; set ANCHORLINE_ENCODER to the encoder that built the index") from error
    distances = found["distances"] or [[]]
    # Chroma gives the cosine's distance from 1.
    hits = [(passage_id, 1.0 - distance) for passage_id, distance in zip(found["ids"][0], distances[0], strict=True)]
    return sorted(hits, key=lambda hit: (-hit[1], hit[0]))


def _where(narrowing: Narrowing) -> Where | None:
    """The narrowing in Chroma's filter language, in which a name that begins with $ is an operator; no facet does."""
    parts: list[Mapping[str, object]] = []
    for key, names in (("source", narrowing.sources), ("programme", narrowing.programmes)):
        if names:
            known = storable(names)
            parts.append({key: {"$in": known}} if known else _NOTHING)
    for name, values in narrowing.facets.items():
        pairs = [] if name.startswith("$") else storable(f"{name}:{value}" for value in values)
        if len(pairs) > 1:
            parts.append({"$or": [{pair: True} for pair in pairs]})
        elif values:
            parts.append({pairs[0]: True} if pairs else _NOTHING)
    if not parts:
        return None
    return cast(Where, parts[0] if len(parts) == 1 else {"$and": parts})


@contextmanager
def _asking(url: str) -> Iterator[None]:
    try:
        yield
    except AnchorlineError:
        raise
    except Exception as error:  # what a server sends may break its client in any way
        why = str(error).partition("\n")[0] or type(error).__name__
        raise StoreFailed(f"{url} does not answer as a Chroma server does ({why}); see docs/growth.md") from error


def _http_client(url: str, timeout_s: float) -> HttpClient:
    """The client below chromadb.HttpClient, which would ask the server without a limit of time while it is made."""
    parts = urlsplit(url)
    system = System(
        Settings(
            anonymized_telemetry=False,
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=parts.hostname,
            chroma_server_http_port=parts.port or (443 if parts.scheme == "https" else 80),
            chroma_server_ssl_enabled=parts.scheme == "https",
        )
    )
    client = system.instance(HttpClient)
    client._session.timeout = timeout_s
    return client


def _client(folder: Path) -> Client:
    client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    return cast(Client, client)  # the annotated interface lacks close()
