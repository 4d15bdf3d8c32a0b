"""What a table is before it is HTML or Markdown: words in cells, and lettered notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Literal

Kind = Literal["text", "number", "code", "muted"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        text: The first line, raw: each output escapes it.
        sub: A second line in smaller type, an interval as a rule.
        notes: Letters of the notes under the table that explain the cell.
        minus: What is taken from ``text``. Apart, since a minus between two names written right to
            left would show them in the wrong order.
    """

    text: str
    sub: str = ""
    notes: tuple[str, ...] = ()
    kind: Kind = "text"
    minus: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; numeric ones are set flush right."""

    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its caption; ``empty`` is what to say where there are no rows."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[tuple[str, str], ...] = ()
    empty: str = "Nothing to show."
    number: int = 0


@dataclass
class Notes:
    """Hands out a letter per reason, the same reason always the same letter."""

    letters: dict[str, str] = field(default_factory=dict)

    def mark(self, reason: str) -> tuple[str, ...]:
        """The letter of ``reason``; nothing for no reason."""
        if not reason:
            return ()
        if reason not in self.letters:
            self.letters[reason] = _letter(len(self.letters))
        return (self.letters[reason],)

    def listed(self) -> tuple[tuple[str, str], ...]:
        """Letter and reason, in the order of first use."""
        return tuple((letter, reason) for reason, letter in self.letters.items())

    def settle(
        self, rows: Iterable[tuple[Cell, ...]], *, throughout: bool
    ) -> tuple[tuple[tuple[Cell, ...], ...], tuple[tuple[str, str], ...]]:
        """The rows and the notes they use.

        With ``throughout``, one reason that holds for every row is said once, without letters.
        """
        kept = tuple(rows)
        if throughout and len(self.letters) == 1:
            bare = tuple(tuple(replace(cell, notes=()) for cell in row) for row in kept)
            return bare, tuple(("", f"Throughout: {reason}") for reason in self.letters)
        used = {letter for row in kept for cell in row for letter in cell.notes}
        return kept, tuple(note for note in self.listed() if note[0] in used)


def _letter(index: int) -> str:
    """a … z, aa, ab …"""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("a") + rest) + name
    return name


def columns(*labels: str, numeric: Iterable[int] = ()) -> tuple[Column, ...]:
    """Columns by label; ``numeric`` holds the positions set flush right."""
    right = set(numeric)
    return tuple(Column(label, position in right) for position, label in enumerate(labels))


def number(value: str, sub: str = "", notes: tuple[str, ...] = ()) -> Cell:
    """A cell that holds a number already put into words."""
    return Cell(value, sub, notes, "number")


def code(value: str) -> Cell:
    """A cell that holds an id, a path or a hash."""
    return Cell(value, kind="code")


def numbered(tables: Iterable[Table]) -> dict[str, Table]:
    """Key → table; those that have rows are counted, in their order."""
    numbers = count(1)
    return {t.key: replace(t, number=next(numbers)) if t.rows else t for t in tables}
