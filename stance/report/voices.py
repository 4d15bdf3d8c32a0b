"""Who says what: the stances each source attributes, by holder and proposition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from stance.report import palette
from stance.report.canvas import WIDTH, Drawing, panel, wrapped, write
from stance.report.data import TEXT_VOICE, ReportData
from stance.report.words import heading

COLUMNS = 3
"""Propositions side by side; more go to further figures."""
MAX_SOURCES = 12
MAX_HOLDERS = 8

_LEFT, _HEAD, _FOOT, _LINE, _TITLE, _GAP = 1.25, 0.72, 0.42, 0.175, 0.3, 0.16
_BAR = 0.62
_SIDES = (("favor", 1, palette.FAVOR), ("against", -1, palette.AGAINST))


def shown_sources(data: ReportData) -> tuple[str, ...]:
    """The sources that the figures show: all, or those with the most paragraphs."""
    if len(data.source_names) <= MAX_SOURCES:
        return data.source_names
    most = data.counted["source"].value_counts()
    ranked = sorted(data.source_names, key=lambda name: (-int(most.get(name, 0)), name))
    kept = set(ranked[:MAX_SOURCES])
    return tuple(name for name in data.source_names if name in kept)


def sided_counts(data: ReportData) -> pd.DataFrame:
    """Paragraphs per source, proposition, holder, label and mode, where a side is taken."""
    rows = data.counted[data.counted["label"].isin(("favor", "against"))]
    keys = ["source", "proposition", "holder", "label", "mode"]
    return rows.groupby(keys, observed=True).size().rename("n").reset_index()


def voices(data: ReportData, propositions: Sequence[str]) -> Drawing:
    """One row of panels per source, one column per proposition.

    Bars to the right count paragraphs in favor, to the left against; filled is said, hatched is
    imputed. The outlet's own voice stands above the rule.
    """
    sources = shown_sources(data)
    holders = (TEXT_VOICE, *data.holder_names[:MAX_HOLDERS])
    counts = sided_counts(data)
    shown = counts[counts["source"].isin(sources) & counts["holder"].isin(holders)]
    sums = shown.groupby(["source", "proposition", "holder", "label"])["n"].sum()
    reach = max(2, int(sums.max()) if len(sums) else 0) * 1.25
    body = _LINE * len(holders) + 0.06
    width = (WIDTH - _LEFT) / max(1, len(propositions)) - _GAP

    def paint(page: Axes) -> None:
        _legend(page)
        for j, proposition in enumerate(propositions):
            middle = _LEFT + (width + _GAP) * j + width / 2
            for k, line in enumerate(reversed(wrapped(heading(proposition), int(width * 12)))):
                write(page, middle, _HEAD - 0.06 - 0.15 * k, line, ha="center", weight="bold")
        for i, source in enumerate(sources):
            top = _HEAD + (body + _TITLE) * i
            _heading(page, source, top + 0.2)
            for j, proposition in enumerate(propositions):
                axes = panel(page, _LEFT + (width + _GAP) * j, top + _TITLE, width, body)
                part = shown[(shown["source"] == source) & (shown["proposition"] == proposition)]
                _bars(axes, part, holders)
                _frame(axes, reach, len(holders), bottom=i == len(sources) - 1)
                if j == 0:
                    _names(axes, data, holders)

    return Drawing(WIDTH, _HEAD + (body + _TITLE) * max(1, len(sources)) + _FOOT, paint)


def _heading(page: Axes, source: str, y: float) -> None:
    write(page, 0.05, y, wrapped(source, 70, lines=1)[0], weight="bold", size=9)
    page.plot([0.05, WIDTH - 0.05], [y + 0.06, y + 0.06], color=palette.RULE, lw=0.8)


def _bars(axes: Axes, part: pd.DataFrame, holders: Sequence[str]) -> None:
    for line, holder in enumerate(holders):
        own = part[part["holder"] == holder]
        for side, sign, colour in _SIDES:
            rows = own[own["label"] == side]
            imputed = int(rows.loc[rows["mode"] == "imputed", "n"].sum())
            said = int(rows["n"].sum()) - imputed
            top = line - _BAR / 2
            if said:
                axes.add_patch(Rectangle((0, top), sign * said, _BAR, **_filled(colour)))
            if imputed:
                for how in _hollow(colour):
                    axes.add_patch(Rectangle((sign * said, top), sign * imputed, _BAR, **how))
            if said + imputed:
                axes.annotate(
                    str(said + imputed),
                    (sign * (said + imputed), line),
                    xytext=(3 * sign, 0),
                    textcoords="offset points",
                    ha="left" if sign > 0 else "right",
                    va="center_baseline",
                    size=7.5,
                )
    if part.empty:
        ground = {"facecolor": palette.PAPER, "edgecolor": "none", "pad": 2}
        quiet: dict[str, Any] = {"color": palette.MUTED, "size": 7.5, "ha": "center"}
        middle = (len(holders) - 1) / 2
        axes.text(0, middle, "no side taken or attributed", va="center", bbox=ground, **quiet)


def _filled(colour: str) -> dict[str, Any]:
    """How a bar of what is said looks."""
    return {"facecolor": colour, "edgecolor": colour, "lw": 0.8}


def _hollow(colour: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """How a bar of what is imputed looks: the ground, then the hatching over it."""
    ground = {"facecolor": palette.PAPER, "edgecolor": colour, "lw": 0.8}
    return ground, {"fill": False, "edgecolor": colour, "hatch": "//////", "lw": 0.8}


def _frame(axes: Axes, reach: float, lines: int, *, bottom: bool) -> None:
    axes.set_xlim(-reach, reach)
    axes.set_ylim(lines - 0.4, -0.6)
    axes.set_yticks([])
    axes.axvline(0, color=palette.MUTED, lw=0.8)
    if lines > 1:
        axes.axhline(0.5, color=palette.RULE, lw=0.8, ls=(0, (2, 2)))
    ticks = MaxNLocator(nbins=5, integer=True, symmetric=True).tick_values(-reach, reach)
    inside = [float(tick) for tick in ticks if abs(tick) <= reach]
    axes.set_xticks(inside, labels=[f"{abs(tick):.0f}" for tick in inside] if bottom else [])
    axes.grid(axis="x", color=palette.RULE, lw=0.5)
    if bottom:
        axes.set_xlabel("← against · paragraphs · favor →", size=7.5, color=palette.MUTED)


def _names(axes: Axes, data: ReportData, holders: Sequence[str]) -> None:
    labels = [wrapped(data.holder_label(holder), 17, lines=1)[0] for holder in holders]
    axes.set_yticks(range(len(holders)), labels=labels)
    axes.get_yticklabels()[0].set_fontstyle("italic")
    axes.tick_params(axis="y", labelsize=8, pad=4)


def _legend(page: Axes) -> None:
    x, y = _LEFT, 0.1
    for words, colour, hatched, step in (
        ("favor, said (or own voice)", palette.FAVOR, False, 1.85),
        ("favor, imputed", palette.FAVOR, True, 1.2),
        ("against, said", palette.AGAINST, False, 1.1),
        ("against, imputed", palette.AGAINST, True, 0.0),
    ):
        for how in _hollow(colour) if hatched else (_filled(colour),):
            page.add_patch(Rectangle((x, y), 0.24, 0.12, **how))
        write(page, x + 0.3, y + 0.1, words, size=7.5, color=palette.MUTED)
        x += step
