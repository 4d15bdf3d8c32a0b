"""Where the package keeps what it ships: configurations and the embedded corpus.

In a wheel they lie inside the package; in a checkout, at the top of the repository.
"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    inside = _PACKAGE / "shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


CONFIGS = _shipped("configs")
SEEDS = _shipped("seeds")
CODEBOOK_FILE = SEEDS / "codebook.md"


def embedded_case(name: str) -> Path | None:
    """The folder of a case that the package carries, with its ``articles`` and ``gold.csv``.

    ``embedded`` is the first case, ``embedded/NAME`` the one in ``seeds/NAME``; None for any other
    name. What is not there, its reader says.
    """
    first, _, case = name.partition("/")
    return SEEDS / case if first == "embedded" else None


def cache_folder() -> Path:
    """Where scores are kept between runs: ``STANCE_CACHE``, else ``stance`` in the user's cache."""
    if chosen := os.environ.get("STANCE_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stance"
