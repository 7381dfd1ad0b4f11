"""The folder of generations: one writer at a time, published by an atomic swap of a pointer, the last three kept.

    .anchorline/
        CURRENT         the name of the generation that is served
        writer.lock     held by the operating system for as long as a writer lives, so a killed one leaves no lock behind
        encoders/       ONNX copies of encoders
        gen-000012/     see retrieval.generation
        draft-…/        a build under way, or what a killed one left; cleared by the next writer

Readers look at CURRENT only, so a half-built folder can never be served.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import AnchorlineError, IndexBusy, IndexMissing
from retrieval.encode import Encoder
from retrieval.generation import POINTER, Card, Content, open_generation, read_card, write_generation

KEPT = 3
_LOCK = "writer.lock"
_DRAFT = "draft-"


@contextmanager
def writing(index_dir: Path) -> Iterator[None]:
    """Hold the writer's lock. Raises IndexBusy at once when somebody else does."""
    index_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(index_dir / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(
            f"another ingest is writing to {index_dir}; wait until it has finished, then try again"
        ) from error
    try:
        for leftover in index_dir.glob(f"{_DRAFT}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield
    finally:
        lock.release()


def publish(index_dir: Path, content: Content, encoder: Encoder) -> Card:
    """Build aside, verify by opening it as a reader would, then swap the pointer. Call within ``writing``."""
    name = f"gen-{_last_number(index_dir) + 1:06d}"
    draft = index_dir / f"{_DRAFT}{os.getpid()}" / name
    write_generation(draft, content, encoder)
    open_generation(draft, encoder).close()
    _sync_to_disk(draft)
    final = index_dir / name
    draft.rename(final)
    draft.parent.rmdir()
    point_to(index_dir, name)
    _forget_old(index_dir, name)
    return read_card(final)


def point_to(index_dir: Path, name: str) -> None:
    """Make a generation the one that is served, in one step that cannot be seen half-done."""
    draft = index_dir / f"{POINTER}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        file.write(f"{name}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(index_dir / POINTER)
    _sync_folder(index_dir)


def generations(index_dir: Path) -> tuple[str, ...]:
    """Names of the published generations, oldest first."""
    return tuple(sorted(path.name for path in index_dir.glob("gen-*") if re.fullmatch(r"gen-\d{6,}", path.name)))


def roll_back(index_dir: Path, encoder: Encoder) -> str:
    """Serve the newest generation before the present one that passes its check. Returns its name."""
    present = (index_dir / POINTER).read_text(encoding="utf-8").strip() if (index_dir / POINTER).is_file() else ""
    older = [name for name in generations(index_dir) if not present or name < present]
    for name in reversed(older):
        try:
            open_generation(index_dir / name, encoder).close()
        except AnchorlineError:
            continue
        point_to(index_dir, name)
        return name
    raise IndexMissing(
        f"no sound generation older than {present or 'none'} is kept in {index_dir}; run `python -m ingest`"
    )


def _last_number(index_dir: Path) -> int:
    return max((int(name.removeprefix("gen-")) for name in generations(index_dir)), default=0)


def _forget_old(index_dir: Path, published: str) -> None:
    for name in generations(index_dir)[:-KEPT]:
        if name != published:
            shutil.rmtree(index_dir / name, ignore_errors=True)


def _sync_to_disk(folder: Path) -> None:
    """A power cut after the swap must not find the pointer on disk and the files in memory."""
    for path in (*folder.rglob("*"), folder):
        if path.is_dir():
            _sync_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
