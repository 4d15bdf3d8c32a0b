"""Half precision where it changes nothing that matters, found out by trying it."""

from __future__ import annotations

import logging
from collections.abc import Callable

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


def fastest_equal(
    load: Callable[[torch.dtype], NLIModel], tolerance: float = TOLERANCE
) -> NLIModel:
    """The model in half precision if its probabilities are those of float32, else in float32.

    Args:
        load: Loads the model in a given precision.
        tolerance: The largest difference that passes, over a few pairs in several languages.
    """
    exact = load(torch.float32)
    expected = probabilities(exact.score(_PREMISES, _HYPOTHESES))
    for dtype in HALF:
        quick = load(dtype)
        gap = np.abs(probabilities(quick.score(_PREMISES, _HYPOTHESES)) - expected).max()
        if gap <= tolerance:  # not of NaN
            return quick
        log.info("%s: probabilities differ by up to %.3f from those of float32", dtype, gap)
    return exact
