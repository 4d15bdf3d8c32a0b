"""What the analysis reads: measured paragraphs, their documents, frames and texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from stance.errors import StanceError

TEXT = "text"
"""The holder that stands for the outlet's own voice."""

LABELS = ("favor", "against", "neutral", "unrelated")

CELL = ["document", "paragraph", "proposition"]

_COLUMNS: dict[str, tuple[str, ...]] = {
    "paragraphs": (
        "source", "document", "paragraph", "kind", "proposition", "holder", "mode", "score",
        "label",
    ),
    "documents": ("document", "source", "language"),
    "frames": ("document", "paragraph", "frame", "present"),
    "texts": ("document", "paragraph", "text", "language"),
}  # fmt: skip


class MeasurementError(StanceError):
    """A table given to the analysis lacks a column or contradicts itself or another table."""


def require_columns(table: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    """Raise `MeasurementError` naming the columns that `table` lacks."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise MeasurementError(
            f"table '{name}' has no column {', '.join(map(repr, missing))}; "
            f"it has {', '.join(map(repr, table.columns)) or 'none'}"
        )


def _empty(name: str) -> pd.DataFrame:
    return pd.DataFrame({column: pd.Series(dtype=object) for column in _COLUMNS[name]})


@dataclass(frozen=True)
class Measurements:
    """All measured tables of one corpus.

    Attributes:
        paragraphs: One row per paragraph × proposition × holder. Holder ``text`` has a row for
            every paragraph and proposition that was measured; another holder only where its label
            is not unrelated. A label that is none of `LABELS` takes its row out of every count.
        documents: One row per document. ``group`` (documents that are one piece of evidence:
            translations, near-duplicates; default: the document itself), ``date``, ``event`` and
            ``duplicate_of`` are optional and empty by default.
        frames: One row per paragraph × frame. A paragraph without a row does not carry the frame.
        texts: One row per paragraph, for distinctive terms.

    Raises:
        MeasurementError: If a column is missing, a document unknown or listed twice, a cell
            measured twice, or a holder's row has no row of the text voice beside it.
    """

    paragraphs: pd.DataFrame
    documents: pd.DataFrame
    frames: pd.DataFrame = field(default_factory=lambda: _empty("frames"))
    texts: pd.DataFrame = field(default_factory=lambda: _empty("texts"))

    def __post_init__(self) -> None:
        """Check the tables against themselves and each other."""
        for name, columns in _COLUMNS.items():
            table: pd.DataFrame = getattr(self, name)
            # An empty table without columns is what pandas makes of an empty list.
            if table.empty and not len(table.columns) and name in ("frames", "texts"):
                object.__setattr__(self, name, _empty(name))
                continue
            require_columns(table, columns, name)
        self._check_documents()
        self._check_cells()

    def _check_documents(self) -> None:
        ids = self.documents["document"]
        if ids.duplicated().any():
            raise MeasurementError(
                f"table 'documents' lists document {ids[ids.duplicated()].iloc[0]!r} twice"
            )
        for name in ("paragraphs", "frames", "texts"):
            table: pd.DataFrame = getattr(self, name)
            unknown = table.loc[~table["document"].isin(ids), "document"]
            if not unknown.empty:
                raise MeasurementError(
                    f"table '{name}' holds document {unknown.iloc[0]!r}, "
                    "which table 'documents' does not list"
                )
        listed = self.paragraphs["document"].map(self.documents.set_index("document")["source"])
        other = self.paragraphs[self.paragraphs["source"] != listed]
        if not other.empty:
            raise MeasurementError(
                f"document {other['document'].iloc[0]!r} has source {other['source'].iloc[0]!r} in "
                "table 'paragraphs' and another one in table 'documents'"
            )

    def _check_cells(self) -> None:
        twice = self.paragraphs.duplicated([*CELL, "holder"])
        if twice.any():
            row = self.paragraphs[twice].iloc[0]
            raise MeasurementError(
                f"table 'paragraphs' measures document {row['document']!r}, paragraph "
                f"{row['paragraph']}, proposition {row['proposition']!r}, holder "
                f"{row['holder']!r} twice"
            )
        cells = pd.MultiIndex.from_frame(self.paragraphs[CELL])
        own = self.paragraphs["holder"] == TEXT
        alone = ~cells.isin(cells[own.to_numpy()])
        if alone.any():
            row = self.paragraphs[alone].iloc[0]
            raise MeasurementError(
                f"document {row['document']!r}, paragraph {row['paragraph']}, proposition "
                f"{row['proposition']!r} has holder {row['holder']!r} but no row of holder "
                f"{TEXT!r}, which every measured paragraph needs"
            )
