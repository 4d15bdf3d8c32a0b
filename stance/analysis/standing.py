"""Standing: who is given a voice, how often, and whether as said or as imputed."""

from __future__ import annotations

import pandas as pd

from stance.analysis.config import AnalysisConfig
from stance.analysis.measurements import LABELS, TEXT, Measurements
from stance.analysis.units import select, voices

_KEYS = ["source", "proposition", "holder"]
_COLUMNS = [
    "source", "holder", "proposition", "n_documents", "n_independent", "n_paragraphs",
    "n_stances", "share", "said", "imputed", "share_said",
]  # fmt: skip


def standing(m: Measurements, config: AnalysisConfig | None = None) -> pd.DataFrame:
    """Count the stances that each source attributes to each holder (Ferree et al. 2002: standing).

    These are counts of what was printed, each language version for itself, not estimates: they
    have no intervals.

    Args:
        m: The measurements.
        config: Kinds and duplicates counted; the defaults if not given.

    Returns:
        A row per source × holder × proposition, and with proposition ``""`` over all of them, also
        where the source never gives this holder a voice. n_stances: paragraph × proposition cells
        with a stance; share: of all the source's attributed stances (NaN where it has none); said,
        imputed: stances by mode; share_said = said ÷ (said + imputed), NaN where both are 0;
        n_paragraphs, n_documents, n_independent: where they stand.
    """
    selection = select(m, config or AnalysisConfig())
    rows = selection.paragraphs
    stance = rows["label"].isin(LABELS[:3]) & (rows["holder"] != TEXT)
    stances = rows[stance].merge(selection.documents[["document", "group"]], on="document")
    every = stances.assign(proposition="")
    stances = pd.concat([every, stances], ignore_index=True)
    stances = stances.assign(
        said=(stances["mode"] == "said").astype(int),
        imputed=(stances["mode"] == "imputed").astype(int),
        place=stances["document"].astype(str) + "\x1f" + stances["paragraph"].astype(str),
    )
    counts = stances.groupby(_KEYS).agg(
        n_documents=("document", "nunique"),
        n_independent=("group", "nunique"),
        n_paragraphs=("place", "nunique"),
        n_stances=("label", "size"),
        said=("said", "sum"),
        imputed=("imputed", "sum"),
    )
    known = voices(rows)
    known = known[known["holder"] != TEXT]
    known = pd.concat([known.assign(proposition="").drop_duplicates(), known])
    sources = selection.documents[["source"]].drop_duplicates()
    table = sources.merge(known, how="cross").merge(counts.reset_index(), on=_KEYS, how="left")
    numbers = list(counts.columns)
    table[numbers] = table[numbers].fillna(0).astype(int)
    total = table.groupby(["source", "proposition"])["n_stances"].transform("sum")
    moded = table["said"] + table["imputed"]
    table = table.assign(
        share=(table["n_stances"] / total.where(total > 0)).astype(float),
        share_said=(table["said"] / moded.where(moded > 0)).astype(float),
    )
    return table.sort_values(_KEYS).reset_index(drop=True)[_COLUMNS]
