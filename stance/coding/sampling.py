"""Which paragraphs to code by hand: drawn with known probabilities, none of them near zero.

Two designs, both stratified by source, language and predicted relevance. ``stratified`` draws
every paragraph of a stratum with the same probability. ``uncertainty`` draws in proportion to how
unsure the method is of a paragraph, for there a label tells most; since the probabilities are
stored, estimates stay unbiased (Zrnic & Candès 2024, active statistical inference).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stance.analysis.measurements import LABELS
from stance.errors import ConfigError
from stance.methods.base import TEXT_VOICE, Floats

log = logging.getLogger(__name__)

UNIT = ["document", "paragraph"]
_STRATUM = ["source", "language", "predicted_related"]
DESIGNS = ("stratified", "uncertainty")
FORMATS = ("csv", "label_studio")
# Least weight of a paragraph, as a share of the mean of its stratum: a probability near zero
# would let one paragraph weigh as much as all others.
SMALLEST_WEIGHT = 0.25


@dataclass
class SampleConfig:
    """How paragraphs are drawn for coding, and what they are written to.

    Attributes:
        weights: ``stratified`` or ``uncertainty``; see the module.
        format: ``csv``: a coding sheet; ``label_studio``: tasks and labelling set-up as well.
    """

    weights: str = "stratified"
    format: str = "csv"

    def __post_init__(self) -> None:
        for name, known in (("weights", DESIGNS), ("format", FORMATS)):
            if getattr(self, name) not in known:
                raise ConfigError(
                    f"sample.{name}={getattr(self, name)!r}: expected {' or '.join(known)}"
                )


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
        One row per drawn paragraph, with ``stratum`` and ``sampling_probability``.

    Raises:
        ConfigError: If ``n`` is below 1.
    """
    if n < 1:
        raise ConfigError(f"n={n}: a sample needs at least one paragraph")
    units = _units(paragraphs)
    sizes = units["stratum"].value_counts().sort_index()
    if n < len(sizes):
        log.warning("n=%d is below the %d strata: some get no paragraph", n, len(sizes))
    drawn = allocate(sizes.to_numpy(), n)
    generator = np.random.default_rng(seed)
    parts = []
    for stratum, take in zip(sizes.index, drawn, strict=True):
        members = units[units["stratum"] == stratum]
        if weights == "uncertainty":
            weight = members["uncertainty"].to_numpy()
            weight = np.maximum(weight, SMALLEST_WEIGHT * weight.mean())
        else:
            weight = np.ones(len(members))
        probability = inclusion_probabilities(weight, take)
        chosen = draw_systematically(probability, generator)
        parts.append(members.iloc[chosen].assign(sampling_probability=probability[chosen]))
    drawn_units: pd.DataFrame = pd.concat(parts)
    return drawn_units.sort_values(UNIT, ignore_index=True)


def _units(paragraphs: pd.DataFrame) -> pd.DataFrame:
    """One row per paragraph, with its stratum and the largest entropy over its voices (0 to 1)."""
    by_unit = [paragraphs[column] for column in UNIT]
    own = paragraphs[paragraphs["holder"] == TEXT_VOICE]
    related = own["label"].ne("unrelated").groupby([own[c] for c in UNIT]).any()
    p = paragraphs[[f"p_{label}" for label in LABELS]].to_numpy(float).clip(1e-12, 1)
    entropy = pd.Series(-(p * np.log(p)).sum(axis=1) / np.log(len(LABELS)), paragraphs.index)
    units = own.drop_duplicates(UNIT).sort_values(UNIT, ignore_index=True)
    index = pd.MultiIndex.from_frame(units[UNIT])
    units["predicted_related"] = related.loc[index].to_numpy()
    units["uncertainty"] = entropy.groupby(by_unit).max().loc[index].to_numpy()
    units["previous"] = units.groupby("document")["text"].shift(fill_value="")
    units["stratum"] = units[_STRATUM].astype(str).agg(" | ".join, axis=1)
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
