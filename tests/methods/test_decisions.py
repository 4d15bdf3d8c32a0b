"""From probabilities to labels, and what every method promises of its rows."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from checkpoints import SENTENCES
from conftest import Checkpoint
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.model import Kind
from stance.errors import ConfigError
from stance.methods import METHODS, Label, MethodConfig, StanceEstimate, make_method
from stance.methods.base import label_of, log_probabilities, relevance_of, softmax
from stance.nli import NLIModel, load_nli
from stance.scoring import Scorer

from .islands import HYPOTHESES, PROPOSITIONS, method_named, paragraph, units_of

unit_interval = st.floats(0, 1)
inner = st.floats(0.01, 0.99)
probabilities = (
    st.tuples(*[st.floats(0, 1)] * 4)
    .filter(lambda p: sum(p) > 0.01)
    .map(lambda p: np.array(p) / sum(p))
)
LABELS = (Label.FAVOR, Label.AGAINST, Label.NEUTRAL)


@given(probabilities, st.floats(0.34, 1))
def test_a_label_is_unrelated_first_then_a_side_with_the_mass_then_neutral(
    p: np.ndarray, threshold: float
) -> None:
    favor, against, _, unrelated = p
    label = label_of(p, threshold)
    if label is Label.UNRELATED:
        assert unrelated > 0.5
    else:
        assert unrelated <= 0.5
        side = max(favor, against) / (1 - unrelated)
        assert (label is Label.NEUTRAL) == (side < threshold)
        assert label is not Label.FAVOR or favor >= against
        assert label is not Label.AGAINST or against > favor


@given(inner)
def test_the_relevance_threshold_maps_to_one_half(threshold: float) -> None:
    assert relevance_of(np.array(threshold), threshold) == pytest.approx(0.5)


@given(unit_interval, unit_interval, inner)
def test_relevance_keeps_the_order_and_the_side_of_the_threshold(
    one: float, other: float, threshold: float
) -> None:
    low, high = relevance_of(np.array(sorted([one, other])), threshold)
    assert 0 < low <= high < 1
    for entailed, related in zip(sorted([one, other]), (low, high), strict=True):
        if abs(entailed - threshold) > 1e-5:
            assert (related >= 0.5) == (entailed >= threshold)


@given(st.floats(1e-6, 1 - 1e-6))
def test_a_threshold_of_one_half_leaves_relevance_as_it_is(entailed: float) -> None:
    assert relevance_of(np.array(entailed), 0.5) == pytest.approx(entailed)


@given(st.lists(st.floats(-50, 50, width=32), min_size=3, max_size=3), st.booleans())
def test_log_probabilities_are_logarithms_of_a_softmax(values: list[float], binary: bool) -> None:
    logits = np.array(values, dtype=np.float32)
    if binary:
        logits[2] = np.nan
    exact = np.exp(logits[:2] if binary else logits, dtype=np.float64)
    found = np.exp(log_probabilities(logits))
    np.testing.assert_allclose(found[: len(exact)], exact / exact.sum(), rtol=1e-9)
    assert not binary or found[2] == 0
    np.testing.assert_allclose(softmax(logits[: len(exact)].astype(float)), exact / exact.sum())


def check_rows(estimates: list[StanceEstimate], n_units: int) -> None:
    """What the contract says of every row, whatever the method and the model."""
    texts = [e for e in estimates if e.holder == "text"]
    cells = [(e.unit.paragraph.index, e.proposition) for e in texts]
    assert cells == list(product(range(n_units), PROPOSITIONS.items))
    for estimate in estimates:
        p = estimate.probabilities
        assert p.shape == (4,) and (p >= 0).all()
        assert p.sum() == pytest.approx(1, abs=1e-9)
        assert estimate.score == pytest.approx(p[0] - p[1], abs=1e-12)
        assert estimate.window in estimate.unit.windows
        assert estimate.evidence in estimate.unit.paragraph.text
        assert (estimate.evidence == "") == (estimate.label is Label.UNRELATED)
        if estimate.holder == "text":
            assert estimate.mode == ""
        else:
            assert estimate.label is not Label.UNRELATED
            assert estimate.holder in estimate.unit.candidates
            assert estimate.mode in ("said", "imputed")


PARAGRAPHS = [
    paragraph(f"{text} Northland agrees. The US does not!", Kind.BODY, index=i)
    for i, text in enumerate(SENTENCES[:7])
]
ODD = [
    paragraph("the old lighthouse", Kind.LIST_ITEM, lead_in="Bo's demands:", index=7),
    paragraph("“Never,” “ever.”", index=8),
    paragraph("Ships. " + "no end of ships and " * 120 + "Southland.", index=9),
    paragraph("😀", Kind.HEADING, index=10),
]


@pytest.fixture(params=["one-pass", "bert"])
def model(request: pytest.FixtureRequest, one_pass: NLIModel, checkpoint: Checkpoint) -> NLIModel:
    return one_pass if request.param == "one-pass" else load_nli(str(checkpoint("bert")))


@pytest.mark.parametrize("name", METHODS)
# A low threshold opens many cells: random weights find little related.
@pytest.mark.parametrize("threshold", [0.05, 0.5])
def test_rows_of_every_method_keep_the_contract_on_a_real_network(
    name: str, threshold: float, model: NLIModel
) -> None:
    method = method_named(
        name, propositions=list(PROPOSITIONS.items), relevance_threshold=threshold
    )
    units = units_of(model, *PARAGRAPHS, *ODD)
    estimates = method(units, Scorer(model, progress=False))
    check_rows(estimates, len(units))
    if threshold < 0.5:
        assert any(e.label is not Label.UNRELATED for e in estimates)
    for estimate in estimates:
        p = estimate.probabilities
        if name == "pipeline":
            assert estimate.label == (*LABELS, Label.UNRELATED)[int(p.argmax())]
        elif estimate.holder == "text":
            assert estimate.label == label_of(p)


@pytest.mark.parametrize("name", METHODS)
def test_what_a_method_opens_with_can_be_scored_ahead(name: str, one_pass: NLIModel) -> None:
    method = method_named(name, propositions=list(PROPOSITIONS.items))
    units = units_of(one_pass, *PARAGRAPHS, *ODD)
    ahead, later = (Scorer(one_pass, progress=False) for _ in range(2))
    ahead(method.opening(units))
    opened = ahead.counts.scored
    assert opened > 0
    rows = method(units, ahead)
    expected = method(units, later)
    assert ahead.counts == later.counts  # the opening asks for nothing that would not be asked
    assert [(r.holder, r.label, r.mode) for r in rows] == [
        (r.holder, r.label, r.mode) for r in expected
    ]
    for row, other in zip(rows, expected, strict=True):
        np.testing.assert_allclose(row.probabilities, other.probabilities, atol=1e-4)


def test_an_unknown_method_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="method.name='magic': expected one of staged"):
        make_method(MethodConfig(name="magic"), HYPOTHESES, ["swap"])
