"""Lines that a program broke at a fixed width, told from lines that the writer broke."""

from __future__ import annotations

from collections.abc import Sequence

from stance.corpus.lists import is_bare_marker, opens_with_marker
from stance.corpus.turns import is_turn

_NARROWEST, _WIDEST = 45, 120
_FINAL = (".", "!", "?", "…", ":", "”", "“", '"', "»", "。", "！", "？")


def _first_word(line: str) -> int:
    return len(line.split(" ", 1)[0])


def _starts_something(line: str) -> bool:
    """A list item, heading, quotation mark or turn never continues the line before it."""
    marked = is_bare_marker(line) or opens_with_marker(line) or line.startswith(("#", ">", "|"))
    return marked or is_turn(line)


def _wrap_width(lines: Sequence[str]) -> int | None:
    """The width at which the text is wrapped, or None.

    Where a program wraps, the next line's first word would not have fitted; where a writer ends a
    line, it mostly would have. Wrapped prose also breaks in mid-sentence.
    """
    breaks = [
        (line, after)
        for line, after in zip(lines, lines[1:], strict=False)
        if line and after and not _starts_something(after)
    ]
    if len(breaks) < 3:
        return None
    lengths = sorted(len(line) for line, _ in breaks)
    width = lengths[int(0.9 * (len(lengths) - 1))]
    if not _NARROWEST <= width <= _WIDEST:
        return None
    wraps = [(li, a) for li, a in breaks if len(li) + 1 + _first_word(a) > width]
    running = [li for li, _ in wraps if not li.endswith(_FINAL)]
    if len(wraps) < 0.6 * len(breaks) or len(running) < 0.5 * len(wraps):
        return None
    return width


def unwrap(lines: Sequence[str]) -> list[str]:
    """Join the lines of hard-wrapped paragraphs; blank lines and real line ends stay.

    Args:
        lines: The lines of a cleaned text, blank ones as "".

    Returns:
        The lines, with each wrapped paragraph as one.
    """
    width = _wrap_width(lines)
    joined: list[list[str]] = []
    for index, line in enumerate(lines):
        previous = lines[index - 1] if index else ""
        if line and previous and not _starts_something(line) and not is_bare_marker(previous):
            too_long = width is not None and len(previous) + 1 + _first_word(line) > width
            # Even a single break in mid-sentence, before a small letter, is no paragraph's end.
            running = (
                _NARROWEST <= len(previous) <= _WIDEST
                and line[0].islower()
                and (previous[-1].isalnum() or previous[-1] == ",")
            )
            if too_long or running:
                joined[-1].append(line)
                continue
        joined.append([line])
    return [" ".join(parts) for parts in joined]
