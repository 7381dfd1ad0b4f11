"""One ingest, from files to a published generation: find → read → merge with what is known → encode → verify → publish."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tqdm import tqdm

from corpus.attribution import Directory, directory
from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing, ManifestError
from corpus.load import load_manifest, load_organisations, load_trusts
from ingest.documents import Found, find_briefs, find_documents
from ingest.read import Failure, FileReport, read_documents
from ingest.store import generations, publish, writing
from ingest.sync import Progress, empty_content, encoded, merged, same
from retrieval.encode import Encoder
from retrieval.generation import Card, Content, current_folder, read_card, read_content

T = TypeVar("T")

CORPUS = Path(__file__).resolve().parent.parent / "corpus"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a run. ``removed``: sources that left the index because our own brief of them is gone.
    ``passages``: what the index holds now; ``encoded``: how many of them had no vector yet. ``published`` is None when
    nothing changed, nothing is held, or it was a dry run."""

    files: tuple[FileReport, ...]
    failed: tuple[Failure, ...]
    skipped: tuple[Failure, ...]
    removed: tuple[str, ...]
    passages: int
    encoded: int
    published: Card | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """Where a run starts from: the newest readable content, whether its vectors are this encoder's, and its faults."""

    content: Content
    vectors_fit: bool
    notes: tuple[str, ...] = ()


def ingest_paths(
    paths: Sequence[Path], index_dir: Path, encoder: Encoder, *, corpus_dir: Path = CORPUS, dry_run: bool = False
) -> Report:
    """Add ``paths`` to what the index holds; without any, take our own briefs and what lies in ``corpus/documents/``.

    Raises IndexBusy when another process is writing.
    """
    with nullcontext() if dry_run else writing(index_dir):
        start = _previous(index_dir, encoder)
        found, names = _look(paths, corpus_dir)
        readings, files, unreadable = read_documents(found.documents, names, encoder, start.content)
        removed = () if paths else _gone_briefs(start.content, found)
        following = merged(start.content, readings, removed)
        failed = (*found.failed, *unreadable)
        if dry_run:
            count = sum(len(reading.passages) for reading in following)
            return Report(files, failed, found.skipped, removed, count, 0, None, start.notes)
        old = start.content if start.vectors_fit else None
        with _progress_bar() as progress:
            content, new = encoded(following, old, encoder, progress)
        changed = bool(start.notes) or not start.vectors_fit or not same(start.content, content)
        card = publish(index_dir, content, encoder) if changed and content.passages else None
    return Report(files, failed, found.skipped, removed, len(content.passages), new, card, start.notes)


def remove_sources(source_ids: Sequence[str], index_dir: Path, encoder: Encoder) -> Card:
    """Publish a generation without these sources. Raises ManifestError naming those that the index does not hold."""
    with writing(index_dir):
        folder = current_folder(index_dir)
        old = read_content(folder)
        held = {stored.source.source_id for stored in old.sources}
        unknown = tuple(source_id for source_id in source_ids if source_id not in held)
        if unknown:
            raise ManifestError(tuple(f"{one}: no such source is held; see `python -m ingest list`" for one in unknown))
        if held == set(source_ids):
            raise ManifestError((f"that would leave nothing; to start afresh, delete the folder {index_dir}",))
        fits = read_card(folder).encoder_sha256 == encoder.sha256
        with _progress_bar() as progress:
            content, _ = encoded(merged(old, (), source_ids), old if fits else None, encoder, progress)
        return publish(index_dir, content, encoder)


def _previous(index_dir: Path, encoder: Encoder) -> _Known:
    try:
        folders = [current_folder(index_dir)]
        notes: list[str] = []
    except IndexMissing:
        folders, notes = [], []
    except IndexDamaged as error:
        folders, notes = [], [str(error)]
    folders += [folder for name in reversed(generations(index_dir)) if (folder := index_dir / name) not in folders]
    for folder in folders:
        try:
            fits = read_card(folder).encoder_sha256 == encoder.sha256
            return _Known(read_content(folder), fits, tuple(notes))
        except (IndexDamaged, IndexMismatch) as error:
            notes.append(str(error))
    if notes:
        notes.append("no generation could be read: documents that were added by path must be added again")
    return _Known(empty_content(encoder.dimension), False, tuple(notes))


def _look(paths: Sequence[Path], corpus_dir: Path) -> tuple[Found, Directory]:
    """The documents of this run with every fault of our own files, and the names by which passages are attributed."""
    faults: list[Failure] = []
    briefs = find_briefs(corpus_dir)
    organisations = _or_faults(load_organisations, corpus_dir, faults)
    trusts = _or_faults(load_trusts, corpus_dir, faults)
    names = directory(organisations, trusts, [one.record for one in briefs.documents if one.record])
    before = len(faults)
    entries = _or_faults(load_manifest, corpus_dir, faults)
    wanted = list(paths) or _dropped_documents(corpus_dir / "documents")
    if len(faults) > before:
        # Without the manifest a known report would enter the index a second time, under its file's name.
        faults += [(path, "not read, because sources.yaml is broken; mend it and run again") for path in wanted]
        wanted = []
    files = find_documents(wanted, entries)
    own = Found((), ()) if paths else briefs
    return Found((*own.documents, *files.documents), (*faults, *own.failed, *files.failed), files.skipped), names


def _or_faults(load: Callable[[Path], tuple[T, ...]], corpus_dir: Path, faults: list[Failure]) -> tuple[T, ...]:
    """What ``load`` gives, or nothing and its faults noted: one broken file of ours must not stop the run."""
    try:
        return load(corpus_dir)
    except ManifestError as error:
        for fault in error.faults:
            place, _, what = fault.partition(": ")
            faults.append((Path(place), what or fault))
        return ()


def _dropped_documents(folder: Path) -> list[Path]:
    files = folder.rglob("[!.]*") if folder.is_dir() else ()
    return [folder] if any(file.is_file() and file.name.lower() != "readme.md" for file in files) else []


def _gone_briefs(old: Content, found: Found) -> tuple[str, ...]:
    """Our own briefs whose file is gone. A brief that is there but faulty stays as it was."""
    there = {str(document.path) for document in found.documents} | {str(path) for path, _ in found.failed}
    return tuple(stored.source.source_id for stored in old.sources if stored.shipped and stored.file not in there)


@contextmanager
def _progress_bar() -> Iterator[Progress]:
    """Passages encoded, with their rate and the time left, on a terminal only."""
    with tqdm(unit=" passages", desc="encoding", file=sys.stderr, disable=None, leave=False) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done)

        yield advance
