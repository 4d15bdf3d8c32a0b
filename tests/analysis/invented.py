"""Small invented corpora, written as what each paragraph says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from stance.analysis import Measurements

_SCORE = {"favor": 0.8, "against": -0.6, "neutral": 0.1, "unrelated": 0.0}
_LETTER = {"f": "favor", "a": "against", "n": "neutral", "u": "unrelated", "x": "abstained"}


class CorpusMaker:
    """Builds `Measurements` from strings such as ``"ffnu"``: one letter per paragraph.

    f favor, a against, n neutral, u unrelated, x a label the analysis does not know.
    """

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.documents: list[dict[str, Any]] = []
        self.frames: list[dict[str, Any]] = []
        self.texts: list[dict[str, Any]] = []

    def add(
        self,
        source: str,
        document: str,
        labels: str,
        *,
        proposition: str = "p",
        kinds: Sequence[str] | None = None,
        holders: dict[str, str] | None = None,
        modes: dict[str, str] | None = None,
        scores: Sequence[float] | None = None,
        **columns: str,
    ) -> CorpusMaker:
        """Add a document's measurements of one proposition; holders are strings like labels."""
        if document not in {row["document"] for row in self.documents}:
            self.documents.append(
                {"document": document, "source": source, "language": "en", "date": "", **columns}
            )
        for voice, said in {"text": labels, **(holders or {})}.items():
            for i, letter in enumerate(said):
                if voice != "text" and letter == "u":
                    continue
                label = _LETTER[letter]
                self.rows.append(
                    {
                        "source": source,
                        "document": document,
                        "paragraph": i,
                        "kind": kinds[i] if kinds else "body",
                        "language": "en",
                        "proposition": proposition,
                        "holder": voice,
                        "mode": "" if voice == "text" else (modes or {}).get(voice, "said"),
                        "score": scores[i] if scores else _SCORE.get(label, 0.0),
                        "label": label,
                    }
                )
        return self

    def build(self) -> Measurements:
        """The measurements of all documents added."""
        return Measurements(
            pd.DataFrame(self.rows),
            pd.DataFrame(self.documents),
            pd.DataFrame(self.frames),
            pd.DataFrame(self.texts),
        )


def one(table: pd.DataFrame, **where: Any) -> pd.Series:
    """The only row of a table with these values."""
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1, f"{len(table)} rows for {where}"
    return table.iloc[0]
