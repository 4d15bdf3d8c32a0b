"""Differences between sources in their own voice: a dot per pair, and a bar for its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from stance.report import palette
from stance.report.canvas import WIDTH, Drawing, panel, wrapped, write
from stance.report.data import TEXT_VOICE, ReportData
from stance.report.difference_tables import difference
from stance.report.reasons import QUANTITIES
from stance.report.words import count, heading, is_number, one_line, p_value

MAX_PAIRS = 15
"""Pairs of sources per proposition, the largest differences first."""

_LEFT, _RIGHT, _HEAD, _TITLE, _LINE, _FOOT = 3.3, 0.95, 0.3, 0.34, 0.2, 0.5
_BEFORE_MINUS = 22

Rows = Sequence[Mapping[Any, Any]]


def differences(data: ReportData, quantity: str = "salience") -> Drawing:
    """A block per proposition, a line per pair of sources, the first minus the second.

    A hollow dot has no interval. At the right the adjusted p-value; a dash where none is due, for
    the reason that ``comparisons`` gives.

    Args:
        quantity: salience, side_taking, direction or mean_score.
    """
    table = data.comparisons
    own = table[(table["holder"] == TEXT_VOICE) & (table["quantity"] == quantity)]
    blocks = {
        name: _largest(own[own["proposition"] == name].to_dict("records"))
        for name in data.proposition_names
    }
    blocks = {name: rows for name, rows in blocks.items() if rows}
    ends = ("difference", "ci_low", "ci_high")
    shown = [row[end] for rows in blocks.values() for row in rows for end in ends]
    reach = 1.15 * max((abs(float(v)) for v in shown if is_number(v)), default=1.0) or 0.1
    width = WIDTH - _LEFT - _RIGHT
    n_lines = sum(map(len, blocks.values()))
    height = _HEAD + _TITLE * max(1, len(blocks)) + _LINE * n_lines + _FOOT

    def paint(page: Axes) -> None:
        small = {"size": 7.5, "color": palette.MUTED}
        write(page, WIDTH - 0.05, _HEAD - 0.1, "adjusted p", ha="right", **small)
        top = _HEAD
        for name, rows in blocks.items():
            write(page, 0.05, top + 0.2, heading(name), weight="bold")
            top += _TITLE
            axes = panel(page, _LEFT, top, width, _LINE * len(rows))
            last = name == next(reversed(blocks))
            _axes(axes, len(rows), reach, quantity, ticks=last)
            for line, row in enumerate(rows):
                middle = top + _LINE * (line + 0.5) + 0.04
                write(page, _LEFT - 0.12, middle, _pair(row), ha="right", size=8)
                write(page, WIDTH - 0.05, middle, p_value(row["p_adjusted"]), ha="right", size=8)
                _dot(axes, line, row)
            top += _LINE * len(rows)
        if not blocks:
            write(page, 0.05, _HEAD + 0.2, "No two sources can be compared.", **small)
            return
        middle = _LEFT + width / 2
        what = f"← less · {QUANTITIES[quantity].lower()}, first minus second · more →"
        write(page, middle, top + 0.4, what, ha="center", **small)
        hidden = len(own[own["difference"].map(is_number).astype(bool)]) - n_lines
        if hidden > 0:
            more = f"{count(hidden, 'smaller difference')} not shown"
            write(page, 0.05, top + 0.4, more, **small)

    return Drawing(WIDTH, height, paint)


def _largest(rows: Rows) -> Rows:
    there = [row for row in rows if is_number(row["difference"])]
    return sorted(there, key=lambda row: -abs(float(row["difference"])))[:MAX_PAIRS]


def _pair(row: Mapping[Any, Any]) -> str:
    first, second = (
        wrapped(one_line(row[key]), _BEFORE_MINUS, lines=1)[0] for key in ("source_a", "source_b")
    )
    # The marks keep the order of two names that are written right to left.
    return f"{first}\N{LEFT-TO-RIGHT MARK} − \N{LEFT-TO-RIGHT MARK}{second}"


def _axes(axes: Axes, lines: int, reach: float, quantity: str, *, ticks: bool) -> None:
    axes.set_xlim(-reach, reach)
    axes.set_ylim(lines - 0.5, -0.5)
    axes.set_yticks([])
    axes.axvline(0, color=palette.MUTED, lw=0.8)
    places = MaxNLocator(nbins=6, symmetric=True).tick_values(-reach, reach)
    axes.set_xticks([float(place) for place in places if abs(place) <= reach])
    shown = difference(quantity)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: shown(value) if ticks else ""))
    axes.grid(axis="x", color=palette.RULE, lw=0.5)


def _dot(axes: Axes, line: int, row: Mapping[Any, Any]) -> None:
    bounds = [row["ci_low"], row["ci_high"]]
    bounded = all(map(is_number, bounds))
    if bounded:
        axes.plot(bounds, [line] * 2, color=palette.INK, lw=1.4)
    face = palette.INK if bounded else palette.PAPER
    axes.plot([row["difference"]], [line], "o", mec=palette.INK, mfc=face, ms=5, mew=1.0)
