"""What the C library holds of memory that nobody uses any more."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Give memory that was freed back to the system, where the C library can (glibc).

    The activations of a network come in many sizes. Freed, they leave holes between what is kept,
    which the next ones do not fit into: without this, memory grows with every batch.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):  # Windows, macOS, musl
        return None
