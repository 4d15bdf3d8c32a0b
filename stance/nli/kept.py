"""What was encoded lately, in one block of memory."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

Key = tuple[int, ...]


class _Place(NamedTuple):
    start: int
    size: int
    written: int  # how many rows had been written before it, ever


class KeptStates:
    """States of texts ``[tokens, hidden]`` by their token ids, the latest of a number of tokens.

    A ring: what is new overwrites what is oldest. In tensors of their own, states that are kept
    and states that are not would lie mixed in memory, which then grows with every batch.

    Args:
        tokens: How many to keep at most.
    """

    def __init__(self, tokens: int) -> None:
        self._tokens = tokens
        self.clear()

    def clear(self) -> None:
        """Drop all."""
        self._block: Tensor | None = None
        self._places: dict[Key, _Place] = {}  # oldest first
        self._end = self._written = 0

    def get(self, ids: Key) -> Tensor | None:
        """States of a text: a view, good until something is kept or renewed."""
        place = self._places.get(ids)
        if place is None or self._block is None:
            return None
        return self._block[place.start : place.start + place.size]

    def keep(self, ids: Key, states: Tensor) -> None:
        """Keep the states of a text that is not there."""
        if len(states) > self._tokens:
            return
        if self._block is None:
            self._block = torch.empty(
                (self._tokens, states.shape[1]), dtype=states.dtype, device=states.device
            )
        start = self._room_for(len(states))
        self._block[start : start + len(states)] = states
        self._places[ids] = _Place(start, len(states), self._written)
        self._end, self._written = start + len(states), self._written + len(states)

    def renew(self, ids: Key) -> None:
        """Make a text that was asked for again one of the latest, if it has become old."""
        place, states = self._places.get(ids), self.get(ids)
        if place is None or states is None or self._written - place.written < self._tokens // 2:
            return
        states = states.clone()  # it may lie where it will be written
        del self._places[ids]
        self.keep(ids, states)

    def _room_for(self, size: int) -> int:
        """Where so many rows go, once what lies there is dropped."""
        if self._end + size > self._tokens:
            self._drop(self._end, self._tokens)
            self._end = 0
        self._drop(self._end, self._end + size)
        return self._end

    def _drop(self, start: int, end: int) -> None:
        """Drop the oldest, as long as they begin in this range."""
        while self._places:
            oldest = next(iter(self._places))
            if not start <= self._places[oldest].start < end:
                return
            del self._places[oldest]
