"""Files that appear whole or not at all, and what is said where they cannot be written."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from stance.errors import OutputError


def whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write beside the target and move it there, so that no reader sees half a file."""
    temporary = path.with_name(f".{path.name}.partial")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


class Writing:
    """Turns an OSError while writing into an error that says what to do."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            full = error.errno == errno.ENOSPC
            mend = "make room" if full else "set output_dir to a folder that can be written"
            raise OutputError(
                f"{self._folder}: cannot write the results ({error.strerror or error}); {mend} "
                "and run again: what was scored is kept in the score store"
            ) from error


def sha256_of_text(text: str) -> str:
    """Digest that identifies a text without giving it away."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
