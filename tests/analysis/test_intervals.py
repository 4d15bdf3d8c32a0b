"""Intervals against exact ones, and which interval is due."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from stance.analysis.intervals import (
    FEW,
    Estimate,
    bounded_interval,
    difference_interval,
    estimate,
    estimate_ratio,
    jackknife_variance,
)

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=20)
MANY = 200_000
NEAR = 0.004
"""Three standard errors of a tail quantile of `MANY` draws, where it is least sure."""


def mean_of(values: object, **settings: object) -> Estimate:
    num = np.asarray(values, dtype=float)
    return estimate_ratio(num, np.ones_like(num), limits=(0.0, 1.0), absent="none", **settings)  # type: ignore[arg-type]


def bounded(num: object, den: object = None, **settings: object) -> tuple[float, float]:
    top = np.asarray(num, dtype=float)
    below = np.ones_like(top) if den is None else np.asarray(den, dtype=float)
    given = {"limits": (0.0, 1.0), "alpha": 0.05, "draws": MANY, "seed": 0} | settings
    return bounded_interval(top, below, **given)  # type: ignore[arg-type]


def test_no_unit_gives_no_value_and_the_reason_asked_for() -> None:
    result = estimate_ratio(np.zeros(2), np.zeros(2), limits=(0, 1), absent="no related paragraph")
    assert np.isnan([result.value, result.low, result.high]).all()
    assert (result.interval, result.reason, result.n) == ("none", "no related paragraph", 0)


def test_one_unit_gives_no_interval_and_names_its_versions() -> None:
    result = mean_of([0.25], alternatives="(in 6 language versions)")
    assert (result.value, result.interval, result.n) == (0.25, "none", 1)
    assert np.isnan([result.low, result.high]).all()
    assert result.reason == (
        "one independent document (in 6 language versions): no spread can be estimated"
    )
    assert mean_of([0.25]).reason == "one independent document: no spread can be estimated"


def test_one_carrying_unit_among_several_is_said_to_be_one_of_them() -> None:
    num, den = np.array([0.5, 0.0, 0.0]), np.array([1.0, 0.0, 0.0])
    result = estimate_ratio(num, den, limits=(0, 1), absent="")
    assert result.reason == (
        "one of 3 independent documents carries it: no spread can be estimated"
    )
    of_two = estimate_ratio(num[:2], den[:2], limits=(0, 1), absent="")
    assert of_two.reason.startswith("one of 2 independent documents carries it")


def test_units_that_do_not_carry_the_quantity_are_as_if_absent() -> None:
    num, den = np.array([0.5, 0.2, 0.0]), np.array([1.0, 1.0, 0.0])
    both = estimate_ratio(num, den, limits=(0, 1), absent="")
    assert both == estimate_ratio(num[:2], den[:2], limits=(0, 1), absent="")
    assert both.n == 2


@pytest.mark.parametrize(("hits", "of"), [(0, 3), (1, 2), (1, 8), (6, 8), (25, 25)])
def test_of_zeros_and_ones_the_interval_is_clopper_and_pearsons(hits: int, of: int) -> None:
    values = np.arange(of) < hits
    expected = proportion_confint(hits, of, alpha=0.1, method="beta")
    assert bounded(values, alpha=0.1) == pytest.approx(expected, abs=NEAR)


def test_equal_values_leave_the_doubt_of_one_more_unit() -> None:
    # The unseen unit weighs Beta(1, n): all that can pull the mean from the common value.
    weight = stats.beta(1, 6)
    expected = (0.3 * (1 - weight.ppf(0.975)), 0.3 + 0.7 * weight.ppf(0.975))
    assert bounded([0.3] * 6) == pytest.approx(expected, abs=NEAR)
    assert mean_of([0.3] * 6).interval == "bounded"


def test_the_range_may_be_any() -> None:
    shares = np.array([0.1, 0.5, 0.2, 0.9])
    low, high = bounded(shares)
    assert bounded(2 * shares - 1, limits=(-1.0, 1.0)) == pytest.approx((2 * low - 1, 2 * high - 1))


def test_the_unseen_unit_is_as_large_as_the_largest() -> None:
    weights = np.random.default_rng(7).dirichlet(np.ones(4), MANY)
    num, den = np.array([1.0, 6.0, 0.0]), np.array([4.0, 10.0, 2.0])
    total = weights[:, :3] @ den + 10 * weights[:, 3]
    low = np.quantile(weights[:, :3] @ num / total, 0.025)
    high = np.quantile((weights[:, :3] @ num + 10 * weights[:, 3]) / total, 0.975)
    assert bounded(num, den) == pytest.approx((low, high), abs=2 * NEAR)
    assert bounded(3 * num, 3 * den) == pytest.approx(bounded(num, den))


def test_figures_taken_together_are_as_if_alone() -> None:
    rng = np.random.default_rng(5)
    den = rng.integers(1, 30, size=(7, 3)).astype(float)
    num = den * rng.random((7, 3))
    together = bounded(num, den, draws=500)
    for i in range(3):
        alone = bounded(num[:, i], den[:, i], draws=500)
        assert (together[0][i], together[1][i]) == pytest.approx(alone)


def test_the_interval_covers_where_few_documents_hold_all_there_is() -> None:
    """Four of five documents hardly touch the matter: their spread tells nothing of the fifth."""
    rng, runs, n = np.random.default_rng(1), 400, 8
    shares = np.where(rng.random((runs, n)) < 0.2, rng.uniform(0.3, 0.7, (runs, n)), 0.02)
    shares[:, 0] += rng.uniform(-0.01, 0.01, runs)  # no two documents quite alike
    truth = 0.2 * 0.5 + 0.8 * 0.02
    reach = stats.t.ppf(0.975, n - 1) * stats.sem(shares, axis=1)
    assert np.mean(np.abs(shares.mean(axis=1) - truth) <= reach) < 0.85
    found = [mean_of(row) for row in shares]
    # One that covers 95 % falls short of this bound once in 1,000 times.
    assert sum(e.low <= truth <= e.high for e in found) >= stats.binom.ppf(0.001, runs, 0.95)


@pytest.mark.parametrize("n", [2, FEW - 1, FEW, 30])
def test_few_units_are_flagged(n: int) -> None:
    values = np.linspace(0.1, 0.4, n)
    expected = f"few documents ({n}): treat with care" if n < 10 else ""
    assert mean_of(values).reason == expected
    totals = np.column_stack([values, np.ones(n)])
    variance = partial(jackknife_variance, totals, ratio)
    assert estimate(totals, ratio, variance, limits=(0, 1)).reason == expected


def test_seed_and_number_of_draws_change_the_interval_a_little_only() -> None:
    values = np.random.default_rng(3).beta(1, 6, 12)
    settings = [{}, {"seed": 1}, {"draws": 20_000}]
    limits = np.array([(e.low, e.high) for e in (mean_of(values, **s) for s in settings)])
    assert len(np.unique(limits[:, 0])) == 3
    assert (np.ptp(limits, axis=0) < 0.02).all()


@given(SHARES, st.floats(0.01, 0.5), st.randoms(use_true_random=False))
def test_an_interval_lies_in_the_range_around_its_estimate_in_any_order(
    values: list[float], alpha: float, random: object
) -> None:
    result = mean_of(values, draws=200, alpha=alpha)
    assert result.value == pytest.approx(np.mean(values))
    if len(values) == 1:
        assert result.interval == "none"
        assert np.isnan([result.low, result.high]).all()
        return
    assert -1e-12 <= result.low <= result.value + 1e-12
    assert result.value - 1e-12 <= result.high <= 1 + 1e-12
    random.shuffle(values)  # type: ignore[attr-defined]
    again = mean_of(values, draws=200, alpha=alpha)
    assert (again.low, again.high) == (result.low, result.high)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=2, max_size=12))
def test_the_interval_of_a_ratio_holds_its_estimate(counts: list[tuple[int, int]]) -> None:
    den = np.array([a + b for a, b in counts], dtype=float)
    num = np.array([a for a, _ in counts], dtype=float)
    result = estimate_ratio(num, den, limits=(0, 1), absent="", draws=300)
    assert 0 <= result.low <= result.value <= result.high <= 1


def test_the_interval_of_a_difference_is_newcombes() -> None:
    counts, totals = (7, 3), (20, 31)
    sides = []
    for k, n in zip(counts, totals, strict=True):
        low, high = proportion_confint(k, n, method="wilson")
        sides.append(Estimate(k / n, low, high, "bounded", "", n))
    expected = confint_proportions_2indep(7, 20, 3, 31, method="newcomb")
    assert difference_interval(*sides) == pytest.approx(expected)


def test_without_one_of_two_intervals_the_difference_has_none() -> None:
    assert np.isnan(difference_interval(mean_of([0.1, 0.4]), mean_of([0.2]))).all()


def ratio(sums: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.asarray(sums[..., 0] / sums[..., 1])


def test_jackknife_variance_of_a_mean_is_the_squared_standard_error() -> None:
    values = np.array([0.1, 0.7, 0.4, 0.2])
    totals = np.column_stack([values, np.ones(4)])
    assert jackknife_variance(totals, ratio) == pytest.approx(stats.sem(values) ** 2)


def test_between_minus_one_and_one_the_interval_of_a_measure_is_fishers() -> None:
    values = np.array([0.9, 0.3, 0.75, 0.6])
    totals = np.column_stack([values, np.ones(4)])
    found = estimate(totals, ratio, lambda: 0.02**2, limits=(-1, 1), alpha=0.1)
    mean = values.mean()
    reach = stats.t.ppf(0.95, 3) * 0.02 / (1 - mean**2)
    expected = np.tanh([np.arctanh(mean) - reach, np.arctanh(mean) + reach])
    assert (found.value, found.interval, found.n) == (pytest.approx(mean), "t", 4)
    assert (found.low, found.high) == pytest.approx(tuple(expected))


def test_in_another_range_the_interval_of_a_measure_is_its_image() -> None:
    values = np.array([0.2, 0.3, 0.75])
    totals = np.column_stack([values, np.ones(3)])
    shares = estimate(totals, ratio, lambda: 0.1**2, limits=(0, 1))
    assert shares == estimate(totals, ratio, lambda: 0.1**2, limits=(0, 1), alpha=0.05)
    totals[:, 0] = 2 * values - 1
    wider = estimate(totals, ratio, lambda: 0.2**2, limits=(-1, 1))
    assert (wider.low, wider.high) == pytest.approx((2 * shares.low - 1, 2 * shares.high - 1))


@pytest.mark.parametrize(
    ("num", "den", "reason"),
    [
        ([0, 0], [0, 0], "not defined for these documents"),
        ([0.4], [1], "one independent document: no spread can be estimated"),
        ([0.4, 0], [1, 0], "it hangs on one document: no spread can be estimated"),
        (
            [0.4, 0.4, 0.4],
            [1, 1, 1],
            "all 3 independent documents have the same value: no spread can be estimated",
        ),
        ([1, -1], [1, 1], "it is at an end of its range: no spread can be estimated"),
        ([3, -1], [1, 1], "it is at an end of its range: no spread can be estimated"),
    ],
)
def test_a_measure_without_an_interval_says_why(
    num: list[float], den: list[float], reason: str
) -> None:
    totals = np.column_stack([num, den]).astype(float)
    found = estimate(totals, ratio, partial(jackknife_variance, totals, ratio), limits=(0, 1))
    assert (found.interval, found.reason) == ("none", reason)
    assert np.isnan([found.low, found.high]).all()
    assert found.n == len(num)
    np.testing.assert_equal(found.value, float(ratio(totals.sum(axis=0))))
