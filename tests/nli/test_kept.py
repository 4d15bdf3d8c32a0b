"""The ring of states encoded lately."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from stance.nli.kept import KeptStates

TOKENS = 20


def states_of(text: int, size: int) -> torch.Tensor:
    return torch.arange(size * 2, dtype=torch.float32).reshape(size, 2) + 1000 * text


def asked(kept: KeptStates, text: int, size: int) -> bool:
    """Ask for a text as a network does; whether it was still there."""
    found = kept.get((text,))
    if found is None:
        kept.keep((text,), states_of(text, size))
        return False
    assert torch.equal(found, states_of(text, size)), "what is found is what was kept"
    kept.renew((text,))
    return True


@given(st.lists(st.integers(0, 11), max_size=80), st.lists(st.integers(1, 9), min_size=12))
def test_what_is_found_is_what_was_kept(texts: list[int], sizes: list[int]) -> None:
    kept = KeptStates(TOKENS)
    for text in texts:
        asked(kept, text, sizes[text])
        assert asked(kept, text, sizes[text]), "the latest is there"


def test_what_is_asked_for_all_the_time_stays() -> None:
    kept = KeptStates(TOKENS)
    asked(kept, 0, 3)
    for other in range(1, 50):
        asked(kept, other, 4)
        assert asked(kept, 0, 3)
        assert kept.get((other - 3,)) is None or other <= 3


def test_a_text_longer_than_the_ring_is_not_kept() -> None:
    kept = KeptStates(TOKENS)
    asked(kept, 0, 5)
    kept.keep((1,), states_of(1, TOKENS + 1))
    assert kept.get((1,)) is None
    assert asked(kept, 0, 5)


def test_all_can_be_dropped() -> None:
    kept = KeptStates(TOKENS)
    asked(kept, 0, 5)
    kept.clear()
    assert not asked(kept, 0, 5)
