"""Disks that are really full or really read-only, where this process may mount one; else what comes nearest.

Mounting needs root. Without it a limit of the operating system on the size of files stands in for the full disk (the
write fails in the same place, with "File too large" for "No space left on device"), and taking the rights away from the
folder for the read-only one.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Disk:
    """``folder`` on a file system of its own, if ``mounted``. ``limit`` is for ``preexec_fn`` of what writes there."""

    folder: Path
    mounted: bool

    def resize(self, size: int) -> None:
        """To this many bytes in all."""
        if self.mounted:
            assert _mount("-o", f"remount,size={size}", str(self.folder))

    def leave_free(self, size: int) -> None:
        """This many bytes for what is still to come."""
        state = os.statvfs(self.folder)
        self.resize((state.f_blocks - state.f_bfree) * state.f_frsize + size)

    def limit(self, size: int) -> Callable[[], None] | None:
        return None if self.mounted else lambda: _limit_files(size)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        if self.mounted:
            _mount("-o", "remount,ro", str(self.folder))
        else:
            _allow(self.folder, writing=False)
        try:
            yield
        finally:
            if self.mounted:
                _mount("-o", "remount,rw", str(self.folder))
            else:
                _allow(self.folder, writing=True)


@contextmanager
def disk(folder: Path, size: int) -> Iterator[Disk]:
    folder.mkdir()
    mounted = _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield Disk(folder, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def used(folder: Path) -> int:
    """Bytes that a memory disk needs for a folder: whole pages for each file, nothing for folders."""
    return sum(-(-path.stat().st_size // 4096) * 4096 for path in folder.rglob("*") if path.is_file())


def _mount(*words: str) -> bool:
    return subprocess.run(["mount", *words], capture_output=True).returncode == 0


def _limit_files(size: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _allow(folder: Path, *, writing: bool) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | 0o200 if writing else path.stat().st_mode & ~0o222)
