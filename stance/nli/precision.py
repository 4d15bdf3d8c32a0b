"""Half precision where it hardly changes a probability, found out by trying it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import numpy as np
import torch

from stance.nli.model import NLIModel, probabilities

log = logging.getLogger(__name__)

# The largest difference in probability that passes.
TOLERANCE = 0.01
# bfloat16 has the range of float32, so that nothing overflows; float16 has more digits.
HALF = (torch.bfloat16, torch.float16)
_PREMISES = (
    "The council rejected the plan for the new bridge after a long night of talks.",
    "«Ми ніколи не підпишемо цю угоду», — каже міністр, який очолює делегацію.",
    "Rząd chce sprzedać stocznię, choć związki zawodowe grożą strajkiem.",
    "Moscow is hoping for the whole coast, diplomats believe; Kyiv will not give it up.",
)
_HYPOTHESES = (
    "This text is about a bridge.",
    "The author supports this: the shipyard should be sold.",
    "The minister opposes this: the agreement should be signed.",
    "The coast should be given up.",
)


def half_if_close(
    load: Callable[[torch.dtype], NLIModel],
    halves: Sequence[torch.dtype] = HALF,
    tolerance: float = TOLERANCE,
) -> NLIModel:
    """The model in the first half precision that stays close to float32, else in float32.

    Args:
        load: Loads the model in a given precision.
        halves: What to try, in this order.
        tolerance: The largest difference in probability that passes, over a few pairs, short and
            long, in several languages.
    """
    premises = (*_PREMISES, " ".join(_PREMISES * 3))
    exact = load(torch.float32)
    expected = probabilities(exact.score(premises, _HYPOTHESES))
    for dtype in halves:
        half = load(dtype)
        gap = np.abs(probabilities(half.score(premises, _HYPOTHESES)) - expected).max()
        log.info("%s: probabilities differ by up to %.4f from those of float32", dtype, gap)
        if gap <= tolerance:  # not of NaN
            return half
    return exact
