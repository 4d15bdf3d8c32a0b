"""The two figures of an evaluation: reliability, and risk against coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from stance.analysis.intervals import Floats
from stance.report import palette
from stance.report.canvas import WIDTH, panel, sheet, write
from stance.report.evaluation.curves import Reliability
from stance.report.words import heading

_TICKS = (0.0, 0.5, 1.0)
_TOP, _LEFT, _GAP = 0.34, 0.62, 0.32
_SQUARE, _STRIP = 1.4, 0.34
_CURVE_HEIGHT = 1.9
# Past this many points a line looks the same and only weighs more.
_POINTS = 400


def draw_reliability(curves: Mapping[str, Reliability]) -> Figure:
    """A panel per class: dots at mean probability and frequency, below them how many cells."""
    figure, page = sheet(_TOP + _SQUARE + 0.14 + _STRIP + 0.6)
    for number, (name, curve) in enumerate(curves.items()):
        left = _LEFT + (_SQUARE + _GAP) * number
        write(page, left, _TOP - 0.1, heading(name), weight="bold", size=8.5)
        axes = panel(page, left, _TOP, _SQUARE, _SQUARE)
        axes.plot([0, 1], [0, 1], color=palette.MUTED, lw=0.8, ls=(0, (4, 3)))
        axes.vlines(curve.mean, curve.low, curve.high, color=palette.NO_SIDE, lw=5)
        axes.plot(curve.mean, curve.frequency, color=palette.FAVOR, lw=0.8)
        axes.plot(curve.mean, curve.frequency, "o", ms=4.5, mfc=palette.FAVOR, mec=palette.PAPER,
                  mew=0.6, clip_on=False)  # fmt: skip
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(-0.02, 1.02)
        axes.grid(color=palette.RULE, lw=0.5)
        axes.set_xticks(_TICKS, labels=[""] * len(_TICKS))
        shown = ["0", ".5", "1"]
        axes.set_yticks(_TICKS, labels=shown if number == 0 else [""] * len(_TICKS))
        axes.tick_params(axis="y", labelsize=8)
        top = _TOP + _SQUARE + 0.14
        strip = panel(page, left, top, _SQUARE, _STRIP)
        # One cell must still show beside a thousand.
        strip.bar((curve.bins + 0.5) / 10, np.log10(curve.n) + 0.3, 0.085, color=palette.NEUTRAL)
        strip.set_xlim(-0.02, 1.02)
        strip.set_ylim(0, np.log10(curve.n.sum()) + 0.5)
        strip.set_yticks([])
        strip.set_xticks(_TICKS, labels=shown)
        strip.tick_params(axis="x", labelsize=8)
        _muted(page, left + _SQUARE / 2, top + _STRIP + 0.36, "probability given", ha="center")
    middle = _TOP + _SQUARE / 2
    _muted(page, 0.2, middle, "share right", rotation=90, va="center", ha="center")
    _muted(page, _LEFT - 0.1, _TOP + _SQUARE + 0.14 + _STRIP * 0.7, "cells", ha="right")
    return figure


def _muted(page: Axes, x: float, y: float, text: str, **how: Any) -> None:
    write(page, x, y, text, size=8, color=palette.MUTED, **how)


def draw_risk_coverage(parts: Sequence[tuple[str, Floats, Mapping[str, float]]]) -> Figure:
    """A panel per set of cells: the curve of the method, and the error of whatever gives no
    probability as a line across.

    Args:
        parts: Title, risks of the 1, 2, … n surest cells ``[cells]``, and name → error of each
            baseline over all of them.
    """
    figure, page = sheet(_TOP + _CURVE_HEIGHT + 0.6)
    width = (WIDTH - _LEFT - 0.15) / 2 - 0.55
    for number, (title, risks, others) in enumerate(parts):
        left = _LEFT + (width + 0.75) * number
        write(page, left, _TOP - 0.1, title, weight="bold", size=8.5)
        axes = panel(page, left, _TOP, width, _CURVE_HEIGHT)
        n = len(risks)
        chosen = np.unique(np.linspace(0, n - 1, min(n, _POINTS)).astype(int))
        axes.plot((chosen + 1) / n, risks[chosen], color=palette.FAVOR, lw=1.6)
        highest = max([float(risks.max()), *others.values()])
        top = min(1.0, 1.15 * highest) or 0.1
        _baselines(axes, risks, others, top)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, top)
        axes.grid(color=palette.RULE, lw=0.5)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0 if top > 0.05 else 1))
        axes.tick_params(labelsize=8)
        middle = left + width / 2
        _muted(
            page, middle, _TOP + _CURVE_HEIGHT + 0.42, "cells kept, the surest first", ha="center"
        )
    turned = {"rotation": 90, "va": "center", "ha": "center"}
    _muted(page, 0.14, _TOP + _CURVE_HEIGHT / 2, "wrong among them", **turned)
    return figure


def _baselines(axes: Axes, risks: Floats, others: Mapping[str, float], top: float) -> None:
    """Lines across, each named at the end where the curve is farther off; no name on another."""
    third = max(1, len(risks) // 3)
    used = -1.0
    for name, error in sorted(others.items(), key=lambda item: item[1]):
        axes.axhline(error, color=palette.MUTED, lw=0.9, ls=(0, (2, 2)))
        at = max(error + 0.015 * top, used + 0.08 * top)
        gaps = [float(np.abs(part - at).min()) for part in (risks[:third], risks[-third:])]
        x, side = (0.02, "left") if gaps[0] > gaps[1] else (0.98, "right")
        axes.text(x, at, name, size=7.5, color=palette.MUTED, va="bottom", ha=side)
        used = at
