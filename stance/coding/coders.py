"""Several coders of one cell: which label counts, and what is left to decide.

A coder called ``adjudicated`` decides for all others.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from stance.analysis.measurements import LABELS
from stance.coding.rows import ADJUDICATED, CELL

log = logging.getLogger(__name__)

Cell = tuple[str, int, str]
"""Document, paragraph, proposition."""

_NAMED_TIES = 10


@dataclass(frozen=True, slots=True)
class Code:
    """What is said of one cell.

    Attributes:
        label: Of the text's own voice.
        holders: Name → side and mode. The mode is empty where coders are split on it.
    """

    label: str
    holders: Mapping[str, tuple[str, str]]


Coding = Mapping[Cell, Mapping[str, Code]]
"""Cell → coder → code."""


@dataclass(frozen=True)
class Settled:
    """One code a cell.

    Attributes:
        codes: Cell → code.
        tied: Cells without one: no label has more coders than every other.
    """

    codes: Mapping[Cell, Code]
    tied: tuple[Cell, ...]


def settle(coding: Coding) -> Settled:
    """The code of each cell; what is tied is left out, and named in the log.

    The adjudicator's, where there is one. Else the label that most coders give, and the holders
    that more than half of the coders of the cell name with the same side.
    """
    codes: dict[Cell, Code] = {}
    tied = []
    for cell, given in coding.items():
        if ADJUDICATED in given:
            codes[cell] = given[ADJUDICATED]
            continue
        label = _most(code.label for code in given.values())
        if label is None:
            tied.append(cell)
        else:
            codes[cell] = Code(label, _holders(list(given.values())))
    if tied:
        shown = "; ".join(f"{d}, paragraph {p}, {name}" for d, p, name in tied[:_NAMED_TIES])
        more = f"; and {len(tied) - _NAMED_TIES} more" if len(tied) > _NAMED_TIES else ""
        log.warning("%s: %s%s", tied_cells(len(tied)), shown, more)
    return Settled(codes, tuple(tied))


def _holders(codes: Sequence[Code]) -> dict[str, tuple[str, str]]:
    modes: dict[tuple[str, str], list[str]] = {}
    for code in codes:
        for name, (side, mode) in code.holders.items():
            modes.setdefault((name, side), []).append(mode)
    return {
        name: (side, _most(given) or "")
        for (name, side), given in modes.items()
        if 2 * len(given) > len(codes)
    }


def _most(given: Iterable[str]) -> str | None:
    """What is given most often; None where two are."""
    votes = Counter(given).most_common(2)
    return None if len(votes) > 1 and votes[0][1] == votes[1][1] else votes[0][0]


def tied_cells(n: int) -> str:
    """What to say of ties."""
    cells = "1 cell" if n == 1 else f"{n} cells"
    return f"{cells} tied, left out: let a coder named {ADJUDICATED} decide"


def ties_sheet(coding: Coding, tied: Sequence[Cell]) -> pd.DataFrame:
    """A blank coding sheet of the tied cells for the adjudicator, the votes in its column note."""
    rows = []
    for cell in tied:
        votes = Counter(code.label for code in coding[cell].values())
        note = ", ".join(f"{votes[label]} {label}" for label in LABELS if votes[label])
        rows.append((*cell, "", "", ADJUDICATED, note))
    return pd.DataFrame(rows, columns=[*CELL, "stance", "holders", "coder", "note"])
