"""Estimates with intervals from a few independent units; arrays in, numbers out.

Every figure of a source is a ratio Σ num ÷ Σ den over n independent units; with den = 1 it is a
mean. Its interval (`bounded_interval`) knows the range of the quantity, and so allows for what the
units did not happen to show. Shares of related paragraphs are 0 in most documents and large in a
few; before one of these is drawn, no interval that goes by the spread of the sample can be right.
One unit gives no interval.

Measures of agreement are no means; their t-intervals (`estimate`) go by the spread after all. How
often either covers is in ``docs/testing.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import expit

Floats = NDArray[np.float64]

FEW = 10
"""Below this number of units an estimate is flagged."""

_NO_SPREAD = 1e-12
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, its interval, and in plain words why the interval is missing or weak.

    Attributes:
        value: NaN where no unit carries the quantity.
        low: NaN where no interval is due; so is `high`.
        interval: ``none``, ``bounded`` or ``t``.
        reason: Empty only for an interval that needs no warning.
        n: Number of units that carry the quantity.
    """

    value: float
    low: float
    high: float
    interval: str
    reason: str
    n: int


@lru_cache(maxsize=4)
def dirichlet_weights(n: int, draws: int, seed: int) -> Floats:
    """Random shares of n units and one more, uniform over all that sum to 1, [draws, n + 1].

    A function of its arguments alone: an interval does not depend on which others were computed
    before it.
    """
    weights = np.random.default_rng([seed, n]).standard_exponential((draws, n + 1))
    weights /= weights.sum(axis=1, keepdims=True)
    weights.setflags(write=False)  # it is shared through the cache
    return weights


def bounded_interval(
    num: Floats, den: Floats, *, limits: tuple[float, float], alpha: float, draws: int, seed: int
) -> tuple[Floats, Floats]:
    """Interval of Σ num ÷ Σ den, from the units and the range of the quantity alone.

    To the units comes one that nobody saw, at the far end of the range: the lowest possible for
    the lower limit, the highest for the upper one. All are weighted at random, as in the Bayesian
    bootstrap; the limits are the alpha ÷ 2 and 1 − alpha ÷ 2 quantiles of the weighted ratio. For
    means (den = 1) this is Gaffke's bound (Gaffke 2005, Mathematical Methods of Statistics
    14:451–467; Learned-Miller & Thomas 2019, arXiv:1905.06208). For values at the ends of the
    range it equals Clopper and Pearson's exact interval; that it holds for every distribution
    within the range is conjectured, and no exception is known (Phan, Thomas & Learned-Miller 2021,
    ICML). For ratios the unseen unit is as large as the largest seen, which is our extension, held
    by simulation only (``scripts/check_intervals.py``).

    Args:
        num: Numerator of each unit, [units], or of several figures, [units, figures].
        den: Denominators likewise, above 0.
        limits: Smallest and largest possible value of a unit.
        alpha: 1 − coverage.
        draws: Number of random weightings.
        seed: Seed of the weightings.

    Returns:
        Lower and upper limits, [] or [figures].
    """
    # The units' order is arbitrary, that of the weights is not.
    order = np.lexsort((den, num), axis=0)
    num, den = np.take_along_axis(num, order, 0), np.take_along_axis(den, order, 0)
    weights = dirichlet_weights(len(num), draws, seed)
    seen, unseen = weights[:, :-1], np.multiply.outer(weights[:, -1], den.max(axis=0))
    above, total = seen @ num, seen @ den + unseen
    low = np.quantile((above + unseen * limits[0]) / total, alpha / 2, axis=0)
    high = np.quantile((above + unseen * limits[1]) / total, 1 - alpha / 2, axis=0)
    return low, high


def jackknife_variance(totals: Floats, statistic: Callable[[Floats], Floats]) -> float:
    """Delete-one-unit jackknife variance of a statistic of sums (Efron & Tibshirani 1993, 11.5).

    For a mean it is s² ÷ n. NaN where leaving a unit out leaves the statistic undefined.
    """
    n = len(totals)
    left_out = statistic(totals.sum(axis=0) - totals)
    return float((n - 1) / n * np.square(left_out - left_out.mean()).sum())


def estimate_ratio(
    num: Floats,
    den: Floats,
    *,
    limits: tuple[float, float],
    absent: str,
    alternatives: str = "",
    alpha: float = 0.05,
    draws: int = 2000,
    seed: int = 0,
) -> Estimate:
    """Estimate Σ num ÷ Σ den over the units with den > 0, with the interval their number allows.

    Args:
        num: Numerator of each unit, [units].
        den: Denominator of each unit, [units]; 0 where the unit does not carry the quantity.
        limits: Smallest and largest possible value of a unit.
        absent: The reason given when no unit carries the quantity.
        alternatives: Added after "one independent document", such as "(in 6 language versions)".
        alpha: 1 − coverage.
        draws: Number of random weightings.
        seed: Seed of the weightings.
    """
    carries = den > 0
    n = int(carries.sum())
    if n == 0:
        return Estimate(_NAN, _NAN, _NAN, "none", absent, 0)
    num, den, units = num[carries], den[carries], len(den)
    value = float(num.sum() / den.sum())
    if n == 1:
        one = f"one independent document {alternatives}".strip()
        if units > 1:
            one = f"one of {units} independent documents carries it"
        return Estimate(value, _NAN, _NAN, "none", f"{one}: no spread can be estimated", n)
    low, high = bounded_interval(num, den, limits=limits, alpha=alpha, draws=draws, seed=seed)
    reason = f"few documents ({n}): treat with care" if n < FEW else ""
    return Estimate(value, float(low), float(high), "bounded", reason, n)


def estimate(
    totals: Floats,
    statistic: Callable[[Floats], Floats],
    variance: Callable[[], float],
    *,
    limits: tuple[float, float],
    alpha: float = 0.05,
) -> Estimate:
    """Estimate a statistic of sums over units that is no mean of them, with a logit t-interval.

    With y = log((value − lowest) ÷ (highest − value)) and its standard error by the delta method,
    the limits are those of y ± t, taken back (Agresti 2013, Categorical Data Analysis, 3.1.6, for
    a proportion; for limits of −1 and 1 it is Fisher's z). So they respect the range, and lie
    farther from the estimate on the side where there is room.

    Args:
        totals: What each unit adds to the sums, [units, k]; at least one unit.
        statistic: Maps sums [..., k] to values [...]; NaN where undefined.
        variance: Gives the squared standard error.
        limits: Smallest and largest possible value.
        alpha: 1 − coverage.
    """
    n = len(totals)
    value = float(statistic(totals.sum(axis=0)))

    def without_interval(reason: str) -> Estimate:
        return Estimate(value, _NAN, _NAN, "none", reason, n)

    if not np.isfinite(value):
        return without_interval("not defined for these documents")
    if n == 1:
        return without_interval("one independent document: no spread can be estimated")
    error = float(np.sqrt(variance()))
    if not np.isfinite(error):
        return without_interval("it hangs on one document: no spread can be estimated")
    if error <= _NO_SPREAD:
        return without_interval(
            f"all {n} independent documents have the same value: no spread can be estimated"
        )
    lowest, highest = limits
    if not lowest < value < highest:
        return without_interval("it is at an end of its range: no spread can be estimated")
    below, above = value - lowest, highest - value
    reach = stats.t.ppf(1 - alpha / 2, n - 1) * error * (highest - lowest) / (below * above)
    low, high = lowest + (highest - lowest) * expit(np.log(below / above) + [-reach, reach])
    reason = f"few documents ({n}): treat with care" if n < FEW else ""
    return Estimate(value, float(low), float(high), "t", reason, n)


def difference_interval(a: Estimate, b: Estimate) -> tuple[float, float]:
    """Interval of a − b for two independent estimates, from the interval of each.

    Each limit is as far from the difference as the two distances to the limits that pull it there,
    squared and added: Newcombe (1998), Statistics in Medicine 17:873–890, method 10 for
    proportions; Zou & Donner (2008), 27:1693–1702, for any estimates.

    Returns:
        Lower and upper limit; NaN, NaN where either has no interval.
    """
    difference = a.value - b.value
    down = np.hypot(a.value - a.low, b.high - b.value)
    up = np.hypot(a.high - a.value, b.value - b.low)
    return difference - down, difference + up
