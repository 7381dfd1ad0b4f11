"""What was freed goes back to the system, and what was frozen away from the collector is looked through once."""

from __future__ import annotations

import ctypes
import gc
import subprocess
import sys
import weakref

import pytest

from retrieval.memory import give_back

THREADS = """
import threading
from retrieval.memory import give_back, share_arenas

def resident_mb():
    with open("/proc/self/status") as rows:
        return next(int(row.split()[1]) for row in rows if row.startswith("VmRSS:")) / 1024

kept = []
def open_and_close(meet):
    made = [bytes(2000) for _ in range(20_000)]
    meet.wait()
    kept.extend(made[::50])  # what outlives a generation lies scattered over its memory

share_arenas()
before = resident_mb()
meet = threading.Barrier(4)
threads = [threading.Thread(target=open_and_close, args=(meet,)) for _ in range(4)]
for one in threads: one.start()
for one in threads: one.join()
freed = resident_mb()
give_back()
print(before, freed, resident_mb())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library is not glibc")
def test_memory_between_what_is_still_in_use_goes_back() -> None:
    done = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=True)
    before, freed, given_back = map(float, done.stdout.split())
    assert freed - before > 60, "nothing was kept, so nothing is shown"
    assert given_back - before < (freed - before) / 3


def test_a_retired_cycle_that_was_frozen_is_collected() -> None:
    class Retired:
        pass

    one = Retired()
    one.itself = one  # type: ignore[attr-defined]
    gone = weakref.ref(one)
    gc.freeze()
    try:
        del one
        gc.collect()
        assert gone() is not None, "it was not frozen, so nothing is shown"
        give_back()
        assert gone() is None
    finally:
        gc.unfreeze()
