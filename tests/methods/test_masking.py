"""Quotations without their words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.model import Span
from stance.corpus.quotes import quoted_spans
from stance.methods.masking import MASK, masked


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("He said “never again.” Then he left.", "en", "He said “….” Then he left."),
        ("„Nie“, sagte er, „und $5 nie!“", "de", "„…“, sagte er, „…!“"),
        ("« Jamais », dit-il.", "fr", "« … », dit-il."),
        ("“Firm “Name”” wrote.", "en", "“…”” wrote."),
        ("“Of several paragraphs the first", "en", "“…"),
        ("The “…” stays, and so does it's.", "en", "The “…” stays, and so does it's."),
        ("No quotation.", "en", "No quotation."),
    ],
)
def test_words_between_the_marks_become_an_ellipsis(
    text: str, language: str, expected: str
) -> None:
    assert masked(text, quoted_spans(text, language)) == expected


def test_a_part_of_a_text_loses_the_words_that_are_quoted_in_it() -> None:
    text = "Bo: “One two. Three.” Four."
    quotes = quoted_spans(text, "en")
    first, second = text.index("Three"), text.index("Four")
    assert masked(text, quotes, Span(0, first)) == f"Bo: “{MASK}. "
    assert masked(text, quotes, Span(first, second)) == f"{MASK}.” "
    assert masked(text, quotes, Span(second, len(text))) == "Four."


@given(st.text(alphabet="ab. “”\"«»'5é", max_size=40))
def test_nothing_outside_the_quotations_is_lost_and_no_word_inside_stays(text: str) -> None:
    quotes = quoted_spans(text, "en")
    inside = {i for quote in quotes for i in range(quote.start, quote.end)}
    outside = [c for i, c in enumerate(text) if i not in inside and c.isalnum()]
    assert [c for c in masked(text, quotes) if c.isalnum()] == outside
    assert masked(text, ()) == text
