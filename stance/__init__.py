"""Stance and framing of multilingual news, per paragraph and holder, from zero-shot NLI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stance.lazy import on_first_use

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


__getattr__ = on_first_use(__name__, _HOME)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
