"""What the C library holds of memory that nobody uses any more."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

# As much may be held before it is given back: to fetch it again takes time.
_SLACK = 128 * 2**20


class FreedMemory:
    """Gives freed memory back to the system, where the C library can (glibc).

    The activations of a network come in many sizes. Freed, they leave holes between what is kept,
    which the next ones do not fit into: left alone, memory grows with every batch.
    """

    def __init__(self) -> None:
        self._least = 0

    def give_back(self) -> None:
        """Give back what is free, once memory has grown enough for that to pay."""
        trim = _trim()
        if trim is not None and _resident() > self._least + _SLACK:
            trim(0)
            self._least = _resident()


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):  # Windows, macOS, musl
        return None


def _resident() -> int:
    """Bytes of this process that lie in memory (Linux, where ``_trim`` is not None)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
