"""The method measured against gold labels, and on how much that rests."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from stance.analysis import Agreement, AnalysisConfig, agreement
from stance.analysis.agreement import HOLDERS, compared_cells
from stance.analysis.measurements import LABELS
from stance.coding.rows import CELL
from stance.files import Writing
from stance.methods.base import TEXT_VOICE
from stance.table_files import write_csv

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Validation:
    """How the method fares on the user's own labels.

    Attributes:
        found: Agreement of the method with the labels.
        n_texts: Independent texts with a labelled cell; translations of one are one.
        n_documents, n_paragraphs, n_cells: Of these the documents, their paragraphs, and
            paragraphs × propositions. Only what the run has measured counts.
        confusion: voice, scope (``all``, ``source``, ``language``) and its value, gold, predicted,
            n: cells, for every pair of labels.
        mode_accuracy: Share of holders found whose mode (said, imputed) is right; NaN if none.
    """

    found: Agreement
    n_texts: int
    n_documents: int
    n_paragraphs: int
    n_cells: int
    confusion: pd.DataFrame
    mode_accuracy: float

    def figure(self, voice: str, measure: str, cells: str = "all") -> float:
        """One estimate over the whole sample."""
        table = self.found.measures
        row = table[
            (table["voice"] == voice)
            & (table["scope"] == "all")
            & (table["cells"] == cells)
            & (table["measure"] == measure)
        ]
        return float(row["estimate"].iloc[0]) if len(row) else float("nan")

    def summary(self) -> dict[str, Any]:
        """What report and results.json print: sizes, then name → figure with interval."""
        table = self.found.measures
        rows = table[(table["scope"] == "all") & table["estimate"].notna()]
        figures: dict[str, Any] = {
            "texts": self.n_texts,
            "documents": self.n_documents,
            "paragraphs": self.n_paragraphs,
            "cells": self.n_cells,
        }
        if self.found.unmatched:
            figures["coded cells that the run does not have"] = self.found.unmatched
        for row in rows.to_dict("records"):
            interval = (
                f" [{row['ci_low']:.2f}, {row['ci_high']:.2f}]"
                if row["ci_low"] == row["ci_low"]
                else f" ({row['interval_reason']})"
            )
            name = f"{row['voice']}, {row['measure']}, {row['cells']} cells"
            figures[name] = f"{row['estimate']:.3f}{interval}, {row['n_cells']} cells"
        if self.mode_accuracy == self.mode_accuracy:
            figures["holders, said or imputed, accuracy"] = f"{self.mode_accuracy:.3f}"
        return figures

    def write(self, folder: Path) -> Path:
        """Write evaluation.csv and confusion.csv, both by source and language; return the first.

        Raises:
            OutputError: If they cannot be written.
        """
        with Writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            write_csv(folder / "evaluation.csv", self.found.measures)
            write_csv(folder / "confusion.csv", self.confusion)
        return folder / "evaluation.csv"


def validate(
    gold: pd.DataFrame, paragraphs: pd.DataFrame, documents: pd.DataFrame, seed: int = 0
) -> Validation:
    """Measure the stances of a run against gold labels, intervals over independent documents.

    Args:
        gold: As `stance.coding.gold.read_gold` returns it.
        paragraphs: The paragraph table of the run.
        documents: document, group.
        seed: Of the resamples.
    """
    groups = documents.set_index("document")["group"]
    predicted = paragraphs.assign(group=paragraphs["document"].map(groups))
    found = agreement(gold, predicted, AnalysisConfig(seed=seed))
    if found.unmatched:
        log.warning("coded cells that this run does not have, left out: %d", found.unmatched)
    cells = compared_cells(gold, predicted)
    text = cells[cells["voice"] == TEXT_VOICE]
    # Coders may be split on the mode alone.
    holders = gold[(gold["holder"] != TEXT_VOICE) & (gold["mode"] != "")].merge(
        paragraphs[[*CELL, "holder", "mode"]], on=[*CELL, "holder"], suffixes=("", "_found")
    )
    accuracy = (holders["mode"] == holders["mode_found"]).mean() if len(holders) else float("nan")
    return Validation(
        found,
        n_texts=text["group"].nunique(),
        n_documents=text["document"].nunique(),
        n_paragraphs=len(text[CELL[:2]].drop_duplicates()),
        n_cells=len(text),
        confusion=_confusion(cells),
        mode_accuracy=float(accuracy),
    )


def _confusion(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells by scope, gold and predicted label, zeros as well."""
    columns = ["voice", "gold", "predicted"]
    every = pd.MultiIndex.from_product([[TEXT_VOICE, HOLDERS], LABELS, LABELS], names=columns)
    named = cells.rename(columns={"label_gold": "gold", "label_predicted": "predicted"})
    scopes: list[tuple[str, str, pd.DataFrame]] = [("all", "", named)]
    for scope in ("source", "language"):
        if scope in named.columns:
            scopes += [(scope, str(value), own) for value, own in named.groupby(scope, sort=True)]
    parts = [
        own.groupby(columns).size().reindex(every, fill_value=0).rename("n").reset_index()
        .assign(scope=scope, value=value)
        for scope, value, own in scopes
    ]  # fmt: skip
    return pd.concat(parts)[["voice", "scope", "value", "gold", "predicted", "n"]]
