"""A public test collection in BEIR's layout, put into a real index by the product's own code.

    corpus.jsonl   {_id, title, text}          a document a line
    queries.jsonl  {_id, text, metadata}
    qrels.tsv      query-id, corpus-id, score  with that header; or qrels/test.tsv, as BEIR's own archives have it

A document becomes one source with one passage, whole, so that figures compare with published ones, which are of whole
documents. Our own documents are cut smaller; what that is worth is measured by our own suites.
"""

from __future__ import annotations

import csv
import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from corpus.errors import AnchorlineError
from corpus.types import BlockKind, Passage, Sentence, Source
from ingest.passages import sentences_of
from ingest.store import publish, writing
from ingest.sync import Reading, encoded
from retrieval.assistant import Assistant, open_assistant
from retrieval.encode import Encoder, open_encoder
from retrieval.generation import StoredSource, current_folder, open_generation

Qrels = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Document:
    id: Annotated[str, Field(alias="_id")]
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    id: Annotated[str, Field(alias="_id")]
    text: str
    metadata: Mapping[str, object] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Collection:
    """``qrels``: by query id, the grade of each judged document; a grade of 1 or more is relevant."""

    name: str
    documents: tuple[Document, ...]
    queries: tuple[Query, ...]
    qrels: Qrels

    @property
    def digest(self) -> str:
        """One SHA-256 over the documents, in their order."""
        return hashlib.sha256(repr(self.documents).encode()).hexdigest()


_BUILD = "build-seconds.txt"  # beside the generations, so that a size on disk does not count it
_DOCUMENT = TypeAdapter(Document)
_QUERY = TypeAdapter(Query)
_T = TypeVar("_T")


def is_collection(path: Path) -> bool:
    return (path / "corpus.jsonl").is_file()


def load_collection(folder: Path) -> Collection:
    """Raises AnchorlineError naming the file and line that cannot be read."""
    return Collection(
        name=folder.resolve().name,
        documents=tuple(read_lines(folder / "corpus.jsonl", _DOCUMENT)),
        queries=tuple(read_lines(folder / "queries.jsonl", _QUERY)),
        qrels=_qrels(folder),
    )


def read_lines(path: Path, adapter: TypeAdapter[_T]) -> Iterator[_T]:
    """One checked record a line. Raises AnchorlineError."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _record(path, number, line, adapter)
    except OSError as error:
        raise AnchorlineError(f"{path} cannot be read ({error.strerror}); a BEIR folder must hold it") from error


def _record(path: Path, number: int, line: str, adapter: TypeAdapter[_T]) -> _T:
    try:
        return adapter.validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the line"
        raise AnchorlineError(f"{path}:{number}: {where}: {first['msg']}; mend the line") from error


def _qrels(folder: Path) -> Qrels:
    path = next((p for p in (folder / "qrels.tsv", folder / "qrels" / "test.tsv") if p.is_file()), folder / "qrels.tsv")
    found: dict[str, dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                found.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise AnchorlineError(
            f"{path} cannot be read ({error!r}); it needs the columns query-id, corpus-id, score"
        ) from error
    return found


def open_collection(collection: Collection, cache: Path, encoder_name: str | None, encoders: Path) -> Assistant:
    """An assistant on an index of the collection's documents: built once, kept in ``cache`` by the documents' digest
    and the encoder's, and opened again after that."""
    encoder = open_encoder(encoder_name, encoders)
    index = collection_index(collection, cache, encoder.sha256)
    if not _is_built(index, encoder):
        begun = time.perf_counter()
        readings = [_reading(document) for document in collection.documents]
        content, _ = encoded(readings, None, encoder, lambda *_: None)
        with writing(index):
            publish(index, content, encoder)
        (index / _BUILD).write_text(f"{time.perf_counter() - begun:.1f}\n", encoding="utf-8")
    return open_assistant(index, encoder_name, encoders)


def collection_index(collection: Collection, cache: Path, encoder_sha256: str) -> Path:
    return cache / f"{collection.name}-{collection.digest[:12]}-{encoder_sha256[:8]}"


def build_seconds(index: Path) -> float | None:
    """How long it took to build a collection's index on the machine that built it, None where that is not known."""
    path = index / _BUILD
    return float(path.read_text(encoding="utf-8")) if path.is_file() else None


def _is_built(index: Path, encoder: Encoder) -> bool:
    """Whether a sound generation of this version is there."""
    try:
        open_generation(current_folder(index), encoder).close()
    except AnchorlineError:
        return False
    return True


def _reading(document: Document) -> Reading:
    source = Source(document.id, title=document.title, publisher="")
    heading = (document.title,) if document.title else ()
    sentences = tuple(Sentence(start, end, BlockKind.PARAGRAPH) for start, end in sentence_spans(document.text))
    passage = Passage(f"{document.id}#0000", source, 0, heading, None, document.text, sentences)
    digest = hashlib.sha256(json.dumps([document.title, document.text]).encode()).hexdigest()
    return Reading(StoredSource(source, document.id, digest, shipped=False), (passage,))


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of a text."""
    at = 0
    for sentence in sentences_of(text):
        start = text.index(sentence, at)
        at = start + len(sentence)
        yield start, at
