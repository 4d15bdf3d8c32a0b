"""Permutation tests against scipy and statsmodels; the adjustment against its special cases."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from stance.analysis.permutation import (
    CERTAIN,
    holm,
    relabelings,
    share_at_least,
    smallest_attainable,
    step_down_max_t,
    studentised_difference,
)

from .reference import ratio_variance


def flags(n_a: int, n_b: int) -> np.ndarray:
    return np.array([True] * n_a + [False] * n_b)


def one_stratum(n: int) -> np.ndarray:
    return np.zeros(n, dtype=np.intp)


def draw(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def observed_t(
    values: np.ndarray, first: np.ndarray, strata: np.ndarray, weights: np.ndarray | None = None
) -> float:
    weights = np.ones(len(values)) if weights is None else weights
    result = studentised_difference(first[None], values[:, None], weights[:, None], strata)
    return float(result.studentised[0, 0])


def test_all_relabelings_are_listed_once_with_the_observed_first() -> None:
    first = np.array([False, True, False, True, False])
    made = relabelings(first, one_stratum(5), 100, draw())
    assert made.exact
    assert made.labels.dtype == bool
    assert made.distinct == comb(5, 2) == len(made.labels)
    assert relabelings(first, one_stratum(5), comb(5, 2), draw()).exact
    assert not relabelings(first, one_stratum(5), comb(5, 2) - 1, draw()).exact
    assert (made.labels[0] == first).all()
    expected = {frozenset(c) for c in combinations(range(5), 2)}
    assert {frozenset(np.flatnonzero(row).tolist()) for row in made.labels} == expected


def test_relabelings_stay_within_strata() -> None:
    first = np.array([True, False, False, True, True, False, False])
    strata = np.array([0, 0, 0, 1, 1, 1, 2])
    for limit in (1000, 5):
        made = relabelings(first, strata, limit, draw())
        assert made.distinct == comb(3, 1) * comb(3, 2)
        assert made.exact == (limit == 1000)
        for stratum in range(3):
            here = strata == stratum
            assert (made.labels[:, here].sum(axis=1) == first[here].sum()).all()


def test_too_many_relabelings_are_sampled_reproducibly() -> None:
    first = flags(10, 10)
    one = relabelings(first, one_stratum(20), 50, draw(7))
    two = relabelings(first, one_stratum(20), 50, draw(7))
    assert not one.exact
    assert one.labels.shape == (51, 20)
    assert (one.labels == two.labels).all()
    assert (one.labels[0] == first).all()


def test_with_one_stratum_the_statistic_is_welchs_t() -> None:
    values = draw(1).normal(size=9)
    first = flags(4, 5)
    expected = stats.ttest_ind(values[first], values[~first], equal_var=False).statistic
    assert observed_t(values, first, one_stratum(9)) == pytest.approx(expected)


def test_with_pairs_the_statistic_is_the_paired_t() -> None:
    a, b = draw(2).normal(size=(2, 6))
    strata = np.tile(np.arange(6), 2)
    expected = stats.ttest_rel(a, b).statistic
    assert observed_t(np.concatenate([a, b]), flags(6, 6), strata) == pytest.approx(expected)


def test_with_strata_the_statistic_is_the_fixed_effects_coefficient_over_its_hc2_error() -> None:
    rng = draw(3)
    first = np.array([True, True, False, False, False, True, True, True, False, False])
    strata = np.array([0] * 5 + [1] * 5)
    values = rng.normal(size=10) + 3 * strata
    design = np.column_stack([first, strata == 0, strata == 1]).astype(float)
    fitted = sm.OLS(values, design).fit(cov_type="HC2")
    result = studentised_difference(first[None], values[:, None], np.ones((10, 1)), strata)
    assert result.difference[0, 0] == pytest.approx(fitted.params[0])
    assert result.studentised[0, 0] == pytest.approx(fitted.params[0] / fitted.bse[0])


def test_weighted_units_give_the_difference_of_linearised_ratios() -> None:
    rng = draw(4)
    den = rng.integers(3, 30, size=11).astype(float)
    num = rng.binomial(den.astype(int), 0.3).astype(float)
    first = flags(5, 6)
    difference = num[first].sum() / den[first].sum() - num[~first].sum() / den[~first].sum()
    variance = ratio_variance(num[first], den[first]) + ratio_variance(num[~first], den[~first])
    expected = difference / np.sqrt(variance)
    assert observed_t(num / den, first, one_stratum(11), den) == pytest.approx(expected)


def test_a_unit_of_weight_zero_is_as_if_absent() -> None:
    values = np.array([0.1, 0.5, 0.3, 0.9, 0.6, 0.8])
    weights = np.array([1.0, 1.0, 0.0, 1.0, 1.0, 1.0])
    first = flags(3, 3)
    keep = weights > 0
    without = observed_t(values[keep], first[keep], one_stratum(5))
    assert observed_t(values, first, one_stratum(6), weights) == pytest.approx(without)


def test_hypotheses_tested_together_are_as_if_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = draw(10)
    strata = np.array([0] * 6 + [1] * 5)
    first = np.arange(11) % 2 == 0
    values = rng.normal(size=(11, 3))
    weights = rng.integers(1, 9, size=(11, 3)).astype(float)
    weights[strata == 1, 0] = 0  # nobody in the second stratum carries the first quantity
    made = relabelings(first, strata, 50, rng)
    monkeypatch.setattr("stance.analysis.permutation._CHUNK", 90)  # and in several pieces
    together = studentised_difference(made.labels, values, weights, strata)
    for i in range(3):
        own = (slice(None), slice(i, i + 1))
        alone = studentised_difference(made.labels, values[own], weights[own], strata)
        for name in ("difference", "studentised", "defined"):
            np.testing.assert_allclose(getattr(together, name)[own], getattr(alone, name))
    assert np.isfinite(together.studentised).all()


def test_an_adjusted_p_value_is_at_most_one() -> None:
    assert holm(np.array([0.6, 0.9])).tolist() == [1.0, 1.0]


def test_the_exact_p_value_is_that_of_scipy() -> None:
    values = np.round(draw(5).normal(size=8), 2)
    first = flags(3, 5)
    made = relabelings(first, one_stratum(8), 1000, draw())
    null = np.abs(
        studentised_difference(
            made.labels, values[:, None], np.ones((8, 1)), one_stratum(8)
        ).studentised[:, 0]
    )
    expected = stats.permutation_test(
        (values[first], values[~first]),
        lambda a, b: abs(stats.ttest_ind(a, b, equal_var=False).statistic),
        alternative="greater",
        vectorized=False,
        n_resamples=np.inf,
    ).pvalue
    assert share_at_least(null, float(null[0])) == pytest.approx(expected)


def test_a_difference_without_any_spread_is_certain_and_no_difference_is_zero() -> None:
    first = flags(3, 3)
    assert observed_t(np.array([1.0, 1, 1, 0, 0, 0]), first, one_stratum(6)) == CERTAIN
    assert observed_t(np.full(6, 0.1), first, one_stratum(6)) == 0.0


def test_one_unit_on_a_side_has_no_standard_error() -> None:
    values = np.array([[0.9], [0.1], [0.2], [0.3]])
    result = studentised_difference(flags(1, 3)[None], values, np.ones((4, 1)), one_stratum(4))
    assert not result.defined[0, 0]
    assert result.studentised[0, 0] == 0.0


@pytest.mark.parametrize(("n_a", "n_b"), [(2, 2), (3, 3), (4, 4), (2, 5)])
def test_the_smallest_attainable_p_follows_from_the_number_of_relabelings(
    n_a: int, n_b: int
) -> None:
    # Powers of two: no two relabelings tie, but with equal numbers every one has its mirror.
    values = 2.0 ** np.arange(n_a + n_b)
    made = relabelings(flags(n_a, n_b), one_stratum(n_a + n_b), 10_000, draw())
    result = studentised_difference(
        made.labels, values[:, None], np.ones((len(values), 1)), one_stratum(len(values))
    )
    mirrored = 2 if n_a == n_b else 1
    expected = mirrored / comb(n_a + n_b, n_a)
    assert smallest_attainable(np.abs(result.studentised))[0] == pytest.approx(expected)


def brute_step_down(null: np.ndarray) -> np.ndarray:
    """Westfall & Young's algorithm 4.1, word by word."""
    order = sorted(range(null.shape[1]), key=lambda j: -null[0, j])
    adjusted, worst = np.zeros(null.shape[1]), 0.0
    for i, j in enumerate(order):
        maxima = [max(row[k] for k in order[i:]) for row in null]
        worst = max(worst, float(np.mean([m >= null[0, j] for m in maxima])))
        adjusted[j] = worst
    return adjusted


def test_one_pair_is_adjusted_as_westfall_and_young_do() -> None:
    null = np.abs(draw(6).normal(size=(400, 5)))
    null[0] = [3.5, 0.2, 2.5, 2.6, 1.0]
    assert step_down_max_t([null])[0] == pytest.approx(brute_step_down(null))


def test_one_hypothesis_per_pair_is_adjusted_as_holm_does() -> None:
    rng = draw(8)
    nulls = [np.abs(rng.normal(size=(500, 1))) for _ in range(6)]
    for null, value in zip(nulls, [3.0, 2.5, 0.3, 1.9, 2.2, 1.0], strict=True):
        null[0] = value
    raw = np.array([np.mean(null >= null[0]) for null in nulls])
    expected = multipletests(raw, method="holm")[1]
    assert np.concatenate(step_down_max_t(nulls)) == pytest.approx(expected)
    assert holm(raw) == pytest.approx(expected)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 5))
def test_adjusted_p_values_are_never_below_raw_ones_and_keep_their_order(
    seed: int, pairs: int, hypotheses: int
) -> None:
    rng = draw(seed)
    nulls = [np.abs(rng.normal(size=(60, hypotheses))).round(1) for _ in range(pairs)]
    for null, adjusted in zip(nulls, step_down_max_t(nulls), strict=True):
        raw = np.array([share_at_least(column, column[0]) for column in null.T])
        assert (adjusted >= raw - 1e-12).all()
        assert (adjusted <= 1).all()
        order = np.argsort(-null[0])
        assert (np.diff(adjusted[order]) >= -1e-12).all()


def false_alarm(rng: np.random.Generator, shifts: list[float], alpha: float) -> bool:
    """Whether any pair of sources with the same shift is told apart, in skewed, tied data."""
    hypotheses, n = 3, 7
    shared = [rng.beta(1, 3, size=(n, 1)) for _ in shifts]
    values = [
        rng.binomial(12, level, size=(n, hypotheses)) / 12 + shift
        for level, shift in zip(shared, shifts, strict=True)
    ]
    nulls: list[np.ndarray] = []
    alike: list[bool] = []
    for a, b in combinations(range(len(shifts)), 2):
        pooled = np.concatenate([values[a], values[b]])
        made = relabelings(flags(n, n), one_stratum(2 * n), 99, rng)
        result = studentised_difference(
            made.labels, pooled, np.ones_like(pooled), one_stratum(2 * n)
        )
        nulls.append(np.abs(result.studentised))
        alike.append(shifts[a] == shifts[b])
    adjusted = step_down_max_t(nulls)
    return any((p <= alpha).any() for p, same in zip(adjusted, alike, strict=True) if same)


@pytest.mark.parametrize("shifts", [[0.0, 0.0, 0.0], [0.0, 0.0, 5.0]])
def test_the_family_wise_error_is_held_also_beside_a_source_that_does_differ(
    shifts: list[float],
) -> None:
    rng, runs, alpha = draw(9), 150, 0.1
    alarms = sum(false_alarm(rng, shifts, alpha) for _ in range(runs))
    # A procedure that errs in exactly alpha of the runs exceeds this bound once in 1,000 times.
    assert alarms <= stats.binom.ppf(0.999, runs, alpha)
