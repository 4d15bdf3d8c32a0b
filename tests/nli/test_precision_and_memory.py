"""Half precision only where it changes nothing, and smaller batches where memory is short."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from stance.errors import DeviceError
from stance.nli import NLIModel, load_nli
from stance.nli.batching import in_parts
from stance.nli.precision import half_if_close


def test_half_precision_is_taken_where_probabilities_stay(one_pass_folder: Path) -> None:
    def load(dtype: torch.dtype) -> NLIModel:
        return load_nli(str(one_pass_folder), device="cpu", dtype=str(dtype).split(".")[1])

    # The tiny model has logits of many units, which bfloat16 rounds; what passes is up to the bar.
    assert half_if_close(load, tolerance=1.0).identity.dtype == "bfloat16"
    assert half_if_close(load, tolerance=0.0).identity.dtype == "float32"


def test_a_half_that_overflows_is_passed_over(one_pass: NLIModel) -> None:
    class Broken(NLIModel):
        identity, max_premise_tokens = one_pass.identity, 256

        def count_tokens(self, texts: Sequence[str]) -> list[int]:
            return one_pass.count_tokens(texts)

        def score_each(
            self, premises: Sequence[str], hypotheses: Sequence[Sequence[str]]
        ) -> list[NDArray[np.float32]]:
            return [np.full((len(texts), 3), np.inf, np.float32) for texts in hypotheses]

    asked: list[torch.dtype] = []

    def load(dtype: torch.dtype) -> NLIModel:
        asked.append(dtype)
        return one_pass if dtype != torch.bfloat16 else Broken()

    with np.errstate(invalid="ignore"):
        chosen = half_if_close(load)
    assert chosen is one_pass
    assert asked == [torch.float32, torch.bfloat16, torch.float16]


def test_a_batch_that_does_not_fit_is_halved_until_it_does() -> None:
    sizes: list[int] = []

    def compute(items: Sequence[int]) -> NDArray[np.float32]:
        sizes.append(len(items))
        if len(items) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return np.array([[i, -i, 0] for i in items], dtype=np.float32)

    shrunk: list[int] = []
    found = in_parts(compute, range(11), lambda: shrunk.append(1))
    assert len(shrunk) == sum(size > 3 for size in sizes)
    np.testing.assert_array_equal(found[:, 0], range(11))
    assert sizes[0] == 11 and max(s for s in sizes if s <= 3) == 3


def test_one_text_that_does_not_fit_is_an_error() -> None:
    def compute(items: Sequence[int]) -> NDArray[np.float32]:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(DeviceError, match="memory"):
        in_parts(compute, [1, 2])
