"""Kill switches: a small file names the parts that are off; a running service looks at it once a second.

``python -m server off api`` writes the file, so that an operator needs neither a restart nor a way in over HTTP. The
parts are the API (``/v1`` and ``/mcp``), the page, and the embed (its script, and what other sites' pages ask).
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

PARTS = ("api", "page", "embed")
_LOOK_S = 1.0


class Switches:
    """What is off now. A file that cannot be read changes nothing of what was last known."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._off: frozenset[str] = frozenset()
        self._looked = -_LOOK_S

    def off(self) -> frozenset[str]:
        now = time.monotonic()
        if now - self._looked >= _LOOK_S:
            self._looked = now
            with contextlib.suppress(OSError):
                self._off = read(self._file)
        return self._off


def read(file: Path) -> frozenset[str]:
    try:
        words = file.read_text("utf-8", "replace").split()
    except FileNotFoundError:
        return frozenset()
    return frozenset(words).intersection(PARTS)


def switch(file: Path, parts: Iterable[str], *, on: bool) -> frozenset[str]:
    """Write what is off from now on, in one step, and return it. Raises OSError where the file cannot be written."""
    off = read(file) - set(parts) if on else read(file) | set(parts)
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write("".join(f"{part}\n" for part in sorted(off)))
    Path(draft).chmod(0o644)  # the service may run as another user than the operator
    Path(draft).replace(file)
    return off
