"""What a run of the fuzzer tried and found, written down as it goes, so that a run which is killed counts too."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path

WRITTEN_EVERY_S = 20.0


class Tally:
    """One run. Findings are kept in ``findings`` of the folder, the first for each place, also over several runs."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._started, self._written = time.monotonic(), 0.0
        self._kept = folder / "findings"
        self._file = folder / "tallies" / f"{kind}-{int(time.time())}-{os.getpid()}.json"
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._kind = kind
        self._read = self._refused = self._found = 0

    @property
    def minutes(self) -> float:
        return (time.monotonic() - self._started) / 60

    def note(self, *, read: bool) -> None:
        self._read += read
        self._refused += not read
        if time.monotonic() - self._written > WRITTEN_EVERY_S:
            self.write()

    def keep(self, what: str, place: str, document: bytes, suffix: str) -> None:
        kept = self._kept / f"{hashlib.sha256(place.encode()).hexdigest()[:12]}.{suffix}"
        if kept.exists():
            return
        self._found += 1
        kept.write_bytes(document)
        kept.with_suffix(f".{suffix}.why").write_text(f"{place}\n{what}\n", encoding="utf-8", errors="replace")
        print(f"FINDING {suffix}: {place}", flush=True)

    def write(self) -> None:
        self._written = time.monotonic()
        told = {"format": self._kind, "read": self._read, "refused": self._refused, "findings": self._found}
        told |= {"minutes": round(self.minutes, 2), "processor_minutes": round(time.process_time() / 60, 2)}
        self._file.write_text(json.dumps(told), encoding="utf-8")

    def summary(self) -> str:
        return (
            f"{self._kind}: {self._read + self._refused} documents in {self.minutes:.1f} min "
            f"({time.process_time() / 60:.1f} of processor time), {self._read} read, {self._refused} refused, "
            f"{self._found} findings"
        )


def table(folder: Path) -> str:
    """All runs in a folder, summed by format, as Markdown."""
    summed: dict[str, dict[str, float]] = {}
    for file in sorted((folder / "tallies").glob("*.json")):
        told = json.loads(file.read_text("utf-8"))
        row = summed.setdefault(told.pop("format"), dict.fromkeys(told, 0))
        for name, value in told.items():
            row[name] += value
    lines = [
        "| format | documents tried | minutes | of processor time | read | refused | findings |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind, row in sorted(summed.items()):
        tried = f"{row['read'] + row['refused']:,.0f} | {row['minutes']:.0f} | {row['processor_minutes']:.1f}"
        lines.append(f"| {kind} | {tried} | {row['read']:,.0f} | {row['refused']:,.0f} | {row['findings']:.0f} |")
    return "\n".join(lines)
