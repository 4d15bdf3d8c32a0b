"""How far several coders agree, over the cells that at least two of them coded.

The adjudicator saw the others' work or decided over it: no further coder, and in no figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from stance.analysis import AnalysisConfig
from stance.analysis.intervals import Floats, estimate, jackknife_variance
from stance.analysis.measurements import LABELS
from stance.analysis.reliability import measure
from stance.coding.coders import Coding, Settled, tied_cells, ties_sheet
from stance.coding.rows import ADJUDICATED

_SIZE = len(LABELS)
_UNRELATED = LABELS.index("unrelated")
ALL, RELATED, NAMED = "all", "related by any", "named by any"
COLUMNS = [
    "voice", "scope", "value", "cells", "measure", "estimate", "ci_low", "ci_high", "interval",
    "interval_reason", "n_cells", "n_documents", "n_independent",
]  # fmt: skip


@dataclass(frozen=True)
class Coders:
    """The coders of a gold.

    Attributes:
        table: A row per voice (``text``, ``holders``) × scope (``all``, ``proposition``) and its
            value × cells × measure, with an interval over independent documents. ``alpha``:
            Krippendorff's, nominal. ``agreement``: 1 − its observed disagreement; of two coders,
            the share of cells with the same label. ``side_f1``: strict holder–side F1 of two
            coders, mean over pairs. Empty where no cell has two coders.
        ties: As `stance.coding.coders.ties_sheet` returns it.
        n: Number of coders, the adjudicator apart.
        adjudicated: Number of cells that the adjudicator coded.
    """

    table: pd.DataFrame
    ties: pd.DataFrame
    n: int
    adjudicated: int

    def summary(self) -> dict[str, Any]:
        """The figures for report and results.json, in words."""
        said: dict[str, Any] = {"coders": self.n}
        if self.n > 1:
            said["coders"] = f"{self.n}, {self._text()}"
        held = self._row("holders", NAMED, "side_f1")
        if held is not None:
            said["coders, holders"] = f"side_f1 {_figure(held)}, {held['n_cells']} named by any"
        if self.adjudicated:
            said["coders, adjudicated"] = f"{self.adjudicated} cells"
        if len(self.ties):
            said["coders, ties"] = f"{tied_cells(len(self.ties))} (ties.csv)"
        return said

    def _text(self) -> str:
        every, share, related = (
            self._row("text", cells, name)
            for cells, name in ((ALL, "alpha"), (ALL, "agreement"), (RELATED, "alpha"))
        )
        if every is None or share is None:
            return "no cell coded by two of them"
        text = f"alpha {_figure(every)} on {every['n_cells']} cells"
        if related is not None:
            text += f", {_value(related)} on {related['n_cells']} any calls related"
        return f"{text}; same label {_value(share)}"

    def _row(self, voice: str, cells: str, name: str) -> dict[str, Any] | None:
        """The figure over all propositions; None where there is no cell for it."""
        table = self.table
        found = table[
            (table["scope"] == "all")
            & (table["voice"] == voice)
            & (table["cells"] == cells)
            & (table["measure"] == name)
            & (table["n_cells"] > 0)
        ]
        return found.to_dict("records")[0] if len(found) else None  # type: ignore[return-value]


def _value(row: Mapping[str, Any]) -> str:
    return f"{row['estimate']:.2f}" if row["estimate"] == row["estimate"] else "not defined"


def _figure(row: Mapping[str, Any]) -> str:
    """An estimate with its interval, and why that is missing or weak."""
    bounded = row["ci_low"] == row["ci_low"]
    interval = f" [{row['ci_low']:.2f}, {row['ci_high']:.2f}]" if bounded else ""
    why = f" ({row['interval_reason']})" if row["interval_reason"] else ""
    return _value(row) + interval + why


def compare_coders(
    coding: Coding,
    settled: Settled,
    documents: pd.DataFrame,
    seed: int = 0,
) -> Coders:
    """Agreement between the coders, overall and by proposition.

    Args:
        coding: Every coder's codes.
        settled: As `stance.coding.coders.settle` returns it.
        documents: document, group: documents of one group are one piece of evidence.
        seed: Of the resamples.
    """
    config = AnalysisConfig(seed=seed)
    pairs = documents[["document", "group"]].astype(str).itertuples(index=False, name=None)
    # Coders may name a document or, for all of its translations, the group.
    group_of = {group: group for group in documents["group"].astype(str)} | dict(pairs)
    everyone = sorted({coder for given in coding.values() for coder in given} - {ADJUDICATED})
    shared = {
        cell: own
        for cell, given in coding.items()
        if len(own := {coder: given[coder] for coder in everyone if coder in given}) > 1
    }
    rows = [
        {"scope": scope, "value": value} | row
        for scope, value, cells in _scopes(shared)
        for row in (
            *_text_rows(cells, group_of, config),
            _holder_row(cells, everyone, group_of, config),
        )
    ]
    return Coders(
        pd.DataFrame(rows, columns=COLUMNS),
        ties_sheet(coding, settled.tied),
        len(everyone),
        sum(ADJUDICATED in given for given in coding.values()),
    )


def _scopes(shared: Coding) -> Iterator[tuple[str, str, Coding]]:
    if shared:
        yield "all", "", shared
    for proposition in sorted({name for *_, name in shared}):
        own = {cell: codes for cell, codes in shared.items() if cell[2] == proposition}
        yield "proposition", proposition, own


def _text_rows(
    cells: Coding, group_of: Mapping[str, str], config: AnalysisConfig
) -> Iterator[dict[str, Any]]:
    labels = [[code.label for code in own.values()] for own in cells.values()]
    counts = np.array([[own.count(label) for label in LABELS] for own in labels], dtype=np.float64)
    halves = half_coincidences(counts)
    documents = [document for document, *_ in cells]
    related = counts[:, _UNRELATED] < counts.sum(axis=1)
    for which, chosen in ((ALL, np.ones(len(counts), dtype=bool)), (RELATED, related)):
        own = [document for document, wanted in zip(documents, chosen, strict=True) if wanted]
        units = [{0: half} for half in halves[chosen]]
        for name, measured in (("alpha", "alpha"), ("agreement", "accuracy")):
            yield {"voice": "text", "cells": which, "measure": name} | _measured(
                units, own, 1, group_of, measured, config
            )


def half_coincidences(counts: Floats) -> Floats:
    """Half of the coincidences of each unit (Krippendorff 2019, ch. 12), ``[units, k, k]``.

    Summed over units they are the mean confusion matrix of two coders, made symmetric, from which
    `stance.analysis.reliability.measure` takes alpha.

    Args:
        counts: Codes of each category, ``[units, k]``; at least two codes a unit.
    """
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs -= counts[:, :, None] * np.eye(counts.shape[1])
    return np.asarray(pairs / (2 * (counts.sum(axis=1) - 1))[:, None, None])


def _holder_row(
    cells: Coding, everyone: Sequence[str], group_of: Mapping[str, str], config: AnalysisConfig
) -> dict[str, Any]:
    """A unit is a holder that a coder names in a cell; to who does not, it is unrelated."""
    index = {pair: i for i, pair in enumerate(combinations(everyone, 2))}
    units, documents = [], []
    for (document, *_), own in cells.items():
        for holder in dict.fromkeys(name for code in own.values() for name in code.holders):
            matrices = {}
            for a, b in combinations(own, 2):
                first, second = (
                    LABELS.index(own[c].holders.get(holder, ("unrelated", ""))[0]) for c in (a, b)
                )
                matrix = np.zeros((_SIZE, _SIZE))
                matrix[first, second] = 1
                matrices[index[a, b]] = matrix
            units.append(matrices)
            documents.append(document)
    return {"voice": "holders", "cells": NAMED, "measure": "side_f1"} | _measured(
        units, documents, len(index), group_of, "side_f1", config
    )


def _measured(
    units: Sequence[Mapping[int, Floats]],
    documents: Sequence[str],
    pairs: int,
    group_of: Mapping[str, str],
    name: str,
    config: AnalysisConfig,
) -> dict[str, Any]:
    """A measure of the confusion matrix of each pair, mean over the pairs that have one.

    Args:
        units: Per unit, pair → confusion matrix ``[4, 4]``.
        documents: Of each unit.
        pairs: Number of pairs.
        group_of, name, config: As above; ``name`` is that of the measure.
    """
    sizes = {"n_cells": len(units), "n_documents": len(set(documents))}
    groups = {name: i for i, name in enumerate(sorted({group_of[d] for d in documents}))}
    if not units:
        nan = float("nan")
        return {"estimate": nan, "ci_low": nan, "ci_high": nan, "interval": "none",
                "interval_reason": "no such cell", "n_independent": 0} | sizes  # fmt: skip
    # Summed at once: with many coders there are too many pairs to keep a matrix per unit.
    totals = np.zeros((len(groups), pairs, _SIZE, _SIZE))
    for unit, document in zip(units, documents, strict=True):
        for pair, matrix in unit.items():
            totals[groups[group_of[document]], pair] += matrix

    def statistic(sums: Floats) -> Floats:
        each = measure(sums.reshape(*sums.shape[:-1], pairs, _SIZE, _SIZE), name)
        there = np.isfinite(each)
        n = there.sum(axis=-1)
        total = np.where(there, each, 0.0).sum(axis=-1)
        return np.asarray(np.where(n > 0, total / np.where(n > 0, n, 1), np.nan))

    flat = totals.reshape(len(groups), -1)
    found = estimate(
        flat,
        statistic,
        partial(jackknife_variance, flat, statistic),
        # Alpha has no lower bound that holds for every table; a share has 0.
        limits=(-1.0 if name == "alpha" else 0.0, 1.0),
        alpha=config.alpha,
    )
    return {
        "estimate": found.value, "ci_low": found.low, "ci_high": found.high,
        "interval": found.interval, "interval_reason": found.reason, "n_independent": len(groups),
    } | sizes  # fmt: skip
