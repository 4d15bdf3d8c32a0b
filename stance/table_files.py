"""Tables as files, harmless in the program that opens them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa

from stance.files import whole

# What makes a spreadsheet program take a cell for a formula; the wide forms of the signs, too.
# Apostrophes before it count, so that taking one away again gives back what was there.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def guard(value: object) -> object:
    """A text that a spreadsheet program would run, with an apostrophe before it; else as it is."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def unguard(value: object) -> object:
    """What `guard` was given."""
    if isinstance(value, str) and value.startswith("'") and _FORMULA.match(value):
        return value[1:]
    return value


def guarded(table: pd.DataFrame) -> pd.DataFrame:
    """A table for CSV: numbers as they are, texts and names of columns through `guard`."""
    return _each_text(table, guard)


def unguarded(table: pd.DataFrame) -> pd.DataFrame:
    """A table as it was before `guarded`, once it is read from CSV again."""
    return _each_text(table, unguard)


def _each_text(table: pd.DataFrame, change: Callable[[object], object]) -> pd.DataFrame:
    changed = table.rename(columns=change)
    for place, kind in enumerate(changed.dtypes):
        if not pd.api.types.is_numeric_dtype(kind):
            column = changed.iloc[:, place].map(change, na_action="ignore")
            changed.isetitem(place, column.array)
    return changed


def write_csv(path: Path, table: pd.DataFrame, encoding: str = "utf-8") -> None:
    """Write a table as CSV, guarded."""
    safe = guarded(table)
    whole(path, lambda part: safe.to_csv(part, index=False, encoding=encoding))


def write_parquet(path: Path, table: pd.DataFrame) -> None:
    """Write a table as Parquet; a column of mixed types, which Parquet has not, becomes text."""
    even = table.copy(deep=False)
    for place, kind in enumerate(even.dtypes):
        if kind.kind == "O" and not _fits(values := even.iloc[:, place]):
            even.isetitem(place, values.map(str, na_action="ignore").array)
    whole(path, even.to_parquet)


def _fits(values: pd.Series) -> bool:
    try:
        pa.array(values, from_pandas=True)
    except (pa.ArrowException, OverflowError):
        return False
    return True
