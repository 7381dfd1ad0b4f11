"""One document to its passages: read in the sandbox, cut into passages, tied to organisation and programme.

A file whose bytes have not changed is not parsed again unless our own code that reads it, or the encoder, has changed;
its passages are attributed anew, since names may have been added to the records. A file that cannot be read, or in
which no text is found, fails alone and never replaces what was known of it.
"""

from __future__ import annotations

import functools
import hashlib
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.attribution import Directory, attribute, attribute_brief
from corpus.errors import UnreadableSource
from corpus.records import Locator
from corpus.render import Brief
from corpus.types import Passage, Section
from ingest.documents import Document
from ingest.passages import passages_of
from ingest.quality import doubts
from ingest.quarantine import Quarantine, Suspect, parted
from ingest.readers.inspection import MAX_FILE_MB
from ingest.sandbox import sandbox
from ingest.sync import Reading
from retrieval.encode import Encoder
from retrieval.generation import StoredSource

Read = Callable[[Path], tuple[Section, ...]]
Failure = tuple[Path, str]

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file. ``pages`` is the highest page number, None where the format has none. ``shipped`` marks
    our own briefs, ``waiting`` counts the texts that wait in quarantine for a person."""

    path: Path
    source_id: str
    passages: int
    pages: int | None
    unchanged: bool
    shipped: bool
    warnings: tuple[str, ...]
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Names:
    """The names by which passages are attributed. Where they are not ``whole``, because a file of ours is faulty, what
    has not changed keeps the attribution that it had."""

    known: Directory
    whole: bool


def read_documents(
    documents: Iterable[Document], names: Names, encoder: Encoder, old: Iterable[Reading], quarantine: Quarantine
) -> tuple[list[Reading], tuple[FileReport, ...], tuple[Failure, ...], Quarantine]:
    """Every document read, with a report a file, and those that could not be read with the reason. Also the quarantine
    with what was found in those that were read anew."""
    readings: list[Reading] = []
    reports: list[FileReport] = []
    failed: list[Failure] = []
    held = {reading.stored.source.source_id: reading for reading in old}
    with sandbox() as read:
        for document in documents:
            source_id = document.source.source_id
            before = held.get(source_id)
            try:
                reading, suspects = _reading(document, before, names, encoder, read, quarantine.accepted(source_id))
                if suspects is not None:
                    quarantine = quarantine.with_found(source_id, suspects)
                if not reading.passages:
                    waits = "all of its text waits in quarantine; see `python -m ingest quarantine`"
                    raise UnreadableSource(document.path, waits)
            except UnreadableSource as error:
                failed.append((document.path, error.reason))
            except OSError as error:
                failed.append((document.path, f"cannot be opened ({error.strerror}); check that you may read it"))
            else:
                readings.append(reading)
                reports.append(_report(document, reading, before, len(quarantine.waiting(source_id))))
    return readings, tuple(reports), tuple(failed), quarantine


def _reading(
    document: Document, before: Reading | None, names: Names, encoder: Encoder, read: Read, accepted: frozenset[str]
) -> tuple[Reading, tuple[Suspect, ...] | None]:
    """The document as it is now, and what in it is suspect: None where it was not read anew."""
    digest = _digest(document.path, encoder, accepted)
    stored = _stored(document, digest)
    if before is None or before.stored.sha256 != digest:
        return _read_anew(document, stored, names.known, encoder, read, accepted)
    if names.whole and document.brief and not _says_the_same(document.brief, before.passages):
        return _read_anew(document, stored, names.known, encoder, read, accepted)
    if document.brief and not names.whole:
        return before, None  # it has names from the faulty file in it, down to its publisher's
    passages = tuple(replace(passage, source=document.source) for passage in before.passages)
    if names.whole:
        passages = tuple(_attributed(passage, document.brief, names.known) for passage in passages)
    return Reading(replace(stored, warnings=before.stored.warnings), passages), None


def _stored(document: Document, digest: str) -> StoredSource:
    brief = document.brief
    if brief is None:
        return StoredSource(document.source, str(document.path), digest, shipped=False)
    return StoredSource(
        document.source,
        str(document.path),
        digest,
        shipped=True,
        record=brief.record,
        measures=brief.measures,
        organisation=brief.organisation,
        terms=brief.terms,
        conflicts=brief.conflicts,
    )


def _says_the_same(brief: Brief, passages: Iterable[Passage]) -> bool:
    """Whether passages hold a brief's headings and text: it has names from other files in it, so its own file may be
    unchanged while it is not."""
    wanted = [(section.heading_path, block.text) for section in brief.sections for block in section.blocks]
    return _said(wanted) == _said((passage.heading_path, passage.text) for passage in passages)


def _said(texts: Iterable[tuple[tuple[str, ...], str]]) -> dict[tuple[str, ...], str]:
    """What stands under each heading path, white space left out."""
    said: dict[tuple[str, ...], str] = {}
    for path, text in texts:
        said[path] = said.get(path, "") + "".join(text.split())
    return said


def _read_anew(
    document: Document,
    stored: StoredSource,
    known: Directory,
    encoder: Encoder,
    read: Read,
    accepted: frozenset[str],
) -> tuple[Reading, tuple[Suspect, ...]]:
    found = document.brief.sections if document.brief else read(document.path)
    sections, suspects = parted(found, document.source.source_id, document.path, accepted)
    passages = passages_of(document.source, sections, encoder.count_tokens, encoder.max_tokens)
    if not passages and not suspects:
        raise UnreadableSource(document.path, "no text was found in it; open it and see whether it holds any")
    warnings = () if document.brief else doubts(sections, passages)
    attributed = tuple(_attributed(passage, document.brief, known) for passage in passages)
    return Reading(replace(stored, warnings=warnings), attributed), suspects


def _attributed(passage: Passage, brief: Brief | None, known: Directory) -> Passage:
    if brief is None:
        return attribute(passage, known)
    quotes = (passage.quote(place) for place in range(len(passage.sentences)))
    originals = tuple(_original(quote, brief.locators.items()) for quote in quotes)
    return replace(attribute_brief(passage, brief, known), originals=originals)


def _original(sentence: str, locators: Iterable[tuple[str, Locator]]) -> str:
    """Where the published source says what our sentence says, in words a reader can follow."""
    at = next((locator for text, locator in locators if sentence in text), None)
    return at.original if at else ""


def _digest(path: Path, encoder: Encoder, accepted: frozenset[str]) -> str:
    """A hash of the file's bytes and of all that decides which passages they become; empty for what no reader takes."""
    facts = path.stat()
    if not stat.S_ISREG(facts.st_mode) or facts.st_size > MAX_FILE_MB * 1_000_000:
        return ""
    rules = f"{_code_digest()} {encoder.sha256} {encoder.max_tokens}{' '.join(sorted(accepted))}"
    return hashlib.sha256(path.read_bytes() + rules.encode()).hexdigest()


@functools.cache
def _code_digest() -> str:
    """A hash of our own code between a file and its passages, so that nobody need remember to raise a version."""
    files = [
        *(_HERE / f"{name}.py" for name in ("passages", "quarantine", "repair")),
        *sorted((_HERE / "readers").glob("*.py")),
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _report(document: Document, reading: Reading, before: Reading | None, waiting: int) -> FileReport:
    pages = [passage.page for passage in reading.passages if passage.page is not None]
    return FileReport(
        path=document.path,
        source_id=document.source.source_id,
        passages=len(reading.passages),
        pages=max(pages, default=None),
        unchanged=before is not None and before.stored.sha256 == reading.stored.sha256,
        shipped=reading.stored.shipped,
        warnings=reading.stored.warnings,
        waiting=waiting,
    )
