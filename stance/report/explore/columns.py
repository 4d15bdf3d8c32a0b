"""Tables as columns, each string once: what keeps the data block of a large corpus small."""

from __future__ import annotations

from collections import defaultdict
from typing import Any


class Strings:
    """Hands out a number per string, the same string always the same number."""

    def __init__(self, *known: str) -> None:
        self._numbers = {value: at for at, value in enumerate(known)}

    def number(self, value: str) -> int:
        """The number of ``value``, a new one if it was not seen before."""
        return self._numbers.setdefault(value, len(self._numbers))

    def listed(self) -> list[str]:
        """The strings, each at its number."""
        return list(self._numbers)


class Columns:
    """Rows added one by one, kept as columns; columns of words as numbers of strings."""

    def __init__(self) -> None:
        self._values: dict[str, list[Any]] = defaultdict(list)
        self._words: dict[str, list[int]] = defaultdict(list)
        self._strings = Strings()

    def add(self, **values: Any) -> None:
        """Values of the next row."""
        for name, value in values.items():
            self._values[name].append(value)

    def add_words(self, **values: str) -> None:
        """Strings of the next row, which other rows are likely to share."""
        for name, value in values.items():
            self._words[name].append(self._strings.number(value))

    def as_data(self) -> dict[str, Any]:
        """``columns`` by name, ``words`` by name, and the ``strings`` that words point into."""
        return {
            "columns": dict(self._values),
            "words": dict(self._words),
            "strings": self._strings.listed(),
        }
