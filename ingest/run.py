"""One ingest, from files to a published generation: find → read → merge with what is known → encode → publish.

What was known stays unless it is read again or its brief is gone. Only sound generations are built upon, since what was
altered on disk would otherwise be sealed anew as if it were the source's word.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from corpus.attribution import directory
from corpus.entries import QuestionList
from corpus.errors import AnchorlineError, IndexDamaged, IndexMismatch, IndexMissing, ManifestError
from corpus.load import CORPUS_DIR
from ingest.briefs import OwnFiles, briefs_of, read_own
from ingest.documents import Document, Found, documents_in, find_documents, leaving_better
from ingest.quarantine import read_quarantine, write_quarantine
from ingest.read import Failure, FileReport, Names, read_documents
from ingest.store import publish, writing
from ingest.sync import Progress, empty_content, encoded, merged, readings_of, with_questions
from retrieval.asked import leading_somewhere
from retrieval.encode import Encoder
from retrieval.generation import Content, current_folder, read_content
from retrieval.published import generations
from retrieval.sealed import OLDEST_CONTENT, Card, check_seal, read_card


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
    """Where a run starts from: the newest sound content, whether its vectors are this encoder's, and what was wrong
    with the generations."""

    content: Content
    vectors_fit: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Task:
    """What a run is to read. ``gone``: ids of our own briefs whose file is no more. ``questions``: those that our
    corpus lists now."""

    found: Found
    names: Names
    gone: tuple[str, ...]
    questions: tuple[QuestionList, ...]


def ingest_paths(
    paths: Sequence[Path], index_dir: Path, encoder: Encoder, *, corpus_dir: Path = CORPUS_DIR, dry_run: bool = False
) -> Report:
    """Add ``paths`` to what the index holds; without any, take our own briefs and what lies in ``corpus/documents/``.

    Raises IndexBusy when another process is writing.
    """
    with nullcontext() if dry_run else writing(index_dir):
        start = _previous(index_dir, encoder)
        held = readings_of(start.content)
        task = _look(paths, corpus_dir, start.content)
        known = read_quarantine(index_dir)
        readings, files, unreadable, quarantine = read_documents(task.found.documents, task.names, encoder, held, known)
        following = merged(held, readings, task.gone)
        failed = (*task.found.failed, *unreadable)
        if dry_run:
            count = sum(len(reading.passages) for reading in following)
            return Report(files, failed, task.found.skipped, task.gone, count, 0, None, start.notes)
        write_quarantine(index_dir, quarantine)
        questions = leading_somewhere(task.questions, [one for reading in following for one in reading.passages])
        unchanged = (following, questions) == (held, start.content.questions)
        if unchanged and start.vectors_fit and not start.notes:
            return Report(files, failed, task.found.skipped, (), len(start.content.passages), 0, None, ())
        old = start.content if start.vectors_fit else None
        with _progress_bar() as progress:
            content, new = encoded(following, old, encoder, progress)
        content = with_questions(content, questions, old, encoder)
        card = publish(index_dir, content, encoder) if content.passages else None
    return Report(files, failed, task.found.skipped, task.gone, len(content.passages), new, card, start.notes)


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
        usable = old if read_card(folder, OLDEST_CONTENT).encoder_sha256 == encoder.sha256 else None
        with _progress_bar() as progress:
            staying = merged(readings_of(old), (), source_ids)
            content, _ = encoded(staying, usable, encoder, progress)
        content = with_questions(content, leading_somewhere(old.questions, content.passages), usable, encoder)
        write_quarantine(index_dir, read_quarantine(index_dir).without(source_ids))
        return publish(index_dir, content, encoder)


def _previous(index_dir: Path, encoder: Encoder) -> _Known:
    try:
        folders = [current_folder(index_dir)]
        notes: list[str] = []
    except IndexMissing:
        folders, notes = [], []
    except IndexDamaged as error:  # among others: a writer was killed just before its first swap
        folders, notes = [], [_fault(error)]
    folders += [folder for name in reversed(generations(index_dir)) if (folder := index_dir / name) not in folders]
    for folder in folders:
        try:
            content = read_content(folder)
        except (IndexDamaged, IndexMismatch) as error:
            notes.append(_fault(error))
            continue
        try:
            check_seal(folder)
        except (IndexDamaged, IndexMismatch) as error:  # an index is broken or older; what it was made from is sound
            notes.append(_fault(error))
        fits = read_card(folder, OLDEST_CONTENT).encoder_sha256 == encoder.sha256
        return _Known(content, fits, tuple(notes))
    if notes:
        notes.append("no generation could be read: documents that were added by path must be added again")
    return _Known(empty_content(encoder.dimension), False, tuple(notes))


def _fault(error: AnchorlineError) -> str:
    """What is wrong, without the advice: a run does what it advises."""
    return f"{str(error).partition(';')[0]}; it is made anew"


def _look(paths: Sequence[Path], corpus_dir: Path, old: Content) -> _Task:
    """The documents of this run with every fault of our own files, and the names by which passages are attributed."""
    own = read_own(corpus_dir)
    known = directory(own.organisations, own.trusts, [record for _, record in own.records])
    briefs = briefs_of(own, known)
    files = leaving_better(_files(paths, own), {one.source.source_id: one.file for one in old.sources})
    # A brief's fault matters to a run on other files too: names may be missing from what it attributes.
    failed = (*own.failed, *files.failed)
    names = Names(known, whole=not own.failed)
    taken = () if paths else briefs
    gone = () if paths else _gone_briefs(old, briefs, own)
    found = Found((*taken, *files.documents), failed, files.skipped)
    return _Task(found, names, gone, _questions(own, old))


def _questions(own: OwnFiles, old: Content) -> tuple[QuestionList, ...]:
    """Those of each file of our corpus; where one is faulty, those from before."""
    kept = (one for one in old.questions if own.faulty(f"{one.name}.yaml"))
    return tuple(sorted((*own.questions, *kept), key=lambda one: one.name))


def _files(paths: Sequence[Path], own: OwnFiles) -> Found:
    dropped = own.folder / "documents"
    wanted = list(paths) or ([dropped] if documents_in(dropped) else [])
    if not own.faulty("sources.yaml"):
        return find_documents(wanted, own.entries)
    # Without the manifest a known report would enter the index a second time, under its file's name.
    reason = "not read, because sources.yaml is broken; mend it and run again"
    return Found((), tuple((path, reason) for path in wanted))


def _gone_briefs(old: Content, briefs: Sequence[Document], own: OwnFiles) -> tuple[str, ...]:
    """Our own briefs whose file is gone. A brief that is there but faulty stays as it was."""
    there = {document.source.source_id for document in briefs}
    shipped = [stored for stored in old.sources if stored.shipped and stored.source.source_id not in there]
    return tuple(stored.source.source_id for stored in shipped if not own.faulty(Path(stored.file).name))


@contextmanager
def _progress_bar() -> Iterator[Progress]:
    """Passages encoded, with their rate and the time left, on a terminal only."""
    with tqdm(unit=" passages", desc="encoding", file=sys.stderr, disable=None, leave=False) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done)

        yield advance
