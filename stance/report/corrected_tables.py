"""The tables of figures corrected for the method's errors, naive and corrected side by side."""

from __future__ import annotations

from typing import Any

import pandas as pd

from stance.report.data import ReportData
from stance.report.difference_tables import difference
from stance.report.reasons import QUANTITIES, SHARES
from stance.report.table import Cell, Notes, Table, columns, number
from stance.report.words import (
    NONE,
    heading,
    integer,
    interval,
    is_number,
    one_line,
    percent,
    signed,
)

_SHOWN = ("salience", "side_taking", "direction")


def corrected_table(data: ReportData) -> Table:
    """Source × proposition, own voice: naive and corrected figures."""
    rows = _own_voice(data.corrected)
    notes, body = Notes(), []
    for (proposition, source), part in rows.groupby(["proposition", "source"], sort=True):
        found = {row["quantity"]: row for row in part.to_dict("records")}
        first = part.iloc[0]
        coded = f"{integer(first['n_coded'])} / {integer(first['n_coded_documents'])}"
        cells = [_cell(found.get(name), name, notes) for name in _SHOWN]
        body.append((Cell(heading(str(proposition))), Cell(str(source)), number(coded), *cells))
    return Table(
        key="corrected",
        caption=(
            f"Own voice of each source, {_caption(data)}. Coded: paragraphs / independent "
            "documents."
        ),
        columns=columns(
            *("Proposition", "Source", "Coded", *(QUANTITIES[name] for name in _SHOWN)),
            numeric=range(2, 6),
        ),
        rows=tuple(body),
        notes=notes.listed(),
        empty="No source has coded paragraphs.",
    )


def corrected_differences_table(data: ReportData) -> Table:
    """Differences between sources, own voice: naive and corrected."""
    rows = _own_voice(data.corrected_differences)
    notes, body = Notes(), []
    for names, part in rows.groupby(["proposition", "source_a", "source_b"], sort=True):
        proposition, a, b = map(str, names)
        found = {row["quantity"]: row for row in part.to_dict("records")}
        cells = [_cell(found.get(name), name, notes, of_difference=True) for name in _SHOWN]
        body.append((Cell(heading(proposition)), Cell(a, minus=b), *cells))
    return Table(
        key="corrected-differences",
        caption=(
            "Differences between sources, the first minus the second, own voice; salience and "
            f"side-taking in percentage points: {_caption(data)}. The errors of the method may "
            "differ between the sources."
        ),
        columns=columns(
            *("Proposition", "Sources", *(QUANTITIES[name] for name in _SHOWN)), numeric=range(2, 5)
        ),
        rows=tuple(body),
        notes=notes.listed(),
        empty="There are no two sources with coded paragraphs.",
    )


def _caption(data: ReportData) -> str:
    return (
        "predicted labels alone (first line of a cell) and corrected for the errors that your "
        f"coding found (second line, with its {percent(1 - data.alpha)} interval where there is "
        "one). Documents count equally and are pooled"
    )


def _own_voice(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["holder"] == "text"] if len(table) else table


def _cell(row: Any, quantity: str, notes: Notes, *, of_difference: bool = False) -> Cell:
    if row is None or not (is_number(row["naive"]) or is_number(row["corrected"])):
        return Cell(NONE, kind="muted")
    shown = difference(quantity) if of_difference else percent if quantity in SHARES else signed
    limits = interval(row["ci_low"], row["ci_high"], shown)
    corrected = f"{shown(row['corrected'])} {limits}".strip()
    return number(shown(row["naive"]), corrected, notes.mark(one_line(row["reason"])))
