"""The folder of generations: one writer at a time, published by an atomic swap of a pointer, the last three kept.

    .anchorline/
        CURRENT         the name of the generation that is served
        writer.lock     held by the operating system for as long as a writer lives, so a killed one leaves none; it
                        holds the writer's process id
        encoders/       ONNX copies of encoders
        pushed          what this index has in the store that replicas share, if there is one
        gen-000012/     see retrieval.generation
        draft-…         a build under way, or what a killed one left; cleared by the next writer

Readers look at CURRENT only, so a half-built folder can never be served.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import AnchorlineError, IndexBusy, IndexMissing
from retrieval.encode import Encoder
from retrieval.generation import (
    Content,
    current_folder,
    open_generation,
    read_content,
    stored_name,
    write_generation,
)
from retrieval.index import VectorStore
from retrieval.published import POINTER, generation_number, generations, named
from retrieval.sealed import Card, read_card
from retrieval.shared import share

KEPT = 3
_PUSHED = "pushed"
LOCK = "writer.lock"
_DRAFT = "draft-"


@contextmanager
def writing(index_dir: Path) -> Iterator[None]:
    """Hold the writer's lock. Raises IndexBusy at once when somebody else does."""
    index_dir.mkdir(parents=True, exist_ok=True)
    file = index_dir / LOCK
    lock = FileLock(file, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(
            f"another ingest (process {holder(index_dir)}) is writing to {index_dir}; "
            "wait until it has finished, then try again"
        ) from error
    try:
        with suppress(OSError):  # on a full disk going back must work all the same
            file.write_text(f"{os.getpid()}\n", "utf-8")
        clear_drafts(index_dir)
        yield
    finally:
        clear_drafts(index_dir)
        lock.release()


def holder(index_dir: Path) -> str:
    """The process that took the writer's lock last, which has it still when the lock is held."""
    return (index_dir / LOCK).read_text("utf-8", "replace").strip() or "unknown"


def draft_folder(index_dir: Path) -> Path:
    """Where this process builds aside. On the index's own disk, so that a finished folder is moved in one step."""
    return index_dir / f"{_DRAFT}{os.getpid()}"


def drafts(index_dir: Path) -> list[Path]:
    """Builds under way, or what killed ones left."""
    return sorted(index_dir.glob(f"{_DRAFT}*"))


def publish(index_dir: Path, content: Content, encoder: Encoder) -> Card:
    """Build aside, then ``adopt``. Call within ``writing``."""
    name = f"gen-{max(map(generation_number, generations(index_dir)), default=0) + 1:06d}"
    draft = draft_folder(index_dir) / name
    write_generation(draft, content, encoder)
    return adopt(index_dir, draft, encoder)


def adopt(index_dir: Path, draft: Path, encoder: Encoder) -> Card:
    """Verify a finished generation by opening it as a reader would, then swap the pointer. Call within ``writing``."""
    before = _pointed_to(index_dir)
    open_generation(draft, encoder).close()
    _sync_to_disk(draft)
    final = index_dir / draft.name
    draft.rename(final)
    point_to(index_dir, draft.name)
    _forget(index_dir, before, draft.name)
    return read_card(final)


def push(index_dir: Path, store: VectorStore) -> str:
    """Put the served generation's vectors into the store that replicas share, and take out those of generations that
    are no longer kept, if it was this index that put them there. Says what was done. Raises StoreFailed, IndexDamaged,
    or what keeps the generation from being read.
    """
    pushed = index_dir / _PUSHED
    with writing(index_dir):
        folder = current_folder(index_dir)
        content, name = read_content(folder), stored_name(folder)
        ours = {*(pushed.read_text("utf-8").split() if pushed.exists() else ()), name}
        pushed.write_text("\n".join(sorted(ours)), "utf-8")
        written = share(store, name, content.passages, content.vectors)
        kept = {stored_name(index_dir / one) for one in generations(index_dir)}
        for old in ours - kept:
            store.drop(old)
        pushed.write_text("\n".join(sorted(ours & kept)), "utf-8")
    return f"{store.address} {'has now' if written else 'has'} the {len(content.passages)} vectors of {folder.name}"


def _stored_names(index_dir: Path) -> Iterator[str]:
    for name in generations(index_dir):
        with suppress(OSError):  # without a card it can be neither read nor gone back to
            yield stored_name(index_dir / name)


def point_to(index_dir: Path, name: str) -> None:
    """Make a generation the one that is served, in one step that cannot be seen half-done."""
    draft = index_dir / f"{_DRAFT}{POINTER}"
    with draft.open("w", encoding="utf-8") as file:
        file.write(f"{name}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(index_dir / POINTER)
    _sync_folder(index_dir)


def roll_back(index_dir: Path, encoder: Encoder) -> str:
    """Serve the newest generation before the present one that passes its check. Returns its name."""
    present = _pointed_to(index_dir)
    older = [
        name
        for name in generations(index_dir)
        if present is None or generation_number(name) < generation_number(present)
    ]
    for name in reversed(older):
        try:
            open_generation(index_dir / name, encoder).close()
        except AnchorlineError:
            continue
        point_to(index_dir, name)
        return name
    which = f"no sound generation older than {present}" if present else "no sound generation"
    raise IndexMissing(f"{which} is kept in {index_dir}; run `python -m ingest` to build one")


def _pointed_to(index_dir: Path) -> str | None:
    """What the pointer names, there or not; None when it names no generation."""
    try:
        return named(index_dir) or None
    except FileNotFoundError:
        return None


def _forget(index_dir: Path, before: str | None, published: str) -> None:
    """Delete what a rollback left behind and what a killed writer never published, then all but the last three, so
    that the generation before the present one is always the one that was served before it."""
    kept = generations(index_dir)
    if before and (index_dir / before).is_dir():
        abandoned = [
            name for name in kept if generation_number(before) < generation_number(name) < generation_number(published)
        ]
        kept = tuple(name for name in kept if name not in abandoned)
    for name in set(generations(index_dir)) - set(kept[-KEPT:]):
        # Renamed first: a deletion cut short must not leave half a generation under its name.
        (index_dir / name).rename(index_dir / f"{_DRAFT}{name}")
    clear_drafts(index_dir)


def clear_drafts(index_dir: Path) -> None:
    """Call within ``writing``: nobody else's build is under way then."""
    for leftover in drafts(index_dir):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


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
