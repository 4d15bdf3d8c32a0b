"""The record of a run: what ran on what, so that a reviewer can run it again."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from stance.config import StanceConfig
from stance.corpus import Corpus
from stance.nli import ModelIdentity
from stance.scoring import ScoringCounts

SCHEMA_VERSION = 1
_LIBRARIES = ("torch", "transformers", "tokenizers", "hydra-core", "numpy", "pandas", "scipy")
# Languages and keywords of the sets are in the YAML; the record keeps its own size bounded.
_GIT_SECONDS = 10


def describe_run(
    config: StanceConfig,
    corpus: Corpus,
    model: ModelIdentity,
    counts: ScoringCounts,
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """All of results.json but the tables."""
    return {
        "schema_version": SCHEMA_VERSION,
        "package_version": package_version(),
        "git": git_state(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "experiment": config.name,
        "method": config.method.name,
        "command": shlex.join(["stance", *sys.argv[1:]]),
        "config": asdict(config),
        "model": asdict(model),
        "corpus_fingerprint": corpus.fingerprint,
        "libraries": {name: _version(name) for name in _LIBRARIES}
        | {"python": sys.version.split()[0]},
        "counts": {
            "documents": len(corpus),
            "paragraphs": corpus.n_paragraphs,
            "dropped": len(corpus.dropped),
            "quarantined": len(corpus.quarantine),
            "pairs_scored": counts.scored,
            "pairs_reused": counts.reused,
        },
        "timings": dict(seconds),
        "validated": "not validated on your texts",
        "validation": None,
    }


def package_version() -> str:
    """The installed version, or ``unknown`` in a bare checkout."""
    return _version("stance")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


def git_state() -> dict[str, Any]:
    """Commit and dirty flag of the checkout the package runs from; nulls outside of one."""
    root = Path(__file__).resolve().parent.parent
    if not (root / ".git").exists():
        return {"commit": None, "dirty": None}

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=_GIT_SECONDS,
        ).stdout.strip()

    try:
        return {"commit": git("rev-parse", "HEAD"), "dirty": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return {"commit": None, "dirty": None}


class Clock:
    """Seconds per stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.seconds[stage] = round(time.monotonic() - start, 2)
