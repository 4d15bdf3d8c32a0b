"""Distinctive terms: which words set a source apart from the others of its language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

import numpy as np
import pandas as pd

from stance.analysis.config import AnalysisConfig
from stance.analysis.intervals import Floats
from stance.analysis.measurements import Measurements
from stance.analysis.units import select

_COLUMNS = [
    "language", "source", "term", "count", "count_others", "log_odds", "z", "family",
]  # fmt: skip

_UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my"})
_SHORTEST = 3


@lru_cache(maxsize=1)
def _word() -> re.Pattern[str]:
    """A run of letters, with combining marks and word-internal apostrophes (об'єднання)."""
    # re has no class for marks, without which Hindi or vowelled Arabic words fall apart.
    letters = map(chr, range(0x300, 0xFE30))
    marks = "".join(c for c in letters if unicodedata.category(c) in ("Mn", "Mc"))
    run = rf"[^\W\d_](?:[^\W\d_]|[{marks}])*"
    return re.compile(rf"{run}(?:['’](?=[^\W\d_]){run})*")


def tokens(text: str, language: str) -> list[str]:
    """Case-folded words of three letters or more; pairs of letters where words are not spaced.

    An apostrophe ends a word (l'accord gives accord) except in Ukrainian, where it is a letter.
    """
    words = [word.replace("’", "'") for word in _word().findall(text.casefold())]
    if language != "uk":
        words = [part for word in words for part in word.split("'")]
    if language in _UNSPACED:
        return [word[i : i + 2] for word in words for i in range(len(word) - 1)]
    return [word for word in words if len(word) >= _SHORTEST]


def log_odds(ours: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Log-odds ratio with an informative Dirichlet prior, and its z-score.

    Monroe, Colaresi & Quinn (2008), Fightin' Words, eq. 16, 20 and 22. The prior's counts are those
    of both sides together, so it weighs as much as the texts and has their word frequencies: a
    word that is frequent everywhere, or rare, is pulled to no difference.

    Args:
        ours: Count of every term of the vocabulary on this side, [terms].
        others: The same on the other side, [terms].

    Returns:
        Difference of log-odds, [terms], and the same over its standard deviation, [terms].
    """
    prior = ours + others
    a, b = ours + prior, others + prior
    # A side that consists of one term alone has infinite odds, which say nothing.
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.log(a / (a.sum() - a)) - np.log(b / (b.sum() - b))
        z = delta / np.sqrt(1 / a + 1 / b)
    return delta, z


def distinctive_terms(m: Measurements, config: AnalysisConfig | None = None) -> pd.DataFrame:
    """The terms that set each source apart from the other sources of the same language.

    Counts are of tokens, which are not independent of each other: z ranks terms, it tests nothing.
    Of near-duplicates in one source and language only the first is counted.

    Args:
        m: The measurements; ``texts`` may be empty.
        config: Kinds, top_terms and min_term_paragraphs; the defaults if not given.

    Returns:
        The top terms per language and source, by z, largest first and above 0. A language with
        one source has no rows.
    """
    config = config or AnalysisConfig()
    selection = select(m, config)
    texts = m.texts.merge(selection.units, on=["document", "paragraph"]).merge(
        selection.documents[["document", "source", "group"]], on="document"
    )
    texts = texts.sort_values(["document", "paragraph"])
    first = texts.groupby(["source", "group", "language"])["document"].transform("first")
    texts = texts[texts["document"] == first]
    parts = [
        _language_terms(str(language), own, config)
        for language, own in texts.groupby("language")
        if own["source"].nunique() > 1
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)


def _language_terms(language: str, texts: pd.DataFrame, config: AnalysisConfig) -> pd.DataFrame:
    counts: dict[str, Counter[str]] = {s: Counter() for s in sorted(texts["source"].unique())}
    spread: Counter[str] = Counter()
    for source, text in zip(texts["source"], texts["text"], strict=True):
        found = tokens(str(text), language)
        counts[source].update(found)
        spread.update(set(found))
    vocabulary = sorted(spread)
    common = np.array([spread[term] >= config.min_term_paragraphs for term in vocabulary], bool)
    matrix = {
        source: np.array([count[term] for term in vocabulary], dtype=np.float64)
        for source, count in counts.items()
    }
    total = np.sum(list(matrix.values()), axis=0)
    parts = []
    for source, ours in matrix.items():
        # Where this source or the others have no words, every z is 0 and no term is listed.
        delta, z = log_odds(ours, total - ours)
        table = pd.DataFrame(
            {
                "language": language,
                "source": source,
                "term": vocabulary,
                "count": ours.astype(int),
                "count_others": (total - ours).astype(int),
                "log_odds": delta,
                "z": z,
                "family": "exploratory: terms",
            }
        )
        table = table[common & np.isfinite(z) & (z > 0)]
        leading = table.sort_values(["z", "term"], ascending=[False, True])
        parts.append(leading.head(config.top_terms))
    return pd.concat(parts)
