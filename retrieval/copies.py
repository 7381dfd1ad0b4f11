"""Private copies of what a reader opens, in the temporary folder, and how those that a killed process left are known.

A reader works on copies, since a file that is mapped into memory kills its reader when somebody cuts it short. Each
folder is held by a lock of the operating system for as long as its process lives. The same lock keeps systemd-tmpfiles
from clearing a copy in use.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import AnchorlineError

_PREFIX = "anchorline-copy-"
_YOUNG_S = 60.0  # a folder this new may belong to a process that has not locked it yet


class HeldFolder(tempfile.TemporaryDirectory[str]):
    """A temporary folder that nobody takes for abandoned while this process lives."""

    def __init__(self) -> None:
        super().__init__(prefix=_PREFIX, ignore_cleanup_errors=True)
        self._lock = _open_folder(Path(self.name))
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._taken: list[Path] = []

    def take(self, original: Path) -> Path:
        """A copy of a file or a folder in here. Raises AnchorlineError when there is no room for it."""
        target = Path(self.name) / original.name
        try:
            if original.is_dir():
                shutil.copytree(original, target)
            else:
                shutil.copyfile(original, target)
        except OSError as error:
            # shutil.Error holds a triple for each file that failed.
            why = error.args[0][0][2] if isinstance(error, shutil.Error) else error
            raise AnchorlineError(
                f"{original} cannot be copied to {tempfile.gettempdir()} ({why}); make room there, or set TMPDIR"
            ) from error
        self._taken += [path for path in (target, *target.rglob("*")) if path.is_file()]
        return target

    def is_there(self) -> bool:
        """Whether all that was taken still is here: whoever clears temporary folders by hand asks no lock."""
        return all(path.exists() for path in self._taken)

    def cleanup(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
        super().cleanup()


def abandoned() -> Iterator[Path]:
    """Copies that no living process holds, as far as this user may tell."""
    for folder in sorted(Path(tempfile.gettempdir()).glob(f"{_PREFIX}*")):
        try:
            if folder.is_dir() and time.time() - folder.stat().st_mtime > _YOUNG_S and not _is_held(folder):
                yield folder
        except OSError:  # another user's, or gone meanwhile
            continue


def _is_held(folder: Path) -> bool:
    descriptor = _open_folder(folder)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _open_folder(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
