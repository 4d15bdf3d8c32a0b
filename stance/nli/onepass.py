"""The one-pass NLI network: one premise, any number of hypotheses, a single encoder pass.

A packed row reads ``<s> premise </s>`` and then, for every hypothesis, ``<s> hypothesis </s>``.
Premise tokens attend to the premise; tokens of a hypothesis attend to the premise and to
themselves. Positions restart at every ``<s>``. So the logits of a hypothesis are a function of
premise and hypothesis alone, whatever else is packed beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

PAD_SEGMENT = -1
PREMISE_SEGMENT = 0


@dataclass(frozen=True)
class OnePassConfig:
    """Shape of the encoder and ids of its special tokens."""

    vocab_size: int
    hidden_size: int = 384
    num_hidden_layers: int = 12
    num_attention_heads: int = 12
    intermediate_size: int = 1536
    max_position_embeddings: int = 512
    layer_norm_eps: float = 1e-12
    bos_token_id: int = 0
    pad_token_id: int = 1
    eos_token_id: int = 2


@dataclass(frozen=True)
class Packed:
    """A batch of packed rows.

    Attributes:
        input_ids: int64 ``[rows, tokens]``.
        positions: int64 ``[rows, tokens]``, restarting at every ``<s>``.
        segments: int64 ``[rows, tokens]``: 0 premise, k the k-th hypothesis, -1 padding.
        n_hypotheses: Width K of the output; rows with fewer hypotheses are padded to it.
    """

    input_ids: Tensor
    positions: Tensor
    segments: Tensor
    n_hypotheses: int


def pack(
    premises: Sequence[Sequence[int]],
    hypotheses: Sequence[Sequence[Sequence[int]]],
    config: OnePassConfig,
) -> Packed:
    """Join token ids (without special tokens) into packed rows.

    Args:
        premises: Token ids per row.
        hypotheses: For each row, the token ids of each of its hypotheses.
        config: Gives the special tokens.

    Raises:
        ValueError: If the two sequences differ in length, or a text exceeds the positions.
    """
    if len(premises) != len(hypotheses):
        raise ValueError(f"{len(premises)} premises but {len(hypotheses)} rows of hypotheses")
    limit = config.max_position_embeddings - 2
    rows: list[tuple[list[int], list[int], list[int]]] = []
    for premise, claims in zip(premises, hypotheses, strict=True):
        ids: list[int] = []
        positions: list[int] = []
        segments: list[int] = []
        for segment, tokens in enumerate([premise, *claims]):
            if len(tokens) > limit:
                raise ValueError(f"{len(tokens)} tokens in one text; at most {limit} fit")
            ids += [config.bos_token_id, *tokens, config.eos_token_id]
            positions += range(len(tokens) + 2)
            segments += [segment] * (len(tokens) + 2)
        rows.append((ids, positions, segments))
    width = max(len(ids) for ids, _, _ in rows)
    shape = (len(rows), width)
    packed_ids = torch.full(shape, config.pad_token_id)
    packed_positions = torch.zeros(shape, dtype=torch.long)
    packed_segments = torch.full(shape, PAD_SEGMENT)
    for row, (ids, positions, segments) in enumerate(rows):
        packed_ids[row, : len(ids)] = torch.tensor(ids)
        packed_positions[row, : len(ids)] = torch.tensor(positions)
        packed_segments[row, : len(ids)] = torch.tensor(segments)
    return Packed(
        packed_ids, packed_positions, packed_segments, max(len(claims) for claims in hypotheses)
    )


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

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """Map states ``[rows, tokens, hidden]`` under a boolean mask to the same shape."""
        rows, tokens, width = states.shape
        split = (rows, tokens, 3, self.heads, width // self.heads)
        query, key, value = self.query_key_value(states).view(split).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        attended = attended.transpose(1, 2).reshape(rows, tokens, width)
        states = self.attention_norm(states + self.attention_output(attended))
        changed: Tensor = self.output_norm(states + self.output(F.gelu(self.intermediate(states))))
        return changed


class OnePassNLI(nn.Module):
    """BERT encoder under the block mask, and a head over pooled premise and hypothesis states."""

    def __init__(self, config: OnePassConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.config = config
        self.word_embeddings = nn.Embedding(config.vocab_size, width)
        self.position_embeddings = nn.Embedding(config.max_position_embeddings, width)
        self.embedding_norm = nn.LayerNorm(width, eps=config.layer_norm_eps)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.head_hidden = nn.Linear(5 * width, width)
        self.head_output = nn.Linear(width, 3)

    def forward(
        self, input_ids: Tensor, positions: Tensor, segments: Tensor, n_hypotheses: int
    ) -> Tensor:
        """Return logits ``[rows, n_hypotheses, 3]``: entailment, neutral, contradiction.

        Entries beyond a row's own hypotheses are meaningless and must be dropped by the caller.
        """
        # Keys open to a query: the premise, and the query's own segment. Padded queries see the
        # premise as well, since a softmax over nothing is NaN.
        same = segments[:, :, None] == segments[:, None, :]
        mask = (same | (segments == PREMISE_SEGMENT)[:, None, :])[:, None]
        states = self.embedding_norm(
            self.word_embeddings(input_ids) + self.position_embeddings(positions)
        )
        for layer in self.layers:
            states = layer(states, mask)

        index = torch.arange(n_hypotheses + 1, device=segments.device)
        member = (segments[:, None, :] == index[None, :, None]).to(states.dtype)
        means = (member @ states) / member.sum(-1, keepdim=True).clamp(min=1.0)
        starts = (member * (positions == 0)[:, None, :].to(states.dtype)) @ states
        hypothesis = means[:, 1:]
        premise = means[:, :1].expand_as(hypothesis)
        features = torch.cat(
            [
                starts[:, 1:],
                premise,
                hypothesis,
                (premise - hypothesis).abs(),
                premise * hypothesis,
            ],
            dim=-1,
        )
        logits: Tensor = self.head_output(F.gelu(self.head_hidden(features)))
        return logits
