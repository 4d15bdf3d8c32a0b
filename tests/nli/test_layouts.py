"""Padded rows and unpadded texts are two ways to compute the same logits and gradients."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import VOCABULARY

from stance.nli.compact import load_compact
from stance.nli.layouts import Rows, Unpadded
from stance.nli.onepass import OnePassConfig, OnePassNLI

Texts = list[list[int]]
LAYOUTS = [Rows, Unpadded]


@pytest.fixture(scope="module")
def network() -> OnePassNLI:
    torch.manual_seed(4)
    network = OnePassNLI(
        OnePassConfig(
            vocab_size=VOCABULARY,
            hidden_size=32,
            num_hidden_layers=3,
            separate_layers=1,
            num_attention_heads=4,
            intermediate_size=64,
        )
    )
    generator = torch.Generator().manual_seed(5)
    blocks = network.word_embeddings.q4
    blocks.copy_(torch.randint(0, 256, blocks.shape, generator=generator, dtype=torch.uint8))
    scale = torch.full((*blocks.shape[:2], 1), 0.2, dtype=torch.float16).view(torch.uint8)
    blocks[..., :2] = scale
    return network


def drawn(seed: int, asked: list[int], longest: int = 40) -> tuple[Texts, list[Texts]]:
    """Premises, and for each as many hypotheses as ``asked`` says, of random lengths."""
    rng = random.Random(seed)

    def text() -> list[int]:
        return [rng.randrange(4, VOCABULARY) for _ in range(rng.randint(1, longest))]

    return [text() for _ in asked], [[text() for _ in range(n)] for n in asked]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_both_layouts_give_the_same_logits(
    network: OnePassNLI, seed: int, asked: list[int]
) -> None:
    premises, hypotheses = drawn(seed, asked)
    with torch.inference_mode():
        rows, unpadded = (
            network(layout.of(premises, hypotheses, network.config)) for layout in LAYOUTS
        )
    assert rows.shape == (sum(asked), 3)
    torch.testing.assert_close(unpadded, rows, atol=1e-5, rtol=1e-5)


def test_both_layouts_give_the_same_gradients(network: OnePassNLI) -> None:
    premises, hypotheses = drawn(1, [3, 1, 12])
    found = []
    for layout in LAYOUTS:
        network.zero_grad()
        network(layout.of(premises, hypotheses, network.config)).logsumexp(-1).sum().backward()
        found.append([p.grad.clone() for p in network.parameters() if p.grad is not None])
    assert len(found[0]) == len(list(network.parameters()))
    for rows, unpadded in zip(*found, strict=True):
        torch.testing.assert_close(unpadded, rows, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_logits_of_a_pair_are_its_own(network: OnePassNLI, layout: type[Rows | Unpadded]) -> None:
    premises, hypotheses = drawn(2, [2, 30, 1])
    with torch.inference_mode():
        together = network(layout.of(premises, hypotheses, network.config))
        alone = [
            network(layout.of([premise], [[claim]], network.config))[0]
            for premise, claims in zip(premises, hypotheses, strict=True)
            for claim in claims
        ]
    torch.testing.assert_close(together, torch.stack(alone), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_states_of_texts_by_themselves_can_stand_in(
    network: OnePassNLI, layout: type[Rows | Unpadded]
) -> None:
    premises, hypotheses = drawn(3, [2, 0, 5])
    texts = [
        text
        for premise, claims in zip(premises, hypotheses, strict=True)
        for text in (premise, *claims)
    ]
    with torch.inference_mode():
        batch = layout.of(premises, hypotheses, network.config)
        whole = network.encode(batch)
        alone = layout.of(texts, [()] * len(texts), network.config)
        states = alone.split(network.encode(alone))
        for text, state, expected in zip(texts, states, batch.split(whole), strict=True):
            assert len(state) == len(text) + 2
            torch.testing.assert_close(state, expected, atol=1e-5, rtol=1e-5)
        joined = network.compare(batch.join(states), batch)
        torch.testing.assert_close(joined, network(batch), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_text_beyond_the_positions_is_refused(
    network: OnePassNLI, layout: type[Rows | Unpadded]
) -> None:
    limit = network.config.max_position_embeddings - 2
    layout.of([[5] * limit], [[[5]]], network.config)
    with pytest.raises(ValueError, match=f"{limit + 1} tokens in one text; at most {limit} fit"):
        layout.of([[5]], [[[5] * (limit + 1)]], network.config)
    with pytest.raises(ValueError, match="2 premises but hypotheses for 1"):
        layout.of([[5], [6]], [[[5]]], network.config)


def test_a_loaded_model_keeps_its_word_embeddings_in_blocks(one_pass_folder: Path) -> None:
    network, _ = load_compact(one_pass_folder)
    assert network.word_embeddings.q4.dtype == torch.uint8
    assert not any(name.startswith("word_embeddings") for name, _ in network.named_parameters())
