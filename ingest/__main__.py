"""``python -m ingest``: documents in, a verified index out.

    python -m ingest                  our own briefs and whatever lies in corpus/documents/
    python -m ingest PATH…            add these files or folders to what the index holds
    python -m ingest --dry-run PATH…  say what would happen; write nothing
    python -m ingest list             the sources that the index holds
    python -m ingest show SOURCE      a source's passages, as they would be quoted
    python -m ingest remove SOURCE…   take sources out
    python -m ingest rollback         serve the generation before the present one
    python -m ingest verify           check every kept generation
    python -m ingest push             put the served generation's vectors into the store that replicas share
    python -m ingest doctor           say what is wrong and what to type; --clean deletes what killed processes left
    python -m ingest backup FILE      write the served generation into one archive
    python -m ingest restore FILE     serve what an archive holds, in a folder without an index
    python -m ingest quarantine       what was found that nobody sees, or that speaks to a machine; it is not quoted
    python -m ingest quarantine accept ID…   (or reject ID…) decide about it; a source's name means all of its texts
    python -m ingest check            check our records against the documents that the index holds

Exit code 0: all well. 1: some file failed; it is named, the rest is in (check: a record has a fault; doctor: something
is wrong). 2: nothing was done.
"""

# Imports that take long stand within functions: whoever presses Ctrl-C meanwhile must get a line, not a traceback.
from __future__ import annotations

import argparse
import gc
import io
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from corpus.errors import AnchorlineError, EncoderUnavailable, IndexMissing, ManifestError

if TYPE_CHECKING:
    from retrieval.encode import Encoder
    from retrieval.settings import IndexSettings

COMMANDS = (
    "list",
    "show",
    "remove",
    "rollback",
    "verify",
    "check",
    "push",
    "doctor",
    "backup",
    "restore",
    "quarantine",
)


class Stopped(BaseException):
    """Ctrl-C. Not KeyboardInterrupt: where that passes through code that a library runs from a string, Python ends by
    the signal whatever we return."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    gc.set_threshold(100_000, 50, 50)  # a run makes many things to keep and little garbage to look for
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # file names may hold bytes that are no text
    try:
        from retrieval.settings import IndexSettings

        settings = IndexSettings()
        if words[:1] == ["quarantine"]:
            from ingest.decide import quarantine

            return quarantine(words[1:], settings.index, lambda: _encoder(settings))
        if words and words[0] in COMMANDS:
            return _command(words[0], words[1:], settings)
        return _ingest(words, settings)
    except AnchorlineError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read our output has seen enough (`… | head`); Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        why = error.strerror or f"{error}; is the disk full?"  # NumPy only counts what it could not write
        print(f"{where}{why}; the last complete index stays in use", file=sys.stderr)
        return 2
    except BaseException as error:
        if not _was_stopped(error):
            raise
        print("stopped; the last complete index stays in use", file=sys.stderr)
        return 2


def _ingest(words: Sequence[str], settings: IndexSettings) -> int:
    parser = argparse.ArgumentParser(
        "python -m ingest", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    parser.add_argument("--dry-run", action="store_true", help="read and report; write nothing")
    given = parser.parse_args(words)

    from ingest.report import report_lines
    from ingest.run import ingest_paths

    with _encoder(settings, write=not given.dry_run) as encoder:
        report = ingest_paths(given.paths, settings.index, encoder, dry_run=given.dry_run)
    lines = report_lines(report, dry_run=given.dry_run)
    for line in lines.faults:
        print(line, file=sys.stderr)
    for line in lines.told:
        print(line)
    shared = given.dry_run or _push(settings)
    if not report.failed:
        return 0 if shared else 1
    return 1 if report.files else 2


def _command(name: str, words: Sequence[str], settings: IndexSettings) -> int:
    parser = argparse.ArgumentParser(f"python -m ingest {name}")
    if name in ("show", "remove"):
        parser.add_argument("sources", nargs="+" if name == "remove" else 1, metavar="SOURCE")
    if name == "check":
        parser.add_argument("--corpus", type=Path, help="the corpus folder; unset: the shipped one")
    if name == "doctor":
        parser.add_argument("--clean", action="store_true", help="first delete what killed processes left")
    if name in ("backup", "restore"):
        parser.add_argument("archive", type=Path, metavar="FILE")
    given = parser.parse_args(words)
    run: dict[str, Callable[[], int]] = {
        "list": lambda: _list(settings.index),
        "show": lambda: _show(given.sources[0], settings.index),
        "check": lambda: _check(settings.index, given.corpus),
        "remove": lambda: _remove(given.sources, settings),
        "rollback": lambda: _roll_back(settings),
        "verify": lambda: _verify(settings),
        "push": lambda: _push_now(settings),
        "doctor": lambda: _doctor(settings, clean_first=given.clean),
        "backup": lambda: _back_up(settings.index, given.archive),
        "restore": lambda: _restore(given.archive, settings),
    }
    return run[name]()


def _list(index_dir: Path) -> int:
    from retrieval.generation import current_folder, read_content

    content = read_content(current_folder(index_dir))
    for stored in content.sources:
        source = stored.source
        count = sum(passage.source.source_id == source.source_id for passage in content.passages)
        print(f"{source.source_id:<50} {count:>5} passages  {source.published or '':<10} {source.title}")
        for warning in stored.warnings:
            print(f"    note: {warning}")
    return 0


def _show(source_id: str, index_dir: Path) -> int:
    from retrieval.generation import current_folder, read_content

    passages = [p for p in read_content(current_folder(index_dir)).passages if p.source.source_id == source_id]
    if not passages:
        print(f"{source_id}: no such source is held; see `python -m ingest list`", file=sys.stderr)
        return 2
    for passage in passages:
        page = f", page {passage.page}" if passage.page else ""
        about = " · ".join(filter(None, (passage.organisation, passage.programme)))
        print(f"\n{passage.passage_id}{page}  {' › '.join(passage.heading_path)}")
        if about:
            print(f"[{about}]")
        print(passage.text)
    return 0


def _check(index_dir: Path, corpus_dir: Path | None) -> int:
    from corpus.check import check
    from corpus.load import CORPUS_DIR
    from ingest.check import check_against, summary
    from retrieval.generation import current_folder, read_content

    content = read_content(current_folder(index_dir))
    try:
        checked = check_against(check(corpus_dir or CORPUS_DIR), content.passages)
    except ManifestError as error:
        print(error, file=sys.stderr)
        return 1
    for fault in checked.faults:
        print(fault, file=sys.stderr)
    for line in summary(checked):
        print(line)
    return 1 if checked.faults else 0


def _remove(source_ids: Sequence[str], settings: IndexSettings) -> int:
    from ingest.run import remove_sources
    from retrieval.generation import current_folder

    current_folder(settings.index)  # before anything is written: without an index there is nothing to remove
    with _encoder(settings) as encoder:
        card = remove_sources(source_ids, settings.index, encoder)
    print(f"published {card.generation} without {', '.join(source_ids)}: {card.passages} passages")
    return 0 if _push(settings) else 1


def _roll_back(settings: IndexSettings) -> int:
    from ingest.store import roll_back, writing

    if not settings.index.is_dir():
        raise IndexMissing(f"there is no index in {settings.index}; run `python -m ingest` to build one")
    with writing(settings.index), _encoder(settings) as encoder:
        print(f"{roll_back(settings.index, encoder)} is served now")
    return 0 if _push(settings) else 1


def _push_now(settings: IndexSettings) -> int:
    if not settings.vectors_at:
        raise AnchorlineError("there is nowhere to push to; set ANCHORLINE_CHROMA_URL or ANCHORLINE_VECTORS_URL")
    return 0 if _push(settings) else 1


def _push(settings: IndexSettings) -> bool:
    """After every command that may have changed what is served, so that nobody has to think of it. A store that fails
    is told and takes nothing back: replicas search their own copies until it has the vectors."""
    if not settings.vectors_at:
        return True
    from ingest.store import push
    from retrieval.shared import open_store

    try:
        store = open_store(settings.vectors_at)
        print(push(settings.index, store))
        store.close()
    except AnchorlineError as error:
        print(f"the vectors are not in the shared store: {error}", file=sys.stderr)
        return False
    return True


def _verify(settings: IndexSettings) -> int:
    """Every kept generation is checked; the exit code speaks of the one that is served."""
    from retrieval.generation import current_folder, open_generation
    from retrieval.published import generations

    current = current_folder(settings.index)
    sound = True
    with _encoder(settings) as encoder:
        for name in generations(settings.index):
            served = " (served)" if name == current.name else ""
            try:
                opened = open_generation(settings.index / name, encoder)
                opened.close()
                print(f"{name}{served}: sound, {opened.card.passages} passages")
            except AnchorlineError as error:
                print(f"{name}{served}: {error}", file=sys.stderr)
                sound = sound and not served
    return 0 if sound else 2


def _doctor(settings: IndexSettings, *, clean_first: bool) -> int:
    from ingest.doctor import clean, examine

    if clean_first:
        for line in clean(settings.index):
            print(line)
    try:
        with _encoder(settings, write=False) as encoder:
            findings = examine(settings.index, encoder)
    except EncoderUnavailable as error:
        print(f"1. nothing can be encoded, so nothing can be asked: {error}")
        return 1
    for number, finding in enumerate(findings, start=1):
        print(f"{number}. {finding.what}\n   which: {finding.which}\n   type:  {finding.to_type}")
    if not findings:
        print(f"all well: {_served_now(settings.index)}")
    return 1 if findings else 0


def _served_now(index_dir: Path) -> str:
    from retrieval.generation import current_folder
    from retrieval.sealed import read_card

    card = read_card(current_folder(index_dir))
    return f"{card.generation} is served and sound, {card.passages} passages, built {card.built_at}"


def _back_up(index_dir: Path, archive: Path) -> int:
    from ingest.backup import back_up
    from retrieval.weights import file_digest

    made = back_up(index_dir, archive)
    size_mb = archive.stat().st_size / 1e6
    print(f"{made.generation} is in {archive}: {len(made.files)} files, {size_mb:.1f} MB, read back and compared")
    print(f"keep its SHA-256 elsewhere: {file_digest(archive)}")
    return 0


def _restore(archive: Path, settings: IndexSettings) -> int:
    from ingest.backup import check_vacant, restore

    check_vacant(settings.index)  # before the encoder's copy is made in there
    with _encoder(settings) as encoder:
        card = restore(archive, settings.index, encoder)
    print(f"{card.generation} is restored, checked and served: {card.passages} passages, built {card.built_at}")
    return 0


@contextmanager
def _encoder(settings: IndexSettings, *, write: bool = True) -> Iterator[Encoder]:
    """The encoder; without ``write`` its ONNX copy is taken, or made, in a folder that goes again."""
    from retrieval.encode import open_encoder

    if write:
        yield open_encoder(settings.encoder, settings.encoders)
        return
    with tempfile.TemporaryDirectory(prefix="anchorline-") as folder:
        if settings.encoders.is_dir():
            shutil.copytree(settings.encoders, folder, dirs_exist_ok=True)
        yield open_encoder(settings.encoder, Path(folder))


def _was_stopped(error: BaseException | None) -> bool:
    """Also where a module in C, stopped in its start, made an ImportError of it."""
    while error is not None and not isinstance(error, Stopped):
        error = error.__cause__ or error.__context__
    return error is not None


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    signal.signal(signal.SIGINT, _stop)
    sys.exit(main())
