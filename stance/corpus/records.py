"""Raw documents: one text with its fields, as a file, a row or a dataset gives it."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from stance.corpus.clean import replace_surrogates, single_line
from stance.corpus.config import CorpusConfig
from stance.errors import CorpusError

# Longer names of columns are cut in messages.
_LONGEST_NAME = 24
_LARGEST = 2**63
FIELDS = ("text", "title", "source", "id", "date", "language")


class UnreadableError(Exception):
    """One input cannot be read; it becomes a `Refused`.

    Attributes:
        reason: Completes "FILE …" and quotes nothing of the input.
        found: What stands there, in words of the input; may be empty.
    """

    def __init__(self, reason: str, found: str = "") -> None:
        super().__init__(f"{reason}: {found}" if found else reason)
        self.reason, self.found = reason, found


class MissingColumnError(CorpusError):
    """A table without a column that it needs: an error alone, a refusal among other files."""

    def __init__(self, where: str, name: str, column: str, found: str) -> None:
        mend = f"Name the one that holds the {name}: corpus.{name}_column=…"
        super().__init__(f"{where} has no column {column!r}. Columns found: {found}. {mend}")
        self.reason, self.found = f"has no column {column!r}. {mend}", f"columns {found}"


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A text before cleaning.

    Attributes:
        path: File, relative to the corpus folder; or the name of the dataset.
        stem: What an id is made of where none is given.
        folder: Name of the folder that the file is in, if that is a subfolder of the corpus.
        row: Line of a .jsonl file, or row of a table, from 1; None for a whole file.
        text: As read.
        fields: title, source, id, date, language, where given.
        metadata: Every further column; strings and scalars.
    """

    path: str
    stem: str
    folder: str
    row: int | None
    text: str
    fields: Mapping[str, str]
    metadata: Mapping[str, Any] = field(default_factory=dict)


def column_of(name: str, config: CorpusConfig) -> str:
    """The column that holds a field ("text", "title", …)."""
    return str(getattr(config, f"{name}_column"))


def missing_columns(columns: Iterable[str], config: CorpusConfig) -> list[str]:
    """The fields whose columns a table lacks: the text, and those whose column was named.

    A column under its usual name may be missing. One that somebody named is there: without it,
    every text would quietly be of the same source, or of none.
    """
    found = set(columns)
    usual = CorpusConfig()
    return [
        name
        for name in FIELDS
        if (column := column_of(name, config)) not in found
        and (name == "text" or column != column_of(name, usual))
    ]


def check_columns(columns: Iterable[str], config: CorpusConfig, where: str) -> None:
    """Make sure that a table has the columns that it needs; see `missing_columns`.

    Raises:
        MissingColumnError: Names the file, the columns found and the option to set.
    """
    found = [str(c) for c in columns]
    for name in missing_columns(found, config):
        # Short: of a table without a header, these are its first row.
        listed = ", ".join(shorten(c, _LONGEST_NAME, placeholder="…") for c in found) or "none"
        raise MissingColumnError(where, name, column_of(name, config), listed)


def plain(value: object) -> str | int | float | bool | None:
    """A metadata value as a scalar: dates become ISO strings, lists and mappings JSON text."""
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, str):
        return replace_surrogates(value)
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        return str(value)  # no column of a table holds it
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, list | tuple | dict):
        written = json.dumps(value, ensure_ascii=False, default=lambda v: str(plain(v)))
        return replace_surrogates(written)
    return replace_surrogates(str(value))


def field_text(value: object) -> str:
    """A title, source, id, date or language as text; empty where there is none."""
    scalar = plain(value)
    return "" if scalar is None else single_line(str(scalar))


def body_text(value: object) -> str:
    """The text of a row: a string, or a list of paragraphs.

    Raises:
        UnreadableError: It is neither.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return "\n\n".join(value)
    raise UnreadableError(f"holds a {type(value).__name__} where the text should be")


def from_row(
    row: Mapping[str, Any],
    config: CorpusConfig,
    *,
    path: str,
    stem: str,
    folder: str,
    number: int,
) -> RawDocument:
    """A raw document from a row of a table.

    Raises:
        UnreadableError: The text is missing, or is no text.
    """
    columns = {name: column_of(name, config) for name in FIELDS}
    if columns["text"] not in row:
        raise UnreadableError(f"has no {columns['text']!r}", f"it has {', '.join(map(str, row))}")
    fields = {
        name: field_text(row[column])
        for name, column in columns.items()
        if name != "text" and column in row
    }
    consumed = set(columns.values())
    return RawDocument(
        path=path,
        stem=stem,
        folder=folder,
        row=number,
        text=body_text(row[columns["text"]]),
        fields=fields,
        metadata={single_line(str(k)): plain(v) for k, v in row.items() if k not in consumed},
    )
