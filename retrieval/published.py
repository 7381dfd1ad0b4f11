"""Which generations an index folder holds, which one its pointer names, and whether anybody wrote to one since."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

POINTER = "CURRENT"
_NAME = re.compile(r"gen-\d{6,}")


def named(index_dir: Path) -> str:
    """What the pointer names, there or not; empty when that is no generation's name. Raises OSError."""
    name = (index_dir / POINTER).read_text(encoding="utf-8", errors="replace").strip()
    return name if _NAME.fullmatch(name) else ""


def is_name(text: str) -> bool:
    """Whether a generation may be called that."""
    return _NAME.fullmatch(text) is not None


def generations(index_dir: Path) -> tuple[str, ...]:
    """Names of the published generations, oldest first."""
    names = (path.name for path in index_dir.glob("gen-*") if path.is_dir() and _NAME.fullmatch(path.name))
    return tuple(sorted(names, key=generation_number))


def generation_number(name: str) -> int:
    return int(name.removeprefix("gen-"))


def file_marks(folder: Path) -> Mapping[str, tuple[int, int, int]]:
    """What changes when somebody writes to a generation: size, inode and time of change of each file. The time of
    change cannot be set back, as that of writing can."""
    marks: dict[str, tuple[int, int, int]] = {}
    for path in folder.rglob("*"):
        with suppress(OSError):  # gone between the listing and the look: then it has no mark
            stat = path.stat()
            marks[str(path)] = (stat.st_size, stat.st_ino, stat.st_ctime_ns)
    return marks
