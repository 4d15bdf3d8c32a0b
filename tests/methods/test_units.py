"""Paragraphs made ready: windows, sentences, who is named, and what is all quotation."""

from __future__ import annotations

import pytest

from stance.corpus.model import Kind
from stance.methods import Unit
from stance.scoring import Scorer

from .islands import about_the_swap, method_named, model_of, paragraph, takes, units_of


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
    item = paragraph("The South must yield.", Kind.LIST_ITEM, lead_in="Northland")
    (unit,) = units_of(model_of(), item)
    assert (unit.candidates, unit.owners) == (("north", "south"), ("north",))


def test_an_item_below_a_line_that_announces_one_holder_is_about_no_other() -> None:
    item = paragraph("The South must yield.", Kind.LIST_ITEM, lead_in="Northland's terms:")
    (unit,) = units_of(model_of(), item)
    assert (unit.candidates, unit.owners) == (("north",), ("north",))


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


def masked_unit(text: str, kind: Kind = Kind.BODY, **settings: object) -> Unit:
    (unit,) = units_of(model_of(), paragraph(text, kind), mask_quotes=True, **settings)
    return unit


def test_each_sentence_is_a_premise_behind_the_lead_in_where_asked() -> None:
    item = paragraph("One two. Three four.", Kind.LIST_ITEM, lead_in="Bo says:")
    (unit,) = units_of(model_of(), item, window="sentence")
    assert unit.windows == ("Bo says: One two.", "Bo says: Three four.")
    assert unit.sentences == ("One two.", "Three four.")
    (whole,) = units_of(model_of(), item)
    assert whole.windows == ("Bo says: One two. Three four.",)


def test_a_sentence_too_long_for_the_model_is_several_premises() -> None:
    text = "One two three four. Five six."
    (unit,) = units_of(model_of(max_premise_tokens=2), text, window="sentence")
    assert " ".join(unit.windows) == text
    assert max(len(window.split()) for window in unit.windows) == 2
    assert unit.windows == unit.sentences


def test_a_paragraph_without_a_sentence_still_has_a_window() -> None:
    (unit,) = units_of(model_of(), " ", window="sentence")
    assert unit.windows == (" ",)


def test_quoted_words_are_hidden_from_the_premise_and_stay_in_the_evidence() -> None:
    unit = masked_unit("“Not one isle,” said Bo. It rains.")
    assert unit.windows == ("“…,” said Bo. It rains.",)
    assert unit.sentences == ("“Not one isle,” said Bo.", "It rains.")
    assert [unit.reading(sentence) for sentence in unit.sentences] == [
        "“…,” said Bo.",
        "It rains.",
    ]


def test_holders_named_in_hidden_words_are_still_candidates() -> None:
    assert masked_unit("Someone wrote “Northland” there.").candidates == ("north",)


@pytest.mark.parametrize(
    ("text", "kind"), [("“One,” “two.”", Kind.BODY), ("One “two” three.", Kind.QUOTE)]
)
def test_a_wholly_quoted_paragraph_is_not_masked(text: str, kind: Kind) -> None:
    unit = masked_unit(text, kind)
    assert unit.windows == (text,)
    assert not unit.masked


def test_a_sentence_that_is_all_quotation_is_no_premise_of_its_own() -> None:
    unit = masked_unit("Bo spoke. “Never. Not one isle.” He left.", window="sentence")
    assert unit.windows == ("Bo spoke.", "He left.")
    assert len(unit.sentences) == 4


def test_evidence_is_chosen_by_what_the_model_reads() -> None:
    text = "“The isle must go,” Bo said. “Never.” The ferry and the isle stay."
    quoted, _, own = "“The isle must go,” Bo said.", "“Never.”", "The ferry and the isle stay."
    # The quoted words would be the stronger evidence.
    rules = [*takes("The author", "favor", "must go"), *takes("The author", "favor", "isle stay")]
    model = model_of(about_the_swap(), rules)
    method = method_named("staged")

    def evidence(**settings: object) -> str:
        (row, *_) = method(units_of(model, text, **settings), Scorer(model, progress=False))
        return row.evidence

    assert evidence() == quoted
    assert evidence(mask_quotes=True) == own
    read = {premise for premise, _ in model.asked}
    assert {"“…,” Bo said.", own} <= read
    assert "“….”" not in read


def test_settings_left_alone_change_nothing() -> None:
    texts = ("“Not one isle,” said Bo. It rains.", "“Never.”", "One. Two.")
    plain = units_of(model_of(), *texts)
    assert plain == units_of(model_of(), *texts, window="paragraph", mask_quotes=False)
    assert [unit.windows for unit in plain] == [(text,) for text in texts]
    assert not any(unit.masked for unit in plain)
