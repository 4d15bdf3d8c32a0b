"""Reliability and risk–coverage curves of a labelled sample; arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stance.analysis.intervals import Floats
from stance.analysis.measurements import LABELS
from stance.evaluation.scores import BINS, UNRELATED, Codes

RELATED = "related"
_DRAWS = 400


@dataclass(frozen=True, eq=False)
class Reliability:
    """A reliability curve: one entry per bin that holds cells, ``[bins]`` each.

    Attributes:
        bins: Number of the bin, from 0: probabilities above bin ÷ 10 up to (bin + 1) ÷ 10.
        n: Cells.
        mean: Mean probability.
        frequency: Share of cells in which the class is right.
        low, high: Where 95 % of the frequencies would lie if the probabilities were right.
    """

    bins: NDArray[np.int64]
    n: NDArray[np.int64]
    mean: Floats
    frequency: Floats
    low: Floats
    high: Floats


def reliability(truth: NDArray[np.bool_], probability: Floats, seed: int = 0) -> Reliability:
    """The reliability curve of one class, ten bins of equal width, as in `classwise_ece`.

    Bars are those of consistency resampling (Bröcker & Smith 2007): labels drawn from the
    probabilities themselves. Cells of one document may hang together; then the bars are too short.

    Args:
        truth: Whether the class is right, ``[cells]``.
        probability: Of the class, ``[cells]``.
        seed: Of the drawn labels.
    """
    place = np.clip(np.ceil(probability * BINS).astype(np.int64) - 1, 0, BINS - 1)
    n = np.bincount(place, minlength=BINS)
    there = np.flatnonzero(n)

    def share(values: Floats | NDArray[np.bool_]) -> Floats:
        sums = np.bincount(place, weights=values, minlength=BINS)[there]
        return np.asarray(sums / n[there])

    rng = np.random.default_rng(seed)
    drawn = np.array([share(rng.random(len(probability)) < probability) for _ in range(_DRAWS)])
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return Reliability(there, n[there], share(probability), share(truth), low, high)


def reliability_curves(gold: Codes, probabilities: Floats, seed: int = 0) -> dict[str, Reliability]:
    """Of being related, and of favor, against and neutral; unrelated mirrors related."""
    if not len(gold):
        return {}
    curves = {RELATED: reliability(gold != UNRELATED, 1 - probabilities[:, UNRELATED], seed)}
    for code, name in enumerate(LABELS[:UNRELATED]):
        curves[name] = reliability(gold == code, probabilities[:, code], seed)
    return curves
