"""Quotations without their words: what an outlet says itself, where it says it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from stance.corpus.model import Span

MASK = "…"


def masked(text: str, quotes: Sequence[Span], part: Span | None = None) -> str:
    """A text with "…" for the words of each quotation; marks and punctuation around them stay.

    So a sentence that ends within a quotation still ends there: "“Never again.”" becomes "“….”".

    Args:
        text: One paragraph.
        quotes: Ordered, disjoint spans of ``text``, as ``stance.corpus.quotes`` finds them.
        part: The part of ``text`` that is wanted; all of it if not given.
    """
    part = part or Span(0, len(text))
    pieces: list[str] = []
    position = part.start
    for quote in quotes:
        start, end = max(quote.start, part.start), min(quote.end, part.end)
        while start < end and _surrounds(text[start]):
            start += 1
        while start < end and _surrounds(text[end - 1]):
            end -= 1
        if start < end:
            pieces += [text[position:start], MASK]
            position = end
    return "".join([*pieces, text[position : part.end]])


def _surrounds(character: str) -> bool:
    return character.isspace() or unicodedata.category(character).startswith("P")
