"""A blank coding sheet for a drawn sample, and the codebook beside it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from stance.coding.rows import read_sheet
from stance.errors import OutputError
from stance.resources import CODEBOOK_FILE
from stance.table_files import write_csv

SHEET = "coding_sheet.csv"
SHEET_COLUMNS = (
    "document",
    "paragraph",
    "source",
    "language",
    "kind",
    "title",
    "previous",
    "lead_in",
    "text",
    "proposition",
    "stance",
    "holders",
    "note",
    "coder",
    "stratum",
    "sampling_probability",
)


def write_sheet(
    sample: pd.DataFrame, propositions: list[str], folder: Path, rules: str | None = None
) -> Path:
    """Write the sheet, one row per paragraph × proposition, and the codebook; return the sheet.

    Args:
        sample: As ``draw_sample`` returns it.
        propositions: Their names.
        folder: Where to.
        rules: The codebook of the study; that of the package if left out.

    Raises:
        OutputError: If the folder cannot be written to, or holds a sheet that is filled in.
    """
    rows = sample.merge(
        pd.DataFrame({"proposition": propositions}), how="cross", suffixes=("_", "")
    )
    blank = {column: "" for column in SHEET_COLUMNS if column not in rows or column in _TO_FILL}
    sheet = rows.assign(**blank)[list(SHEET_COLUMNS)]
    path = folder / SHEET
    if path.exists() and any(row.stance or row.holders for row in read_sheet(path)):
        raise OutputError(f"{path}: is filled in and stays; set output_dir to another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "codebook.md").write_text(rules or CODEBOOK_FILE.read_text("utf-8"), "utf-8")
        # With a byte order mark, without which Excel takes UTF-8 for an old code page.
        write_csv(path, sheet, encoding="utf-8-sig")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
    return path


_TO_FILL = ("stance", "holders", "note", "coder")
