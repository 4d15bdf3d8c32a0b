"""A blank coding sheet for a drawn sample, and the codebook beside it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from stance.resources import CODEBOOK_FILE

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


def write_sheet(sample: pd.DataFrame, propositions: list[str], folder: Path) -> Path:
    """Write the sheet, one row per paragraph × proposition, and the codebook; return the sheet."""
    rows = sample.merge(
        pd.DataFrame({"proposition": propositions}), how="cross", suffixes=("_", "")
    )
    blank = {column: "" for column in SHEET_COLUMNS if column not in rows or column in _TO_FILL}
    sheet = rows.assign(**blank)[list(SHEET_COLUMNS)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "codebook.md").write_bytes(CODEBOOK_FILE.read_bytes())
    # With a byte order mark, without which Excel takes UTF-8 for an old code page.
    sheet.to_csv(folder / SHEET, index=False, encoding="utf-8-sig")
    return folder / SHEET


_TO_FILL = ("stance", "holders", "note", "coder")
