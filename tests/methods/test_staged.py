"""The staged method: what it asks, whom it credits, and by which sentence."""

from __future__ import annotations

import numpy as np
import pytest
from table_model import CONTRADICTED, ENTAILED, NEUTRAL

from stance.corpus.model import Kind
from stance.methods import Label, MethodConfig, StanceEstimate, make_method
from stance.methods.baselines import KeywordRules
from stance.scoring import Scorer

from .islands import (
    HYPOTHESES,
    PROPOSITIONS,
    about_the_swap,
    decide,
    model_of,
    paragraph,
    takes,
    units_of,
)

RELATED = ENTAILED[0]
SIDE, NEITHER, OTHER = ENTAILED
OPEN = ("", "Northland leaves this open", ENTAILED)
SAID = ("", "reports what Northland itself says", ENTAILED)
IMPUTED = ("", "only ascribes to Northland", ENTAILED)


def staged(model, *paragraphs, **settings) -> dict[tuple[int, str], StanceEstimate]:
    """Estimates by paragraph and holder."""
    estimates = decide("staged", model, *paragraphs, **settings)
    return {(e.unit.paragraph.index, e.holder): e for e in estimates}


def test_an_unrelated_paragraph_is_asked_for_its_topic_and_nothing_else() -> None:
    model = model_of(about_the_swap("isle"))
    related, unrelated = "Northland wants the isle.", "Northland votes today. It rains."
    rows = staged(model, related, unrelated)
    asked = [h for p, h in model.asked if p == unrelated]
    assert asked == ["This text is about the exchange of the islands."]
    # Topic; four sides of the text; two of the holder and whether it is open. No row but the
    # text's own comes of it, so nobody asks for a mode; one sentence needs no search for evidence.
    assert len([h for p, h in model.asked if p == related]) == 1 + 4 + 3
    assert rows.keys() == {(0, "text"), (1, "text")}


def test_an_unrelated_cell_says_how_sure_that_is_and_shows_no_evidence() -> None:
    (row,) = staged(model_of(), "It rains. It snows.").values()
    assert row.label is Label.UNRELATED
    np.testing.assert_allclose(row.probabilities, [0, 0, NEUTRAL[0], 1 - NEUTRAL[0]], atol=1e-6)
    assert (row.evidence, row.mode, row.score) == ("", "", 0)


def test_every_proposition_of_a_unit_is_one_request_for_topics() -> None:
    model = model_of()
    rows = decide("staged", model, "It rains.", propositions=("swap", "ferry"))
    assert [row.proposition for row in rows] == ["swap", "ferry"]
    assert [h for _, h in model.asked] == [
        "This text is about the exchange of the islands.",
        "This text is about the fare of the ferry.",
    ]


@pytest.mark.parametrize("side", [Label.FAVOR, Label.AGAINST])
def test_the_outlet_takes_a_side_with_the_product_of_its_hypotheses(side: Label) -> None:
    model = model_of(about_the_swap(), takes("The author", side))
    (row,) = staged(model, "Swapping is right.").values()
    assert row.label is side
    favor, against = (SIDE, OTHER) if side is Label.FAVOR else (OTHER, SIDE)
    expected = [RELATED * favor, RELATED * against, RELATED * NEITHER, 1 - RELATED]
    np.testing.assert_allclose(row.probabilities, expected, atol=1e-6)
    assert row.score == pytest.approx(RELATED * (favor - against), abs=1e-6)


def test_a_related_paragraph_without_a_side_is_neutral() -> None:
    (row,) = staged(model_of(about_the_swap()), "The isles were discussed.").values()
    assert row.label is Label.NEUTRAL
    # Each hypothesis answers NEUTRAL, alike for and against.
    expected = np.array([NEUTRAL[0], NEUTRAL[2], NEUTRAL[1]]) * RELATED
    np.testing.assert_allclose(row.probabilities, [*expected, 1 - RELATED], atol=1e-6)


def test_hypotheses_that_contradict_each_other_cancel_out() -> None:
    yes_to_all = [(p, h, ENTAILED) for p, h, _ in takes("The author", "favor")]
    (row,) = staged(model_of(about_the_swap(), yes_to_all), "Yes, yes.").values()
    assert row.score == pytest.approx(0, abs=1e-6)


def test_a_temperature_divides_the_log_probabilities_of_sides() -> None:
    model = model_of(about_the_swap(), takes("The author", "favor"))
    (row,) = staged(model, "Swapping is right.", temperature=2.0).values()
    roots = np.sqrt([SIDE, OTHER, NEITHER])
    np.testing.assert_allclose(row.probabilities[:3], RELATED * roots / roots.sum(), atol=1e-6)


@pytest.mark.parametrize(("threshold", "related"), [(0.2, True), (0.4, False)])
def test_the_relevance_threshold_opens_and_closes_cells(threshold: float, related: bool) -> None:
    model = model_of(about_the_swap(answer=(0.3, 0.6, 0.1)))
    (row,) = staged(model, "The isles.", relevance_threshold=threshold).values()
    assert (row.label is not Label.UNRELATED) == related
    assert (row.probabilities[3] <= 0.5) == related


@pytest.mark.parametrize(
    ("text", "language", "sign"),
    [("Islands.", "en", 1), ("It rains.", "en", -1), ("Islands.", "fi", 0)],
    ids=["a topic word", "none of them", "no words for the language"],
)
@pytest.mark.parametrize("weight", [0.0, 1.5])
def test_topic_words_shift_the_log_odds_of_relevance_by_their_weight(
    text: str, language: str, sign: int, weight: float
) -> None:
    entailed = 0.4
    model = model_of(about_the_swap(answer=(entailed, 0.5, 0.1)))
    config = MethodConfig(keyword_weight=weight, gate=False)
    method = make_method(config, HYPOTHESES, ["swap"], KeywordRules(PROPOSITIONS))
    units = units_of(model, paragraph(text, language=language))
    (row,) = method(units, Scorer(model, progress=False))
    odds = entailed / (1 - entailed) * np.exp(sign * weight)
    assert 1 - row.probabilities[3] == pytest.approx(odds / (1 + odds), abs=1e-6)
    assert (row.label is Label.UNRELATED) == (odds < 1)


def test_the_gate_asks_nothing_about_a_paragraph_without_a_topic_word() -> None:
    model = model_of(about_the_swap())
    method = make_method(MethodConfig(), HYPOTHESES, ["swap"], KeywordRules(PROPOSITIONS))
    (row,) = method(units_of(model, paragraph("It rains.", language="en")), Scorer(model))
    assert row.label is Label.UNRELATED and row.evidence == ""
    assert row.probabilities[2] == pytest.approx(1 / (1 + np.exp(MethodConfig().keyword_weight)))
    assert model.asked == []


def test_a_side_needs_its_share_of_the_related_mass() -> None:
    model = model_of(about_the_swap(), takes("The author", "favor"))
    (bold,) = staged(model, "Right.", side_threshold=SIDE - 0.01).values()
    (timid,) = staged(model, "Right.", side_threshold=SIDE + 0.01).values()
    assert (bold.label, timid.label) == (Label.FAVOR, Label.NEUTRAL)
    np.testing.assert_array_equal(bold.probabilities, timid.probabilities)


@pytest.mark.parametrize("side", [Label.FAVOR, Label.AGAINST])
def test_a_holder_with_a_side_has_a_row_beside_a_neutral_outlet(side: Label) -> None:
    model = model_of(about_the_swap(), takes("Northland", side), SAID)
    rows = staged(model, "Northland spoke about Southland.")
    assert rows.keys() == {(0, "text"), (0, "north")}
    assert rows[0, "text"].label is Label.NEUTRAL
    north = rows[0, "north"]
    assert north.label is side
    favor, against = (SIDE, OTHER) if side is Label.FAVOR else (OTHER, SIDE)
    left_open = RELATED * NEITHER * NEUTRAL[0]
    expected = [RELATED * favor, RELATED * against, left_open]
    np.testing.assert_allclose(north.probabilities, [*expected, 1 - sum(expected)], atol=1e-6)


def test_a_holder_that_is_not_named_is_not_asked_for() -> None:
    model = model_of(about_the_swap(), takes("Northland", "favor"))
    rows = staged(model, "Somebody wants the isles.")
    assert rows.keys() == {(0, "text")}
    assert not [h for _, h in model.asked if "Northland" in h or "Southland" in h]


def test_a_holder_that_leaves_it_open_is_neutral() -> None:
    rows = staged(model_of(about_the_swap(), OPEN), "Northland shrugged.")
    north = rows[0, "north"]
    assert north.label is Label.NEUTRAL
    expected = np.array([NEUTRAL[0], NEUTRAL[2], NEUTRAL[1] * ENTAILED[0]]) * RELATED
    np.testing.assert_allclose(north.probabilities, [*expected, 1 - expected.sum()], atol=1e-6)


def test_the_holder_threshold_decides_how_probable_one_side_must_be() -> None:
    model = model_of(about_the_swap(), takes("Northland", "favor"))
    some = staged(model, "Northland spoke.", holder_threshold=RELATED * SIDE - 0.01)
    none = staged(model, "Northland spoke.", holder_threshold=RELATED * SIDE + 0.01)
    assert (0, "north") in some and (0, "north") not in none


@pytest.mark.parametrize(("rule", "mode"), [(SAID, "said"), (IMPUTED, "imputed")])
def test_a_stance_is_said_or_imputed_by_what_is_entailed_more(rule, mode: str) -> None:
    model = model_of(about_the_swap(), takes("Northland", "favor"), rule)
    assert staged(model, "Northland spoke.")[0, "north"].mode == mode


LEAD_IN = "Northland's demands:"


def item(text: str, lead_in: str = LEAD_IN, kind: Kind = Kind.LIST_ITEM):
    return paragraph(text, kind, lead_in=lead_in)


def test_what_a_list_item_says_for_the_owner_of_its_lead_in_is_not_the_outlets() -> None:
    model = model_of(
        about_the_swap(),
        takes("The author", "favor", LEAD_IN),
        takes("Northland", "favor", LEAD_IN),
    )
    rows = staged(model, item("Southland must swap."))
    text = rows[0, "text"]
    assert text.label is Label.NEUTRAL
    np.testing.assert_allclose(text.probabilities, [0, 0, RELATED, 1 - RELATED], atol=1e-6)
    assert rows[0, "north"].label is Label.FAVOR


def test_a_judgement_under_a_lead_in_whose_owner_holds_nothing_stays_the_outlets() -> None:
    model = model_of(about_the_swap(), takes("The author", "against"))
    rows = staged(model, item("To swap would be theft.", "Northland's options:"))
    assert rows.keys() == {(0, "text")}
    assert rows[0, "text"].label is Label.AGAINST


def test_an_outlet_on_the_other_side_than_the_owner_keeps_its_side() -> None:
    model = model_of(about_the_swap(), takes("The author", "against"), takes("Northland", "favor"))
    rows = staged(model, item("Swap, which would be theft."))
    assert (rows[0, "text"].label, rows[0, "north"].label) == (Label.AGAINST, Label.FAVOR)


def test_a_holder_named_in_the_item_itself_does_not_silence_the_outlet() -> None:
    model = model_of(about_the_swap(), takes("The author", "favor"), takes("Northland", "favor"))
    rows = staged(model, item("Northland is right.", "Our view:"))
    assert (rows[0, "text"].label, rows[0, "north"].label) == (Label.FAVOR, Label.FAVOR)


def test_without_its_lead_in_an_item_stands_alone() -> None:
    model = model_of(about_the_swap(), takes("The author", "favor"), takes("Northland", "favor"))
    (unit,) = units_of(model, item("Southland must swap."), use_lead_in=False)
    assert unit.windows == ("Southland must swap.",)
    assert (unit.candidates, unit.owners) == (("south",), ())


@pytest.mark.parametrize(
    "quoted",
    [
        paragraph("“Swapping is right,” – “and fair.”"),
        paragraph("Swapping is right.", Kind.QUOTE),
        paragraph("«Обмін — це справедливо»", language="uk"),
    ],
    ids=["quotation marks", "block quote", "guillemets"],
)
def test_a_wholly_quoted_paragraph_takes_no_side_in_the_outlets_voice(quoted) -> None:
    model = model_of(about_the_swap(), takes("The author", "favor"))
    (row,) = staged(model, quoted).values()
    assert row.label is Label.NEUTRAL
    np.testing.assert_allclose(row.probabilities, [0, 0, RELATED, 1 - RELATED], atol=1e-6)


def test_a_quotation_beside_own_words_leaves_the_outlet_its_side() -> None:
    model = model_of(about_the_swap(), takes("The author", "favor"))
    (row,) = staged(model, "Rightly: “Swapping is fair.”").values()
    assert row.label is Label.FAVOR


def test_the_evidence_is_the_sentence_that_entails_the_decision_most() -> None:
    weaker = [
        (p, h, (0.6, 0.3, 0.1)) for p, h, a in takes("The author", "favor", "calm") if a == ENTAILED
    ]
    model = model_of(about_the_swap(), takes("The author", "favor", "fair"), weaker)
    text = "It rains.  A swap brings calm. A swap is fair! It snows."
    (row,) = staged(model, text).values()
    assert row.label is Label.FAVOR
    assert row.evidence == "A swap is fair!"


def test_the_evidence_of_a_neutral_row_is_the_sentence_most_about_the_topic() -> None:
    model = model_of(about_the_swap("isle"), about_the_swap("", NEUTRAL))
    (row,) = staged(model, "It rains. The isle was discussed. It snows.").values()
    assert (row.label, row.evidence) == (Label.NEUTRAL, "The isle was discussed.")


def test_evidence_is_sought_with_the_lead_in_but_shown_without() -> None:
    model = model_of(
        about_the_swap(),
        takes("Northland", "favor", f"{LEAD_IN} Swap now."),
        takes("Northland", "favor", "It rains. Swap now."),
    )
    rows = staged(model, item("It rains. Swap now. It snows."))
    assert rows[0, "north"].evidence == "Swap now."


def test_of_several_windows_the_most_related_one_decides() -> None:
    sides = [*takes("The author", "against", "isle"), *takes("The author", "favor")]
    model = model_of(about_the_swap("isle"), sides, max_premise_tokens=8)
    text = "One two three four five. The isle is ours alone. Six seven eight nine ten."
    (row,) = staged(model, text).values()
    assert len(row.unit.windows) == 3
    assert row.window == row.evidence == "The isle is ours alone."
    assert row.label is Label.AGAINST


def test_a_sentence_longer_than_the_model_reads_is_evidence_in_parts() -> None:
    model = model_of(
        about_the_swap("fair"), takes("The author", "favor", "fair"), max_premise_tokens=6
    )
    text = "It rains. And so on " + "and on " * 20 + "until a swap is fair at last"
    (row,) = staged(model, text).values()
    assert "fair" in row.evidence and row.evidence in text
    assert len(row.evidence.split()) <= 6


def test_a_lead_in_is_put_before_every_window_and_a_long_one_is_left_out() -> None:
    model = model_of(max_premise_tokens=9)
    text = "One two three four. Five six seven eight. Nine."
    (unit,) = units_of(model, item(text))
    assert [w.startswith(f"{LEAD_IN} ") for w in unit.windows] == [True, True]
    assert max(model.count_tokens(unit.windows)) <= 9
    (bare,) = units_of(model, item(text, "Northland has set out these six demands:"))
    assert bare.windows[0].startswith("One") and bare.owners == ()


def binary(*rules, **settings):
    return model_of(*rules, binary=True, **settings)


def test_a_binary_head_takes_sides_by_what_it_does_not_entail() -> None:
    model = binary(about_the_swap(), takes("The author", "against"))
    (row,) = staged(model, "Swapping is theft.").values()
    assert row.label is Label.AGAINST
    # Entailed at .9 for against; at .02 for favor, whose .98 speak against; the rest is neither.
    logs = np.log([[0.02, 0.98, 0.98], [0.02, 0.98, 0.98], [0.1, 0.9, 0.1], [0.1, 0.9, 0.1]])
    powers = np.exp(logs.mean(axis=0))
    np.testing.assert_allclose(row.probabilities[:3], RELATED * powers / powers.sum(), atol=1e-6)
    assert row.probabilities.sum() == pytest.approx(1)


def test_a_binary_head_finds_holders_modes_and_evidence() -> None:
    sure = (0.999, 0.0005, 0.0005)
    rules = takes("Northland", "favor", "swap")
    strong = [(p, h, sure if answer == ENTAILED else CONTRADICTED) for p, h, answer in rules]
    model = binary(about_the_swap(), strong, SAID)
    rows = staged(model, "Northland spoke. It wants a swap.")
    north = rows[0, "north"]
    assert (north.label, north.mode, north.evidence) == (Label.FAVOR, "said", "It wants a swap.")
