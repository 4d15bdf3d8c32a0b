"""Thresholds and temperature fitted on one half of the coded documents, tested on the other.

Each half of the independent documents fits the settings that the other half tests, so that no
figure rests on a cell that chose what it measures (cross-fitting, Chernozhukov et al. 2018). What
is fitted on all of them is what to use afterwards; the cross-fitted figures say how good that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stance.analysis.intervals import Floats
from stance.analysis.measurements import LABELS
from stance.errors import CorpusError, OutputError
from stance.evaluation import scores
from stance.methods.base import TEXT_VOICE, MethodConfig
from stance.table_files import write_csv

Decide = Callable[[MethodConfig], pd.DataFrame]
Point = tuple[tuple[str, float], ...]
_CELL = ["document", "paragraph", "proposition"]
_GRID: dict[str, tuple[float, ...]] = {
    "relevance_threshold": (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    "side_threshold": (0.3, 0.4, 0.5, 0.6, 0.7),
    "holder_threshold": (0.3, 0.4, 0.5, 0.6, 0.7),
    "temperature": (0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 5.0),
}
SMALLEST = 4  # documents: two to fit on, two to test on


@dataclass(frozen=True)
class Cells:
    """Gold and decision of the coded cells: rows of the text voice, and rows of holders.

    Attributes:
        is_text: Whether a row is the text voice of a cell; else a holder that either names.
        gold, found: Codes of the labels, ``[rows]``.
        p: Probabilities of the text voice, ``[rows, 4]``; NaN for holders.
        weight: Inverse sampling probability, ``[rows]``; 1 where none is known.
        group: Independent document, ``[rows]``.
    """

    is_text: NDArray[np.bool_]
    gold: scores.Codes
    found: scores.Codes
    p: Floats
    weight: Floats
    group: NDArray[np.str_]

    def take(self, rows: NDArray[Any]) -> Cells:
        """Some rows: indices or a mask."""
        return Cells(*(getattr(self, field.name)[rows] for field in fields(self)))

    def __add__(self, other: Cells) -> Cells:
        """The rows of both."""
        return Cells(
            *(
                np.concatenate([getattr(self, field.name), getattr(other, field.name)])
                for field in fields(self)
            )
        )


def _relevance_f1(cells: Cells) -> float:
    own = cells.take(cells.is_text)
    return float(_f1(own.gold != scores.UNRELATED, own.found != scores.UNRELATED, own.weight))


def _macro_f1(cells: Cells) -> float:
    own = cells.take(cells.is_text)
    return float(
        np.mean(
            [
                _f1(own.gold == label, own.found == label, own.weight)
                for label in np.union1d(own.gold, own.found)
            ]
        )
    )


def _holder_side_f1(cells: Cells) -> float:
    """Micro-F1 over the sides; nobody named and nobody found is no figure: NaN."""
    held = cells.take(~cells.is_text)
    sides = np.array([[LABELS.index("favor")], [LABELS.index("against")]])
    weight = np.broadcast_to(held.weight, (2, len(held.weight)))
    return float(_f1(held.gold == sides, held.found == sides, weight))


def _f1(truth: NDArray[np.bool_], found: NDArray[np.bool_], weight: Floats) -> float:
    """F1 = 2 TP / (true + found), each the sum of its weights."""
    both = weight[truth].sum() + weight[found].sum()
    return float(2 * weight[truth & found].sum() / both) if both > 0 else float("nan")


def _log_loss(cells: Cells) -> float:
    """Negative log-likelihood of the gold labels of the text voice, in nats a cell."""
    own = cells.take(cells.is_text)
    given = own.p[np.arange(len(own.gold)), own.gold].clip(1e-6)
    return float(np.average(-np.log(given), weights=own.weight))


_FIGURES: dict[str, Callable[[Cells], float]] = {
    "relevance_f1": _relevance_f1,
    "macro_f1": _macro_f1,
    "holder_side_f1": _holder_side_f1,
    "log_loss": _log_loss,
}
# In this order: relevance opens the cells whose sides are then asked for.
_CHOSEN_BY = {
    "relevance_threshold": "relevance_f1",
    "side_threshold": "macro_f1",
    "holder_threshold": "holder_side_f1",
    "temperature": "log_loss",
}


@dataclass(frozen=True)
class Calibration:
    """What was fitted, and what it is worth.

    Attributes:
        settings: setting, configured, half 1, half 2, all: the fitted values.
        figures: figure, configured, cross_fitted, difference with ci_low and ci_high over
            documents, n_cells, n_independent.
        overrides: The settings fitted on all, as the command takes them.
    """

    settings: pd.DataFrame
    figures: pd.DataFrame
    overrides: tuple[str, ...]

    def write(self, folder: Path) -> Path:
        """Write calibration.csv, calibrated_settings.csv and overrides.txt; return the first.

        Raises:
            OutputError: If the folder cannot be written to.
        """
        path = folder / "calibration.csv"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_csv(path, self.figures)
            write_csv(folder / "calibrated_settings.csv", self.settings)
            (folder / "overrides.txt").write_text(" ".join(self.overrides) + "\n", "utf-8")
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
        return path


def calibrate(
    decide: Decide,
    start: MethodConfig,
    gold: pd.DataFrame,
    documents: pd.DataFrame,
    seed: int = 0,
) -> Calibration:
    """Fit the thresholds and the temperature of a method to coded cells.

    Args:
        decide: Paragraph table under given settings, over the coded documents at least.
        start: The settings as configured; each is kept where no other does better.
        gold: As `read_gold` returns it.
        documents: document, group: documents of one group are one piece of evidence.
        seed: Of the halves and the resamples.

    Returns:
        The fitted settings, and the figures of the cells that did not fit them.

    Raises:
        CorpusError: If fewer than four independent documents are coded.
    """
    group_of = documents.set_index("document")["group"]
    names = np.unique(gold["document"].map(group_of).to_numpy(str))
    if len(names) < SMALLEST:
        raise CorpusError(
            f"gold: {len(names)} independent documents are coded; fitting on one half and testing "
            f"on the other takes at least {SMALLEST}"
        )

    @cache
    def cells(point: Point) -> Cells:
        settings = cast(Any, dict(point))
        return cells_of(gold, decide(replace(start, **settings)), group_of)

    order = np.random.default_rng(seed).permutation(names)
    halves = order[::2], order[1::2]
    configured = {name: float(getattr(start, name)) for name in _GRID}
    fitted = [_fit(cells, configured, half) for half in halves]
    everywhere = _fit(cells, configured, names)
    settings = pd.DataFrame(
        [
            {"setting": name, "configured": configured[name], "half 1": fitted[0][name],
             "half 2": fitted[1][name], "all": everywhere[name]}
            for name in _GRID
        ]
    )  # fmt: skip
    before = cells(tuple(configured.items()))
    # Each half is measured under what the other half chose.
    swapped = [
        _of(cells(tuple(point.items())), half)
        for point, half in zip(reversed(fitted), halves, strict=True)
    ]
    after = swapped[0] + swapped[1]
    return Calibration(
        settings,
        pd.DataFrame(list(_measured(before, after, names, seed))),
        tuple(f"method.{name}={value:g}" for name, value in everywhere.items()),
    )


def _fit(
    cells: Callable[[Point], Cells], start: dict[str, float], groups: NDArray[np.str_]
) -> dict[str, float]:
    """One setting after the other, each by its own figure on the given documents."""
    point = dict(start)
    for name, figure in _CHOSEN_BY.items():
        sign = -1.0 if figure == "log_loss" else 1.0
        best, best_value = point[name], -np.inf
        # What is configured comes first: another value must do better, not as well.
        for value in (point[name], *_GRID[name]):
            tried = _of(cells(tuple((point | {name: value}).items())), groups)
            found = sign * _FIGURES[figure](tried)
            if found > best_value + 1e-9:
                best, best_value = value, found
        point[name] = best
    return point


def cells_of(gold: pd.DataFrame, paragraphs: pd.DataFrame, group_of: pd.Series[Any]) -> Cells:
    """Join gold and decisions: the text voice of every coded cell, and every holder of either."""
    columns = [f"p_{label}" for label in LABELS]
    own = gold[gold["holder"] == TEXT_VOICE].sort_values(_CELL)
    given = paragraphs[paragraphs["holder"] == TEXT_VOICE][[*_CELL, "label", *columns]]
    both = own.merge(given, on=_CELL, suffixes=("_gold", ""), how="inner")
    weight = (1 / both["probability"]).fillna(1.0)
    cells = both[_CELL].assign(weight=weight, group=both["document"].map(group_of).astype(str))
    parts = [
        table[table["holder"] != TEXT_VOICE][[*_CELL, "holder", "label"]].rename(
            columns={"label": name}
        )
        for table, name in ((gold, "gold"), (paragraphs, "found"))
    ]
    held = parts[0].merge(parts[1], on=[*_CELL, "holder"], how="outer").merge(cells, on=_CELL)

    def codes(name: str, own: pd.Series[Any]) -> scores.Codes:
        named = held[name].fillna(LABELS[scores.UNRELATED])
        return np.array([LABELS.index(label) for label in (*own, *named)], dtype=np.int64)

    return Cells(
        np.repeat([True, False], [len(both), len(held)]),
        codes("gold", both["label_gold"]),
        codes("found", both["label"]),
        np.vstack([both[columns].to_numpy(float), np.full((len(held), len(LABELS)), np.nan)]),
        np.concatenate([weight, held["weight"]]),
        np.concatenate([cells["group"], held["group"]]).astype(str),
    )


def _of(cells: Cells, groups: NDArray[np.str_]) -> Cells:
    return cells.take(np.isin(cells.group, groups))


def _measured(
    before: Cells, after: Cells, names: NDArray[np.str_], seed: int
) -> Iterator[dict[str, Any]]:
    """Each figure before and after, and the interval of the difference over documents."""
    rows_before, rows_after = (
        [np.flatnonzero(cells.group == name) for name in names] for cells in (before, after)
    )
    for name, figure in _FIGURES.items():

        def gain(drawn: NDArray[Any], figure: Callable[[Cells], float] = figure) -> float:
            was, became = (
                figure(cells.take(np.concatenate([rows[i] for i in drawn])))
                for cells, rows in ((before, rows_before), (after, rows_after))
            )
            return became - was

        low, high = scores.bootstrap_interval(gain, names, draws=500, seed=seed)
        yield {
            "figure": name, "configured": figure(before), "cross_fitted": figure(after),
            "difference": figure(after) - figure(before), "ci_low": low, "ci_high": high,
            "n_cells": int(before.is_text.sum()), "n_independent": len(names),
        }  # fmt: skip
