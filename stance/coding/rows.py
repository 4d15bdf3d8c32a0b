"""What coders wrote, as rows: a row is one cell as one coder left it, not yet checked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from stance.errors import CorpusError
from stance.table_files import unguarded

CELL = ["document", "paragraph", "proposition"]
ADJUDICATED = "adjudicated"
"""The coder whose word goes before that of all others."""

_NEEDED = (*CELL, "stance")
_SUFFIXES = (".csv", ".tsv", ".json")


@dataclass(frozen=True, slots=True)
class Row:
    """A cell (document × paragraph × proposition) in the words of one coder.

    Attributes:
        where: File, and line or task: what an error names.
        stance: Empty where the coder has not coded the cell.
        coder: Folded in case, so that Ann and ann are one.
        stratum, probability: Of the draw; empty where they are not known.
    """

    where: str
    document: str
    paragraph: str
    proposition: str
    stance: str
    holders: str
    coder: str
    stratum: str
    probability: str


def gold_files(given: Any) -> list[Path]:
    """The files that ``gold=`` names: a file, a folder of them, or several of either.

    Args:
        given: A path; a list of paths; or paths with commas between them.

    Raises:
        CorpusError: If there is no such file, or a folder holds none that could be read.
    """
    if isinstance(given, list | tuple):
        named = [str(part) for part in given]
    elif "," in str(given) and not os.path.exists(given):
        named = [part.strip() for part in str(given).split(",") if part.strip()]
    else:
        named = [str(given)]
    files = [file for name in named for file in _files(Path(name))]
    if not files:
        raise CorpusError("gold names no file; expected a filled-in sheet, task=sample writes one")
    for file in files:
        if files.count(file) > 1:
            raise CorpusError(f"gold={file}: named twice; name every sheet once")
    return files


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise CorpusError(f"gold={path}: no such file; task=sample writes a sheet to fill in")
    found = sorted(
        file
        for file in path.iterdir()
        if file.suffix.lower() in _SUFFIXES and file.is_file() and not file.name.startswith(".")
    )
    if not found:
        raise CorpusError(f"gold={path}: no sheet in this folder; expected {', '.join(_SUFFIXES)}")
    return found


def read_sheet(path: Path) -> Iterator[Row]:
    """Rows of a coding sheet, blank ones as well.

    Columns: document, paragraph, proposition, stance, and if wanted holders, coder, stratum and
    sampling_probability. Where the coder is empty, the name of the file without its suffix is it.

    Raises:
        CorpusError: If the file is no CSV or lacks a column.
    """
    try:
        # Spreadsheet programs of half of Europe save with semicolons.
        with path.open(encoding="utf-8-sig") as file:
            header = file.readline()
        separator = max(",;\t", key=header.count)
        sheet = unguarded(
            pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        )
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"gold={path}: cannot be read as CSV in UTF-8; open it in the program that wrote it "
            "and save it as “CSV UTF-8”"
        ) from error
    except (ValueError, OSError) as error:
        raise CorpusError(f"gold={path}: cannot be read as CSV: {error}") from error
    missing = [column for column in _NEEDED if column not in sheet.columns]
    if missing:
        raise CorpusError(
            f"gold={path}: no column {', '.join(missing)} (found: {', '.join(sheet.columns)})"
        )
    for line, values in enumerate(sheet.to_dict("records"), start=2):
        row = {str(column): str(value).strip() for column, value in values.items()}
        yield Row(
            where=f"gold={path}, line {line}",
            document=str(values["document"]),
            paragraph=row["paragraph"],
            proposition=row["proposition"],
            stance=row["stance"].lower(),
            holders=row.get("holders", ""),
            coder=(row.get("coder", "") or path.stem).casefold(),
            stratum=row.get("stratum", ""),
            # A spreadsheet program of half of Europe writes a decimal comma.
            probability=row.get("sampling_probability", "").replace(",", "."),
        )
