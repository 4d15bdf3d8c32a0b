"""How numbers, names and foreign text are put into words: one way for every output."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

NONE = "–"
MINUS = "−"

_ACRONYMS = frozenset({"usa", "nato", "eu", "un", "uk", "osce", "imf"})
# Bidirectional overrides and isolates can make a line read differently from what it holds;
# control characters, surrogates and noncharacters are not allowed in XML.
_UNSAFE = re.compile(
    "[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u206a-\u206f\ufeff\ufff9-\ufffb"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def plain(text: object) -> str:
    """Foreign text made safe to set: no control character and no direction override.

    Lone surrogates, which no file can hold, go the same way. Markup is not touched: escaping is
    the business of each output.
    """
    return _UNSAFE.sub("", str(text))


def one_line(text: object) -> str:
    """:func:`plain`, with every run of white space as one space."""
    return " ".join(plain(text).split())


def name(text: object) -> str:
    """A foreign name amid a sentence; one written right to left cannot turn what follows it."""
    shown = one_line(text)
    rightward = any(unicodedata.bidirectional(character) in ("R", "AL") for character in shown)
    return f"{shown}\N{LEFT-TO-RIGHT MARK}" if rightward else shown


def is_number(value: Any) -> bool:
    """Whether a cell holds a finite number (None, NaN and text are none)."""
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError):
        return False


def integer(value: Any) -> str:
    """A count, with thousands set apart."""
    return f"{round(float(value)):,}" if is_number(value) else NONE


def percent(value: Any) -> str:
    """A share in whole percent; a share that is small but not nil never reads as 0%."""
    if not is_number(value):
        return NONE
    share = 100 * float(value)
    if 0 < share < 0.5:
        return "<1%"
    if 99.5 <= share < 100:
        return ">99%"
    return f"{share:.0f}%".replace("-", MINUS)


def signed(value: Any, digits: int = 2) -> str:
    """A number with its sign, the minus a real one; what rounds to zero has no sign."""
    if not is_number(value):
        return NONE
    shown = f"{float(value):+.{digits}f}"
    if float(shown) == 0:
        return shown[1:]
    return shown.replace("-", MINUS)


def score(value: Any) -> str:
    """A mean score; most are small, since most paragraphs take no side."""
    return signed(value, 3)


def decimal(value: Any, digits: int = 2) -> str:
    """A number without the plus sign."""
    if not is_number(value):
        return NONE
    shown = f"{float(value):.{digits}f}"
    return (shown[1:] if float(shown) == 0 and shown[0] == "-" else shown).replace("-", MINUS)


def p_value(value: Any) -> str:
    """A p-value to three digits, as the social sciences write it."""
    if not is_number(value):
        return NONE
    p = float(value)
    return "p < .001" if p < 0.001 else f"p = {p:.3f}".replace("0.", ".")


def points(value: Any) -> str:
    """A difference of shares in percentage points, without the unit."""
    return signed(100 * float(value), 0) if is_number(value) else NONE


def interval(low: Any, high: Any, shown: Callable[[Any], str]) -> str:
    """``[low, high]`` as ``shown`` puts a number, or nothing where either end is missing."""
    if not (is_number(low) and is_number(high)):
        return ""
    return f"[{shown(low)}, {shown(high)}]"


def count(n: Any, noun: str, plural: str = "") -> str:
    """``1 document``, ``no documents``, ``3 documents``."""
    number = int(n)
    noun = noun if number == 1 else plural or f"{noun}s"
    return f"{'no' if number == 0 else integer(number)} {noun}"


def join(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def label(name: str) -> str:
    """A key of the configuration as a reader sees it: ``nato_role`` → ``NATO role``."""
    words = one_line(name.replace("_", " ")).split(" ")
    return " ".join(word.upper() if word in _ACRONYMS else word for word in words)


def heading(name: str) -> str:
    """:func:`label` with a capital at its head, for tables, figures and titles."""
    shown = label(name)
    return shown[:1].upper() + shown[1:]


def holder_label(holder: str) -> str:
    """``russia`` → ``Russia``, ``nato`` → ``NATO``, ``text`` → ``own voice``."""
    if holder == "text":
        return "own voice"
    return heading(holder)


def language_tag(language: str) -> str:
    """The language as a value of the HTML attribute ``lang``; empty if it cannot be one."""
    return language if _LANGUAGE.fullmatch(language) else ""


def lean(direction: Any) -> str:
    """A direction in words."""
    if not is_number(direction):
        return "no side"
    value = float(direction)
    if value == 0:
        return "as often in favor as against"
    side = "in favor" if value > 0 else "against"
    return f"always {side}" if abs(value) == 1 else f"more often {side}"
