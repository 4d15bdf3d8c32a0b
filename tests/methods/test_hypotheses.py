"""Texts of hypotheses: which are made, in which language, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stance.errors import ConfigError
from stance.methods import Hypotheses
from stance.methods.hypotheses import AGAINST, FAVOR, TEMPLATE_NAMES, Sided
from stance.propositions import (
    HolderConfig,
    HoldersConfig,
    PropositionConfig,
    PropositionsConfig,
    check_propositions,
)

from .islands import FERRY, HOLDERS, HYPOTHESES, PROPOSITIONS, SWAP, TEMPLATES

ENGLISH = PropositionConfig(
    statement={"en": "Yes."}, topic={"en": "it"}, favor={"en": ["Aye."]}, against={"en": ["No."]}
)


def made_of(item: PropositionConfig, **settings: object) -> Hypotheses:
    return Hypotheses(PropositionsConfig("p", items={"swap": item}), HOLDERS, TEMPLATES, **settings)


def test_english_hypotheses_are_asked_of_every_language_by_default() -> None:
    for language in ("en", "de", "xx"):
        assert (
            HYPOTHESES.topic("swap", language) == "This text is about the exchange of the islands."
        )
        assert HYPOTHESES.other_topic("swap", language) == "This text is about something else."


def test_source_hypotheses_are_in_the_language_of_the_paragraph() -> None:
    source = Hypotheses(PROPOSITIONS, HOLDERS, TEMPLATES, language="source", paraphrases=0)
    assert source.topic("swap", "de") == "In diesem Text geht es um den Tausch der Inseln."
    assert source.holder_sides("swap", "north", "de") == [
        Sided("Nordland befürwortet dies: Die Inseln sollten getauscht werden.", FAVOR),
        Sided("Nordland lehnt dies ab: Die Inseln sollten getauscht werden.", AGAINST),
    ]
    assert source.topic("swap", "en") == HYPOTHESES.topic("swap", "en")


def test_sides_are_the_claims_supported_and_the_statement_opposed() -> None:
    assert HYPOTHESES.text_sides("swap", "en") == [
        Sided("The author supports this: The islands should be swapped.", FAVOR),
        Sided("The author supports this: A swap is fair.", FAVOR),
        Sided("The author supports this: A swap is theft.", AGAINST),
        Sided("The author opposes this: The islands should be swapped.", AGAINST),
    ]


@pytest.mark.parametrize(
    ("paraphrases", "n_favor", "n_against"),
    [(0, 1, 0), (1, 2, 1), (2, 3, 2), (9, 3, 2), (-1, 3, 2)],
)
def test_as_many_paraphrases_of_each_side_as_asked_for(
    paraphrases: int, n_favor: int, n_against: int
) -> None:
    sides = [claim.side for claim in made_of(SWAP, paraphrases=paraphrases).claims("swap", "en")]
    assert (sides.count(FAVOR), sides.count(AGAINST)) == (n_favor, n_against)


@pytest.mark.parametrize("index", [0, 1])
def test_a_single_paraphrase_replaces_the_statement(index: int) -> None:
    only = made_of(SWAP, only_paraphrase=index)
    favor, against = SWAP.favor["en"][index], SWAP.against["en"][index]
    assert only.claims("swap", "en") == [Sided(favor, FAVOR), Sided(against, AGAINST)]
    assert only.text_sides("swap", "en")[-1] == Sided(f"The author opposes this: {favor}", AGAINST)


@pytest.mark.parametrize(("item", "index"), [(SWAP, 2), (SWAP, -1), (SWAP, -9), (FERRY, 0)])
def test_a_paraphrase_that_is_not_there_is_an_error_naming_both_keys(
    item: PropositionConfig, index: int
) -> None:
    with pytest.raises(ConfigError) as refused:
        made_of(item, only_paraphrase=index).claims("swap", "en")
    assert f"method.only_paraphrase={index}" in str(refused.value)
    assert "propositions.items.swap" in str(refused.value)


def test_the_favor_side_alone_asks_the_statement_and_its_paraphrases() -> None:
    favor = made_of(SWAP, sides="favor", paraphrases=-1)
    statement = Sided(SWAP.statement["en"], FAVOR)
    assert favor.claims("swap", "en") == [statement, *(Sided(t, FAVOR) for t in SWAP.favor["en"])]
    assert favor.text_sides("swap", "en")[-1].side == AGAINST


@pytest.mark.parametrize(("paraphrases", "n"), [(1, 1), (2, 2), (-1, 2)])
def test_the_against_side_alone_asks_its_paraphrases_with_the_side_turned(
    paraphrases: int, n: int
) -> None:
    against = made_of(SWAP, sides="against", paraphrases=paraphrases)
    first = SWAP.against["en"][0]
    assert against.claims("swap", "en") == [Sided(t, AGAINST) for t in SWAP.against["en"][:n]]
    assert against.text_sides("swap", "en") == [
        *(Sided(f"The author supports this: {t}", AGAINST) for t in SWAP.against["en"][:n]),
        Sided(f"The author opposes this: {first}", FAVOR),
    ]
    assert against.holder_sides("swap", "north", "en") == [
        Sided(f"Northland supports this: {first}", AGAINST),
        Sided(f"Northland opposes this: {first}", FAVOR),
    ]
    left_open = against.about_holder("holder_open", "swap", "north", "en")
    assert left_open == f"Northland leaves this open: {first}"


@pytest.mark.parametrize(("sides", "text"), [("favor", SWAP.favor), ("against", SWAP.against)])
def test_a_single_paraphrase_of_a_single_side(sides: str, text: dict[str, list[str]]) -> None:
    (claim,) = made_of(SWAP, sides=sides, only_paraphrase=1).claims("swap", "en")
    assert claim == Sided(text["en"][1], FAVOR if sides == "favor" else AGAINST)


def test_both_sides_are_asked_if_nothing_is_said() -> None:
    assert made_of(SWAP).claims("swap", "en") == made_of(SWAP, sides="both").claims("swap", "en")


def test_the_against_side_of_a_claim_without_any_is_refused_at_once() -> None:
    with pytest.raises(ConfigError, match=r"propositions\.items\.swap\.against has no paraphrase"):
        made_of(FERRY, sides="against")
    with pytest.raises(ConfigError, match=r"items\.swap\.against\.en has no paraphrase"):
        made_of(SWAP, sides="against", paraphrases=0).claims("swap", "en")


def test_a_side_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="method.hypotheses='con': expected one of both, favor"):
        made_of(SWAP, sides="con")


def test_braces_in_a_claim_survive() -> None:
    claim = "Parts {a}, {holder}, {claim} and {} \\1 should {{stay}}."
    item = replace(SWAP, statement={"en": claim}, topic={"en": "{holder} and {topic}"})
    hypotheses = made_of(item, paraphrases=0)
    assert hypotheses.topic("swap", "en") == "This text is about {holder} and {topic}."
    assert hypotheses.text_sides("swap", "en")[0].text == f"The author supports this: {claim}"
    left_open = hypotheses.about_holder("holder_open", "swap", "north", "en")
    assert left_open == f"Northland leaves this open: {claim}"


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_every_shipped_template_fills_all_its_slots_in_every_language(name: str) -> None:
    slots = {"topic": ["{topic}"], "other_topic": [], "text_favor": ["{claim}"]}
    slots["text_against"] = slots["text_favor"]
    expected = slots.get(name, ["{claim}", "{holder}"])
    assert set(TEMPLATES[name]) >= {"en", "de", "pl", "uk", "ru", "fr", "es", "it"}
    for text in TEMPLATES[name].values():
        assert text.count("{") == text.count("}") == len(expected)
        assert all(text.count(slot) == 1 for slot in expected)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"statement": {}}, "propositions.items.swap.statement.en is missing"),
        ({"statement": {"en": " "}}, "propositions.items.swap.statement.en is empty"),
        ({"topic": {}}, "propositions.items.swap.topic.en is missing"),
        ({"topic": {"en": ""}}, "propositions.items.swap.topic.en is empty"),
        ({"favor": {"de": ["Ja."]}}, "propositions.items.swap.favor.en is missing"),
        ({"favor": {"en": ["Yes.", "\t"]}}, r"propositions.items.swap.favor.en\[1\] is empty"),
        ({"against": {"en": [""]}}, r"propositions.items.swap.against.en\[0\] is empty"),
        ({"favor": {"en": []}}, r"propositions.items.swap.favor.en is empty"),
    ],
)
def test_a_missing_language_or_an_empty_hypothesis_is_an_error_naming_the_key(
    change: dict[str, object], key: str
) -> None:
    item = replace(ENGLISH, **change)
    with pytest.raises(ConfigError, match=key):
        check_propositions(PropositionsConfig("p", items={"swap": item}))
    with pytest.raises(ConfigError, match=key):
        hypotheses = made_of(item)
        hypotheses.topic("swap", "en")
        hypotheses.text_sides("swap", "en")


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (replace(ENGLISH, statement={"de": "Ja."}), r"statement\.en is missing .*; add it$"),
        (
            replace(ENGLISH, statement=ENGLISH.statement | {"de": "Ja."}),
            r"topic\.de is missing .*; add it, or take de out of propositions\.items\.a\.statement",
        ),
    ],
)
def test_what_a_set_lacks_is_said_with_what_would_mend_it(
    item: PropositionConfig, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        check_propositions(PropositionsConfig("p", items={"a": item}))


def test_a_language_in_which_a_proposition_is_not_written_is_asked_in_english() -> None:
    items = {"swap": SWAP, "ferry": replace(FERRY, statement={"en": "F."}, topic={"en": "fares"})}
    source = Hypotheses(PropositionsConfig("p", items=items), HOLDERS, TEMPLATES, language="source")
    english = Hypotheses(PropositionsConfig("p", items=items), HOLDERS, TEMPLATES)
    assert [source.spoken("swap", code) for code in ("de", "fr", "en", "")] == ["de", *["en"] * 3]
    assert source.spoken("ferry", "de") == "en"
    assert english.spoken("swap", "de") == "en"
    for proposition, language in (("swap", "fr"), ("ferry", "de")):
        for made in ("topic", "other_topic", "text_sides"):
            asked, wanted = (getattr(h, made)(proposition, language) for h in (source, english))
            assert asked == wanted
        about = ("said", proposition, "north", language)
        assert source.about_holder(*about) == english.about_holder(*about)


def test_a_holder_without_a_name_in_a_language_that_is_asked_is_an_error_at_once() -> None:
    holders = HoldersConfig("h", {"north": HolderConfig({"en": "Northland"})})
    Hypotheses(PROPOSITIONS, holders, TEMPLATES)
    with pytest.raises(ConfigError, match=r"holders\.holders\.north\.name\.de is missing"):
        Hypotheses(PROPOSITIONS, holders, TEMPLATES, language="source")
    nameless = HoldersConfig("h", {"north": HolderConfig({"en": " "})})
    with pytest.raises(ConfigError, match=r"holders\.holders\.north\.name\.en is empty"):
        Hypotheses(PROPOSITIONS, nameless, TEMPLATES)


def test_a_template_missing_or_without_a_language_that_is_asked_is_an_error_at_once() -> None:
    with pytest.raises(ConfigError, match="said missing"):
        Hypotheses(PROPOSITIONS, HOLDERS, {k: v for k, v in TEMPLATES.items() if k != "said"})
    english = {name: {"en": texts["en"]} for name, texts in TEMPLATES.items()}
    Hypotheses(PROPOSITIONS, HOLDERS, english)
    with pytest.raises(ConfigError, match=r"templates\.topic\.de is missing"):
        Hypotheses(PROPOSITIONS, HOLDERS, english, language="source")


def test_a_hypothesis_language_that_is_neither_is_refused() -> None:
    with pytest.raises(ConfigError, match="hypothesis_language='fr': expected en or source"):
        Hypotheses(PROPOSITIONS, HOLDERS, TEMPLATES, language="fr")


def test_a_set_without_items_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"propositions\.items is empty"):
        check_propositions(PropositionsConfig("p"))
