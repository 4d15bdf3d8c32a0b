"""The one-pass NLI network: one premise, any number of hypotheses, a single encoder pass.

Every text is ``<s> text </s>`` with positions of its own from 0. In the lowest layers, the separate
ones, every text attends to itself alone, so that its states there are the same in whatever pair it
stands and need be computed once (Cao et al. 2020, DeFormer). In the layers above, tokens of a
hypothesis attend to the premise as well. So the logits of a hypothesis are a function of premise
and hypothesis alone, whatever else is in the batch. How the tokens of a batch lie, and who of them
meets whom, is the matter of `stance.nli.layouts`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stance.nli.blocks import BlockEmbedding

# Query, key and value [..., heads, width of a head] to what is attended to, in the same shape.
Attend = Callable[[Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class OnePassConfig:
    """Shape of the encoder and ids of its special tokens.

    Attributes:
        separate_layers: How many of the lowest layers encode every text by itself.
    """

    vocab_size: int
    hidden_size: int = 384
    num_hidden_layers: int = 12
    separate_layers: int = 0
    num_attention_heads: int = 12
    intermediate_size: int = 1536
    max_position_embeddings: int = 512
    layer_norm_eps: float = 1e-12
    bos_token_id: int = 0
    pad_token_id: int = 1
    eos_token_id: int = 2


class Layout(Protocol):
    """The tokens of a batch of premises, each with hypotheses of its own."""

    @property
    def input_ids(self) -> Tensor:
        """int64 ``[*tokens]``."""

    @property
    def positions(self) -> Tensor:
        """int64 ``[*tokens]``, from 0 in every text."""

    def split(self, states: Tensor) -> list[Tensor]:
        """States ``[*tokens, hidden]`` cut into those of each text, ``[tokens of it, hidden]``:
        the first premise, its hypotheses, the second premise …
        """

    def join(self, states: Sequence[Tensor]) -> Tensor:
        """What ``split`` has cut, back in its places."""

    def attend_alone(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Attention ``[*tokens, heads, width]`` of every token to its own text."""

    def attend(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Attention ``[*tokens, heads, width]`` of every token to its own text and its premise."""

    def pool(self, states: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """From states ``[*tokens, hidden]``, per pair ``[pairs, hidden]``: the first token of the
        hypothesis, the mean of the premise, the mean of the hypothesis.

        Pairs are in order: the hypotheses of the first premise, then those of the second …
        """


class Layer(nn.Module):
    """A post-norm transformer layer, as in BERT."""

    def __init__(self, config: OnePassConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.heads = config.num_attention_heads
        self.query_key_value = nn.Linear(width, 3 * width)
        self.attention_output = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, eps=config.layer_norm_eps)
        self.intermediate = nn.Linear(width, config.intermediate_size)
        self.output = nn.Linear(config.intermediate_size, width)
        self.output_norm = nn.LayerNorm(width, eps=config.layer_norm_eps)

    def forward(self, states: Tensor, attend: Attend) -> Tensor:
        """Map states ``[*tokens, hidden]`` to the same shape."""
        split = self.query_key_value(states).unflatten(-1, (3, self.heads, -1))
        attended = attend(*split.unbind(-3)).flatten(-2)
        states = self.attention_norm(states + self.attention_output(attended))
        changed: Tensor = self.output_norm(states + self.output(F.gelu(self.intermediate(states))))
        return changed


class OnePassNLI(nn.Module):
    """BERT encoder, and a head over pooled premise and hypothesis states."""

    def __init__(self, config: OnePassConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.config = config
        self.word_embeddings = BlockEmbedding(config.vocab_size, width)
        self.position_embeddings = nn.Embedding(config.max_position_embeddings, width)
        self.embedding_norm = nn.LayerNorm(width, eps=config.layer_norm_eps)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.head_hidden = nn.Linear(5 * width, width)
        self.head_output = nn.Linear(width, 3)

    def forward(self, batch: Layout) -> Tensor:
        """Logits ``[pairs, 3]``: entailment, neutral, contradiction; pairs as in ``pool``."""
        return self.compare(self.encode(batch), batch)

    def encode(self, batch: Layout) -> Tensor:
        """States ``[*tokens, hidden]`` after the separate layers: of every text by itself."""
        places = self.position_embeddings(batch.positions)
        states: Tensor = self.embedding_norm(
            self.word_embeddings(batch.input_ids).to(places) + places
        )
        for layer in self.layers[: self.config.separate_layers]:
            states = layer(states, batch.attend_alone)
        return states

    def compare(self, states: Tensor, batch: Layout) -> Tensor:
        """Logits ``[pairs, 3]`` from the states of ``encode``, in the same layout or gathered."""
        for layer in self.layers[self.config.separate_layers :]:
            states = layer(states, batch.attend)
        start, premise, hypothesis = batch.pool(states)
        compared = ((premise - hypothesis).abs(), premise * hypothesis)
        features = torch.cat([start, premise, hypothesis, *compared], dim=-1)
        logits: Tensor = self.head_output(F.gelu(self.head_hidden(features)))
        return logits
