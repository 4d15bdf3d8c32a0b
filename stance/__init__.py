"""Stance and framing of multilingual news, per paragraph and holder, from zero-shot NLI."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stance.corpus import Corpus, read_corpus
    from stance.errors import StanceError
    from stance.nli import load_nli
    from stance.result import Analysis
    from stance.run import analyse

_HOME = {
    "Analysis": "stance.result",
    "Corpus": "stance.corpus",
    "StanceError": "stance.errors",
    "analyse": "stance.run",
    "load_nli": "stance.nli",
    "read_corpus": "stance.corpus",
}

__all__ = ["Analysis", "Corpus", "StanceError", "analyse", "load_nli", "read_corpus"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: ``import stance`` alone loads no torch."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'stance' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
