"""What the page may show of a paragraph, and where a range of the paragraph then stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stance.report.data import TextMode
from stance.report.telling import MARGIN

Range = tuple[int, int]

_GAP = " … "


@dataclass(frozen=True, slots=True)
class Shown:
    """Pieces of a paragraph, put together.

    Attributes:
        text: What is shown.
        pieces: Start and end of each piece in the paragraph, and its start in ``text``.
    """

    text: str
    pieces: tuple[tuple[int, int, int], ...]

    def places(self, start: int, end: int) -> list[int]:
        """Where the range ``[start, end)`` of the paragraph stands in ``text``.

        Returns:
            Start and end, start and end …, in UTF-16 code units, as scripts count; what is not
            shown is left out.
        """
        found: list[int] = []
        for first, last, at in self.pieces:
            low, high = max(start, first), min(end, last)
            if low < high:
                found += (_units(self.text, at + low - first), _units(self.text, at + high - first))
        return found


def shown(text: str, evidence: Iterable[Range], mode: TextMode) -> Shown:
    """All of a paragraph, its evidence and :data:`MARGIN` characters either side, or nothing."""
    if mode == "full":
        return Shown(text, ((0, len(text), 0),) if text else ())
    if mode == "none":
        return Shown("", ())
    pieces: list[tuple[int, int, int]] = []
    parts: list[str] = []
    length = 0
    for start, end in _joined(_widened(text, span) for span in evidence):
        lead = "" if start == 0 else "…" if not parts else _GAP
        parts += (lead, text[start:end])
        pieces.append((start, end, length + len(lead)))
        length += len(lead) + end - start
    if pieces and pieces[-1][1] < len(text):
        parts.append("…")
    return Shown("".join(parts), tuple(pieces))


def _widened(text: str, span: Range) -> Range:
    """The range with its margins, which end at whole words where there are any."""
    start, end = max(0, span[0] - MARGIN), min(len(text), span[1] + MARGIN)
    if start:
        space = text.find(" ", start, span[0])
        start = space + 1 if 0 <= space < start + MARGIN // 2 else start
    if end < len(text):
        space = text.rfind(" ", span[1], end)
        end = space if space > end - MARGIN // 2 else end
    return start, end


def _joined(ranges: Iterable[Range]) -> list[Range]:
    """The ranges in order, those that touch as one."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _units(text: str, position: int) -> int:
    return len(text[:position].encode("utf-16-le")) // 2
