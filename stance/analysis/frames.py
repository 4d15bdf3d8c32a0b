"""How often each source uses each frame."""

from __future__ import annotations

from typing import Any

import pandas as pd

from stance.analysis.config import AnalysisConfig
from stance.analysis.intervals import estimate_ratio
from stance.analysis.measurements import Measurements
from stance.analysis.sources import interval_columns, versions_notes
from stance.analysis.units import RANGES, select, to_units

_COLUMNS = [
    "source", "frame", "n_documents", "n_independent", "n_paragraphs", "n_present",
    "share", "share_ci_low", "share_ci_high", "interval", "interval_reason", "family",
]  # fmt: skip


def frame_shares(m: Measurements, config: AnalysisConfig | None = None) -> pd.DataFrame:
    """Share of a source's paragraphs that carry each frame, with intervals over documents.

    Weights and intervals are those of `source_stance`. Every counted paragraph is in the
    denominator; one without a row in ``frames`` does not carry the frame.

    Args:
        m: The measurements.
        config: Weights, kinds, intervals; the defaults if not given.

    Returns:
        A row per source × frame, ``family`` exploratory; no rows where no frames were measured.
    """
    config = config or AnalysisConfig()
    selection = select(m, config)
    names = sorted(m.frames["frame"].unique())
    if not names:
        return pd.DataFrame(columns=_COLUMNS)
    present = m.frames[m.frames["present"].astype(bool)].drop_duplicates(
        ["document", "paragraph", "frame"]
    )
    present = present.merge(selection.units, on=["document", "paragraph"])
    hits = present.groupby(["document", "frame"]).size().rename("num_share").reset_index()
    base = selection.units.groupby("document").size().rename("den_share").reset_index()
    grid = base.merge(pd.DataFrame({"frame": names}), how="cross")
    grid = grid.merge(hits, on=["document", "frame"], how="left").fillna({"num_share": 0})
    grid = selection.documents[["source", "group", "document"]].merge(grid, on="document")
    units = to_units(grid, ["frame"], ["share"], config.weights)
    notes = versions_notes(selection.documents)
    rows: list[dict[str, Any]] = []
    for source in sorted(selection.documents["source"].unique()):
        for frame in names:
            own = units[(units["source"] == source) & (units["frame"] == frame)]
            counted = grid[(grid["source"] == source) & (grid["frame"] == frame)]
            estimate = estimate_ratio(
                own["num_share"].to_numpy(float),
                own["den_share"].to_numpy(float),
                limits=RANGES["share"],
                absent="no paragraph of the kinds counted",
                alternatives=notes[source],
                alpha=config.alpha,
                draws=config.bootstrap,
                seed=config.seed,
            )
            columns = interval_columns("share", estimate)
            rows.append(
                {
                    "source": source,
                    "frame": frame,
                    "n_documents": counted["document"].nunique(),
                    "n_independent": estimate.n,
                    "n_paragraphs": int(counted["den_share"].sum()),
                    "n_present": int(counted["num_share"].sum()),
                    **columns,
                    "interval": columns["share_interval"],
                    "interval_reason": estimate.reason,
                    "family": "exploratory: frames",
                }
            )
    return pd.DataFrame(rows, columns=_COLUMNS)
