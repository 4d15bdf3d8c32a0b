"""Paragraphs and pages that the tests of the layout share."""

from __future__ import annotations

from stance.corpus.clean import clean_text
from stance.corpus.layout import Page, lay_out

LONG = (
    "The harbour council met for nine hours on Monday, and when it rose at midnight it had agreed "
    "on little more than the date of its next meeting, which will be held behind closed doors."
)
OTHER = "Fishermen from both shores waited outside; they had been promised an answer weeks ago."


def page(text: str, title: str = "", **options: bool) -> Page:
    """A text laid out as an English page."""
    return lay_out(clean_text(text), title, "en", **options)


def rows(text: str, title: str = "", **options: bool) -> list[tuple[str, str]]:
    """Kind and text of every unit of the page."""
    return [(str(u.kind), u.text) for u in page(text, title, **options).units]
