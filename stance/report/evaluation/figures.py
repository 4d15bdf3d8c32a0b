"""The figures: the method and each baseline on the same cells, with intervals over documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from stance.analysis.agreement import HOLDERS, measured
from stance.analysis.intervals import FEW, Estimate, Floats
from stance.analysis.measurements import TEXT
from stance.evaluation import scores
from stance.evaluation.scores import Codes
from stance.report.evaluation.data import KEY, Cells, EvaluationData

METHOD, BASELINE, DIFFERENCE = "method", "baseline", "difference"
SCOPES = ("language", "source", "proposition")
_DRAWS = 500
_FEW = f"fewer than {FEW} independent documents: no bootstrap of them"
_UNSTABLE = "not defined in too many resamples"
_NO_INTERVAL = "a mean over resamples, it has no interval of its own"
_NOT_DEFINED = "not defined for these cells"
Statistic = Callable[[Codes, Floats], float]

# Measures of `stance.analysis.reliability`, and whether only cells that gold calls related count.
LABEL_FIGURES: dict[str, tuple[str, bool]] = {
    "relevance_f1": ("relevance_f1", False),
    "macro_f1": ("macro_f1", False),
    "f_avg": ("f_avg", False),
    "f1_favor": ("f1_favor", False),
    "f1_against": ("f1_against", False),
    "f1_neutral": ("f1_neutral", False),
    "f1_unrelated": ("f1_unrelated", False),
    "accuracy": ("accuracy", False),
    "accuracy_related": ("accuracy", True),
    "alpha": ("alpha", False),
}
HOLDER_FIGURES: dict[str, tuple[str, bool]] = {
    "side_f1": ("side_f1", False),
    "relevance_f1": ("relevance_f1", False),
}
PROBABILITY_FIGURES: dict[str, Statistic] = {
    "relevance_ap": scores.relevance_average_precision,
    "brier_skill": scores.brier_skill,
    "classwise_ece": scores.classwise_ece,
    "risk_coverage_area": scores.risk_coverage_area,
}
NOISE_FLOOR = "ece_noise_floor"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Attributes:
        section: Part of the report: the voice, for most.
        scope: ``method``, ``baseline``, ``difference`` (the method minus a baseline), or what the
            cells are taken from (``language`` …), with its value.
        low: Of the interval; NaN where there is none, like ``high``.
        n: Cells.
        reason: Why the interval is missing or weak.
    """

    section: str
    name: str
    scope: str
    value: str
    estimate: float
    low: float
    high: float
    n: int
    reason: str = ""


def all_figures(data: EvaluationData) -> tuple[Figure, ...]:
    """Every classifier over all cells, differences, and the method by part of the sample.

    What is a function of a confusion matrix has the interval of `stance.analysis.intervals`, as in
    evaluation.csv; what is a function of probabilities a bootstrap over documents, from ten of
    them (`stance.evaluation.scores.bootstrap_interval`).
    """
    return (*_compared(data, TEXT), *_compared(data, HOLDERS), *_by_scope(data))


def _compared(data: EvaluationData, voice: str) -> Iterator[Figure]:
    labels = LABEL_FIGURES if voice == TEXT else HOLDER_FIGURES
    method = data.cells(data.method, voice)
    for name in data.classifiers_of(voice):
        cells = data.cells(name, voice)
        place = (voice, METHOD if name == data.method else BASELINE, name)
        for figure, (measure, only_related) in labels.items():
            part = cells.related if only_related else cells
            yield _figure(place, figure, _of_labels(part, measure, data), len(part))
        if voice == TEXT:
            yield from _of_probabilities(cells, place, data)
        if name == data.method:
            continue
        place = (voice, DIFFERENCE, name)
        for figure, (measure, only_related) in labels.items():
            pair = (method.related, cells.related) if only_related else (method, cells)
            yield _figure(place, figure, _difference(*pair, measure, data), len(pair[0]))
        if voice == TEXT:
            for figure, statistic in PROBABILITY_FIGURES.items():
                found = _paired(method, cells, statistic, data)
                yield _figure(place, figure, found, len(cells))


def _figure(place: tuple[str, str, str], name: str, found: Estimate, n: int) -> Figure:
    section, scope, value = place
    return Figure(section, name, scope, value, found.value, found.low, found.high, n, found.reason)


def _of_labels(cells: Cells, measure: str, data: EvaluationData) -> Estimate:
    return measured(cells.matrices, measure, data.settings)


def _difference(one: Cells, other: Cells, measure: str, data: EvaluationData) -> Estimate:
    """Paired by document: both see the same ones."""
    names = sorted({*one.groups, *other.groups})
    matrices = [
        pd.DataFrame(cells.matrices, index=np.unique(cells.groups))
        .reindex(names, fill_value=0.0)
        .to_numpy()
        for cells in (one, other)
    ]
    return measured(np.hstack(matrices), measure, data.settings)


def _of_probabilities(
    cells: Cells, place: tuple[str, str, str], data: EvaluationData
) -> Iterator[Figure]:
    for name, statistic in PROBABILITY_FIGURES.items():
        yield _figure(place, name, _resampled(cells, statistic, name, data), len(cells))
        if name == "classwise_ece":
            floor = scores.ece_noise_floor(cells.probabilities, seed=data.settings.seed)
            nan = float("nan")
            found = Estimate(floor, nan, nan, "none", _NO_INTERVAL, len(cells))
            yield _figure(place, NOISE_FLOOR, found, len(cells))


def _resampled(cells: Cells, statistic: Statistic, name: str, data: EvaluationData) -> Estimate:
    def over(rows: np.ndarray) -> float:
        return statistic(cells.gold[rows], cells.probabilities[rows])

    # Resampling adds the noise of every bin to a calibration error.
    return _bootstrap(over, cells, data, basic=name == "classwise_ece")


def _paired(one: Cells, other: Cells, statistic: Statistic, data: EvaluationData) -> Estimate:
    if not (one.table[KEY].to_numpy() == other.table[KEY].to_numpy()).all():
        raise ValueError("the cells of the two classifiers are not the same")

    def over(rows: np.ndarray) -> float:
        gold = one.gold[rows]
        return statistic(gold, one.probabilities[rows]) - statistic(gold, other.probabilities[rows])

    return _bootstrap(over, one, data)


def _bootstrap(
    over: Callable[[np.ndarray], float], cells: Cells, data: EvaluationData, *, basic: bool = False
) -> Estimate:
    value = over(np.arange(len(cells)))
    nan = float("nan")
    if not np.isfinite(value):
        return Estimate(nan, nan, nan, "none", _NOT_DEFINED, 0)
    low, high = scores.bootstrap_interval(
        over,
        cells.groups,
        level=1 - data.settings.alpha,
        draws=_DRAWS,
        seed=data.settings.seed,
        basic=basic,
    )
    n = len(np.unique(cells.groups))
    reason = "" if np.isfinite(low) else _FEW if n < FEW else _UNSTABLE
    return Estimate(value, low, high, "bootstrap" if not reason else "none", reason, n)


def _by_scope(data: EvaluationData) -> Iterator[Figure]:
    """Errors of the method: shares of wrong labels, relevance and holders."""
    for scope in SCOPES:
        for voice in (TEXT, HOLDERS):
            for value, cells in data.cells(data.method, voice).of(scope):
                place = (voice, scope, value)
                if voice == HOLDERS:
                    yield _figure(place, "side_f1", _of_labels(cells, "side_f1", data), len(cells))
                    continue
                for name, part in (("error", cells), ("error_related", cells.related)):
                    yield _complement(
                        _figure(place, name, _of_labels(part, "accuracy", data), len(part))
                    )
                for name in ("relevance_f1", "macro_f1"):
                    yield _figure(place, name, _of_labels(cells, name, data), len(cells))


def _complement(figure: Figure) -> Figure:
    """1 − the figure."""
    return replace(figure, estimate=1 - figure.estimate, low=1 - figure.high, high=1 - figure.low)
