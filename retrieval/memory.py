"""What a retired generation leaves free goes back to the system, where the C library is glibc.

Its allocator gives each thread that finds the others busy an arena of its own, up to eight a core, and each keeps what
was freed in it: a service that held 103 MB in use, and whose store then started threads with every generation, kept as
much again for itself after ten of them, and took more with each. See docs/reliability.md.
"""

from __future__ import annotations

import ctypes
import gc

_ARENA_MAX = -8  # mallopt's M_ARENA_MAX
_ARENAS = 2


def share_arenas() -> None:
    """From now on threads share two arenas. To be called before there are many threads."""
    if libc := _glibc():
        libc.mallopt(_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Look once through what ``gc.freeze`` has put beyond the collector, since a retired generation's cycles lie there,
    and give whole free pages back to the system."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    if libc := _glibc():
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") else None
