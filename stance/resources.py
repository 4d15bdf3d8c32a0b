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


def cache_folder() -> Path:
    """Where scores are kept between runs: ``STANCE_CACHE``, else ``~/.cache/stance``."""
    return Path(os.environ.get("STANCE_CACHE") or Path.home() / ".cache" / "stance")
