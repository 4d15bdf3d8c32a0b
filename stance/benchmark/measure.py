"""Figures of a benchmark: the model beside the majority class, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd

from stance.analysis.intervals import Floats
from stance.analysis.measurements import LABELS
from stance.benchmark.config import BenchmarkConfig
from stance.evaluation import scores
from stance.evaluation.scores import Codes

# Fewer rows than this give a target no line of its own.
_ROWS_OF_A_TARGET = 20
_DRAWS = 500
_SIDES = ("favor", "against")

_COLUMNS = [
    "classifier", "scope", "value", "figure", "estimate", "ci_low", "ci_high", "n_rows", "n_groups",
]  # fmt: skip


def figures(
    config: BenchmarkConfig, predictions: pd.DataFrame, labels: Sequence[str], seed: int = 0
) -> pd.DataFrame:
    """Figures over all rows, per language and per target.

    ``accuracy``, ``macro_f1`` (labels in use), ``f_avg`` (mean F1 of favor and against) and
    ``forced_macro_f1`` (rows with a side, one of which must be chosen) for labels; for the
    probabilities ``classwise_ece`` beside ``ece_noise_floor``, ``brier_skill`` and
    ``risk_coverage_area``; where rows may be unrelated, ``relevance_f1`` and ``relevance_ap``. The
    majority class is that of the same rows, so it knows their labels.

    Returns:
        classifier (``model``, ``majority class``), scope (``all``, ``language``, ``target``),
        value, figure, estimate, ci_low, ci_high (95 %, groups resampled; NaN below ten groups),
        n_rows, n_groups.
    """
    rows = []
    for scope, value, part in _scopes(predictions):
        gold = np.array([labels.index(label) for label in part["gold"]], dtype=np.int64)
        p = part[[f"p_{label}" for label in labels]].to_numpy(np.float64)
        predicted = np.array([labels.index(x) for x in part["predicted"]], dtype=np.int64)
        groups = part["group"].to_numpy(str)
        # The commonest label first, then the next: of two sides the commoner is chosen.
        majority = np.tile(np.bincount(gold, minlength=len(labels)) / len(gold), (len(gold), 1))
        # A method with thresholds need not choose the likeliest label.
        most = np.full(len(gold), majority[0].argmax())
        for classifier, given, chosen in (
            ("model", p, predicted),
            ("majority class", majority, most),
        ):
            for name, statistic in _statistics(config, labels).items():
                if classifier != "model" and name not in _LABEL_FIGURES:
                    continue
                low, high = (
                    _interval(
                        statistic, gold, given, chosen, groups, seed, basic=name == "classwise_ece"
                    )
                    if classifier == "model" and name != "ece_noise_floor"
                    else (float("nan"), float("nan"))
                )
                estimate = statistic(gold, given, chosen)
                counts = len(gold), len(set(groups))
                rows.append((classifier, scope, value, name, estimate, low, high, *counts))
    return pd.DataFrame(rows, columns=_COLUMNS)


# Gold labels, probabilities, labels given.
Statistic = Callable[[Codes, Floats, Codes], float]
_LABEL_FIGURES = ("accuracy", "macro_f1", "f_avg", "forced_macro_f1", "relevance_f1")


def _statistics(config: BenchmarkConfig, labels: Sequence[str]) -> dict[str, Statistic]:
    found: dict[str, Statistic] = {
        "accuracy": lambda gold, p, given: float((gold == given).mean()),
        "macro_f1": lambda gold, p, given: scores.macro_f1(gold, given),
    }
    if config.kind == "stance":
        if len(labels) > len(_SIDES):
            found["f_avg"] = lambda gold, p, given: scores.f_avg(gold, given)
        found["forced_macro_f1"] = lambda gold, p, given: _forced_macro_f1(gold, p)
    if tuple(labels) == LABELS:
        found["relevance_f1"] = lambda gold, p, given: scores.relevance_f1(gold, given)
        found["relevance_ap"] = lambda gold, p, given: scores.relevance_average_precision(gold, p)
    return found | {
        "classwise_ece": lambda gold, p, given: scores.classwise_ece(gold, p),
        "ece_noise_floor": lambda gold, p, given: scores.ece_noise_floor(p),
        "brier_skill": lambda gold, p, given: scores.brier_skill(gold, p),
        "risk_coverage_area": lambda gold, p, given: scores.risk_coverage_area(gold, p),
    }


def _forced_macro_f1(gold: Codes, p: Floats) -> float:
    """Macro-F1 over the rows that have a side, where the likelier side is chosen."""
    sided = gold < len(_SIDES)
    return scores.macro_f1(gold[sided], p[sided, : len(_SIDES)].argmax(axis=1))


def _interval(
    statistic: Statistic,
    gold: Codes,
    p: Floats,
    given: Codes,
    groups: np.ndarray,
    seed: int,
    *,
    basic: bool,
) -> tuple[float, float]:
    return scores.bootstrap_interval(
        lambda rows: statistic(gold[rows], p[rows], given[rows]),
        groups,
        draws=_DRAWS,
        seed=seed,
        basic=basic,
    )


def _scopes(predictions: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    yield "all", "", predictions
    for scope in ("language", "target"):
        parts = [(str(v), rows) for v, rows in predictions.groupby(scope, sort=True)]
        if len(parts) > 1:
            for value, rows in parts:
                if scope == "language" or len(rows) >= _ROWS_OF_A_TARGET:
                    yield scope, value, rows
