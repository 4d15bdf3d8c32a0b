"""Every figure of the evaluation as one long table, for whoever draws their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from stance.analysis.measurements import LABELS, TEXT
from stance.evaluation.scores import confusion, risk_coverage_curve
from stance.report.evaluation.curves import Reliability
from stance.report.evaluation.data import VOICES, EvaluationData
from stance.report.evaluation.figures import Figure

COLUMNS = ["section", "name", "scope", "value", "estimate", "ci_low", "ci_high", "n"]
_COVERAGES = np.linspace(0.05, 1.0, 20)
_NAN = float("nan")
Row = tuple[str, str, str, str, float, float, float, int]


def long_table(
    data: EvaluationData, figures: tuple[Figure, ...], curves: Mapping[str, Reliability]
) -> pd.DataFrame:
    """section, name, scope, value, estimate, ci_low, ci_high, n (cells, unless said otherwise).

    - ``text``, ``holders``: figures; scope ``method``, ``baseline``, ``difference`` (the method
      minus the baseline) with the name as value, or ``language``, ``source``, ``proposition``.
    - ``reliability``: name is the class, value the lower end of the bin; ``mean probability`` and
      ``frequency``, whose limits are those of a calibrated classifier.
    - ``risk``: share of errors among the surest cells, value their share; scope: of which cells.
    - ``confusion``: cells; name is the voice, scope the gold label, value the label found; n: cells
      of the gold label.
    - ``agreement``: name is the measure, scope the voice, value the cells, of the coders.
    - ``robustness``: name is the quantity, scope the proposition; base, median, min, max.
    - ``benchmark``: name is the figure, scope the set (with its language or target), value the
      classifier; n: rows.
    """
    rows: list[Row] = [
        (f.section, f.name, f.scope, f.value, f.estimate, f.low, f.high, f.n) for f in figures
    ]
    rows += _reliability(curves)
    rows += _risk(data)
    rows += _confusion(data)
    rows += _coders(data)
    rows += _robustness(data)
    rows += _benchmarks(data)
    return pd.DataFrame(rows, columns=COLUMNS)


def _reliability(curves: Mapping[str, Reliability]) -> Iterator[Row]:
    for name, curve in curves.items():
        for i, at in enumerate(curve.bins):
            value, n = f"{at / 10:.1f}", int(curve.n[i])
            yield ("reliability", name, "mean probability", value, curve.mean[i], _NAN, _NAN, n)
            limits = curve.low[i], curve.high[i]
            yield ("reliability", name, "frequency", value, curve.frequency[i], *limits, n)


def _risk(data: EvaluationData) -> Iterator[Row]:
    cells = data.cells(data.method, TEXT)
    for which, part in (("all", cells), ("related by either", cells.related_by_either)):
        if not len(part):
            continue
        risks = risk_coverage_curve(part.gold, part.probabilities)
        for coverage in _COVERAGES:
            k = max(1, round(coverage * len(risks)))
            yield ("risk", "risk", which, f"{coverage:.2f}", risks[k - 1], _NAN, _NAN, k)


def _confusion(data: EvaluationData) -> Iterator[Row]:
    for voice in VOICES:
        cells = data.cells(data.method, voice)
        counts = confusion(cells.gold, cells.predicted)
        for code, gold in enumerate(LABELS):
            total = int(counts[code].sum())
            for other, found in enumerate(LABELS):
                yield ("confusion", voice, gold, found, counts[code, other], _NAN, _NAN, total)


def _coders(data: EvaluationData) -> Iterator[Row]:
    for row in data.coders.to_dict("records"):
        if row["scope"] == "all":
            place = ("agreement", row["measure"], row["voice"], row["cells"])
            yield (*place, row["estimate"], row["ci_low"], row["ci_high"], row["n_cells"])


def _robustness(data: EvaluationData) -> Iterator[Row]:
    if data.robustness is None:
        return
    for row in data.robustness.spread.to_dict("records"):
        scope = f"{row['proposition']}, {row['source'] or row['scope']}"
        for name in ("base", "median", "min", "max"):
            n = int(row.get("n_values", 0))
            yield ("robustness", row["quantity"], scope, name, row[name], _NAN, _NAN, n)


def _benchmarks(data: EvaluationData) -> Iterator[Row]:
    for result in data.benchmarks:
        name = result["benchmark"]["name"]
        for f in result["figures"]:
            scope = f"{name}, {f['value']}" if f["value"] else name
            numbers = (_number(f[key]) for key in ("estimate", "ci_low", "ci_high"))
            low, mid, high = numbers
            yield ("benchmark", f["figure"], scope, f["classifier"], low, mid, high, f["n_rows"])


def _number(value: Any) -> float:
    return _NAN if value is None else float(value)
