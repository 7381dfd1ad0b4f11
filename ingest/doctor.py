"""What is wrong with an index and around it, in plain words, with what to type.

Nothing is changed here but by ``clean``, which deletes only what no living process holds.
"""

from __future__ import annotations

import datetime
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import AnchorlineError, IndexDamaged, IndexMissing
from ingest.store import LOCK, clear_drafts, drafts, holder, writing
from retrieval.copies import abandoned
from retrieval.encode import Encoder
from retrieval.generation import MAPPED, current_folder, open_generation, read_content
from retrieval.published import generations
from retrieval.sealed import OLDEST_CONTENT, read_card

_INGEST = "python -m ingest"
_CLEAN = "python -m ingest doctor --clean"
_LONG_S = 3600.0  # an ingest of a whole library takes minutes
_AHEAD_S = 60.0  # clocks of two machines differ by less


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, with which thing, and what to type about it."""

    what: str
    which: Path
    to_type: str


def examine(index_dir: Path, encoder: Encoder) -> tuple[Finding, ...]:
    """Everything that is wrong, what keeps questions from being answered first."""
    checks = (
        _unreadable(index_dir),
        _served(index_dir, encoder),
        _kept(index_dir, encoder),
        _permissions(index_dir),
        _room(index_dir),
        _writer(index_dir),
        _vanished(index_dir),
        _clock(index_dir),
        _left_over(index_dir),
    )
    return tuple(finding for check in checks for finding in check)


def clean(index_dir: Path) -> Iterator[str]:
    """Delete what killed processes left: unfinished builds and private copies. Raises IndexBusy during an ingest."""
    for copy in abandoned():
        size_mb = _size_mb([copy])
        shutil.rmtree(copy, ignore_errors=True)
        yield f"deleted {copy}, {size_mb:.0f} MB" if not copy.exists() else f"{copy} cannot be deleted; whose is it?"
    if drafts(index_dir):
        with writing(index_dir):
            clear_drafts(index_dir)
        yield f"deleted unfinished builds in {index_dir}"


def _published(index_dir: Path) -> Path | None:
    try:
        return current_folder(index_dir)
    except AnchorlineError:
        return None


def _served(index_dir: Path, encoder: Encoder) -> Iterator[Finding]:
    try:
        folder = current_folder(index_dir)
    except IndexMissing:
        yield Finding("there is no index yet", index_dir, _INGEST)
        return
    except IndexDamaged as error:
        yield Finding(_said(error), index_dir, f"{_INGEST}   # or: {_INGEST} rollback")
        return
    if fault := _fault(folder, encoder):
        back = "set ANCHORLINE_ENCODER back" if "ANCHORLINE_ENCODER" in str(fault) else f"{_INGEST} rollback"
        yield Finding(f"the served generation is not sound: {_said(fault)}", folder, f"{_INGEST}   # or: {back}")


def _kept(index_dir: Path, encoder: Encoder) -> Iterator[Finding]:
    current = _published(index_dir)
    for name in generations(index_dir):
        folder = index_dir / name
        if folder != current and (error := _fault(folder, encoder)):
            what = f"a generation that is kept to go back to cannot be served: {_said(error)}"
            yield Finding(what, folder, f"rm -r {shlex.quote(str(folder))}   # the third next ingest deletes it anyway")


def _fault(folder: Path, encoder: Encoder) -> AnchorlineError | None:
    try:
        open_generation(folder, encoder).close()
    except AnchorlineError as error:
        return error
    return None


def _said(error: AnchorlineError) -> str:
    return str(error).partition(";")[0]


def _unreadable(index_dir: Path) -> Iterator[Finding]:
    """Told before what they cause: a file that may not be read looks like a damaged one."""
    if not index_dir.exists():
        return
    for path in (index_dir, *sorted(index_dir.rglob("*"))):
        if not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
            to_type = f"sudo chown -R {_user()} {shlex.quote(str(index_dir))}"
            yield Finding("this user may not read it", path, to_type)
            return


def _permissions(index_dir: Path) -> Iterator[Finding]:
    if index_dir.is_dir() and not os.access(index_dir, os.W_OK):
        place = shlex.quote(str(index_dir))
        to_type = f"sudo chown -R {_user()} {place}   # on a read-only disk: sudo mount -o remount,rw …"
        yield Finding("nothing can be written here, so no ingest and no ratings; answers go on", index_dir, to_type)


def _user() -> str:
    return f"{os.geteuid()}:{os.getegid()}"


def _room(index_dir: Path) -> Iterator[Finding]:
    """An ingest needs room for one generation more, opening one for its private copies, and both for as much again."""
    folder = _published(index_dir)
    if folder is None:
        return
    yield from _short(index_dir, 2 * _size_mb([folder]), "the next ingest", "make room")
    copied = 2 * _size_mb(folder / name for name in MAPPED)
    try:
        temporary = Path(tempfile.gettempdir())
    except FileNotFoundError:
        yield Finding("no temporary folder can be written to", index_dir, "export TMPDIR=/a/folder/with/room")
        return
    yield from _short(temporary, copied, "opening a generation", "make room, or: export TMPDIR=/a/folder/with/room")


def _short(place: Path, needed_mb: float, by: str, advice: str) -> Iterator[Finding]:
    free_mb = shutil.disk_usage(place).free / 1e6
    if free_mb < needed_mb:
        what = f"the disk is nearly full: {free_mb:.0f} MB are free, {by} needs {needed_mb:.0f} MB"
        yield Finding(what, place, f"df -h {shlex.quote(str(place))}   # {advice}")


def _size_mb(paths: Iterable[Path]) -> float:
    files = (path for start in paths for path in (start, *start.rglob("*")) if path.is_file())
    return sum(path.stat().st_size for path in files) / 1e6


def _writer(index_dir: Path) -> Iterator[Finding]:
    """A killed writer leaves no lock, a hanging one does."""
    lock = index_dir / LOCK
    if _is_held(lock) and (age_s := time.time() - lock.stat().st_mtime) > _LONG_S:
        process = holder(index_dir)
        what = f"an ingest (process {process}) has been writing for {age_s / 3600:.1f} hours, and keeps others out"
        yield Finding(what, lock, f"ps -fp {process}   # if it hangs: kill {process}")


def _is_held(lock: Path) -> bool:
    if not lock.exists():
        return False
    try:
        FileLock(lock, timeout=0).acquire().lock.release()
    except Timeout:
        return True
    except OSError:  # a disk that cannot be written to holds no writer
        return False
    return False


def _vanished(index_dir: Path) -> Iterator[Finding]:
    """Documents that were added by path: their passages stay, but no version with other rules can read them anew."""
    folder = _published(index_dir)
    try:
        stored = read_content(folder).sources if folder else ()
    except AnchorlineError:  # told already
        return
    for one in stored:
        file = Path(one.file)
        if not one.shipped and not file.exists():
            to_type = f"{_INGEST} remove {shlex.quote(one.source.source_id)}   # or put the file back"
            yield Finding(
                f"the document of {one.source.source_id} is gone; its passages are still served", file, to_type
            )


def _clock(index_dir: Path) -> Iterator[Finding]:
    folder = _published(index_dir)
    try:
        built_at = read_card(folder, OLDEST_CONTENT).built_at if folder else ""
    except AnchorlineError:
        return
    limit = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=_AHEAD_S)
    if folder and built_at > limit.strftime("%Y-%m-%dT%H:%M:%SZ"):
        what = f"it says that it was built at {built_at}, which is yet to come: the clock was wrong then, or is now"
        yield Finding(what, folder, "date -u   # if the clock is right: touch a document, then python -m ingest")


def _left_over(index_dir: Path) -> Iterator[Finding]:
    unfinished = drafts(index_dir)
    if unfinished and not _is_held(index_dir / LOCK):
        what = f"an ingest that was killed left unfinished builds, {_size_mb(unfinished):.0f} MB"
        yield Finding(what, unfinished[0], f"{_CLEAN}   # the next ingest does it too")
    copies = list(abandoned())
    if copies:
        what = f"processes that were killed left {len(copies)} private copies, {_size_mb(copies):.0f} MB"
        yield Finding(what, copies[0], _CLEAN)
