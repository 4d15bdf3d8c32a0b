"""Paragraphs made ready: windows, sentences, who is named, and what is all quotation."""

from __future__ import annotations

import pytest

from stance.corpus.model import Kind

from .islands import model_of, paragraph, units_of


def test_windows_cover_the_text_and_sentences_are_pieces_of_it() -> None:
    text = "One two three. Four five.  Six seven eight nine."
    (unit,) = units_of(model_of(max_premise_tokens=5), text)
    assert unit.windows == ("One two three. Four five.", "Six seven eight nine.")
    assert unit.sentences == ("One two three.", "Four five.", "Six seven eight nine.")
    assert unit.lead == ""


def test_a_lead_in_stands_before_each_window_and_not_in_the_sentences() -> None:
    item = paragraph("One two. Three four.", Kind.LIST_ITEM, lead_in="Bo says:")
    (unit,) = units_of(model_of(max_premise_tokens=5), item)
    assert unit.windows == ("Bo says: One two.", "Bo says: Three four.")
    assert unit.sentences == ("One two.", "Three four.")
    assert unit.lead == "Bo says: "


def test_candidates_are_named_in_text_or_lead_in_and_owners_in_the_lead_in_alone() -> None:
    item = paragraph("The South must yield.", Kind.LIST_ITEM, lead_in="Northland's terms:")
    (unit,) = units_of(model_of(), item)
    assert (unit.candidates, unit.owners) == (("north", "south"), ("north",))


def test_only_a_list_item_belongs_to_the_owner_of_its_lead_in() -> None:
    body = paragraph("The South must yield.", Kind.BODY, lead_in="Northland's terms:")
    (unit,) = units_of(model_of(), body)
    assert unit.owners == ()


@pytest.mark.parametrize(
    ("text", "language", "wholly"),
    [
        ("“One,” “two.”", "en", True),
        ("„Eins“ – „zwei“.", "de", True),
        ("« Un »", "fr", True),
        ("“One,” she said.", "en", False),
        ("“One” 2", "en", False),
        ("One.", "en", False),
        ("— …", "en", False),
    ],
)
def test_a_paragraph_is_wholly_quoted_if_no_letter_or_digit_stands_outside(
    text: str, language: str, wholly: bool
) -> None:
    (unit,) = units_of(model_of(), paragraph(text, language=language))
    assert unit.wholly_quoted == wholly


def test_a_block_quote_is_wholly_quoted_without_marks() -> None:
    (unit,) = units_of(model_of(), paragraph("One.", Kind.QUOTE))
    assert unit.wholly_quoted
