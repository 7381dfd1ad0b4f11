"""How slow this machine is just now beside the one that the bounds on time were set on. A bound that takes this into
account judges our code, not the machine or what else it has to do."""

from __future__ import annotations

import time
from collections.abc import Callable

_REFERENCE_S = 0.06  # what the loop takes there


def slowness(clock: Callable[[], float] = time.monotonic) -> float:
    """At least 1. By ``time.process_time`` only the machine counts, not what runs beside."""
    began, total = clock(), 0
    for number in range(1_000_000):
        total += number
    return max(1.0, (clock() - began) / _REFERENCE_S)
