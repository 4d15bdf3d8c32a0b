"""Gold labels read back from a coding sheet, and the method measured against them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from stance.analysis import Agreement, AnalysisConfig, agreement
from stance.errors import CorpusError
from stance.methods.base import TEXT_VOICE, Label

_CELL = ["document", "paragraph", "proposition"]
_NEEDED = (*_CELL, "stance")
_MODES = ("said", "imputed")
_LABELS = tuple(str(label) for label in Label)
# holder, mode, label
Voice = tuple[str, str, str]


def read_gold(path: Path, documents: pd.DataFrame, propositions: list[str]) -> pd.DataFrame:
    """Read a filled-in coding sheet.

    Columns: document, paragraph, proposition, stance (favor, against, neutral or unrelated; empty
    rows are not yet coded and are left out), and if wanted holders
    (``russia:favor:said; ukraine:against:imputed``) and sampling_probability. A document may be
    the group of several (an article and its paragraph-aligned translations); then its labels hold
    for each of them.

    Returns:
        document, paragraph, proposition, holder, mode, label, probability (NaN where the sheet
        has none): one row per cell and voice.

    Raises:
        CorpusError: Naming file and row, what is wrong with it, and what was expected.
    """
    check_gold(path)
    try:
        # Spreadsheet programs of half of Europe save with semicolons.
        with path.open(encoding="utf-8-sig") as file:
            header = file.readline()
        separator = max(",;\t", key=header.count)
        sheet = pd.read_csv(
            path, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8-sig"
        )
    except (ValueError, UnicodeDecodeError) as error:
        raise CorpusError(f"gold={path}: cannot be read as CSV: {error}") from error
    missing = [column for column in _NEEDED if column not in sheet.columns]
    if missing:
        raise CorpusError(
            f"gold={path}: no column {', '.join(missing)} (found: {', '.join(sheet.columns)})"
        )
    members = documents.groupby("group")["document"].agg(list).to_dict()
    known = {d: [d] for d in documents["document"]} | members
    share = _coded_share(sheet)
    given: set[tuple[str, int, str]] = set()
    cells: dict[tuple[str, int, str], tuple[float, list[Voice]]] = {}
    for line, values in enumerate(sheet.to_dict("records"), start=2):
        row = {str(column): str(value) for column, value in values.items()}
        if not row["stance"].strip():
            continue
        where = f"gold={path}, line {line}"
        voices = _voices(row, where, propositions)
        paragraph, probability = _paragraph(row, where), _probability(row, where)
        probability *= share.get((row.get("stratum", ""), row["proposition"].strip()), 1.0)
        named = (row["document"], paragraph, row["proposition"].strip())
        if named in given:
            raise CorpusError(
                f"{where}: document {row['document']!r}, paragraph {paragraph}, proposition "
                f"{named[2]!r} is coded twice; a sheet holds one coder, settle on one label"
            )
        given.add(named)
        for document in _members(row, where, known):
            cell = (document, *named[1:])
            # What was coded of a translation itself goes before what its original says.
            if cell == named or cell not in given:
                cells[cell] = probability, voices
    if not cells:
        raise CorpusError(f"gold={path}: no row has a stance filled in")
    return pd.DataFrame(
        [
            (*cell, *voice, probability)
            for cell, (probability, voices) in cells.items()
            for voice in voices
        ],
        columns=["document", "paragraph", "proposition", "holder", "mode", "label", "probability"],
    )


def check_gold(path: Path) -> None:
    """Make sure that there is a sheet to read.

    Raises:
        CorpusError: If there is none.
    """
    if not path.is_file():
        raise CorpusError(f"gold={path}: no such file; task=sample writes a sheet to fill in")


def _members(row: dict[str, str], where: str, known: dict[str, list[str]]) -> list[str]:
    if row["document"] not in known:
        raise CorpusError(f"{where}: document {row['document']!r} is not in the corpus")
    return known[row["document"]]


def _paragraph(row: dict[str, str], where: str) -> int:
    try:
        return int(row["paragraph"])
    except ValueError:
        raise CorpusError(f"{where}: paragraph {row['paragraph']!r} is no number") from None


def _coded_share(sheet: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Share of the drawn cells of each stratum × proposition that are coded.

    A sheet that is coded in part is a smaller sample, if what is coded was not chosen.
    """
    if "stratum" not in sheet.columns:
        return {}
    cells = pd.DataFrame(
        {
            "stratum": sheet["stratum"],
            "proposition": sheet["proposition"].str.strip(),
            "coded": sheet["stance"].str.strip() != "",
        }
    )
    found = cells.groupby(["stratum", "proposition"])["coded"].mean().reset_index()
    return {
        (str(row["stratum"]), str(row["proposition"])): float(row["coded"])
        for row in found.to_dict("records")
    }


def _probability(row: dict[str, str], where: str) -> float:
    written = row.get("sampling_probability", "").strip()
    try:
        # A spreadsheet program of half of Europe writes a decimal comma.
        return float(written.replace(",", ".")) if written else float("nan")
    except ValueError:
        raise CorpusError(f"{where}: sampling_probability {written!r} is no number") from None


def _voices(row: dict[str, str], where: str, propositions: list[str]) -> list[Voice]:
    label, proposition = row["stance"].strip().lower(), row["proposition"].strip()
    if proposition not in propositions:
        raise CorpusError(
            f"{where}: proposition {proposition!r} unknown; expected {', '.join(propositions)}"
        )
    if label not in _LABELS:
        raise CorpusError(f"{where}: stance {label!r}; expected {', '.join(_LABELS)}")
    voices = [(TEXT_VOICE, "", label)]
    for part in filter(None, (p.strip() for p in row.get("holders", "").split(";"))):
        pieces = [piece.strip().lower() for piece in part.split(":")]
        if len(pieces) != 3 or pieces[1] not in _LABELS[:3] or pieces[2] not in _MODES:
            raise CorpusError(
                f"{where}: holder {part!r}; expected name:favor|against|neutral:said|imputed"
            )
        voices.append((pieces[0], pieces[2], pieces[1]))
    return voices


@dataclass(frozen=True)
class Validation:
    """How the method fares on the user's own labels."""

    found: Agreement
    n_paragraphs: int
    mode_accuracy: float

    def figure(self, voice: str, measure: str, cells: str = "all") -> float:
        """One estimate over the whole sample."""
        table = self.found.measures
        row = table[
            (table["voice"] == voice)
            & (table["scope"] == "all")
            & (table["cells"] == cells)
            & (table["measure"] == measure)
        ]
        return float(row["estimate"].iloc[0]) if len(row) else float("nan")

    def summary(self) -> dict[str, Any]:
        """The figures that report and results.json print: n, then name → figure with interval."""
        table = self.found.measures
        rows = table[(table["scope"] == "all") & table["estimate"].notna()]
        figures: dict[str, Any] = {"n": self.n_paragraphs}
        for row in rows.to_dict("records"):
            interval = (
                f" [{row['ci_low']:.2f}, {row['ci_high']:.2f}]"
                if row["ci_low"] == row["ci_low"]
                else f" ({row['interval_reason']})"
            )
            name = f"{row['voice']}, {row['measure']}, {row['cells']} cells"
            figures[name] = f"{row['estimate']:.3f}{interval}, {row['n_cells']} cells"
        if self.mode_accuracy == self.mode_accuracy:
            figures["holders, said or imputed, accuracy"] = f"{self.mode_accuracy:.3f}"
        return figures

    def write(self, folder: Path) -> Path:
        """Write evaluation.csv (every measure by source and language) and confusion.csv."""
        folder.mkdir(parents=True, exist_ok=True)
        self.found.measures.to_csv(folder / "evaluation.csv", index=False)
        self.found.confusion.to_csv(folder / "confusion.csv", index=False)
        return folder / "evaluation.csv"


def validate(
    gold: pd.DataFrame, paragraphs: pd.DataFrame, documents: pd.DataFrame, seed: int = 0
) -> Validation:
    """Measure the stances of a run against gold labels, intervals over independent documents."""
    groups = documents.set_index("document")["group"]
    predicted = paragraphs.assign(group=paragraphs["document"].map(groups))
    found = agreement(gold, predicted, AnalysisConfig(seed=seed))
    holders = gold[gold["holder"] != TEXT_VOICE].merge(
        paragraphs[[*_CELL, "holder", "mode"]], on=[*_CELL, "holder"], suffixes=("", "_found")
    )
    accuracy = (holders["mode"] == holders["mode_found"]).mean() if len(holders) else float("nan")
    units = gold[["document", "paragraph"]].drop_duplicates()
    return Validation(found, len(units), float(accuracy))
