"""One document to its passages: read in the sandbox, cut into passages, tied to organisation and programme.

A file whose bytes have not changed is not parsed again; its passages are attributed anew, since names may have been
added to the records. A file that cannot be read fails alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.attribution import Directory, attribute, attribute_brief
from corpus.errors import UnreadableSource
from corpus.records import Locator, Record
from corpus.render import record_sections, statement_locators
from corpus.types import Passage, Section
from ingest.documents import Document
from ingest.passages import RULES, passages_of
from ingest.quality import doubts
from ingest.sandbox import sandbox
from ingest.sync import Reading
from retrieval.encode import Encoder
from retrieval.generation import Content, StoredSource

Read = Callable[[Path], tuple[Section, ...]]
Failure = tuple[Path, str]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file. ``pages`` is the highest page number, None where the format has none."""

    path: Path
    source_id: str
    passages: int
    pages: int | None
    unchanged: bool
    warnings: tuple[str, ...]


def read_documents(
    documents: Iterable[Document], known: Directory, encoder: Encoder, old: Content
) -> tuple[list[Reading], tuple[FileReport, ...], tuple[Failure, ...]]:
    """Every document read, with a report a file, and those that could not be read with the reason."""
    readings: list[Reading] = []
    reports: list[FileReport] = []
    failed: list[Failure] = []
    before = {stored.source.source_id: stored for stored in old.sources}
    with sandbox() as read:
        for document in documents:
            try:
                reading = _reading(document, before.get(document.source.source_id), known, encoder, old, read)
            except UnreadableSource as error:
                failed.append((document.path, error.reason))
            except OSError as error:
                failed.append((document.path, f"cannot be opened ({error.strerror}); check that you may read it"))
            else:
                readings.append(reading)
                reports.append(_report(document, reading, before.get(document.source.source_id)))
    return readings, tuple(reports), tuple(failed)


def _reading(
    document: Document, before: StoredSource | None, known: Directory, encoder: Encoder, old: Content, read: Read
) -> Reading:
    digest = _digest(document)
    warnings: tuple[str, ...] = ()
    if before and before.sha256 == digest:
        kept = (one for one in old.passages if one.source.source_id == document.source.source_id)
        passages = tuple(replace(one, source=document.source) for one in kept)
        warnings = before.warnings
    else:
        sections = _sections(document, known, read)
        passages = passages_of(document.source, sections, encoder.count_tokens, encoder.max_tokens)
        if document.record is None:
            warnings = doubts(sections, passages)
    stored = StoredSource(document.source, str(document.path), digest, document.record is not None, warnings)
    return Reading(stored, tuple(_attributed(passage, document.record, known) for passage in passages))


def _sections(document: Document, known: Directory, read: Read) -> tuple[Section, ...]:
    if document.record is None:
        return read(document.path)
    organisation = known.organisations.get(document.record.organisation or "")
    return record_sections(document.record, organisation.name if organisation else None)


def _attributed(passage: Passage, record: Record | None, known: Directory) -> Passage:
    if record is None:
        return attribute(passage, known)
    locators = statement_locators(record)
    originals = tuple(_original(passage.quote(place), locators.items()) for place in range(len(passage.sentences)))
    return replace(attribute_brief(passage, record, known), originals=originals)


def _original(sentence: str, locators: Iterable[tuple[str, Locator]]) -> str:
    """Where the published source says what our sentence says, in words a reader can follow."""
    at = next((locator for text, locator in locators if sentence in text), None)
    return " › ".join((at.source, *at.section)) if at else ""


def _digest(document: Document) -> str:
    """The file's bytes and the rules by which they become passages."""
    return hashlib.sha256(document.path.read_bytes() + f"rules {RULES}".encode()).hexdigest()


def _report(document: Document, reading: Reading, before: StoredSource | None) -> FileReport:
    pages = [passage.page for passage in reading.passages if passage.page is not None]
    return FileReport(
        path=document.path,
        source_id=document.source.source_id,
        passages=len(reading.passages),
        pages=max(pages, default=None),
        unchanged=before is not None and before.sha256 == reading.stored.sha256,
        warnings=reading.stored.warnings,
    )
