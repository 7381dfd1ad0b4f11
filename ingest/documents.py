"""Which documents a run is about: our own briefs, what lies in ``corpus/documents/``, and what the command line names.

A folder is taken with everything below it. Two files that are the same source (a report as PDF and as plain text) are
one document: the format that knows its pages and headings best is read, the other is named in the report. Two files of
one format that would be one source are a mistake to be mended, since one would hide the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.entries import ManifestEntry
from corpus.errors import ManifestError, UnreadableSource
from corpus.load import match_source
from corpus.render import Brief
from corpus.types import Source
from ingest.readers import READERS

# Best first: what keeps pages and headings, then what keeps headings, then bare text.
_PREFERRED = (".pdf", ".docx", ".pptx", ".html", ".htm", ".md", ".markdown", ".txt")
_NEVER_DOCUMENTS = {"readme.md", "thumbs.db", "desktop.ini"}
_BRIEF = "brief-"  # how the ids of our own briefs begin


@dataclass(frozen=True, slots=True)
class Document:
    """A file to be read and the source that it is. ``brief`` is set for a text of our own."""

    path: Path
    source: Source
    brief: Brief | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked for and found; ``failed`` and ``skipped`` pair a path with the reason."""

    documents: tuple[Document, ...]
    failed: tuple[tuple[Path, str], ...]
    skipped: tuple[tuple[Path, str], ...] = ()


def find_documents(paths: Iterable[Path], entries: Sequence[ManifestEntry]) -> Found:
    """The documents at ``paths``, files or folders, each source once."""
    failed: list[tuple[Path, str]] = []
    same: dict[str, list[Document]] = {}
    for path in _files(paths, failed):
        try:
            document = Document(path, source_of(path, entries))
            same.setdefault(document.source.source_id, []).append(document)
        except ManifestError as error:
            failed.append((path, error.faults[0].removeprefix(f"{path}: ")))
        except UnreadableSource as error:
            failed.append((path, error.reason))
    best: list[Document] = []
    skipped: list[tuple[Path, str]] = []
    for rivals in same.values():
        kept, *others = sorted(rivals, key=lambda document: (_rank(document.path), str(document.path)))
        best.append(kept)
        for other in others:
            if _rank(other.path) == _rank(kept.path):
                reason = f"would be the same source ({kept.source.source_id}) as {kept.path}; rename or remove one"
                failed.append((other.path, reason))
            else:
                skipped.append((other.path, f"the same source as {kept.path}, which is read instead"))
    return Found(tuple(best), tuple(failed), tuple(skipped))


def leaving_better(found: Found, held: Mapping[str, str]) -> Found:
    """``found`` without documents that the index already holds from another file of a better format; ``held`` maps each
    source id to the file that it was read from."""
    kept: list[Document] = []
    left: list[tuple[Path, str]] = []
    for document in found.documents:
        file = Path(held.get(document.source.source_id, document.path))
        if _rank(file) < _rank(document.path):
            instead = f"to read this one instead, first `python -m ingest remove {document.source.source_id}`"
            left.append((document.path, f"held already from {file}, which keeps more; {instead}"))
        else:
            kept.append(document)
    return Found(tuple(kept), found.failed, (*found.skipped, *left))


def documents_in(folder: Path) -> list[Path]:
    """The files of a folder and of those within it, hidden ones and the like left out."""
    return [one for one in sorted(folder.rglob("*")) if one.is_file() and not _hidden(one, folder)]


def source_of(path: Path, entries: Sequence[ManifestEntry]) -> Source:
    """The manifest's entry for a file, or one made from the file's name.

    Raises UnreadableSource for a name that gives no id, ManifestError for one that fits two entries.
    """
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in str(path)):
        raise UnreadableSource(path, "its name holds characters that cannot be shown; rename it")
    entry = match_source(entries, path)
    if entry:
        return entry.source()
    plain = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-")
    if not slug:
        raise UnreadableSource(
            path, "its name has no letter or digit to make an id from; rename it, or add it to sources.yaml"
        )
    known = next((entry for entry in entries if entry.id == slug), None)
    if known:
        return known.source()
    title = re.sub(r"[\s_-]+", " ", path.stem).strip()
    return Source(f"document-{slug}" if slug.startswith(_BRIEF) else slug, title[:1].upper() + title[1:], "not stated")


def _files(paths: Iterable[Path], failed: list[tuple[Path, str]]) -> list[Path]:
    files: dict[Path, Path] = {}
    for path in paths:
        try:
            inside = list(_documents_at(path))
        except UnreadableSource as error:
            failed.append((path, error.reason))
        except OSError as error:
            failed.append((path, f"cannot be opened ({error.strerror}); check the name, and that you may read it"))
        else:
            files.update({one.resolve(): one for one in inside})
    return list(files.values())


def _documents_at(path: Path) -> Iterator[Path]:
    if path.is_dir():
        inside = documents_in(path)
        if not inside:
            raise UnreadableSource(path, "the folder holds no documents; add some, or name another folder")
        yield from inside
    elif path.exists():
        yield path
    else:
        raise UnreadableSource(path, "no such file or folder; check the spelling")


def _hidden(path: Path, folder: Path) -> bool:
    inside = path.relative_to(folder)
    return any(part.startswith((".", "~$")) for part in inside.parts) or path.name.lower() in _NEVER_DOCUMENTS


def _rank(path: Path) -> int:
    suffix = path.suffix.lower()
    return _PREFERRED.index(suffix) if suffix in _PREFERRED and suffix in READERS else len(_PREFERRED)
