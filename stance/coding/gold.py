"""Gold labels: the rows of coders checked, settled where coders differ, one label a cell."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from stance.coding.coders import Cell, Code, Coding, Settled, settle
from stance.coding.label_studio import read_export
from stance.coding.rows import CELL, Row, gold_files, read_sheet
from stance.errors import CorpusError
from stance.methods.base import TEXT_VOICE, Label

log = logging.getLogger(__name__)

_MODES = ("said", "imputed")
_LABELS = tuple(str(label) for label in Label)
COLUMNS = [*CELL, "holder", "mode", "label", "probability"]


@dataclass(frozen=True)
class Gold:
    """What was coded.

    Attributes:
        labels: As `read_gold` returns it.
        coding: Every coder's codes, by the document that the coder named.
        settled: What counts of them.
    """

    labels: pd.DataFrame
    coding: Coding
    settled: Settled


def read_gold(given: Any, documents: pd.DataFrame, propositions: Sequence[str]) -> pd.DataFrame:
    """Read what was coded: filled-in coding sheets and exports of Label Studio.

    A sheet has the columns document, paragraph, proposition, stance (favor, against, neutral or
    unrelated; empty rows are not yet coded and are left out), and if wanted holders
    (``russia:favor:said; ukraine:against:imputed``), coder, stratum and sampling_probability. A
    cell may be coded once by each of several coders; `stance.coding.coders.settle` says which
    label counts. A document may be the group of several (an article and its paragraph-aligned
    translations); then its labels hold for each of them.

    Args:
        given: As for `stance.coding.rows.gold_files`.
        documents: document, group.
        propositions: Names of the set in use.

    Returns:
        document, paragraph, proposition, holder, mode (empty for the text and where coders are
        split on it), label, probability (NaN where the sheets have none): one row per cell and
        voice.

    Raises:
        CorpusError: Naming file and row or task, what is wrong with it, and what was expected.
    """
    return read_coding(given, documents, propositions).labels


def read_coding(given: Any, documents: pd.DataFrame, propositions: Sequence[str]) -> Gold:
    """The same, with what every coder said; arguments and errors as for `read_gold`."""
    rows = [row for path in gold_files(given) for row in _rows(path, propositions)]
    members = documents.groupby("group")["document"].agg(list).to_dict()
    known = {d: [d] for d in documents["document"]} | members
    coding, probabilities = _checked(rows, known, propositions)
    if not coding:
        raise CorpusError(f"gold={given}: no row has a stance filled in")
    settled = settle(coding)
    if not settled.codes:
        raise CorpusError(
            f"gold={given}: coders are tied on every cell; add the sheet of a coder named "
            "adjudicated, or of a third coder"
        )
    share = _coded_share(rows, settled.codes)
    cells: dict[Cell, tuple[Code, float]] = {}
    for named, code in settled.codes.items():
        for document in known[named[0]]:
            cell = (document, *named[1:])
            # What was coded of a translation itself goes before what its original says.
            if cell == named or cell not in coding:
                cells[cell] = code, probabilities[named] * share[named]
    labels = [
        (*cell, *voice, probability)
        for cell, (code, probability) in cells.items()
        for voice in (
            (TEXT_VOICE, "", code.label),
            *((name, mode, side) for name, (side, mode) in code.holders.items()),
        )
    ]
    return Gold(pd.DataFrame(labels, columns=COLUMNS), coding, settled)


def named_as_set(gold: Gold, holders: Iterable[str]) -> Gold:
    """Labels with the names that the set of holders has: a coder's capital letters do not count.

    A name that the set has not stays and counts as missed by the method, with a warning: it may be
    misspelt.
    """
    names = {name.lower(): name for name in (*holders, TEXT_VOICE)}
    found = gold.labels["holder"]
    unknown = sorted(set(found) - set(names))
    if unknown:
        log.warning(
            "gold names holders that the set has not, so that the method cannot find them: %s "
            "(the set has %s)",
            ", ".join(unknown),
            ", ".join(sorted(set(names.values()) - {TEXT_VOICE})) or "none",
        )
    return replace(gold, labels=gold.labels.assign(holder=found.map(lambda n: names.get(n, n))))


def check_gold(given: Any) -> None:
    """Make sure that there is something to read.

    Raises:
        CorpusError: If there is none.
    """
    gold_files(given)


def _rows(path: Path, propositions: Sequence[str]) -> Iterable[Row]:
    if path.suffix.lower() == ".json":
        return read_export(path, propositions)
    return read_sheet(path)


def _checked(
    rows: Iterable[Row], known: Mapping[str, list[str]], propositions: Sequence[str]
) -> tuple[Coding, dict[Cell, float]]:
    """The code of each coder, and the sampling probability of each cell (NaN: not known)."""
    coding: dict[Cell, dict[str, Code]] = {}
    first: dict[tuple[Cell, str], str] = {}
    drawn: dict[Cell, tuple[float, str]] = {}
    for row in rows:
        if not row.stance:
            continue
        code = _code(row, propositions)
        cell = row.document, _paragraph(row), row.proposition
        if row.document not in known:
            raise CorpusError(f"{row.where}: document {row.document!r} is not in the corpus")
        probability = _probability(row)
        before, where = drawn.get(cell, (float("nan"), ""))
        # Programs round as they save.
        if not math.isnan(before + probability) and not math.isclose(
            before, probability, rel_tol=1e-3
        ):
            raise CorpusError(
                f"{row.where}: sampling_probability {probability:g}, but {before:g} in {where}; "
                "expected one for all coders of a paragraph"
            )
        if math.isnan(before):
            drawn[cell] = probability, row.where
        if (cell, row.coder) in first:
            raise CorpusError(
                f"{row.where}: document {cell[0]!r}, paragraph {cell[1]}, proposition {cell[2]!r} "
                f"is coded twice by {row.coder!r}, before in {first[cell, row.coder]}; settle on "
                "one label, or name two coders in the column coder"
            )
        first[cell, row.coder] = row.where
        coding.setdefault(cell, {})[row.coder] = code
    return coding, {cell: probability for cell, (probability, _) in drawn.items()}


def _paragraph(row: Row) -> int:
    try:
        return int(row.paragraph)
    except ValueError:
        raise CorpusError(f"{row.where}: paragraph {row.paragraph!r} is no number") from None


def _probability(row: Row) -> float:
    try:
        return float(row.probability) if row.probability else float("nan")
    except ValueError:
        raise CorpusError(
            f"{row.where}: sampling_probability {row.probability!r} is no number"
        ) from None


def _code(row: Row, propositions: Sequence[str]) -> Code:
    if row.proposition not in propositions:
        raise CorpusError(
            f"{row.where}: proposition {row.proposition!r} unknown; "
            f"expected {', '.join(propositions)}"
        )
    if row.stance not in _LABELS:
        raise CorpusError(f"{row.where}: stance {row.stance!r}; expected {', '.join(_LABELS)}")
    holders: dict[str, tuple[str, str]] = {}
    for part in filter(None, (p.strip() for p in row.holders.split(";"))):
        name, *rest = (piece.strip().lower() for piece in part.split(":"))
        if not name or len(rest) != 2 or rest[0] not in _LABELS[:3] or rest[1] not in _MODES:
            raise CorpusError(
                f"{row.where}: holder {part!r}; expected name:favor|against|neutral:said|imputed"
            )
        if name == TEXT_VOICE:
            raise CorpusError(
                f"{row.where}: holder {part!r}; the text's own voice belongs in the stance"
            )
        if name in holders:
            raise CorpusError(
                f"{row.where}: holder {name!r} is named twice; expected one side and mode"
            )
        holders[name] = rest[0], rest[1]
    return Code(row.stance, holders)


def _coded_share(rows: Iterable[Row], settled: Iterable[Cell]) -> dict[Cell, float]:
    """Per cell, the share of the drawn cells of its stratum and proposition that have a label.

    Sheets that are coded in part are a smaller sample, if what is coded was not chosen. Tied cells
    have no label; they are no random part, so that many of them bias what is estimated.
    """
    # A sheet filled in by hand may lack the stratum that another coder's sheet has.
    stratum: dict[tuple[str, str, str], str] = {}
    for row in rows:
        place = row.document, row.paragraph, row.proposition
        stratum[place] = stratum.get(place) or row.stratum
    drawn = Counter((stratum[place], place[2]) for place in stratum)
    where = {cell: stratum.get((cell[0], str(cell[1]), cell[2]), "") for cell in settled}
    coded = Counter((where[cell], cell[2]) for cell in where)
    return {
        cell: coded[name, cell[2]] / drawn[name, cell[2]] if name else 1.0
        for cell, name in where.items()
    }
