"""Which documents a run is about: our own briefs, what lies in ``corpus/documents/``, and what the command line names.

A folder is taken with everything below it. Two files that are the same source (a report as PDF and as plain text) are
one document: the format that knows its pages and headings best is read, the other is named in the report.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.entries import ManifestEntry
from corpus.errors import ManifestError, UnreadableSource
from corpus.load import KINDS_OF_FOLDER, match_source, read_record
from corpus.records import Record
from corpus.types import Source
from ingest.readers import READERS

# Best first: what keeps pages and headings, then what keeps headings, then bare text.
_PREFERRED = (".pdf", ".docx", ".pptx", ".html", ".htm", ".md", ".markdown", ".txt")
_NEVER_DOCUMENTS = {"readme.md", "thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True)
class Document:
    """A file to be read and the source that it is. ``record`` is set for a brief of ours."""

    path: Path
    source: Source
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked for and found; ``failed`` and ``skipped`` pair a path with the reason."""

    documents: tuple[Document, ...]
    failed: tuple[tuple[Path, str], ...]
    skipped: tuple[tuple[Path, str], ...] = ()


def find_documents(paths: Iterable[Path], entries: Sequence[ManifestEntry]) -> Found:
    """The documents at ``paths``, files or folders, each source once."""
    failed: list[tuple[Path, str]] = []
    best: dict[str, Document] = {}
    skipped: list[tuple[Path, str]] = []
    for path in _files(paths, failed):
        try:
            document = Document(path, source_of(path, entries))
        except (ManifestError, UnreadableSource) as error:
            failed.append((path, getattr(error, "reason", str(error))))
            continue
        rival = best.get(document.source.source_id)
        kept, left = _preferred(document, rival) if rival else (document, None)
        best[document.source.source_id] = kept
        if left and left.path.resolve() != kept.path.resolve():
            skipped.append((left.path, f"the same source as {kept.path.name}, which is read instead"))
    return Found(tuple(best.values()), tuple(failed), tuple(skipped))


def find_briefs(corpus_dir: Path) -> Found:
    """Our own records. One that is faulty fails alone."""
    from corpus.render import record_source

    documents, failed = [], []
    for folder in KINDS_OF_FOLDER:
        for path in sorted((corpus_dir / folder).glob("*.md")):
            try:
                record, _ = read_record(path)
                documents.append(Document(path, record_source(record), record))
            except ManifestError as error:
                failed.append((path, "; ".join(error.faults)))
    return Found(tuple(documents), tuple(failed))


def source_of(path: Path, entries: Sequence[ManifestEntry]) -> Source:
    """The manifest's entry for a file, or one made from the file's name."""
    entry = match_source(entries, path)
    if entry:
        return entry.source()
    plain = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-")
    if not slug:
        raise UnreadableSource(
            path, "its name has no letter or digit to make an id from; rename it, or add it to sources.yaml"
        )
    title = re.sub(r"[\s_-]+", " ", path.stem).strip()
    return Source(slug, title[:1].upper() + title[1:], "not stated")


def _files(paths: Iterable[Path], failed: list[tuple[Path, str]]) -> list[Path]:
    files: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            inside = [one for one in sorted(path.rglob("*")) if one.is_file() and not _hidden(one, path)]
            if not inside:
                failed.append((path, "the folder holds no documents"))
            files.update({one.resolve(): one for one in inside})
        elif path.exists():
            files[path.resolve()] = path
        else:
            failed.append((path, "no such file or folder; check the spelling"))
    return list(files.values())


def _hidden(path: Path, folder: Path) -> bool:
    inside = path.relative_to(folder)
    return any(part.startswith((".", "~$")) for part in inside.parts) or path.name.lower() in _NEVER_DOCUMENTS


def _preferred(one: Document, other: Document) -> tuple[Document, Document]:
    """The document to read and the one to leave."""
    first, second = sorted((one, other), key=lambda document: (_rank(document.path), str(document.path)))
    return first, second


def _rank(path: Path) -> int:
    suffix = path.suffix.lower()
    return _PREFERRED.index(suffix) if suffix in _PREFERRED and suffix in READERS else len(_PREFERRED)
