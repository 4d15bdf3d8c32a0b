"""The logits that a run knows, in little memory: a corpus has millions of pairs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from stance.nli.model import Logits


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """A raw result, as written to scores.parquet."""

    premise: str
    hypothesis: str
    logits: tuple[float, float, float]


class _Block(NamedTuple):
    """What one request asked of a premise: hypothesis → row of ``logits`` ``[n, 3]``."""

    rows: Mapping[str, int]
    logits: Logits


class ScoredPairs:
    """Pairs in the order of first request; iterating makes them one by one."""

    def __init__(self, blocks: Mapping[str, Sequence[_Block]]) -> None:
        self._blocks = blocks

    def __len__(self) -> int:
        return sum(len(block.rows) for blocks in self._blocks.values() for block in blocks)

    def __iter__(self) -> Iterator[ScoredPair]:
        for premise, blocks in self._blocks.items():
            for block in blocks:
                for hypothesis, row in block.rows.items():
                    first, second, third = block.logits[row].tolist()
                    yield ScoredPair(premise, hypothesis, (first, second, third))


class Answers:
    """Logits by premise and hypothesis.

    Most premises are asked the same hypotheses, so these are held once, and a premise holds only
    the array of its logits.
    """

    def __init__(self) -> None:
        # Blocks are in the order of the requests, which what the store happens to hold does not
        # change. A tuple per premise: a listing of the pairs keeps what it was made from.
        self._blocks: dict[str, tuple[_Block, ...]] = {}
        self._rows: dict[tuple[str, ...], Mapping[str, int]] = {}

    def unanswered(self, premise: str, hypotheses: Collection[str]) -> list[str]:
        """Those of the hypotheses that are to be filled in; there is room for them from now on."""
        blocks = self._blocks.get(premise, ())
        new = tuple(h for h in hypotheses if not any(h in block.rows for block in blocks))
        if new:
            rows = self._rows.setdefault(new, {text: row for row, text in enumerate(new)})
            room = np.full((len(new), 3), np.nan, dtype=np.float32)
            self._blocks[premise] = (*blocks, _Block(rows, room))
        if len(new) == len(hypotheses):
            return list(new)
        # Room made earlier is still empty where scoring stopped half way.
        return [h for h in hypotheses if np.isnan(self.of(premise, (h,))[0, 0])]

    def fill(self, premise: str, found: Mapping[str, Logits]) -> None:
        """Write logits ``[3]`` into the room made for them."""
        for hypothesis, logits in found.items():
            block, row = self._place(premise, hypothesis)
            block.logits[row] = logits

    def of(self, premise: str, hypotheses: Sequence[str]) -> Logits:
        """Logits ``[len(hypotheses), 3]`` of what was filled in before."""
        values = np.empty((len(hypotheses), 3), dtype=np.float32)
        for value, hypothesis in zip(values, hypotheses, strict=True):
            block, row = self._place(premise, hypothesis)
            value[:] = block.logits[row]
        return values

    def pairs(self) -> ScoredPairs:
        """All that was filled in so far."""
        return ScoredPairs(dict(self._blocks))

    def _place(self, premise: str, hypothesis: str) -> tuple[_Block, int]:
        for block in self._blocks[premise]:
            row = block.rows.get(hypothesis)
            if row is not None:
                return block, row
        raise KeyError((premise, hypothesis))
