"""Batches of similar length under a token budget, and smaller ones where memory is short."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from stance.errors import DeviceError
from stance.memory import FreedMemory

Item = TypeVar("Item")

_freed = FreedMemory()


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


def in_parts(
    compute: Callable[[Sequence[Item]], NDArray[np.float32]],
    items: Sequence[Item],
    too_many: Callable[[], None] = lambda: None,
) -> NDArray[np.float32]:
    """``compute(items)``, in halves, and halves of these, where the device runs out of memory.

    Args:
        too_many: Called for every halving, so that later batches can be smaller from the start.

    Raises:
        DeviceError: If a single item does not fit.
    """
    try:
        result = compute(items)
        _freed.give_back()
        return result
    except torch.OutOfMemoryError as error:
        if len(items) == 1:
            raise DeviceError(
                "the memory of the device does not hold a single text; free it, use a smaller "
                "model, or model.device=cpu"
            ) from error
    # Not in the handler: the exception holds on to what filled the memory.
    torch.cuda.empty_cache()
    too_many()
    half = len(items) // 2
    return np.concatenate(
        [in_parts(compute, part, too_many) for part in (items[:half], items[half:])]
    )
