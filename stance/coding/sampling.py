"""Which paragraphs to code by hand: drawn with known probabilities, none of them near zero.

Two designs, both stratified by source, language and predicted relevance. ``stratified`` draws
every paragraph of a stratum with the same probability. ``uncertainty`` draws in proportion to how
unsure the method is of a paragraph, for there a label tells most; since the probabilities are
stored, estimates stay unbiased (Zrnic & Candès 2024, active statistical inference).
"""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stance.analysis.measurements import LABELS
from stance.errors import ConfigError
from stance.methods.base import TEXT_VOICE, Floats

log = logging.getLogger(__name__)

UNIT = ["document", "paragraph"]
_STRATUM = ["source", "language", "predicted_related"]
# Least weight of a paragraph, as a share of the mean of its stratum: a probability near zero
# would let one paragraph weigh as much as all others.
SMALLEST_WEIGHT = 0.25


def draw_sample(
    paragraphs: pd.DataFrame, n: int, seed: int, weights: str = "stratified"
) -> pd.DataFrame:
    """Draw paragraphs, stratified by source, language and predicted relevance.

    Related paragraphs are rare, so a simple random sample would hold hardly any: each stratum
    gets the same share of the sample as far as it has paragraphs, and every drawn paragraph
    carries its inclusion probability, by whose inverse estimates are to be weighted.

    Args:
        paragraphs: The paragraph table of a run.
        n: Paragraphs to draw; all of them if there are fewer.
        seed: Makes the draw repeatable.
        weights: The design within a stratum.

    Returns:
        One row per drawn paragraph, with ``stratum`` (a number) and ``sampling_probability``.

    Raises:
        ConfigError: If ``n`` is below 1.
    """
    if n < 1:
        raise ConfigError(f"n={n}: a sample needs at least one paragraph")
    units = _units(paragraphs)
    rows, probabilities = draw_units(
        units["stratum"].to_numpy(str), units["uncertainty"].to_numpy(), n, seed, weights
    )
    # Strata get numbers in random order: their names would tell the coder what was predicted.
    names = pd.unique(units["stratum"])
    numbers = np.random.default_rng(seed).permutation(len(names)) + 1
    opaque = dict(zip(names, map(str, numbers), strict=True))
    drawn = units.iloc[rows].assign(sampling_probability=probabilities)
    drawn["stratum"] = drawn["stratum"].map(opaque)
    return drawn.sort_values(UNIT, ignore_index=True)


def draw_units(
    strata: NDArray[np.generic], uncertainty: Floats, n: int, seed: int, weights: str
) -> tuple[NDArray[np.int64], Floats]:
    """Draw units of strata, each with its inclusion probability.

    Args:
        strata: Stratum of each unit, ``[units]``.
        uncertainty: How unsure the method is of it, 0 to 1, ``[units]``.
        n, seed, weights: As for `draw_sample`.

    Returns:
        Indices of the drawn units and their probabilities, both ``[drawn]``.
    """
    names, sizes = np.unique(strata, return_counts=True)
    if n < len(names):
        log.warning("n=%d is below the %d strata: some get no paragraph", n, len(names))
    generator = np.random.default_rng(seed)
    rows, probabilities = [], []
    for stratum, take in zip(names, allocate(sizes, n), strict=True):
        members = np.flatnonzero(strata == stratum)
        if weights == "uncertainty":
            weight = uncertainty[members]
            weight = np.maximum(weight, SMALLEST_WEIGHT * weight.mean())
        else:
            weight = np.ones(len(members))
        probability = inclusion_probabilities(weight, take)
        chosen = draw_systematically(probability, generator)
        rows.append(members[chosen])
        probabilities.append(probability[chosen])
    return np.concatenate(rows), np.concatenate(probabilities)


def entropy(probabilities: Floats) -> Floats:
    """How unsure labels are, 0 to 1: entropy over labels, ``[…, labels]`` to ``[…]``."""
    p = np.asarray(probabilities, dtype=np.float64).clip(1e-12, 1)
    return np.asarray(-(p * np.log(p)).sum(axis=-1) / np.log(p.shape[-1]))


def _units(paragraphs: pd.DataFrame) -> pd.DataFrame:
    """One row per paragraph, with its stratum and the largest entropy over its voices (0 to 1)."""
    by_unit = [paragraphs[column] for column in UNIT]
    own = paragraphs[paragraphs["holder"] == TEXT_VOICE]
    related = own["label"].ne("unrelated").groupby([own[c] for c in UNIT]).any()
    p = paragraphs[[f"p_{label}" for label in LABELS]].to_numpy(float)
    unsure = pd.Series(entropy(p), paragraphs.index)
    units = own.drop_duplicates(UNIT).sort_values(UNIT, ignore_index=True)
    index = pd.MultiIndex.from_frame(units[UNIT])
    units["predicted_related"] = related.loc[index].to_numpy()
    units["uncertainty"] = unsure.groupby(by_unit).max().loc[index].to_numpy()
    units["previous"] = units.groupby("document")["text"].shift(fill_value="")
    source, language, predicted = (units[column].astype(str) for column in _STRATUM)
    units["stratum"] = source + " | " + language + " | " + predicted
    return units


def allocate(sizes: np.ndarray, n: int) -> np.ndarray:
    """Spread ``n`` draws as evenly over strata as their sizes allow; never more than a stratum has.

    Args:
        sizes: Paragraphs per stratum, ``[strata]``.

    Returns:
        Draws per stratum, ``[strata]``, summing to ``min(n, sizes.sum())``.
    """
    drawn = np.zeros(len(sizes), dtype=int)
    for _ in range(min(n, int(sizes.sum()))):
        # Next to the stratum with the fewest draws that still has paragraphs; larger ones first.
        open_strata = np.flatnonzero(drawn < sizes)
        order = np.lexsort((-sizes[open_strata], drawn[open_strata]))
        drawn[open_strata[order[0]]] += 1
    return drawn


def inclusion_probabilities(weights: Floats, take: int) -> Floats:
    """Probabilities in proportion to weights, none above 1, that sum to the number to draw.

    What would come out above 1 is certain, and the rest is shared anew (Särndal, Swensson &
    Wretman 1992, 3.6).

    Args:
        weights: Positive, ``[units]``; all alike where they say nothing.
        take: Units to draw, at most as many as there are.

    Returns:
        ``[units]``.
    """
    weights = np.asarray(weights, dtype=np.float64)
    if not weights.sum() > 0:
        weights = np.ones(len(weights))
    probability = np.zeros(len(weights))
    certain = np.zeros(len(weights), dtype=bool)
    while True:
        rest = take - int(certain.sum())
        probability[certain] = 1.0
        if rest <= 0 or certain.all():
            probability[~certain] = 0.0
            return probability
        probability[~certain] = rest * weights[~certain] / weights[~certain].sum()
        above = probability > 1 + 1e-12
        if not above.any():
            return np.minimum(probability, 1.0)
        certain |= above


def draw_systematically(probability: Floats, generator: np.random.Generator) -> NDArray[np.int64]:
    """Draw units with given inclusion probabilities, a fixed number of them (Madow 1949).

    The probabilities are laid end to end in random order, and a comb of step 1 with a random
    start picks the units that its teeth fall on.

    Args:
        probability: ``[units]``, summing to a whole number.

    Returns:
        Indices of the drawn units, ascending.
    """
    take = round(float(probability.sum()))
    order = generator.permutation(len(probability))
    ends = probability[order].cumsum()
    if take == 0:
        return np.array([], dtype=np.int64)
    # The last end is the number to draw but for rounding, which must not lose the last tooth.
    ends[-1] = take
    teeth = generator.random() + np.arange(take)
    return np.sort(order[np.searchsorted(ends, teeth, side="right")])
