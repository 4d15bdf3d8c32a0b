"""Entailment minus contradiction: the score of its formula, for every voice of every cell."""

from __future__ import annotations

import numpy as np
import pytest
from table_model import CONTRADICTED, ENTAILED, NEUTRAL

from stance.errors import ModelError
from stance.methods import Label

from .islands import about_the_swap, decide, model_of, takes

METHOD = "entail_minus_contradict"
RELATED = ENTAILED[0]
# Every hypothesis for the side has P(E) - P(C) = .88, every one against it -.88.
CONTRAST = ENTAILED[0] - ENTAILED[2]


@pytest.mark.parametrize(("side", "sign"), [(Label.FAVOR, 1), (Label.AGAINST, -1)])
def test_the_score_is_relevance_times_the_mean_contrast(side: Label, sign: int) -> None:
    model = model_of(about_the_swap(), takes("The author", side))
    (row,) = decide(METHOD, model, "Swapping it is.")
    assert row.label is side
    assert row.score == pytest.approx(sign * RELATED * CONTRAST, abs=1e-6)
    taken = RELATED * CONTRAST
    favor, against = (taken, 0) if sign > 0 else (0, taken)
    np.testing.assert_allclose(
        row.probabilities, [favor, against, RELATED * (1 - CONTRAST), 1 - RELATED], atol=1e-6
    )


def test_sides_are_averaged_each_by_itself_before_they_are_set_against_each_other() -> None:
    yes = ("", "The author supports this: The islands should be swapped.", ENTAILED)
    no = ("", "The author opposes this: The islands should be swapped.", CONTRADICTED)
    (row,) = decide(METHOD, model_of(about_the_swap(), yes, no), "Swapping it is.")
    # One of two hypotheses for favor says .88, the other 0; one of two against says -.88.
    assert row.score == pytest.approx(RELATED * (CONTRAST / 2 + CONTRAST / 2) / 2, abs=1e-6)


def test_every_cell_is_scored_related_or_not() -> None:
    model = model_of(takes("Northland", "favor"))
    rows = decide(METHOD, model, "Northland votes.", propositions=("swap", "ferry"))
    assert [(r.proposition, r.holder, r.label) for r in rows] == [
        ("swap", "text", Label.UNRELATED),
        ("ferry", "text", Label.UNRELATED),
    ]
    # Two topics; four sides of the swap and two of the ferry for the text; two each for Northland.
    assert len(model.asked) == 2 + (4 + 2) + (2 + 2)


def test_a_holder_without_a_side_holds_no_stance() -> None:
    model = model_of(about_the_swap(), takes("Northland", "against"))
    rows = {r.holder: r for r in decide(METHOD, model, "Northland told Southland so.")}
    assert rows.keys() == {"text", "north"}
    assert (rows["text"].label, rows["north"].label) == (Label.NEUTRAL, Label.AGAINST)
    taken = RELATED * CONTRAST
    np.testing.assert_allclose(rows["north"].probabilities, [0, taken, 0, 1 - taken], atol=1e-6)


def test_the_most_related_window_decides() -> None:
    sides = [*takes("The author", "against", "isle"), *takes("The author", "favor")]
    model = model_of(about_the_swap("isle"), sides, max_premise_tokens=5)
    (row,) = decide(METHOD, model, "It rains a lot. The isle is ours. It snows a lot.")
    assert (row.label, row.window) == (Label.AGAINST, "The isle is ours.")


def test_a_binary_head_is_refused_before_anything_is_scored() -> None:
    model = model_of(about_the_swap(), binary=True)
    with pytest.raises(ModelError) as refused:
        decide(METHOD, model, "Swapping it is.")
    assert "contradiction" in str(refused.value) and "method=staged" in str(refused.value)
    assert model.asked == []


def test_neutral_answers_leave_a_related_cell_neutral() -> None:
    (row,) = decide(METHOD, model_of(about_the_swap()), "The isles were discussed.")
    assert row.label is Label.NEUTRAL
    assert row.score == pytest.approx(NEUTRAL[0] - NEUTRAL[2], abs=1e-6)
