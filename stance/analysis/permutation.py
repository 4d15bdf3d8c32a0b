"""Permutation tests of two sources: relabel whole units within strata, studentise, adjust by max-T.

Why studentised: under a permutation the plain difference of means is exact only if the two sources
share their whole distribution. Divided by its own standard error, the test is also right, for many
units, where only the means are equal and the spreads are not (Janssen 1997; Chung & Romano 2013).
Arrays in, arrays out: m relabelings, U units, H hypotheses (proposition × holder × quantity).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import comb, prod

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]

CERTAIN = 1e9
"""Stands for an infinite statistic: the sources differ and neither varies within itself."""

_TIE = 1e-6
# Numbers per array of a chunk of relabelings: some twenty such arrays stay within 20 MB.
_CHUNK = 100_000


@dataclass(frozen=True)
class Relabelings:
    """Which units count as the first source's, in each relabeling.

    Attributes:
        labels: [m, U]; row 0 is the labelling that was observed.
        distinct: How many distinct relabelings there are.
        exact: Whether the rows are all of them, once each; else row 0 and a random sample.
    """

    labels: Bools
    distinct: int
    exact: bool


def relabelings(first: Bools, strata: Ints, limit: int, rng: np.random.Generator) -> Relabelings:
    """Relabel units within strata, all ways if there are at most `limit`, else `limit` at random.

    Args:
        first: Whether a unit is the first source's, [U].
        strata: The stratum of each unit, [U].
        limit: Largest number enumerated, and number of random draws otherwise.
        rng: Source of the random draws.

    Returns:
        A share of rows (row 0 included) is a valid p-value either way: b ÷ N exactly, or
        (b + 1) ÷ (m + 1) from m draws (Phipson & Smyth 2010, eq. 2), never 0.
    """
    members = [np.flatnonzero(strata == s) for s in np.unique(strata)]
    sizes = [int(first[m].sum()) for m in members]
    distinct = prod(comb(len(m), k) for m, k in zip(members, sizes, strict=True))
    if distinct <= limit:
        labels = np.zeros((distinct, len(first)), dtype=bool)
        choices = [combinations(m.tolist(), k) for m, k in zip(members, sizes, strict=True)]
        for row, chosen in zip(labels, product(*choices), strict=True):
            row[[unit for part in chosen for unit in part]] = True
        observed = int(np.flatnonzero((labels == first).all(axis=1))[0])
        labels[[0, observed]] = labels[[observed, 0]]
        return Relabelings(labels, distinct, exact=True)
    labels = np.tile(first, (limit + 1, 1))
    for m in members:
        labels[1:, m] = rng.permuted(labels[1:, m], axis=1)
    return Relabelings(labels, distinct, exact=False)


@dataclass(frozen=True)
class Statistics:
    """Within-stratum difference of the two sources and its studentised form, both [m, H].

    Attributes:
        difference: NaN where no stratum has units of both that carry the quantity.
        studentised: 0 where a standard error cannot be had; ±`CERTAIN` where it is 0.
        defined: Whether the standard error can be had.
    """

    difference: Floats
    studentised: Floats
    defined: Bools


def studentised_difference(
    labels: Bools, values: Floats, weights: Floats, strata: Ints
) -> Statistics:
    """Difference of two sources within strata, over its heteroscedasticity-robust standard error.

    The weighted least squares coefficient of the source with one intercept per stratum, so that
    sources that cover different events or languages are compared where both are, and its HC2
    variance (MacKinnon & White 1985) with the leverage averaged over the units of one source in
    one stratum. With one stratum this is Welch's t, with pairs the paired t, and with weights the
    difference of two linearised ratios (Cochran 1977, Sampling Techniques, 6.4).

    A relabeling whose standard error cannot be had (a source with one unit, say) gets 0. This is a
    fixed rule of data and labels, so the permutation test stays exact, and it errs to caution.

    Args:
        labels: Relabelings, [m, U].
        values: Figure of each unit, [U, H].
        weights: Weight of each unit, [U, H]; 0 where it does not carry the quantity.
        strata: Stratum of each unit, [U].
    """
    widest = max(1, len(strata), values.shape[1] * len(np.unique(strata)))
    step = max(1, _CHUNK // widest)
    parts = [
        _chunk(labels[i : i + step].astype(np.float64), values, weights, strata)
        for i in range(0, len(labels), step)
    ]
    return Statistics(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("difference", "studentised", "defined")
        )
    )


def _chunk(labels: Floats, values: Floats, weights: Floats, strata: Ints) -> Statistics:
    shape = (len(labels), values.shape[1])
    numerator, spread_of_label = np.zeros(shape), np.zeros(shape)
    magnitude, scale = np.zeros(shape[1]), np.zeros(shape[1])
    # Per source and stratum: centred label c, sums over its units needed for the variance.
    cells: list[tuple[Floats, ...]] = []
    for stratum in np.unique(strata):
        here = strata == stratum
        w, first = weights[here], labels[:, here]
        total = w.sum(axis=0)
        filled = np.where(total > 0, total, 1.0)
        # Centring on the stratum's mean, which no relabeling changes, takes out its level.
        r = np.where(w > 0, values[here] - (w * values[here]).sum(axis=0) / filled, 0.0)
        r[np.abs(r) <= 1e-12 * np.abs(values).max()] = 0.0  # the same value, but for rounding
        sums = (w, w > 0, w * r, w**2 * r**2, w**2 * r, w**2)
        ours = [first @ part.astype(np.float64) for part in sums]
        theirs = [part.sum(axis=0) - own for part, own in zip(sums, ours, strict=True)]
        share = ours[0] / filled
        numerator += ours[2]
        spread_of_label += total * share * (1 - share)
        magnitude += np.abs(w * r).sum(axis=0)
        scale += (w * r * w * r).sum(axis=0)
        for centred, side in ((1 - share, ours), (-share, theirs)):
            cells.append((centred, filled, *side))
    numerator[np.abs(numerator) <= 1e-12 * magnitude] = 0.0
    crossed = spread_of_label > 1e-12
    safe = np.where(crossed, spread_of_label, 1.0)
    difference = np.where(crossed, numerator / safe, np.nan)
    variance, defined = _variance(cells, numerator / safe, safe, crossed)
    # Sums of squares cancel: a variance this small against its terms is rounding.
    still = variance <= 1e-10 * scale
    t = numerator / np.sqrt(np.where(still, 1.0, variance))
    t = np.where(still, np.sign(numerator) * CERTAIN, np.clip(t, -CERTAIN, CERTAIN))
    return Statistics(difference, np.where(defined, t, 0.0), defined)


def _variance(
    cells: Sequence[tuple[Floats, ...]], difference: Floats, spread: Floats, crossed: Bools
) -> tuple[Floats, Bools]:
    """HC2 variance of the numerator, and whether every unit leaves a residual, both [m, H]."""
    variance, defined = np.zeros_like(difference), crossed.copy()
    for centred, total, weight, number, _, w2r2, w2r, w2 in cells:
        present = (number > 0.5) & (np.abs(centred) > 1e-12)
        mean_weight = weight / np.where(present, number, 1.0)
        leverage = mean_weight * (1 / total + centred**2 / spread)
        free = 1 - leverage
        defined &= ~present | (free > 1e-9)
        pull = difference * centred
        squares = w2r2 - 2 * pull * w2r + pull**2 * w2
        share = centred**2 * squares / np.where(free > 1e-9, free, 1.0)
        variance += np.where(present, np.maximum(share, 0.0), 0.0)
    return variance, defined


def share_at_least(null: Floats, value: float) -> float:
    """Share of relabelings whose statistic reaches `value`; equal up to rounding is reached."""
    return float(np.mean(null >= value - _TIE * (1 + abs(value))))


def smallest_attainable(null: Floats) -> Floats:
    """Smallest p-value that any labelling of these units could have had, [H] (Tarone 1990).

    It depends on the pooled units alone, not on which source they came from; so leaving out
    hypotheses by it, before adjusting for their number, costs no validity.

    Args:
        null: |statistic| under each relabeling, [m, H].
    """
    return np.array([share_at_least(column, float(column.max())) for column in null.T])


def step_down_max_t(nulls: Sequence[Floats]) -> list[Floats]:
    """Adjust p-values: max-T within each pair of sources, Bonferroni over pairs, stepping down.

    Within a pair all hypotheses are relabelled together, so that the maximum keeps their
    dependence (Westfall & Young 1993, alg. 4.1). Pairs are relabelled apart, because the null
    hypothesis of a pair says nothing of a third source: labels permuted over all sources at once
    would test that all of them are alike, and one deviant source could make any pair significant.
    Over pairs the bound is therefore Bonferroni's. Each step rejects the hypothesis with the
    smallest p, takes it out of its pair's maximum, and takes its pair out of the number of pairs
    once nothing is left in it. Critical values only shrink with the remaining set, so the
    family-wise error is held strongly (Romano & Wolf 2005; Goeman & Solari 2010). One pair gives
    Westfall and Young's step-down, one hypothesis per pair gives Holm's.

    Args:
        nulls: Per pair |statistic|, [m, H]; row 0 is observed. m and H may differ.

    Returns:
        Per pair adjusted p-values, [H], in the order given; never below the raw ones.
    """
    ranked = [np.argsort(-null[0], kind="stable") for null in nulls]
    steps: list[list[float]] = []
    for null, order in zip(nulls, ranked, strict=True):
        # Maximum over the hypothesis and all that rank below it.
        maxima = np.maximum.accumulate(null[:, order[::-1]], axis=1)[:, ::-1]
        steps.append([share_at_least(maxima[:, i], float(null[0, k])) for i, k in enumerate(order)])
    adjusted = [np.full(null.shape[1], np.nan) for null in nulls]
    position = [0] * len(nulls)
    floor = 0.0
    while open_pairs := [g for g in range(len(nulls)) if position[g] < len(steps[g])]:
        pair = min(open_pairs, key=lambda g: steps[g][position[g]])
        floor = max(floor, min(1.0, len(open_pairs) * steps[pair][position[pair]]))
        adjusted[pair][ranked[pair][position[pair]]] = floor
        position[pair] += 1
    return adjusted


def holm(p: Floats) -> Floats:
    """Holm's (1979) adjusted p-values, [n]."""
    order = np.argsort(p, kind="stable")
    factors = len(p) - np.arange(len(p))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(factors * p[order]))
    return adjusted
