"""From paragraphs to units of evidence: what each independent document says of each quantity.

A unit is one group of documents (translations, near-duplicates) of one source. Of each quantity it
carries a numerator and a denominator, so that a source's figure is always Σ numerators ÷
Σ denominators over its units: with equal weights a unit's numerator is its own figure and its
denominator 1; pooled, they are counts. One form of estimate then serves both weightings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from stance.analysis.config import AnalysisConfig
from stance.analysis.measurements import CELL, LABELS, TEXT, Measurements

QUANTITIES = ("salience", "side_taking", "direction", "mean_score")

RANGES = {
    "salience": (0.0, 1.0),
    "side_taking": (0.0, 1.0),
    "direction": (-1.0, 1.0),
    "mean_score": (-1.0, 1.0),
    "share": (0.0, 1.0),
}
"""The values that a quantity can take."""

VOICE = ["proposition", "holder"]
COUNTS = ["n_paragraphs", "n_related", "n_favor", "n_against", "score_sum", "n_scored"]


@dataclass(frozen=True)
class Selection:
    """The part of the measurements that the configuration counts.

    Attributes:
        documents: document, source, language, group, date, event; sorted, nothing missing.
        paragraphs: The rows of the kinds counted in these documents.
        units: document, paragraph of every paragraph counted, once each.
    """

    documents: pd.DataFrame
    paragraphs: pd.DataFrame
    units: pd.DataFrame


def select(m: Measurements, config: AnalysisConfig) -> Selection:
    """Take out the kinds and duplicates that are not counted, and fill in optional columns."""
    documents = m.documents.copy()
    for column in ("group", "date", "event", "duplicate_of"):
        values = documents[column] if column in documents else pd.Series("", documents.index)
        documents[column] = values.astype(object).where(values.notna(), "").astype(str)
    alone = documents["group"] == ""
    documents.loc[alone, "group"] = documents.loc[alone, "document"].astype(str)
    if config.duplicates == "drop":
        documents = documents[documents["duplicate_of"] == ""]
    # Sorted once here: sums of floats, resamples and draws then depend on no input order.
    documents = documents.sort_values(["source", "document"]).reset_index(drop=True)
    counted = m.paragraphs["document"].isin(documents["document"])
    counted &= m.paragraphs["kind"].isin(list(config.kinds))
    # Nothing is counted by its words, which take more memory than all the rest.
    plain = m.paragraphs.drop(columns=["text", "lead_in", "evidence"], errors="ignore")
    paragraphs = plain[counted].sort_values([*CELL, "holder"]).reset_index(drop=True)
    units = paragraphs[["document", "paragraph"]].drop_duplicates().reset_index(drop=True)
    columns = ["document", "source", "language", "group", "date", "event"]
    return Selection(documents[columns], paragraphs, units)


def voices(paragraphs: pd.DataFrame) -> pd.DataFrame:
    """Proposition × holder pairs of a corpus: ``text`` always, a holder where it has a stance."""
    stands = paragraphs["label"].isin(LABELS[:3])
    rows = paragraphs.loc[stands | (paragraphs["holder"] == TEXT), VOICE]
    return rows.drop_duplicates().sort_values(VOICE).reset_index(drop=True)


def document_counts(selection: Selection) -> pd.DataFrame:
    """Count, per document × proposition × holder, paragraphs, related and sided ones, and scores.

    Every document measured for a proposition has a row for every voice of that proposition, with
    zeros where the voice is silent: silence is an observation.

    Returns:
        source, group, document, proposition, holder and `COUNTS`.
    """
    rows = selection.paragraphs
    measured = rows[rows["label"].isin(LABELS)]
    own = measured[measured["holder"] == TEXT]
    base = own.groupby(["document", "proposition"]).size().rename("n_paragraphs").reset_index()
    # A holder's row counts only where the text voice could be labelled: one base for all voices.
    measured = measured.merge(own[CELL], on=CELL)
    related = measured["label"] != "unrelated"
    score = measured["score"].astype(float)
    # An unrelated text has a score near 0 that belongs to its mean; an absent holder has none.
    scored = (related | (measured["holder"] == TEXT)) & score.notna()
    tallies = measured[["document", *VOICE]].assign(
        n_related=related.astype(int),
        n_favor=(measured["label"] == "favor").astype(int),
        n_against=(measured["label"] == "against").astype(int),
        score_sum=score.where(scored, 0.0),
        n_scored=scored.astype(int),
    )
    sums = tallies.groupby(["document", *VOICE])[COUNTS[1:]].sum().reset_index()
    grid = base.merge(voices(rows), on="proposition").merge(
        sums, on=["document", *VOICE], how="left"
    )
    grid[COUNTS[1:]] = grid[COUNTS[1:]].fillna(0)
    grid = selection.documents[["source", "group", "document"]].merge(grid, on="document")
    whole = [column for column in COUNTS if column != "score_sum"]
    return grid.astype({**dict.fromkeys(whole, int), "score_sum": float})


def add_ratios(counts: pd.DataFrame) -> pd.DataFrame:
    """Add ``num_X`` and ``den_X`` of each of the four quantities to `document_counts`."""
    sided = counts["n_favor"] + counts["n_against"]
    return counts.assign(
        num_salience=counts["n_related"],
        den_salience=counts["n_paragraphs"],
        num_side_taking=sided,
        den_side_taking=counts["n_related"],
        num_direction=counts["n_favor"] - counts["n_against"],
        den_direction=sided,
        num_mean_score=counts["score_sum"],
        den_mean_score=counts["n_scored"],
    )


def to_units(
    ratios: pd.DataFrame, by: Sequence[str], quantities: Sequence[str], weights: str
) -> pd.DataFrame:
    """Turn document rows with ``num_X`` and ``den_X`` into one row per source, group and `by`.

    With weights ``documents`` a group's figure is the mean over its documents that carry the
    quantity (a translation is no new evidence), with denominator 1; with ``paragraphs`` its counts
    are summed. A group that does not carry a quantity has numerator and denominator 0.

    Returns:
        source, group, the columns `by`, and per quantity num_X, den_X and docs_X (the number of
        documents that carry it).
    """
    keys = ["source", "group", *by]
    table = ratios[keys].copy()
    for quantity in quantities:
        num, den = ratios[f"num_{quantity}"], ratios[f"den_{quantity}"]
        carries = den > 0
        equal = weights == "documents"
        figure = (num / den.where(carries)).fillna(0.0) if equal else num.where(carries, 0)
        table[f"num_{quantity}"] = figure.astype(float)
        table[f"den_{quantity}"] = (carries if equal else den).astype(float)
        table[f"docs_{quantity}"] = carries.astype(int)
    units = table.groupby(keys, sort=True).sum().reset_index()
    if weights == "documents":
        for quantity in quantities:
            docs = units[f"docs_{quantity}"]
            units[f"num_{quantity}"] /= docs.where(docs > 0, 1)
            units[f"den_{quantity}"] = (docs > 0).astype(float)
    return units
