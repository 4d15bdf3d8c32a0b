"""Intervals against scipy, and the rule of which interval is due."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stance.analysis.intervals import (
    FEW,
    Estimate,
    bca_interval,
    estimate_ratio,
    jackknife_variance,
    ratio_variance,
    welch_interval,
)

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=20)


def mean_of(values: object, **settings: object) -> Estimate:
    num = np.asarray(values, dtype=float)
    return estimate_ratio(num, np.ones_like(num), limits=(0.0, 1.0), absent="none", **settings)  # type: ignore[arg-type]


def test_no_unit_gives_no_value_and_the_reason_asked_for() -> None:
    result = estimate_ratio(np.zeros(2), np.zeros(2), limits=(0, 1), absent="no related paragraph")
    assert np.isnan(result.value)
    assert (result.interval, result.reason, result.n) == ("none", "no related paragraph", 0)


def test_one_unit_gives_no_interval_and_names_its_versions() -> None:
    result = mean_of([0.25], alternatives="(in 6 language versions)")
    assert result.value == 0.25
    assert np.isnan([result.low, result.high]).all()
    assert result.reason == (
        "one independent document (in 6 language versions): no spread can be estimated"
    )


def test_one_carrying_unit_among_several_is_said_to_be_one_of_them() -> None:
    num, den = np.array([0.5, 0.0, 0.0]), np.array([1.0, 0.0, 0.0])
    result = estimate_ratio(num, den, limits=(0, 1), absent="")
    assert result.reason.startswith("one of 3 independent documents carries it")


def test_few_units_give_the_t_interval_of_scipy_and_a_warning() -> None:
    values = np.array([0.4, 0.5, 0.45, 0.6, 0.55])
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    result = mean_of(values)
    assert result.interval == "t"
    assert (result.low, result.high) == pytest.approx((expected.low, expected.high))
    assert result.reason == "few documents (5): t-interval, treat with care"


def test_a_t_interval_is_clipped_to_what_the_quantity_can_be() -> None:
    result = mean_of([0.0, 1.0])
    assert (result.low, result.high) == (0.0, 1.0)


def test_units_without_spread_give_no_interval() -> None:
    for n in (3, FEW + 2):
        result = mean_of([0.1] * n)
        assert result.interval == "none"
        assert f"all {n} independent documents have the same value" in result.reason


def test_from_ten_units_on_the_bca_interval_agrees_with_scipy() -> None:
    values = np.random.default_rng(1).beta(1, 6, size=15)
    expected = stats.bootstrap(
        (values,), np.mean, n_resamples=40_000, method="BCa", rng=np.random.default_rng(2)
    ).confidence_interval
    result = mean_of(values, draws=40_000)
    assert result.interval == "bootstrap"
    assert result.reason == ""
    # Two sets of 40,000 resamples: a tail quantile is known to about 1 % of the width.
    tolerance = 0.02 * (expected.high - expected.low)
    assert (result.low, result.high) == pytest.approx((expected.low, expected.high), abs=tolerance)


def test_bca_of_a_ratio_agrees_with_scipy() -> None:
    rng = np.random.default_rng(3)
    den = rng.integers(5, 60, size=20).astype(float)
    num = rng.binomial(den.astype(int), 0.2).astype(float)
    expected = stats.bootstrap(
        (num, den),
        lambda n, d, axis: n.sum(axis=axis) / d.sum(axis=axis),
        paired=True,
        n_resamples=40_000,
        method="BCa",
        rng=np.random.default_rng(4),
    ).confidence_interval
    got = bca_interval(
        np.column_stack([num, den]),
        lambda sums: sums[..., 0] / sums[..., 1],
        alpha=0.05,
        draws=40_000,
        seed=0,
    )
    tolerance = 0.02 * (expected.high - expected.low)
    assert got == pytest.approx((expected.low, expected.high), abs=tolerance)


def test_variances_of_a_mean_are_the_squared_standard_error() -> None:
    values = np.array([0.1, 0.7, 0.4, 0.2])
    ones = np.ones(4)
    expected = stats.sem(values) ** 2
    assert ratio_variance(values, ones) == pytest.approx(expected)
    totals = np.column_stack([values, ones])
    assert jackknife_variance(totals, lambda s: s[..., 0] / s[..., 1]) == pytest.approx(expected)


def test_linearised_variance_of_a_ratio_follows_its_definition() -> None:
    num, den = [2.0, 3.0, 0.0], [10.0, 5.0, 5.0]
    ratio = 5 / 20
    residuals = [n - ratio * d for n, d in zip(num, den, strict=True)]
    expected = 3 / 2 * sum(r**2 for r in residuals) / 20**2
    assert ratio_variance(np.array(num), np.array(den)) == pytest.approx(expected)


def test_welch_interval_is_that_of_scipy() -> None:
    a, b = np.array([0.1, 0.4, 0.3, 0.9]), np.array([0.6, 0.7, 0.65])
    expected = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.9)
    got = welch_interval((a, np.ones(4)), (b, np.ones(3)), alpha=0.1)
    assert got == pytest.approx((expected.low, expected.high))


def test_welch_interval_needs_two_units_a_side_and_some_spread() -> None:
    one, two, same = np.array([0.5]), np.array([0.1, 0.2]), np.array([0.3, 0.3])
    assert np.isnan(welch_interval((one, np.ones(1)), (two, np.ones(2)), 0.05)).all()
    assert np.isnan(welch_interval((same, np.ones(2)), (same, np.ones(2)), 0.05)).all()


@given(SHARES)
def test_an_interval_lies_in_the_range_or_is_missing_with_a_reason(values: list[float]) -> None:
    result = mean_of(values, draws=200)
    assert 0 <= result.value <= 1
    if result.interval == "none":
        assert np.isnan([result.low, result.high]).all()
        assert result.reason
    else:
        assert 0 <= result.low <= result.high <= 1
        assert (result.reason == "") == (result.interval == "bootstrap")
    if len(values) == 1:
        assert result.interval == "none"
