"""Which logit means what: by name, in any order, or not at all."""

from __future__ import annotations

from itertools import permutations

import pytest

from stance.errors import ModelError
from stance.nli.labels import resolve_labels

THREE = ("entailment", "neutral", "contradiction")


@pytest.mark.parametrize("order", list(permutations(THREE)))
@pytest.mark.parametrize("spell", [str.lower, str.upper, str.title])
def test_three_way_names_are_found_in_every_order_and_case(order: tuple[str, ...], spell) -> None:
    found = resolve_labels(dict(enumerate(map(spell, order))), "m")
    assert (found.entailment, found.neutral, found.contradiction) == tuple(map(order.index, THREE))
    assert not found.is_binary


@pytest.mark.parametrize("other", ["not_entailment", "not-entailment", "NOT ENTAILMENT"])
@pytest.mark.parametrize("place", [0, 1])
def test_binary_names_are_found_in_both_orders(other: str, place: int) -> None:
    found = resolve_labels({place: "entailment", 1 - place: other}, "m")
    assert (found.entailment, found.neutral, found.contradiction) == (place, 1 - place, None)
    assert found.is_binary


@pytest.mark.parametrize(
    "names",
    [
        ("LABEL_0", "LABEL_1", "LABEL_2"),
        ("yes", "no"),
        ("entailment", "neutral"),
        ("entailment", "contradiction"),
        ("neutral", "contradiction", "contradict"),
        ("entailment", "neutral", "contradiction", "other"),
        ("entailment", "not_entailment", "neutral"),
        ("entailment",),
    ],
)
def test_any_other_names_are_refused_and_listed(names: tuple[str, ...]) -> None:
    with pytest.raises(ModelError) as refused:
        resolve_labels(dict(enumerate(names)), "owner/odd")
    message = str(refused.value)
    assert message.startswith("owner/odd")
    assert all(name in message for name in names)
    assert "entailment / not_entailment" in message
