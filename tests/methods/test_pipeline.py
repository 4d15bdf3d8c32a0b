"""The pipeline method against the pipeline of transformers."""

from __future__ import annotations

import numpy as np
import pytest
from checkpoints import LABELS, SENTENCES
from conftest import Checkpoint
from transformers import pipeline

from stance.methods import Label
from stance.methods.pipeline import Pipeline, zero_shot
from stance.nli import load_nli
from stance.scoring import Scorer

from .islands import PROPOSITIONS, decide, method_named, model_of, units_of

TEXTS = (*SENTENCES[2:9:3], "Łódź, Київ und 北京 😀", "Ships. Ships!")


# The pipeline finds the entailment logit by its name: here it is first, last or between.
@pytest.mark.parametrize(
    ("architecture", "rows"),
    [("bert", (0, 1, 2)), ("xlm-roberta", (2, 1, 0)), ("deberta-v2", (1, 0, 2))],
)
def test_scores_are_those_of_the_zero_shot_classification_pipeline(
    architecture: str, rows: tuple[int, ...], checkpoint: Checkpoint
) -> None:
    folder = str(checkpoint(architecture, tuple(LABELS[row] for row in rows), rows))
    theirs = pipeline("zero-shot-classification", model=folder, device="cpu")
    model = load_nli(folder, device="cpu")
    names = list(PROPOSITIONS.items)
    method = method_named("pipeline", propositions=names)
    assert isinstance(method, Pipeline)
    estimates = iter(method(units_of(model, *TEXTS), Scorer(model, progress=False)))
    for text in TEXTS:
        for name in names:
            candidates = list(method.candidates(name, "en"))
            expected = theirs(
                text, candidate_labels=candidates, hypothesis_template="{}", multi_label=False
            )
            scores = dict(zip(expected["labels"], expected["scores"], strict=True))
            ordered = [scores[candidate] for candidate in candidates]
            found = zero_shot(model.score([text], candidates)[0])
            np.testing.assert_allclose(found, ordered, atol=1e-5)
            estimate = next(estimates)
            np.testing.assert_allclose(estimate.probabilities, ordered, atol=1e-5)
            assert int(estimate.probabilities.argmax()) == candidates.index(expected["labels"][0])


def test_four_hypotheses_compete_for_the_label() -> None:
    assert method_named("pipeline").candidates("swap", "de") == (
        "The author supports this: The islands should be swapped.",
        "The author supports this: A swap is theft.",
        "This text is about the exchange of the islands.",
        "This text is about something else.",
    )
    # Without a paraphrase against, the statement opposed speaks for that side.
    against = method_named("pipeline").candidates("ferry", "en")[1]
    assert against == "The author opposes this: The ferry should be free."


@pytest.mark.parametrize(
    ("entailed", "label"),
    [
        ("supports this: The islands", Label.FAVOR),
        ("supports this: A swap is theft", Label.AGAINST),
        ("is about the exchange", Label.NEUTRAL),
        ("about something else", Label.UNRELATED),
    ],
)
@pytest.mark.parametrize("binary", [False, True])
def test_the_label_is_that_of_the_hypothesis_entailed_most(
    entailed: str, label: Label, binary: bool
) -> None:
    model = model_of(("", entailed, (0.8, 0.1, 0.1)), ("", "", (0.2, 0.4, 0.4)), binary=binary)
    (row,) = decide("pipeline", model, "Northland told the South.")
    assert (row.label, row.holder) == (label, "text")
    # A softmax over logarithms: the entailments themselves, normalised.
    expected = [0.2 / 1.4] * 4
    expected[["favor", "against", "neutral", "unrelated"].index(label)] = 0.8 / 1.4
    np.testing.assert_allclose(row.probabilities, expected, atol=1e-6)


def test_the_least_unrelated_window_decides() -> None:
    model = model_of(
        ("isle", "supports this: A swap is theft", (0.9, 0.05, 0.05)),
        ("", "about something else", (0.5, 0.25, 0.25)),
        max_premise_tokens=5,
    )
    (row,) = decide("pipeline", model, "It rains a lot. The isle is ours. It snows a lot.")
    assert (row.label, row.window) == (Label.AGAINST, "The isle is ours.")
