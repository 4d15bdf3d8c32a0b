"""Figures corrected for a classifier's errors: known cases, an independent library, coverage."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from ppi_py import ppi_mean_ci, ppi_mean_pointestimate
from scipy.stats import ttest_ind

from stance.analysis.corrected import (
    Sample,
    corrected_difference,
    corrected_mean,
    corrected_ratio,
    corrected_share,
    with_interval,
)


def drawn(n_documents=60, per_document=8, share=0.3, seed=0, error=0.2):
    """Documents with a tendency of their own, noisy predictions, a third coded at random."""
    rng = np.random.default_rng(seed)
    documents = np.repeat(np.arange(n_documents), per_document)
    truth = (rng.random(len(documents)) < rng.beta(2, 4, n_documents)[documents]).astype(float)
    wrong = rng.random(len(documents)) < error
    predicted = np.where(wrong, 1 - truth, truth)
    coded = rng.random(len(documents)) < share
    weights = np.full(len(documents), 1 / len(documents))
    return Sample(documents, weights, coded, np.full(len(documents), share)), truth, predicted


def test_where_everything_is_coded_the_predictions_do_not_matter():
    sample, truth, predicted = drawn(share=1.0)
    assert sample.coded.all()
    assert corrected_mean(sample, truth, predicted).value == pytest.approx(truth.mean())
    assert corrected_mean(sample, truth, 1 - predicted).value == pytest.approx(truth.mean())


def test_perfect_predictions_leave_only_the_spread_of_documents():
    sample, truth, _ = drawn()
    mean = corrected_mean(sample, truth, truth, tuning=1)
    assert mean.value == pytest.approx(truth.mean())
    per_document = (truth - truth.mean()).reshape(60, 8).sum(axis=1) / len(truth)
    assert mean.influence == pytest.approx(per_document)


@pytest.mark.parametrize("tuning", [0.0, 0.4, 1.0])
def test_with_one_paragraph_a_document_it_is_the_prediction_powered_mean(tuning):
    sample, truth, predicted = drawn(n_documents=4000, per_document=1, share=0.1)
    coded = sample.coded
    mean = corrected_mean(sample, truth, predicted, tuning)
    parts = truth[coded], predicted[coded], predicted
    assert mean.value == pytest.approx(float(ppi_mean_pointestimate(*parts, lam=tuning)[0]))
    low, high = (float(limit[0]) for limit in ppi_mean_ci(*parts, alpha=0.05, lam=tuning))
    ours = with_interval(mean.value, mean.influence, sample.n_coded_documents, 0.95)
    assert ours.high - ours.low == pytest.approx(high - low, rel=0.06)


def test_tuning_follows_what_predictions_are_worth():
    sample, truth, predicted = drawn(n_documents=300, error=0.05)
    rng = np.random.default_rng(1)
    good = corrected_mean(sample, truth, predicted)
    useless = corrected_mean(sample, truth, rng.permutation(predicted))
    assert good.tuning > 0.8
    assert useless.tuning < 0.15
    assert np.square(good.influence).sum() < np.square(useless.influence).sum()


def test_a_biased_classifier_is_corrected_where_the_naive_share_is_wrong():
    missed = []
    for seed in range(40):
        sample, truth, _ = drawn(seed=seed, n_documents=80)
        rng = np.random.default_rng(seed + 1000)
        predicted = np.where(rng.random(len(truth)) < 0.5, 0.0, truth)
        found = corrected_share(sample, truth, predicted)
        missed.append((found.value - truth.mean(), predicted.mean() - truth.mean()))
    corrected, naive = np.mean(missed, axis=0)
    assert abs(corrected) < 0.01
    assert naive < -0.1


def test_unequal_probabilities_are_undone():
    sample, truth, predicted = drawn(n_documents=400)
    rng = np.random.default_rng(3)
    probability = np.where(truth == 1, 0.6, 0.1)
    coded = rng.random(len(truth)) < probability
    unequal = Sample(sample.documents, sample.weights, coded, probability)
    assert truth[coded].mean() > truth.mean() + 0.2
    found = corrected_share(unequal, truth, predicted)
    assert found.low < truth.mean() < found.high
    assert found.value == pytest.approx(truth.mean(), abs=0.04)


def test_paragraphs_of_one_document_do_not_count_as_independent():
    sample, truth, predicted = drawn(n_documents=30, per_document=20)
    alone = Sample(np.arange(600), sample.weights, sample.coded, sample.probability)
    alike = np.repeat(np.arange(30) % 2, 20).astype(float)
    clustered = corrected_share(sample, alike, alike)
    as_if_independent = corrected_share(alone, alike, alike)
    assert clustered.high - clustered.low > 3 * (as_if_independent.high - as_if_independent.low)


def test_direction_is_the_ratio_of_two_corrected_means():
    sample, favor, _ = drawn(seed=5)
    against = np.roll(favor, 3) * (1 - favor)
    values = (favor - against, favor + against)
    found = corrected_ratio(sample, values, values)
    assert found.value == pytest.approx(values[0].sum() / values[1].sum())
    assert found.low < found.value < found.high


def test_a_difference_adds_the_variances_of_two_sources():
    a, b = (corrected_share(*drawn(seed=seed)) for seed in (1, 2))
    difference = corrected_difference(a, b)
    assert difference.value == pytest.approx(a.value - b.value)
    assert difference.variance == pytest.approx(a.variance + b.variance)
    assert min(a.degrees, b.degrees) <= difference.degrees <= a.degrees + b.degrees


def test_where_all_is_coded_direction_has_the_clustered_error_of_a_regression():
    sample, favor, _ = drawn(seed=6, n_documents=25, share=1.0)
    against = np.roll(favor, 3) * (1 - favor)
    values = (favor - against, favor + against)
    found = corrected_ratio(sample, values, values, level=0.9)
    # The mean of ±1 over paragraphs with a side; documents are its clusters.
    sided = values[1] > 0
    theirs = sm.OLS(values[0][sided], np.ones(sided.sum())).fit(
        cov_type="cluster", cov_kwds={"groups": sample.documents[sided]}, use_t=True
    )
    assert found.value == pytest.approx(theirs.params[0])
    assert found.variance == pytest.approx(theirs.cov_params()[0, 0])
    assert (found.low, found.high) == pytest.approx(tuple(theirs.conf_int(alpha=0.1)[0]))


@pytest.mark.parametrize("level", [None, 0.8])
def test_where_all_is_coded_the_difference_has_the_interval_of_welch(level):
    samples = [
        drawn(seed=seed, n_documents=n, per_document=1, share=1.0) for seed, n in ((7, 40), (8, 15))
    ]
    shares = [corrected_share(sample, truth, truth) for sample, truth, _ in samples]
    found = corrected_difference(*shares, **({} if level is None else {"level": level}))
    welch = ttest_ind(samples[0][1], samples[1][1], equal_var=False)
    assert found.degrees == pytest.approx(welch.df)
    assert (found.low, found.high) == pytest.approx(tuple(welch.confidence_interval(level or 0.95)))


def test_with_one_coded_document_there_is_no_interval():
    sample, truth, predicted = drawn()
    one = Sample(sample.documents, sample.weights, sample.documents == 4, sample.probability)
    found = corrected_share(one, truth, predicted)
    assert np.isfinite(found.value)
    assert np.isnan(found.low)


def test_where_nothing_varies_there_is_no_interval_rather_than_certainty():
    sample, truth, _ = drawn()
    nothing = np.zeros_like(truth)
    found = corrected_share(sample, nothing, nothing)
    assert found.value == 0
    assert np.isnan(found.low)


def test_a_ratio_has_the_evidence_of_the_documents_that_carry_it():
    sample, favor, _ = drawn(seed=5)
    rare = favor * (sample.documents < 4)
    found = corrected_ratio(sample, (rare, rare * 1.0 + (sample.documents < 4)), (rare, rare))
    assert found.degrees <= 3


@pytest.mark.parametrize("probability", [0.0, 1.2, np.nan])
def test_what_is_no_sampling_probability_is_refused(probability):
    sample, _, _ = drawn()
    wrong = np.full(len(sample.documents), probability)
    with pytest.raises(ValueError, match="sampling probabilities"):
        Sample(sample.documents, sample.weights, sample.coded, wrong)


@pytest.mark.slow
def test_the_interval_covers_the_population_as_often_as_it_says():
    # 300 runs show .95 as .95 ± .025; the whole table: scripts/simulate_corrected.py.
    covered = 0
    for seed in range(300):
        sample, truth, predicted = drawn(seed=seed, n_documents=120, share=0.2, error=0.25)
        found = corrected_share(sample, truth, predicted)
        covered += found.low <= 2 / 6 <= found.high
    assert 0.92 <= covered / 300 <= 0.98


def test_what_was_never_coded_or_never_varies_gets_no_interval():
    sample, truth, predicted = drawn()
    uncoded = Sample(
        sample.documents, sample.weights, np.zeros_like(sample.coded), sample.probability
    )
    assert np.isnan(corrected_mean(uncoded, truth, predicted).value)
    share = corrected_share(uncoded, truth, predicted)
    nothing = np.zeros_like(truth)
    ratio = corrected_ratio(sample, (nothing, nothing), (nothing, nothing))
    for found in (share, ratio, corrected_difference(share, ratio)):
        figures = (found.value, found.low, found.high, found.variance, found.degrees)
        assert np.isnan(figures).all()
