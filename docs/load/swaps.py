"""What each newly opened generation adds to a process's memory: two generations take turns, with questions between.

    python docs/load/swaps.py [--swaps 30] [--index FOLDER]

Works on a copy of the index, which must hold two generations, and opens them as a service does, but lets go of the
replaced one at once. After each swap it prints the resident memory, its part that is no file's, and what glibc's
allocator holds in use and free. The exit code is 1 when memory grew by 10 % or more from the third swap to the last.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import retrieval.live
from ingest.store import point_to
from retrieval.live import LiveAssistant
from retrieval.published import generations
from retrieval.settings import IndexSettings

GROWTH_ALLOWED = 0.10
WARM_UP = 3
AT_ONCE = 4
QUESTIONS = (
    "How do we start?",
    "How can we offer jobs to local people?",
    "What have trusts done about housing?",
    "How can we use procurement for social value?",
    "Compare ELFT and Mid and South Essex on funding",
    "How do we measure impact?",
)


MALLINFO2 = ["arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"]


class MallInfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in MALLINFO2]


def memory_mb() -> dict[str, float]:
    rows = [row.split() for row in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]]
    held = {row[0].rstrip(":"): int(row[1]) / 1024 for row in rows}
    told = {"rss_mb": held["Rss"], "anonymous_mb": held["Anonymous"]}
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallinfo2"):
        libc.mallinfo2.restype = MallInfo
        counted = libc.mallinfo2()
        told |= {"in_use_mb": counted.uordblks / 2**20, "free_mb": counted.fordblks / 2**20}
    return {name: round(value, 1) for name, value in told.items()}


def swap(index: Path, swaps: int, encoders: Path) -> list[float]:
    retrieval.live._GRACE_S = 0.0  # nobody's question is under way when the next generation comes
    live = LiveAssistant(index, None, encoders)
    two, resident = generations(index)[-2:], []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for at in range(swaps):
            begun = time.monotonic()
            point_to(index, two[at % 2])
            live.current()
            opened = time.monotonic()
            list(pool.map(lambda asked: live.current().ask(asked), QUESTIONS * 2))
            told = memory_mb()
            resident.append(told["rss_mb"])
            times = {"opened_s": round(opened - begun, 1), "asked_s": round(time.monotonic() - opened, 1)}
            print(json.dumps({"swap": at + 1, **told, **times}), flush=True)
    live.close()
    return resident


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--swaps", type=int, default=30)
    parser.add_argument("--index", type=Path, default=Path(".anchorline"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anchorline-swaps-") as folder:
        copy = Path(folder) / "index"
        shutil.copytree(options.index, copy)
        if len(generations(copy)) < 2:
            print(f"{options.index}: holds fewer than two generations; run `python -m ingest` on one more document")
            return 2
        resident = swap(copy, options.swaps, IndexSettings(index=options.index).encoders)
    after = resident[WARM_UP - 1 :]
    grown = statistics.median(after[-3:]) / after[0] - 1
    print(f"memory grew by {grown:+.1%} from swap {WARM_UP} to swap {len(resident)}")
    return 1 if grown >= GROWTH_ALLOWED else 0


if __name__ == "__main__":
    sys.exit(main())
