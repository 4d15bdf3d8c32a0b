"""The two baselines that stand beside every method."""

from __future__ import annotations

import pytest

from stance.methods import Label
from stance.methods.baselines import KeywordRules, majority_class

from .islands import PROPOSITIONS, model_of, paragraph, units_of

RULES = KeywordRules(PROPOSITIONS)


def test_the_majority_is_unrelated() -> None:
    assert majority_class() is Label.UNRELATED


@pytest.mark.parametrize(
    ("text", "language", "label"),
    [
        ("The ISLANDS are fair.", "en", Label.FAVOR),
        ("Islanders reject it.", "en", Label.AGAINST),
        ("An isle.", "en", Label.NEUTRAL),
        ("Fair islands, and theft.", "en", Label.NEUTRAL),
        ("It is fair, and theft.", "en", Label.UNRELATED),
        # Without a star the word must end; with one it may go on, but never begin earlier.
        ("The isles are fair.", "en", Label.UNRELATED),
        ("The highlands, fair and free.", "en", Label.UNRELATED),
        ("The island's fairness.", "en", Label.NEUTRAL),
        ("Swapping an island.", "en", Label.FAVOR),
        # The words of the paragraph's language, and no others.
        ("Gerecht für die Inseln.", "de", Label.FAVOR),
        ("Die Insel: Diebstahl!", "de", Label.AGAINST),
        ("Islands, fair.", "de", Label.UNRELATED),
        ("Islands, fair.", "fi", Label.UNRELATED),
    ],
)
def test_keyword_rules_need_a_topic_word_and_the_words_of_one_side(
    text: str, language: str, label: Label
) -> None:
    (unit,) = units_of(model_of(), paragraph(text, language=language))
    assert RULES(unit, "swap") is label


def test_a_proposition_without_keywords_is_unrelated_everywhere() -> None:
    (unit,) = units_of(model_of(), "The ferry should be free.")
    assert RULES(unit, "ferry") is Label.UNRELATED


@pytest.mark.parametrize(
    ("text", "language", "proposition", "named"),
    [
        ("The islands are fair.", "en", "swap", True),
        ("It is fair.", "en", "swap", False),
        ("Islands.", "fi", "swap", None),
        ("Islands.", "en", "ferry", None),
    ],
)
def test_a_topic_is_named_or_not_or_unknown_where_the_set_has_no_words_for_it(
    text: str, language: str, proposition: str, named: bool | None
) -> None:
    (unit,) = units_of(model_of(), paragraph(text, language=language))
    assert RULES.names_topic(unit, proposition) is named
