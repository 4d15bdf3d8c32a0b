"""How the tokens of a batch lie in memory: in padded rows, or one text behind the other.

Padded rows make few large operations, as a GPU and ONNX Runtime want them. A CPU gains from doing
nothing in vain: there, no token is padding, and no attention is computed only to be masked, but
within small blocks of hypotheses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

from stance.nli.onepass import OnePassConfig

PAD_SEGMENT = -1
PREMISE_SEGMENT = 0
# Tokens of hypotheses that attend in one operation: enough to fill it, and little to mask.
_BLOCK_TOKENS = 64

Ids = Sequence[int]


@dataclass(frozen=True)
class Rows:
    """A row per premise, with its hypotheses behind it, padded to the longest.

    Attributes:
        input_ids: int64 ``[rows, tokens]``.
        positions: int64 ``[rows, tokens]``, from 0 in every text.
        segments: int64 ``[rows, tokens]``: 0 premise, k the k-th hypothesis, -1 padding.
        asked: bool ``[rows, n_hypotheses]``: which hypotheses a row has.
        sizes: Tokens of each text, per row.
    """

    input_ids: Tensor
    positions: Tensor
    segments: Tensor
    asked: Tensor
    sizes: tuple[tuple[int, ...], ...]

    @classmethod
    def of(
        cls,
        premises: Sequence[Ids],
        hypotheses: Sequence[Sequence[Ids]],
        config: OnePassConfig,
        device: torch.device | str = "cpu",
    ) -> Self:
        """Lay out token ids, without special tokens, of premises and of each one's hypotheses."""
        texts = list(_texts(premises, hypotheses, config))
        rows = [
            (ids, positions, [segment for segment, size in enumerate(sizes) for _ in range(size)])
            for ids, positions, sizes in texts
        ]
        width = max(len(ids) for ids, _, _ in rows)
        padding = (config.pad_token_id, 0, PAD_SEGMENT)
        ids, positions, segments = (
            torch.tensor([row[i] + [pad] * (width - len(row[i])) for row in rows]).to(device)
            for i, pad in enumerate(padding)
        )
        counts = torch.tensor([len(claims) for claims in hypotheses])
        asked = torch.arange(int(counts.max()))[None] < counts[:, None]
        of_rows = tuple(tuple(sizes) for _, _, sizes in texts)
        return cls(ids, positions, segments, asked.to(device), of_rows)

    def split(self, states: Tensor) -> list[Tensor]:
        """See ``Layout.split``; states are ``[rows, tokens, hidden]``."""
        return [
            text
            for row, sizes in zip(states, self.sizes, strict=True)
            for text in torch.split(row[: sum(sizes)], list(sizes))
        ]

    def join(self, states: Sequence[Tensor]) -> Tensor:
        """See ``Layout.join``."""
        texts = iter(states)
        rows = [torch.cat([next(texts) for _ in sizes]) for sizes in self.sizes]
        return pad_sequence(rows, batch_first=True)

    def attend_alone(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """See ``Layout.attend_alone``; tokens are ``[rows, tokens]``."""
        return _masked_attention(query, key, value, self._same_text)

    def attend(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """See ``Layout.attend``; tokens are ``[rows, tokens]``."""
        return _masked_attention(query, key, value, self._text_or_premise)

    @cached_property
    def _same_text(self) -> Tensor:
        """bool ``[rows, 1, tokens, tokens]``: the keys open to a query, for every layer."""
        return (self.segments[:, :, None] == self.segments[:, None, :])[:, None]

    @cached_property
    def _text_or_premise(self) -> Tensor:
        """The same where hypotheses see the premise."""
        return self._same_text | (self.segments == PREMISE_SEGMENT)[:, None, None, :]

    def pool(self, states: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See ``Layout.pool``."""
        index = torch.arange(self.asked.shape[1] + 1, device=states.device)
        member = (self.segments[:, None, :] == index[None, :, None]).to(states.dtype)
        means = (member @ states) / member.sum(-1, keepdim=True).clamp(min=1.0)
        starts = (member * (self.positions == 0)[:, None, :].to(states.dtype)) @ states
        premise = means[:, :1].expand_as(means[:, 1:])
        return starts[:, 1:][self.asked], premise[self.asked], means[:, 1:][self.asked]


@dataclass(frozen=True)
class _Block:
    """Tokens whose attention is computed at once: a premise, or a few of its hypotheses.

    Attributes:
        tokens: How many.
        premise: The block of the premise that hypotheses attend to as well; None for a premise.
        bias: Added to the attention of hypotheses, ``[tokens, premise + tokens]``; -inf where a
            token of one would look at another.
    """

    tokens: int
    premise: int | None = None
    bias: Tensor | None = None


@dataclass(frozen=True)
class Unpadded:
    """All texts in one long row: a premise, its hypotheses, the next premise …

    Attributes:
        input_ids: int64 ``[tokens]``.
        positions: int64 ``[tokens]``, from 0 in every text.
        sizes: int64 ``[texts]``, tokens of each text.
        premises: int64 ``[pairs]``, the text that is the premise of each pair.
        hypotheses: int64 ``[pairs]``, the text that is its hypothesis.
    """

    input_ids: Tensor
    positions: Tensor
    sizes: Tensor
    premises: Tensor
    hypotheses: Tensor
    blocks: tuple[_Block, ...]

    @classmethod
    def of(
        cls,
        premises: Sequence[Ids],
        hypotheses: Sequence[Sequence[Ids]],
        config: OnePassConfig,
        device: torch.device | str = "cpu",
    ) -> Self:
        """Lay out token ids, without special tokens, of premises and of each one's hypotheses."""
        all_ids: list[int] = []
        all_positions: list[int] = []
        all_sizes: list[int] = []
        pairs: list[tuple[int, int]] = []
        blocks: list[_Block] = []
        for ids, positions, sizes in _texts(premises, hypotheses, config):
            first = len(all_sizes)
            pairs += [(first, first + k) for k in range(1, len(sizes))]
            blocks += _blocks(len(blocks), sizes)
            all_ids += ids
            all_positions += positions
            all_sizes += sizes
        of_pairs = torch.tensor(pairs, dtype=torch.long, device=device).reshape(-1, 2)
        return cls(
            input_ids=torch.tensor(all_ids, device=device),
            positions=torch.tensor(all_positions, device=device),
            sizes=torch.tensor(all_sizes, device=device),
            premises=of_pairs[:, 0],
            hypotheses=of_pairs[:, 1],
            blocks=tuple(blocks),
        )

    def split(self, states: Tensor) -> list[Tensor]:
        """See ``Layout.split``; states are ``[tokens, hidden]``."""
        return list(torch.split(states, self.sizes.tolist()))

    def join(self, states: Sequence[Tensor]) -> Tensor:
        """See ``Layout.join``."""
        return torch.cat(list(states))

    def attend_alone(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """See ``Layout.attend_alone``; tokens are ``[tokens]``."""
        return self._attention(query, key, value, meets_premise=False)

    def attend(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """See ``Layout.attend``; tokens are ``[tokens]``."""
        return self._attention(query, key, value, meets_premise=True)

    def _attention(self, query: Tensor, key: Tensor, value: Tensor, meets_premise: bool) -> Tensor:
        sizes = [block.tokens for block in self.blocks]
        # Heads first. Split at once, since the gradient of each slice would be of full size.
        queries, keys, values = (
            torch.split(x.transpose(0, 1), sizes, 1) for x in (query, key, value)
        )
        attended = []
        for block, q, k, v in zip(self.blocks, queries, keys, values, strict=True):
            bias = None
            if block.premise is not None and block.bias is not None:
                bias = block.bias.to(q)
                if meets_premise:
                    k = torch.cat([keys[block.premise], k], dim=1)
                    v = torch.cat([values[block.premise], v], dim=1)
                else:
                    bias = bias[:, -block.tokens :]
            attended.append(F.scaled_dot_product_attention(q[None], k[None], v[None], bias)[0])
        return torch.cat(attended, dim=1).transpose(0, 1)

    def pool(self, states: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See ``Layout.pool``."""
        # Summed in float32: half precision would lose the small addends of a long text.
        means = torch.segment_reduce(states.float(), "mean", lengths=self.sizes, axis=0).to(states)
        starts = states[self.sizes.cumsum(0) - self.sizes]
        return starts[self.hypotheses], means[self.premises], means[self.hypotheses]


def _masked_attention(query: Tensor, key: Tensor, value: Tensor, is_open: Tensor) -> Tensor:
    query, key, value = (x.transpose(1, 2) for x in (query, key, value))
    return F.scaled_dot_product_attention(query, key, value, is_open).transpose(1, 2)


def _texts(
    premises: Sequence[Ids], hypotheses: Sequence[Sequence[Ids]], config: OnePassConfig
) -> Iterator[tuple[list[int], list[int], list[int]]]:
    """Per premise the ids and positions of it and its hypotheses, and the size of each text.

    Raises:
        ValueError: If the two sequences differ in length, or a text exceeds the positions.
    """
    if len(premises) != len(hypotheses):
        raise ValueError(f"{len(premises)} premises but hypotheses for {len(hypotheses)}")
    limit = config.max_position_embeddings - 2
    for premise, claims in zip(premises, hypotheses, strict=True):
        ids: list[int] = []
        positions: list[int] = []
        sizes: list[int] = []
        for tokens in (premise, *claims):
            if len(tokens) > limit:
                raise ValueError(f"{len(tokens)} tokens in one text; at most {limit} fit")
            ids += [config.bos_token_id, *tokens, config.eos_token_id]
            positions += range(len(tokens) + 2)
            sizes.append(len(tokens) + 2)
        yield ids, positions, sizes


def _blocks(index: int, sizes: Sequence[int]) -> Iterator[_Block]:
    """The blocks of a premise, itself number ``index``, and of its hypotheses."""
    yield _Block(sizes[0])
    for group in _groups(sizes[1:]):
        text = torch.arange(len(group)).repeat_interleave(torch.tensor(group))
        is_open = F.pad(text[:, None] == text, (sizes[0], 0), value=True)
        bias = torch.zeros(is_open.shape).masked_fill(~is_open, -torch.inf)
        yield _Block(sum(group), index, bias)


def _groups(sizes: Iterable[int]) -> Iterator[list[int]]:
    group: list[int] = []
    for size in sizes:
        if group and sum(group) + size > _BLOCK_TOKENS:
            yield group
            group = []
        group.append(size)
    if group:
        yield group
