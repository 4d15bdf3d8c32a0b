"""Frames: the share of paragraphs that carry each, by source, with intervals where due."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from stance.report import palette
from stance.report.canvas import WIDTH, Drawing, panel, wrapped, write
from stance.report.data import ReportData
from stance.report.voices import shown_sources
from stance.report.words import heading, is_number

_LEFT, _HEAD, _FOOT, _LINE, _GAP = 1.72, 0.42, 0.28, 0.21, 0.34
_ACROSS = 4
_REACHES = (0.1, 0.2, 0.4, 0.6, 0.8)


def frame_names(data: ReportData) -> tuple[str, ...]:
    """Frames as declared, then any that only the table knows."""
    there = set(data.frames["frame"])
    known = [name for name in data.frame_labels if name in there]
    return (*known, *sorted(there - {*known}))


def framing(data: ReportData) -> Drawing:
    """One panel per frame, one line per source: a dot, and a bar for its interval."""
    names = frame_names(data)
    kept = set(data.frames["source"])
    sources = [name for name in shown_sources(data) if name in kept]
    rows = math.ceil(len(names) / _ACROSS)
    body = _LINE * max(1, len(sources)) + 0.08
    width = (WIDTH - _LEFT - 0.1) / _ACROSS - _GAP
    table = {(row["source"], row["frame"]): row for row in data.frames.to_dict("records")}
    highs = [v for key in ("share", "share_ci_high") for v in data.frames[key] if is_number(v)]
    highest = max(map(float, highs), default=0.0)
    reach = next((end for end in _REACHES if highest <= end), 1.0)

    def paint(page: Axes) -> None:
        for number, name in enumerate(names):
            row, column = divmod(number, _ACROSS)
            top = (_HEAD + body + _FOOT) * row + _HEAD
            left = _LEFT + (width + _GAP) * column
            lines = wrapped(data.frame_labels.get(name) or heading(name), 19)
            for k, line in enumerate(reversed(lines)):
                write(page, left, top - 0.06 - 0.15 * k, line, weight="bold", size=8)
            axes = panel(page, left, top, width, body)
            for line_number, source in enumerate(sources):
                _dot(axes, line_number, table.get((source, name)))
            _axes(axes, reach, sources, named=column == 0)

    return Drawing(WIDTH, (_HEAD + body + _FOOT) * max(1, rows) + 0.05, paint)


def _dot(axes: Axes, line: int, found: Mapping[Any, Any] | None) -> None:
    """The share and its interval; a share without one is a hollow dot."""
    if found is None or not is_number(found["share"]):
        return
    low, high = found["share_ci_low"], found["share_ci_high"]
    bounded = is_number(low) and is_number(high)
    if bounded:
        axes.plot([low, high], [line] * 2, color=palette.INK, lw=1.4)
    face = palette.INK if bounded else palette.PAPER
    mark: dict[str, Any] = {"mec": palette.INK, "mfc": face, "ms": 5, "mew": 1.0}
    axes.plot([found["share"]], [line], "o", clip_on=False, **mark)


def _axes(axes: Axes, reach: float, sources: Sequence[str], *, named: bool) -> None:
    axes.set_xlim(0, reach)
    axes.set_ylim(len(sources) - 0.4, -0.6)
    axes.grid(axis="both", color=palette.RULE, lw=0.5)
    axes.set_xticks([0, reach / 2, reach])
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.tick_params(axis="x", labelsize=7)
    labels = [wrapped(source, 25, lines=1)[0] if named else "" for source in sources]
    axes.set_yticks(range(len(sources)), labels=labels)
    if named:
        axes.tick_params(axis="y", labelsize=8, pad=8)
