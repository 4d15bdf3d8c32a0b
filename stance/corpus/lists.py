"""List markers: which lines are items of a list, and which are speech or prose that opens alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stance.corpus.dialogue import SAYING

# Glyphs that only ever open a list item.
_GLYPH = r"[•▪●◦‣⁃○■□►➤➢✓✔🔹🔸▶]|·"
_MARKER = re.compile(
    rf"(?P<glyph>{_GLYPH})\s*(?=\S)"
    r"|(?P<dash>[-–—*+])\s+(?=\S)"
    r"|(?P<number>\d{1,2})[.)]\s+(?=\S)"
    r"|(?P<letter>[a-zа-яіїєґ])\)\s+(?=\S)"
    r"|\((?P<bracket>\d{1,2}|[a-z])\)\s+(?=\S)"
)
_BARE = re.compile(rf"(?:{_GLYPH}|[-–—*+]|\d{{1,2}}[.)])")
# ", — said he", "? - zapytał": the writer's words inside a line of speech.
_SPEECH_TAG = re.compile(r"[,!?.…\"”»]\s*[—–-]\s+(?=[^\W\d_])(?P<word>\w+)|[,!?…][\"”»]?\s+[—–-]$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text with the list marker that it opens with.

    Attributes:
        text: The line without its marker.
        marker: The marker as read; empty where there is none.
        family: What kind of marker: glyph, bare, dash, number, letter, bracket; empty if none.
        block: Number of the block of lines, between blank lines, that it stands in.
    """

    text: str
    marker: str
    family: str
    block: int

    @property
    def whole(self) -> str:
        """The line as read."""
        return f"{self.marker} {self.text}" if self.marker else self.text


def is_bare_marker(text: str) -> bool:
    """Whether a line holds a list marker and nothing else."""
    return _BARE.fullmatch(text) is not None


def opens_with_marker(text: str) -> bool:
    """Whether a line opens with something that may be a list marker."""
    return _MARKER.match(text) is not None


def read_line(text: str, block: int) -> Line:
    """Part a line from the marker that it may open with."""
    match = _MARKER.match(text)
    if match is None or match.lastgroup is None:
        return Line(text, "", "", block)
    return Line(text[match.end() :], match.group().strip(), match.lastgroup, block)


def _is_speech(line: Line) -> bool:
    if line.family != "dash" or line.marker in "*+":
        return False
    return any(
        tag["word"] is None or tag["word"][0].islower() for tag in _SPEECH_TAG.finditer(line.text)
    )


def _is_dialogue(run: Sequence[Line], led_in: bool) -> bool:
    """Speech set off by dashes, as Polish, Ukrainian, Russian and French prose does it."""
    if any(_is_speech(line) for line in run):
        return True
    if led_in or any(line.family != "dash" for line in run) or run[0].marker in "*+":
        return False
    full = all(line.text[:1].isupper() and line.text.endswith((".", "?", "!", "…")) for line in run)
    return full and any(line.text.endswith(("?", "!")) for line in run)


def _follows(previous: Line, line: Line) -> bool:
    """Whether ``line`` may be the item after ``previous`` in one list."""
    if line.family != previous.family:
        return False
    if line.family == "number":
        return int(line.marker.strip(".)")) == int(previous.marker.strip(".)")) + 1
    if line.family in ("letter", "bracket"):
        return line.marker > previous.marker
    return line.family in ("glyph", "bare") or line.marker == previous.marker


def _is_list(run: Sequence[Line], before: str) -> bool:
    family = run[0].family
    if family in ("glyph", "bare"):
        return True
    led_in = before.endswith(":")
    if _is_dialogue(run, led_in):
        return False
    if len(run) > 1:
        return True
    if family == "number" and run[0].marker.strip(".)") != "1":
        return False
    first = run[0].text[:1]
    if family == "dash" and first.isupper() and SAYING.search(before):
        return False  # "The minister said:" and one line with a dash: his words
    return led_in


def mark_items(lines: Sequence[Line]) -> list[bool]:
    """Decide for each line whether it is an item of a list.

    One line with a dash, a star, a number or a letter is no list, unless the line before it ends
    with a colon; and lines of dialogue, which many languages open with a dash, are speech.

    Args:
        lines: All non-blank lines of a text in order.

    Returns:
        A flag per line.
    """
    flags = [False] * len(lines)
    start = 0
    while start < len(lines):
        if not lines[start].family:
            start += 1
            continue
        end = start + 1
        while end < len(lines) and _follows(lines[end - 1], lines[end]):
            end += 1
        before = lines[start - 1].whole if start else ""
        flags[start:end] = [_is_list(lines[start:end], before)] * (end - start)
        start = end
    return flags
