"""A blank coding sheet: paragraphs drawn with known probabilities, and the codebook beside it."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pandas as pd

from stance.errors import ConfigError
from stance.evaluation.codebook import CODEBOOK
from stance.methods.base import TEXT_VOICE

log = logging.getLogger(__name__)

SHEET = "coding_sheet.csv"
_UNIT = ["document", "paragraph"]
_STRATUM = ["source", "language", "predicted_related"]
SHEET_COLUMNS = (
    *_UNIT,
    "source",
    "language",
    "kind",
    "title",
    "previous",
    "lead_in",
    "text",
    "proposition",
    "stance",
    "holders",
    "note",
    "coder",
    "stratum",
    "sampling_probability",
)


def draw_sample(paragraphs: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Draw paragraphs, stratified by source, language and predicted relevance.

    Related paragraphs are rare, so a simple random sample would hold hardly any: each stratum
    gets the same share of the sample as far as it has paragraphs, and every drawn paragraph
    carries its inclusion probability, by whose inverse estimates are to be weighted.

    Args:
        paragraphs: The paragraph table of a run.
        n: Paragraphs to draw; all of them if there are fewer.
        seed: Makes the draw repeatable.

    Returns:
        One row per drawn paragraph, with ``stratum`` and ``sampling_probability``.

    Raises:
        ConfigError: If ``n`` is below 1.
    """
    if n < 1:
        raise ConfigError(f"n={n}: a sample needs at least one paragraph")
    own = paragraphs[paragraphs["holder"] == TEXT_VOICE]
    related = own["label"].ne("unrelated").groupby([own[c] for c in _UNIT]).any()
    units = own.drop_duplicates(_UNIT).sort_values(_UNIT, ignore_index=True)
    units["predicted_related"] = related.loc[pd.MultiIndex.from_frame(units[_UNIT])].to_numpy()
    units["previous"] = units.groupby("document")["text"].shift(fill_value="")
    units["stratum"] = units[_STRATUM].astype(str).agg(" | ".join, axis=1)
    sizes = units["stratum"].value_counts().sort_index()
    if n < len(sizes):
        log.warning("n=%d is below the %d strata: some get no paragraph", n, len(sizes))
    drawn = allocate(sizes.to_numpy(), n)
    generator = np.random.default_rng(seed)
    parts = []
    for (stratum, size), take in zip(sizes.items(), drawn, strict=True):
        members = units[units["stratum"] == stratum]
        chosen = members.iloc[np.sort(generator.choice(size, size=take, replace=False))]
        parts.append(chosen.assign(sampling_probability=take / size))
    return pd.concat(parts).sort_values(_UNIT, ignore_index=True)


def allocate(sizes: np.ndarray, n: int) -> np.ndarray:
    """Spread ``n`` draws as evenly over strata as their sizes allow; never more than a stratum has.

    Args:
        sizes: Paragraphs per stratum, ``[strata]``.

    Returns:
        Draws per stratum, ``[strata]``, summing to ``min(n, sizes.sum())``.
    """
    drawn = np.zeros(len(sizes), dtype=int)
    for _ in range(min(n, int(sizes.sum()))):
        # Next to the stratum with the fewest draws that still has paragraphs; larger ones first.
        open_strata = np.flatnonzero(drawn < sizes)
        order = np.lexsort((-sizes[open_strata], drawn[open_strata]))
        drawn[open_strata[order[0]]] += 1
    return drawn


def write_sheet(sample: pd.DataFrame, propositions: list[str], folder: Path) -> Path:
    """Write the sheet, one row per paragraph × proposition, and the codebook; return the sheet."""
    rows = sample.merge(
        pd.DataFrame({"proposition": propositions}), how="cross", suffixes=("_", "")
    )
    blank = {column: "" for column in SHEET_COLUMNS if column not in rows or column in _TO_FILL}
    sheet = rows.assign(**blank)[list(SHEET_COLUMNS)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "codebook.md").write_text(CODEBOOK, "utf-8")
    # With a byte order mark, without which Excel takes UTF-8 for an old code page.
    sheet.to_csv(folder / SHEET, index=False, encoding="utf-8-sig")
    return folder / SHEET


_TO_FILL = ("stance", "holders", "note", "coder")
