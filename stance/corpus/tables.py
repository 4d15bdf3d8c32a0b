"""Files that hold many texts: CSV, TSV, JSON lines, Parquet."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from stance.corpus.clean import single_line
from stance.corpus.config import CorpusConfig
from stance.corpus.encoding import decode, read_bytes
from stance.corpus.model import Refused
from stance.corpus.records import (
    RawDocument,
    UnreadableError,
    check_columns,
    from_row,
    missing_columns,
)

Numbered = Iterator[tuple[int, dict[str, Any] | UnreadableError]]
_EXTRA = "\x00extra"
# Line by line out of the one text: another copy of a large file costs four bytes a character.
_CSV_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_JSON_LINE = re.compile(r"[^\n]*(?:\n|\Z)")
# Rows of Parquet taken at once, and the bytes that they may unpack to.
_ROWS_AT_ONCE, _BYTES_AT_ONCE = 256, 2**28


def _delimiter(header: str, suffix: str) -> str:
    """A tab in .tsv; else the commonest separator of the header line: European CSV uses ';'."""
    if suffix == ".tsv":
        return "\t"
    return max(",;\t|", key=header.count)


def _csv_rows(path: Path, config: CorpusConfig, name: str) -> Numbered:
    text = decode(read_bytes(path, config.max_file_bytes)).lstrip("\ufeff\r\n")
    header = text[: text.find("\n")] if "\n" in text else text
    # A cell may be as long as the file: with a limit of its own, the reader would go on in the
    # middle of the cell, and what is left of it would be read as rows.
    old_limit = csv.field_size_limit(sys.maxsize)
    try:
        reader = csv.DictReader(
            (line.group() for line in _CSV_LINE.finditer(text)),
            delimiter=_delimiter(header, path.suffix.lower()),
            restkey=_EXTRA,
            skipinitialspace=True,
            strict=True,  # else an unclosed quotation mark swallows the rest of the file
        )
        columns = [c.strip() for c in reader.fieldnames or []]
        check_columns(columns, config, name)
        reader.fieldnames = columns
        number = 0
        while True:
            number += 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield number, UnreadableError(f"is broken CSV: {error}")
                continue
            if _EXTRA in row:
                found = len(columns) + len(row[_EXTRA])
                yield (
                    number,
                    UnreadableError(
                        f"has {found} cells under {len(columns)} columns; "
                        f"quote cells that hold the "
                        "separator"
                    ),
                )
                continue
            yield number, {k: "" if v is None else v for k, v in row.items()}
    finally:
        csv.field_size_limit(old_limit)


def _json_rows(path: Path, config: CorpusConfig, name: str) -> Numbered:
    text = decode(read_bytes(path, config.max_file_bytes))
    columns: dict[str, None] = {}
    # Rows before every column that is needed was seen: each row may have keys of its own.
    waiting: list[tuple[int, dict[str, Any]]] = []
    complete = False
    # Not splitlines(): it would also split at separators that may stand inside JSON strings.
    for number, match in enumerate(_JSON_LINE.finditer(text), start=1):
        line = match.group()
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, UnreadableError(f"is no valid JSON, one object per line: {error}")
            continue
        if not isinstance(row, dict):
            yield number, UnreadableError(f"is a JSON {type(row).__name__}, not an object")
            continue
        columns |= dict.fromkeys(row)
        complete = complete or not missing_columns(columns, config)
        waiting.append((number, row))
        if complete:
            yield from waiting
            waiting.clear()
    if waiting:
        check_columns(columns, config, name)


def _parquet_rows(path: Path, config: CorpusConfig, name: str) -> Numbered:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            check_columns(file.schema_arrow.names, config, name)
            number, unpacked = 0, 0
            for batch in file.iter_batches(batch_size=_batch_size(file.metadata, config)):
                for row in batch.to_pylist():
                    number += 1
                    unpacked += sum(len(v) for v in row.values() if isinstance(v, str | bytes))
                    if unpacked > config.max_file_bytes:
                        raise UnreadableError(_bomb(f"more than {unpacked:,}", config))
                    yield number, row
    except (pa.ArrowException, OSError, MemoryError) as error:
        raise UnreadableError("is no readable Parquet file", str(error)) from None


def _batch_size(metadata: Any, config: CorpusConfig) -> int:
    """How many rows fit into memory for sure: no value is longer than the chunk that holds it.

    A word that is kept once can stand in every row, so that a small file unpacks to a large one.

    Raises:
        UnreadableError: The file says itself that it unpacks to more than is allowed.
    """
    chunks: list[int] = [
        metadata.row_group(group).column(column).total_uncompressed_size
        for group in range(metadata.num_row_groups)
        for column in range(metadata.num_columns)
    ]
    if sum(chunks) > config.max_file_bytes:
        raise UnreadableError(_bomb(f"{sum(chunks):,}", config))
    return max(1, min(_ROWS_AT_ONCE, _BYTES_AT_ONCE // max([1, *chunks])))


def _bomb(size: str, config: CorpusConfig) -> str:
    return (
        f"unpacks to {size} bytes, beyond corpus.max_file_bytes={config.max_file_bytes}; split it, "
        "or raise the limit"
    )


_ROWS: dict[str, Callable[[Path, CorpusConfig, str], Numbered]] = {
    ".csv": _csv_rows,
    ".tsv": _csv_rows,
    ".jsonl": _json_rows,
    ".ndjson": _json_rows,
    ".parquet": _parquet_rows,
}
TABLE_SUFFIXES = tuple(_ROWS)


def read_table(
    path: Path, config: CorpusConfig, *, name: str, folder: str
) -> Iterator[RawDocument | Refused]:
    """Read a table, a row at a time; a broken row is refused and the others are kept.

    Args:
        path: The file.
        config: Column names and limits.
        name: The path to report.
        folder: The subfolder of the corpus that the file is in; may be empty.

    Yields:
        Raw documents, and what was refused with its row (line, for JSON lines) from 1.

    Raises:
        MissingColumnError: The table lacks the text column, or one that was named.
        UnreadableError: The file as a whole cannot be read.
    """
    stem, number = single_line(path.stem), 0
    for number, row in _ROWS[path.suffix.lower()](path, config, name):
        if isinstance(row, UnreadableError):
            yield Refused(name, number, row.reason, row.found)
            continue
        try:
            yield from_row(row, config, path=name, stem=stem, folder=folder, number=number)
        except UnreadableError as error:
            yield Refused(name, number, error.reason, error.found)
    if not number:
        raise UnreadableError("has no rows")
