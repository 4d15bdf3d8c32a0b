"""What each source's paragraphs say of each proposition, in each voice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from stance.analysis.config import AnalysisConfig
from stance.analysis.intervals import Estimate, estimate_ratio
from stance.analysis.measurements import TEXT, Measurements
from stance.analysis.units import (
    QUANTITIES,
    RANGES,
    VOICE,
    Selection,
    add_ratios,
    document_counts,
    select,
    to_units,
    voices,
)

_KEYS = ["source", *VOICE]
_COLUMNS = [
    *_KEYS, "n_documents", "n_independent",
    "n_paragraphs", "n_related", "n_sided", "n_favor", "n_against",
    *(f"{q}{end}" for q in QUANTITIES for end in ("", "_ci_low", "_ci_high", "_interval")),
    *(f"{n}_{q}" for q in QUANTITIES[1:] for n in ("n_documents", "n_independent")),
    "interval", "interval_reason",
]  # fmt: skip


def source_stance(m: Measurements, config: AnalysisConfig | None = None) -> pd.DataFrame:
    """Salience, side-taking, direction and mean score per source × proposition × holder.

    salience = related ÷ paragraphs; side_taking = sided ÷ related; direction =
    (favor − against) ÷ (favor + against); mean_score = mean of p_favor − p_against, for the text
    voice over all paragraphs, for a holder over those where it holds a stance. Each is computed
    per document, averaged within its group (a translation is no new evidence), then over groups,
    equally; with ``weights=paragraphs`` all paragraphs are pooled. A document without related
    (sided) paragraphs has no side-taking (direction) and is left out there.

    Args:
        m: The measurements.
        config: Weights, kinds, intervals; the defaults if not given.

    Returns:
        A row per source × proposition × ``text``, and × every holder that has a stance on the
        proposition in any source. Of each quantity X: X, X_ci_low, X_ci_high and X_interval
        (``none``, ``bounded``); n_documents_X and n_independent_X count the documents
        and groups that carry it. ``interval`` is that of salience, which all documents carry;
        ``interval_reason`` says, wherever an interval is missing or weak, why.
    """
    config = config or AnalysisConfig()
    selection = select(m, config)
    counts = add_ratios(document_counts(selection))
    units = to_units(counts, VOICE, QUANTITIES, config.weights)
    by_voice = {key: rows for key, rows in units.groupby(_KEYS)}
    notes = versions_notes(selection.documents)
    rows: list[dict[str, Any]] = []
    for base in _counted(selection, counts).to_dict("records"):
        key = (base["source"], base["proposition"], base["holder"])
        figures = _figures(by_voice.get(key), key[2], notes[key[0]], config)
        rows.append({str(name): value for name, value in base.items()} | figures)
    return pd.DataFrame(rows, columns=_COLUMNS)


def _counted(selection: Selection, counts: pd.DataFrame) -> pd.DataFrame:
    """Plain counts per source × voice, zeros included."""
    sources = selection.documents[["source"]].drop_duplicates()
    every = sources.merge(voices(selection.paragraphs), how="cross")
    whole = ["n_paragraphs", "n_related", "n_favor", "n_against"]
    grouped = counts.groupby(_KEYS)
    sums = (
        grouped[whole]
        .sum()
        .assign(n_documents=grouped["document"].nunique(), n_independent=grouped["group"].nunique())
    )
    table = every.merge(sums.reset_index(), on=_KEYS, how="left").fillna(dict.fromkeys(sums, 0))
    table = table.astype(dict.fromkeys(sums, int))
    return table.assign(n_sided=table["n_favor"] + table["n_against"])


def _figures(
    units: pd.DataFrame | None, holder: str, note: str, config: AnalysisConfig
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    reasons: dict[str, list[str]] = {}
    for quantity in QUANTITIES:
        none = np.zeros(0)
        estimate = estimate_ratio(
            none if units is None else units[f"num_{quantity}"].to_numpy(),
            none if units is None else units[f"den_{quantity}"].to_numpy(),
            limits=RANGES[quantity],
            absent=_absent(quantity, holder),
            alternatives=note,
            alpha=config.alpha,
            draws=config.bootstrap,
            seed=config.seed,
        )
        row |= interval_columns(quantity, estimate)
        row[f"n_documents_{quantity}"] = (
            0 if units is None else int(units[f"docs_{quantity}"].sum())
        )
        row[f"n_independent_{quantity}"] = estimate.n
        if estimate.reason:
            reasons.setdefault(estimate.reason, []).append(quantity)
    row["interval"] = row["salience_interval"]
    row["interval_reason"] = _joined(reasons)
    return row


def versions_notes(documents: pd.DataFrame) -> dict[str, str]:
    """Per source, in how many versions its documents come, for a reason why there is no interval.

    Args:
        documents: As in `Selection`.
    """
    notes: dict[str, str] = {}
    for source, own in documents.groupby("source"):
        kind = "language versions" if own["language"].is_unique else "versions"
        notes[str(source)] = f"(in {len(own)} {kind})" if len(own) > 1 else ""
    return notes


def interval_columns(name: str, estimate: Estimate) -> dict[str, Any]:
    """The columns name, name_ci_low, name_ci_high and name_interval."""
    return {
        name: estimate.value,
        f"{name}_ci_low": estimate.low,
        f"{name}_ci_high": estimate.high,
        f"{name}_interval": estimate.interval,
    }


def _joined(reasons: dict[str, list[str]]) -> str:
    """One sentence where one reason holds for every quantity, else a clause per reason."""
    if len(reasons) == 1 and len(next(iter(reasons.values()))) == len(QUANTITIES):
        return next(iter(reasons))
    return "; ".join(
        f"{', '.join(quantities).replace('_', ' ')}: {reason}"
        for reason, quantities in reasons.items()
    )


def _absent(quantity: str, holder: str) -> str:
    if quantity == "salience":
        return "no paragraph of the kinds counted"
    if quantity == "direction":
        return "no paragraph takes a side" if holder == TEXT else "no side is attributed to it"
    if holder == TEXT:
        return (
            "no related paragraph"
            if quantity == "side_taking"
            else "no scored paragraph of the kinds counted"
        )
    return "no stance is attributed to it"
