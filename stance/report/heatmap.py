"""The key figure: source × proposition in the outlets' own voice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from stance.report import palette
from stance.report.canvas import WIDTH, Drawing, wrapped, write
from stance.report.data import FEW_RELATED, TEXT_VOICE, ReportData
from stance.report.words import count, heading, integer, is_number, percent, signed

_LEFT, _FOOT, _CELL, _GAP = 1.95, 1.0, 0.72, 0.05
_NARROWEST, _LINE = 1.05, 0.15

CELL = "cell-"
"""Id of a cell in the drawing: this, the number of the source, a hyphen, of the proposition."""


def heatmap(data: ReportData) -> Drawing:
    """Colour and a signed number for direction, percent for salience, and how many paragraphs."""
    sources, propositions = data.source_names, data.proposition_names
    column = max(_NARROWEST, (WIDTH - _LEFT) / max(1, len(propositions)))
    width = _LEFT + column * max(1, len(propositions))
    heads = [wrapped(heading(name), int(column * 11.5), lines=3) for name in propositions]
    head = 0.24 + _LINE * max(map(len, heads), default=1)
    foot = head + _CELL * max(1, len(sources))
    cells = {
        (row["source"], row["proposition"]): row
        for row in data.sources[data.sources["holder"] == TEXT_VOICE].to_dict("records")
    }

    def paint(page: Axes) -> None:
        for j, lines in enumerate(heads):
            for k, line in enumerate(reversed(lines)):
                x = _LEFT + column * (j + 0.5) - _GAP / 2
                write(page, x, head - 0.11 - _LINE * k, line, ha="center", weight="bold", size=8.5)
        for i, source in enumerate(sources):
            _row_head(page, data, source, head + _CELL * i)
            for j, proposition in enumerate(propositions):
                place = (_LEFT + column * j, head + _CELL * i, column - _GAP, _CELL - _GAP)
                _cell(page, place, cells.get((source, proposition)), f"{CELL}{i}-{j}")
        _legend(page, foot, width)

    return Drawing(width, foot + _FOOT, paint)


def _row_head(page: Axes, data: ReportData, source: str, top: float) -> None:
    documents = data.documents[data.documents["source"] == source]
    groups = documents["group"].where(documents["group"] != "", documents["document"]).nunique()
    lines = wrapped(source, 25)
    middle = top + (_CELL - _GAP) / 2
    first = middle - 0.02 - 0.08 * (len(lines) - 1)
    for k, line in enumerate(lines):
        write(page, _LEFT - 0.12, first + 0.16 * k, line, ha="right")
    note = count(len(documents), "document")
    if groups != len(documents):
        note += f", {integer(groups)} independent"
    below = first + 0.16 * len(lines) - 0.01
    write(page, _LEFT - 0.12, below, note, ha="right", size=7, color=palette.MUTED)


def _cell(
    page: Axes, place: tuple[float, float, float, float], row: Mapping[Any, Any] | None, gid: str
) -> None:
    left, top, width, _ = place
    middle = left + width / 2
    related = row is not None and is_number(row["n_related"]) and row["n_related"] > 0
    if row is None or not related:
        _box(page, place, palette.EMPTY, gid, hatched=True)
        words = "not measured" if row is None else "none related"
        write(page, middle, top + 0.3, words, ha="center", size=8, color=palette.MUTED)
        if row is not None:
            total = f"0 / 0 / {integer(row['n_paragraphs'])}"
            write(page, middle, top + 0.47, total, ha="center", size=7, color=palette.MUTED)
        return
    sided = is_number(row["direction"])
    few = sided and row["n_sided"] < FEW_RELATED
    colour = palette.DIRECTION((float(row["direction"]) + 1) / 2) if sided else palette.NO_SIDE
    # A cell full of colour would say more than a few paragraphs can.
    ground = palette.NO_SIDE if few else colour
    ink = palette.readable_on(ground) if sided and not few else palette.INK
    _box(page, place, ground, gid)
    if few:
        _frame(page, place, colour)
    line = f"direction {signed(row['direction'])}" if sided else "takes no side"
    if sided and width < 1.2:
        line = signed(row["direction"])
    counts = " / ".join(integer(row[key]) for key in ("n_sided", "n_related", "n_paragraphs"))
    head = {"ha": "center", "color": ink}
    write(page, middle, top + 0.26, percent(row["salience"]), size=11.5, weight="bold", **head)
    write(page, middle, top + 0.43, line, size=8, **head)
    write(page, middle, top + 0.58, counts, size=7, **head)


def _box(
    page: Axes,
    place: tuple[float, float, float, float],
    colour: Any,
    gid: str,
    *,
    hatched: bool = False,
) -> None:
    left, top, width, height = place
    box = Rectangle((left, top), width, height, facecolor=colour, edgecolor="none", gid=gid)
    page.add_patch(box)
    if hatched:
        edge = palette.RULE
        page.add_patch(
            Rectangle((left, top), width, height, fill=False, edgecolor=edge, hatch="////", lw=0.6)
        )
        # Words need calm ground.
        corner = (left + 0.06, top + 0.16)
        page.add_patch(Rectangle(corner, width - 0.12, height - 0.3, fc=colour, ec="none"))


def _frame(page: Axes, place: tuple[float, float, float, float], colour: Any) -> None:
    left, top, width, height = place
    inset = 0.025
    corner = (left + inset, top + inset)
    size = (width - 2 * inset, height - 2 * inset)
    page.add_patch(Rectangle(corner, *size, fill=False, edgecolor=colour, lw=3))


def _legend(page: Axes, top: float, width: float) -> None:
    """Colour bar, frame and the two greys, with words; below the cells."""
    small = {"size": 7.5, "color": palette.MUTED}
    y, height, steps = top + 0.2, 0.13, 21
    bar = min(2.3, (width - _LEFT) * 0.42)
    for step in range(steps):
        colour = palette.DIRECTION(step / (steps - 1))
        place = (_LEFT + bar * step / steps, y)
        page.add_patch(Rectangle(place, bar / steps, height, facecolor=colour, edgecolor=colour))
    for at, words, anchor in (
        (0.0, f"{signed(-1, 0)} against", "left"),
        (0.5, "0", "center"),
        (1.0, "+1 favor", "right"),
    ):
        write(page, _LEFT + bar * at, y + height + 0.14, words, ha=anchor, **small)
    x = _LEFT + bar + 0.3
    for line, (grey, hatch, words) in enumerate(
        (
            (palette.NO_SIDE, None, "related, takes no side"),
            (palette.EMPTY, "/////", "none related"),
        )
    ):
        at = y - 0.02 + 0.2 * line
        edge = palette.MUTED if hatch else "none"
        page.add_patch(Rectangle((x, at), 0.26, 0.13, fc=grey, ec=edge, hatch=hatch, lw=0))
        write(page, x + 0.34, at + 0.11, words, **small)
    note = "In each cell: share of paragraphs related · direction · sided / related / all"
    write(page, _LEFT, y + 0.5, note, **small)
    framed = f"Framed, not filled: fewer than {FEW_RELATED} paragraphs take a side"
    write(page, _LEFT, y + 0.68, framed, **small)
