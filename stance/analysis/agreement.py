"""How far predicted labels agree with a user's own gold labels, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from stance.analysis.config import AnalysisConfig
from stance.analysis.intervals import Estimate, Floats, estimate, jackknife_variance
from stance.analysis.measurements import CELL, LABELS, TEXT, MeasurementError, require_columns
from stance.analysis.reliability import MEASURES, measure

_KEY = [*CELL, "holder"]
_SIZE = len(LABELS)

# On cells that either calls related, unrelated against unrelated cannot occur: alpha and the
# accuracy then say how the two agree where there is something to agree on.
ALL = "all"
RELATED = "related by either"
HOLDERS = "holders"

MEANS = ("macro_f1", "f_avg")
ENOUGH = 15
"""A mean over classes leans on the rarest of them: with 3 to 10 groups its 95 % interval would
cover 86 to 90 % (``docs/testing.md``), so it is not given."""

_COLUMNS = [
    "voice", "scope", "value", "cells", "measure", "estimate", "ci_low", "ci_high",
    "interval", "interval_reason", "n_cells", "n_documents", "n_independent",
]  # fmt: skip


@dataclass(frozen=True)
class Agreement:
    """Agreement of predictions with gold labels.

    Attributes:
        measures: A row per voice (``text``, ``holders``) × scope (``all``, ``source``,
            ``language``) and its value × cells (``all``, ``related by either``) × measure (see
            `stance.analysis.reliability.measure`), with an interval over documents.
        confusion: voice, gold, predicted, n over all cells.
        unmatched: Labelled gold cells of the text voice without a prediction; not in any figure.
    """

    measures: pd.DataFrame
    confusion: pd.DataFrame
    unmatched: int


def agreement(
    gold: pd.DataFrame, predicted: pd.DataFrame, config: AnalysisConfig | None = None
) -> Agreement:
    """Compare predicted labels with gold labels, cell by cell.

    The text voice is compared on the cells (document × paragraph × proposition) that both label.
    Holders are compared in the cells where gold has any label and the prediction covers the text
    voice: there a holder without a row holds no stance (unrelated), and a cell counts once for
    every holder that either names.

    Args:
        gold: document, paragraph, proposition, holder, label. Rows with an empty label are not
            yet coded and are left out.
        predicted: The same columns, and if wanted source, language, and group: documents that are
            one piece of evidence, over which the intervals are taken; default: the document.
        config: alpha; the default if not given.

    Returns:
        The agreement; t-intervals over groups with a jackknife standard error, none of `MEANS`
        below `ENOUGH` groups.

    Raises:
        MeasurementError: If a column is missing, a cell listed twice, a label unknown, or no cell
            is in both tables.
    """
    config = config or AnalysisConfig()
    cells = compared_cells(gold, predicted)
    rows = [row for scope in _scopes(cells) for row in _scope_rows(*scope, config)]
    confusion = cells.groupby(["voice", "label_gold", "label_predicted"]).size()
    every = pd.MultiIndex.from_product(
        [[TEXT, HOLDERS], LABELS, LABELS], names=["voice", "gold", "predicted"]
    )
    confusion.index.names = every.names
    coded = _labels(gold, "gold")
    return Agreement(
        pd.DataFrame(rows, columns=_COLUMNS),
        confusion.reindex(every, fill_value=0).rename("n").reset_index(),
        int((coded["holder"] == TEXT).sum() - (cells["voice"] == TEXT).sum()),
    )


def compared_cells(gold: pd.DataFrame, predicted: pd.DataFrame) -> pd.DataFrame:
    """The cells that `agreement` compares, gold and predicted labels side by side.

    Args:
        gold: As for `agreement`, like ``predicted``.
        predicted: The predictions.

    Returns:
        voice (``text``, ``holders``), document, paragraph, proposition, holder, label_gold,
        label_predicted, and of the document source, language (where there are any) and group.

    Raises:
        MeasurementError: As `agreement` does.
    """
    coded = _labels(gold, "gold")
    given = _labels(predicted, "predicted")
    covered = given[given["holder"] == TEXT]
    text = coded[coded["holder"] == TEXT].merge(covered, on=_KEY, suffixes=("_gold", "_predicted"))
    both = coded[CELL].drop_duplicates().merge(covered[CELL], on=CELL)
    if both.empty:
        raise MeasurementError(
            "no labelled cell of 'gold' is in 'predicted': compare the columns document, "
            "paragraph and proposition of the two"
        )
    held = [part[part["holder"] != TEXT].merge(both, on=CELL) for part in (coded, given)]
    holders = held[0].merge(held[1], on=_KEY, how="outer", suffixes=("_gold", "_predicted"))
    holders = holders.fillna({"label_gold": "unrelated", "label_predicted": "unrelated"})
    holders = holders[related_by_either(holders)]
    cells = pd.concat([text.assign(voice=TEXT), holders.assign(voice=HOLDERS)], ignore_index=True)
    return cells.merge(_places(predicted), on="document", how="left")


def _labels(table: pd.DataFrame, name: str) -> pd.DataFrame:
    require_columns(table, [*_KEY, "label"], name)
    rows = table[[*_KEY, "label"]].copy()
    label = rows["label"].astype(object).where(rows["label"].notna(), "")
    rows["label"] = label.astype(str).str.strip().str.casefold()
    rows = rows[rows["label"] != ""]
    wrong = rows[~rows["label"].isin(LABELS)]
    if not wrong.empty:
        row = wrong.iloc[0]
        raise MeasurementError(
            f"table '{name}', document {row['document']!r}, paragraph {row['paragraph']}: label "
            f"{row['label']!r} is none of {', '.join(LABELS)}"
        )
    # A coding sheet read back may have numbers where the results have text, and the reverse.
    rows["document"] = rows["document"].astype(str)
    numbers = pd.to_numeric(rows["paragraph"], errors="coerce")
    if numbers.isna().any():
        bad = rows.loc[numbers.isna(), "paragraph"].iloc[0]
        raise MeasurementError(f"table '{name}': paragraph {bad!r} is not a number")
    rows["paragraph"] = numbers.astype(int)
    if rows.duplicated(_KEY).any():
        row = rows[rows.duplicated(_KEY)].iloc[0]
        raise MeasurementError(
            f"table '{name}' labels document {row['document']!r}, paragraph {row['paragraph']}, "
            f"proposition {row['proposition']!r}, holder {row['holder']!r} twice"
        )
    return rows


def related_by_either(cells: pd.DataFrame) -> pd.Series[bool]:
    """Which of the compared cells gold or the prediction calls related."""
    return (cells["label_gold"] != "unrelated") | (cells["label_predicted"] != "unrelated")


def _places(predicted: pd.DataFrame) -> pd.DataFrame:
    """Source, language and group of every predicted document."""
    places = predicted.drop_duplicates("document")
    places = places.assign(document=places["document"].astype(str))
    names = [name for name in ("source", "language") if name in places.columns]
    group = places["group"] if "group" in places.columns else places["document"]
    group = group.where(group.notna() & (group != ""), places["document"])
    return places[["document", *names]].assign(group=group.astype(str))


def _scopes(cells: pd.DataFrame) -> list[tuple[str, str, str, str, pd.DataFrame]]:
    """voice, scope, value, cells and the rows of each table of measures."""
    scopes = []
    for voice in (TEXT, HOLDERS):
        own = cells[cells["voice"] == voice]
        parts = [("all", "", own)]
        for scope in ("source", "language"):
            if scope in own.columns:
                parts += [(scope, str(v), rows) for v, rows in own.groupby(scope, sort=True)]
        for scope, value, rows in parts:
            if voice == TEXT:
                scopes.append((voice, scope, value, ALL, rows))
            scopes.append((voice, scope, value, RELATED, rows[related_by_either(rows)]))
    return scopes


def _scope_rows(
    voice: str, scope: str, value: str, which: str, cells: pd.DataFrame, config: AnalysisConfig
) -> list[dict[str, Any]]:
    matrices = group_matrices(cells)
    rows = []
    for name in MEASURES:
        row: dict[str, Any] = {
            "voice": voice,
            "scope": scope,
            "value": value,
            "cells": which,
            "measure": name,
            "n_cells": len(cells),
            "n_documents": cells["document"].nunique(),
            "n_independent": len(matrices),
        }
        result = measured(matrices, name, config)
        rows.append(
            row
            | {
                "estimate": result.value,
                "ci_low": result.low,
                "ci_high": result.high,
                "interval": result.interval,
                "interval_reason": result.reason,
            }
        )
    return rows


def group_matrices(cells: pd.DataFrame) -> Floats:
    """One confusion matrix per group of `compared_cells`, flattened, [groups, 16], by name."""
    gold, predicted = (
        cells[f"label_{side}"].map(LABELS.index).to_numpy(int) for side in ("gold", "predicted")
    )
    names, groups = np.unique(cells["group"].to_numpy(str), return_inverse=True)
    matrices = np.zeros((len(names), _SIZE * _SIZE))
    np.add.at(matrices, (groups, gold * _SIZE + predicted), 1.0)
    return matrices


def measured(matrices: Floats, name: str, config: AnalysisConfig) -> Estimate:
    """A measure of the sum of confusion matrices, with the interval that their number allows.

    Args:
        matrices: As `group_matrices` gives them, [groups, 16]; or those of two classifiers side by
            side, [groups, 32]: then the difference, the first minus the second, groups paired.
        name: As in `stance.analysis.reliability.measure`.
        config: alpha.
    """
    nan = float("nan")
    if not len(matrices):
        return Estimate(nan, nan, nan, "none", "no such cell", 0)
    is_difference = matrices.shape[1] > _SIZE * _SIZE

    def statistic(sums: Floats) -> Floats:
        shape = sums.shape[:-1]
        found = measure(sums.reshape(*shape, -1, _SIZE, _SIZE), name)
        return np.asarray(found[..., 0] - found[..., 1] if is_difference else found[..., 0])

    if name in MEANS and 1 < len(matrices) < ENOUGH:
        value = float(statistic(matrices.sum(axis=0)))
        reason = f"a mean over classes has an interval from {ENOUGH} independent documents on"
        return Estimate(value, nan, nan, "none", reason, len(matrices))
    # Alpha has no lower bound that holds for every table; a share has 0.
    lowest = -1.0 if name == "alpha" else 0.0
    return estimate(
        matrices,
        statistic,
        partial(jackknife_variance, matrices, statistic),
        limits=(lowest - 1.0, 1.0 - lowest) if is_difference else (lowest, 1.0),
        alpha=config.alpha,
    )
