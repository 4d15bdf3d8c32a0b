"""The tables of differences between sources: the primary family, and the exploratory ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from stance.report.data import ReportData
from stance.report.reasons import QUANTITIES, SHARES
from stance.report.table import Cell, Notes, Table, columns, number
from stance.report.words import (
    NONE,
    count,
    heading,
    integer,
    interval,
    is_number,
    one_line,
    p_value,
    points,
    score,
    signed,
)

MAX_ROWS = 60
"""Rows of one table; comparisons.csv beside the report holds them all."""

_KEYS = ["source_a", "source_b", "proposition", "holder"]


def difference(name: str) -> Callable[[Any], str]:
    """How differences of a quantity are put: those of shares in percentage points."""
    return points if name in SHARES else score if name == "mean_score" else signed


def comparison_table(data: ReportData, *, exploratory: bool) -> Table:
    """Differences between sources; one row per pair and proposition (and holder).

    Untested differences between holders are many and say little: they are counted, not listed.
    """
    is_primary = data.comparisons["family"].str.startswith("primary")
    rows = data.comparisons[~is_primary if exploratory else is_primary]
    tested = rows[rows["p_adjusted"].map(is_number).astype(bool)]
    shown = rows
    if exploratory:
        known = pd.MultiIndex.from_frame(tested[_KEYS])
        shown = rows[pd.MultiIndex.from_frame(rows[_KEYS]).isin(known)]
    notes = Notes()
    order = {name: place for place, name in enumerate(data.proposition_names)}
    body = []
    for names, part in shown.groupby(_KEYS, sort=False):
        found = {row["quantity"]: row for row in part.to_dict("records")}
        smallest = min((float(p) for p in part["p_adjusted"] if is_number(p)), default=2.0)
        pair = tuple(str(name) for name in names)
        body.append(((smallest, order[pair[2]], pair), _row(data, found, notes, exploratory)))
    body.sort(key=lambda item: item[0])
    there = shown[shown["difference"].map(is_number).astype(bool)]
    settled, listed = notes.settle(
        (row for _, row in body[:MAX_ROWS]), throughout=all(there["reason"] != "")
    )
    return Table(
        key="exploratory" if exploratory else "comparisons",
        caption=_caption(rows, len(settled), exploratory),
        columns=columns(
            *("Proposition", "Sources", "n", "Salience, points", "Side-taking, points"),
            *("Direction", "Mean score"),
            numeric=range(2, 7),
        ),
        rows=settled,
        notes=listed,
        empty=_empty(rows, exploratory),
    )


def _caption(rows: pd.DataFrame, n_shown: int, exploratory: bool) -> str:
    what = "Exploratory: differences in attributed stance" if exploratory else "Differences"
    hidden = len(rows[_KEYS].drop_duplicates()) - n_shown
    more = f" {count(hidden, 'further row')} in comparisons.csv." if hidden else ""
    return (
        f"{what} between sources, the first minus the second; salience and side-taking in "
        "percentage points. Below, where due, the 95% interval and p from permuting whole "
        "documents, adjusted over the declared family (raw p in comparisons.csv), smallest first. "
        "No p: the notes say why. A dash: a source has nothing to take the figure from. "
        f"n: independent documents of the first / second.{more}"
    )


def _empty(rows: pd.DataFrame, exploratory: bool) -> str:
    if rows.empty:
        return "None was made." if exploratory else "There are no two sources to compare."
    reasons = rows["reason"].map(one_line).value_counts()
    most = str(reasons.index[0]).rstrip(".")
    because = f" ({most})" if most else ""
    return (
        f"None of the {count(len(rows), 'difference')} in attributed stance can be tested"
        f"{because}. They are listed in comparisons.csv."
    )


def _row(
    data: ReportData, found: Mapping[Any, Mapping[Any, Any]], notes: Notes, exploratory: bool
) -> tuple[Cell, ...]:
    first = next(iter(found.values()))
    sizes = f"{integer(first['n_a'])} / {integer(first['n_b'])}"
    cells = []
    for name in QUANTITIES:
        row = found.get(name)
        if row is None or not is_number(row["difference"]):
            cells.append(Cell(NONE, kind="muted"))
            continue
        shown = difference(name)
        own = f"{integer(row['n_a'])} / {integer(row['n_b'])}"
        parts = (
            interval(row["ci_low"], row["ci_high"], shown),
            p_value(row["p_adjusted"]) if is_number(row["p_adjusted"]) else "",
            f"n {own}" if own != sizes else "",
        )
        sub = ", ".join(part for part in parts if part)
        cells.append(number(shown(row["difference"]), sub, notes.mark(one_line(row["reason"]))))
    what = heading(first["proposition"])
    if exploratory:
        what += f": {data.holder_label(first['holder'])}"
    pair = Cell(first["source_a"], minus=first["source_b"])
    return (Cell(what), pair, number(sizes), *cells)
