"""Figures of the sources corrected for the method's errors, from a coded sample; tables in and out.

The estimator is `stance.analysis.corrected`. Documents are weighted equally, as are the documents
of one group, and figures are pooled over them: share of weighted paragraphs for salience, ratios
of such shares for side-taking and direction. The naive figure beside each is the same quantity
from predicted labels alone, so that the two differ by the correction and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from stance.analysis import AnalysisConfig, Measurements
from stance.analysis.corrected import (
    SMALLEST_PROBABILITY,
    Corrected,
    Sample,
    corrected_difference,
    corrected_ratio,
    corrected_share,
)
from stance.analysis.intervals import FEW, Floats
from stance.analysis.units import RANGES, select
from stance.errors import CorpusError
from stance.methods.base import TEXT_VOICE

QUANTITIES = ("salience", "side_taking", "direction")
_CELL = ["document", "paragraph", "proposition"]
COLUMNS = [
    "source", "proposition", "holder", "quantity", "naive", "corrected", "ci_low", "ci_high",
    "n_coded", "n_coded_documents", "reason",
]  # fmt: skip
DIFFERENCE_COLUMNS = [
    "source_a", "source_b", "proposition", "holder", "quantity", "naive", "corrected", "ci_low",
    "ci_high", "reason",
]  # fmt: skip
_ASSUMED = "no sampling probabilities in the sheet: taken for a simple random sample of the source"
_FEW_DOCUMENTS = "paragraphs of fewer than two documents are coded: no interval"
_NO_CASES = "nothing to take it from: no such paragraph, coded or predicted"
_NO_SPREAD = "the coded documents show no spread: no interval"
_OUTSIDE = "the correction leaves the range of the quantity: too little is coded for it"
_SCARCE = "few coded documents ({n}): the interval covers less often than it says"


def corrected_tables(
    gold: pd.DataFrame,
    paragraphs: pd.DataFrame,
    documents: pd.DataFrame,
    config: AnalysisConfig | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Correct what the method found by what a coder found.

    Args:
        gold: As `read_gold` returns it, with ``probability``: the sampling probability of the
            paragraph, NaN where the sheet has none.
        paragraphs: The paragraph table of the run.
        documents: Its document table.
        config: Level, kinds and duplicates.

    Returns:
        Source × proposition × holder × quantity: naive, corrected, interval, numbers coded and the
        reason for a missing or weak interval; and the differences between sources.

    Raises:
        CorpusError: If a sampling probability is no probability.
    """
    config = config or AnalysisConfig()
    chosen = select(Measurements(paragraphs, documents), config)
    found = chosen.paragraphs[[*_CELL, "holder", "label", "source"]]
    groups = chosen.documents.set_index("document")["group"]
    rows, differences = [], []
    for proposition, holder, cells in _voices(gold, found):
        estimates: dict[str, dict[str, tuple[float, Corrected, str]]] = {}
        for source, part in cells.groupby("source", sort=True):
            sample, reason = _sample(part, groups)
            if not sample.coded.any():
                continue
            estimates[str(source)] = {}
            for quantity in QUANTITIES:
                naive, corrected = _estimate(quantity, part, sample, 1 - config.alpha)
                why = "; ".join(filter(None, (reason, _own_reason(quantity, corrected, reason))))
                estimates[str(source)][quantity] = naive, corrected, why
                rows.append(
                    (source, proposition, holder, quantity, naive, corrected.value, corrected.low,
                     corrected.high, int(sample.coded.sum()), sample.n_coded_documents, why)
                )  # fmt: skip
        for (a, of_a), (b, of_b) in combinations(estimates.items(), 2):
            for quantity in QUANTITIES:
                (naive_a, x, why_a), (naive_b, y, why_b) = of_a[quantity], of_b[quantity]
                d = corrected_difference(x, y, 1 - config.alpha)
                differences.append(
                    (a, b, proposition, holder, quantity, naive_a - naive_b, d.value, d.low, d.high,
                     "; ".join(dict.fromkeys(filter(None, (why_a, why_b)))))
                )  # fmt: skip
    return (
        pd.DataFrame(rows, columns=COLUMNS),
        pd.DataFrame(differences, columns=DIFFERENCE_COLUMNS),
    )


def _voices(gold: pd.DataFrame, found: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Per proposition and holder every paragraph counted, its labels, whether it was coded.

    Where a cell was coded, a holder without a row has no stance there.
    """
    text = found[found["holder"] == TEXT_VOICE]
    probability = gold.get("probability", pd.Series(np.nan, gold.index))
    coded = (
        gold.assign(probability=probability)[gold["holder"] == TEXT_VOICE]
        .drop_duplicates(_CELL)
        .assign(coded=True)[[*_CELL, "coded", "probability"]]
    )
    base = text[[*_CELL, "source"]].merge(coded, on=_CELL, how="left")
    base["coded"] = base["coded"].eq(True)
    for proposition, cells in base.groupby("proposition", sort=True):
        named = [
            table.loc[table["proposition"] == proposition, "holder"] for table in (gold, found)
        ]
        others = sorted(set(pd.concat(named)) - {TEXT_VOICE})
        for holder in (TEXT_VOICE, *others):
            labels = cells.copy()
            for name, table in (("gold", gold), ("found", found)):
                own = table.loc[table["holder"] == holder, [*_CELL, "label"]]
                own = own.drop_duplicates(_CELL).rename(columns={"label": name})
                labels = labels.merge(own, on=_CELL, how="left")
            labels[["gold", "found"]] = labels[["gold", "found"]].fillna("unrelated")
            yield str(proposition), str(holder), labels


def _sample(cells: pd.DataFrame, groups: pd.Series[str]) -> tuple[Sample, str]:
    """Weights, coding and clusters of one source's cells, and what must be said about them."""
    units = cells["document"].map(groups)
    codes, _ = pd.factorize(units, sort=True)
    per_document = cells.groupby("document")["paragraph"].transform("size").to_numpy(float)
    versions = cells.groupby(units)["document"].transform("nunique").to_numpy(float)
    weights = 1 / (per_document * versions * units.nunique())
    coded = cells["coded"].to_numpy(bool)
    probability = cells["probability"].to_numpy(float)
    reasons = []
    unknown = np.isnan(probability[coded])
    if unknown.any() and not unknown.all():
        raise CorpusError(
            f"gold: {int(unknown.sum())} coded rows of source {cells['source'].iloc[0]!r} have no "
            "sampling_probability and the others have one; fill it in for all (1 for a paragraph "
            "that was chosen for certain) or leave those rows out"
        )
    if unknown.any():
        probability = np.full(len(cells), coded.mean())
        reasons.append(_ASSUMED)
    drawn = probability[coded]
    if ((drawn < SMALLEST_PROBABILITY) | (drawn > 1)).any():
        raise CorpusError(
            f"gold: sampling_probability {drawn.min():g} to {drawn.max():g} in source "
            f"{cells['source'].iloc[0]!r}; expected at least {SMALLEST_PROBABILITY} and at most 1"
        )
    sample = Sample(codes.astype(np.int64), weights, coded, probability)
    if sample.n_coded_documents < 2:
        reasons.append(_FEW_DOCUMENTS)
    elif sample.n_coded_documents < FEW:
        reasons.append(_SCARCE.format(n=sample.n_coded_documents))
    return sample, "; ".join(reasons)


def _own_reason(quantity: str, found: Corrected, known: str) -> str:
    """What must be said of one figure beside what holds for its source."""
    if np.isnan(found.value):
        return _NO_CASES
    low, high = RANGES[quantity]
    if not low - 1e-9 <= found.value <= high + 1e-9:
        return _OUTSIDE
    return _NO_SPREAD if np.isnan(found.low) and _FEW_DOCUMENTS not in known else ""


def _estimate(
    quantity: str, cells: pd.DataFrame, sample: Sample, level: float
) -> tuple[float, Corrected]:
    coded, predicted = _values(quantity, cells["gold"]), _values(quantity, cells["found"])
    weights = sample.weights
    if quantity == "salience":
        naive = float((weights * predicted[0]).sum())
        return naive, corrected_share(sample, coded[0], predicted[0], level)
    total = float((weights * predicted[1]).sum())
    naive = float((weights * predicted[0]).sum() / total) if total > 0 else float("nan")
    return naive, corrected_ratio(sample, coded, predicted, level)


def _values(quantity: str, labels: pd.Series[str]) -> tuple[Floats, Floats]:
    """Numerator and denominator of a quantity, per paragraph."""
    favor, against, related = (
        np.asarray(mask, dtype=np.float64)
        for mask in (labels == "favor", labels == "against", labels != "unrelated")
    )
    if quantity == "salience":
        return related, np.ones(len(labels))
    if quantity == "side_taking":
        return favor + against, related
    return favor - against, favor + against
