"""Files that appear whole or not at all, and what is said where they cannot be written."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from stance.errors import OutputError

# Folders that this process holds: path → what keeps the lock, which ends with the process.
_held: dict[Path, int] = {}


def hold_folder(folder: Path) -> None:
    """Make sure that no other run writes into a folder: its files would be a mixture.

    The lock is one of the system on the folder itself. It leaves no file, and a killed run gives it
    back. Windows and some network file systems have none; there nothing is held.

    Raises:
        OutputError: Another process holds it.
    """
    if sys.platform == "win32" or (place := folder.resolve()) in _held:
        return
    import fcntl

    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise OutputError(
            f"output_dir={folder}: another run is writing there; wait for its end, or choose "
            "another folder"
        ) from None
    except OSError:  # a file system without locks
        pass
    _held[place] = handle


def release_folders() -> None:
    """Give back what this process holds."""
    while _held:
        os.close(_held.popitem()[1])


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
