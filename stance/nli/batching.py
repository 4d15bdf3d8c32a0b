"""Batches of similar length under a token budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def token_batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Group indices, longest first, so that a padded batch holds at most ``budget`` tokens.

    Padding is pure waste, so neighbours in length share a batch; a text longer than the budget
    makes a batch of its own. Longest first means that a batch too large for memory shows at once.
    """
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    batch: list[int] = []
    for index in order:
        if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
