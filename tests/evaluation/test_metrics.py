"""The figures and their ``evaluate`` metrics against independent libraries on random data."""

import socket

import evaluate
import krippendorff
import numpy as np
import pandas as pd
import pytest
import torch
from scipy.stats import bootstrap
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score
from torchmetrics.classification import BinaryCalibrationError

from stance.evaluation import metrics, scores

LABELS = ["favor", "against", "neutral", "unrelated"]


@pytest.fixture(params=[3, 20251])
def sample(request):
    """Gold codes, probabilities that know something of them, and documents of ten cells."""
    rng = np.random.default_rng(request.param)
    gold = rng.choice(4, 400, p=[0.1, 0.2, 0.3, 0.4])
    logits = rng.normal(size=(400, 4)) + 1.5 * np.eye(4)[gold]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return gold, probabilities, np.arange(400) // 10


def metric(name, tmp_path):
    return metrics.METRICS[name](cache_dir=str(tmp_path))


def words(codes):
    return [LABELS[code] for code in codes]


def test_label_figures_equal_scikit_learn(sample):
    gold, probabilities, _ = sample
    predicted = probabilities.argmax(axis=1)
    sides = f1_score(gold, predicted, labels=[0, 1], average="macro")
    assert scores.f_avg(gold, predicted) == pytest.approx(sides)
    assert scores.macro_f1(gold, predicted) == pytest.approx(
        f1_score(gold, predicted, average="macro")
    )
    assert scores.relevance_f1(gold, predicted) == pytest.approx(
        f1_score(gold != 3, predicted != 3)
    )
    assert scores.holder_side_f1(gold, predicted) == pytest.approx(
        f1_score(gold, predicted, labels=[0, 1], average="micro")
    )


def test_alpha_equals_the_krippendorff_package(sample):
    gold, probabilities, _ = sample
    predicted = probabilities.argmax(axis=1)
    assert scores.alpha(gold, predicted) == pytest.approx(
        krippendorff.alpha(np.vstack([gold, predicted]), level_of_measurement="nominal")
    )


@pytest.mark.parametrize("decimals", [1, 8])
def test_average_precision_equals_scikit_learn_with_and_without_ties(sample, decimals):
    gold, probabilities, _ = sample
    score = (1 - probabilities[:, 3]).round(decimals)
    assert scores.average_precision(gold != 3, score) == pytest.approx(
        average_precision_score(gold != 3, score)
    )


def test_classwise_ece_is_the_mean_over_classes_of_torchmetrics(sample):
    gold, probabilities, _ = sample
    each = [
        BinaryCalibrationError(n_bins=10, norm="l1")(
            torch.tensor(probabilities[:, k]), torch.tensor((gold == k).astype(int))
        ).item()
        for k in range(4)
    ]
    assert scores.classwise_ece(gold, probabilities) == pytest.approx(np.mean(each), abs=1e-5)


def test_brier_skill_compares_scikit_learns_brier_scores(sample):
    gold, probabilities, _ = sample
    frequencies = np.tile(np.bincount(gold, minlength=4) / len(gold), (len(gold), 1))
    labels = [0, 1, 2, 3]
    ours = brier_score_loss(gold, probabilities, labels=labels)
    reference = brier_score_loss(gold, frequencies, labels=labels)
    assert scores.brier_skill(gold, probabilities) == pytest.approx(1 - ours / reference)


def test_risk_coverage_area_is_the_mean_of_the_running_error_of_pandas(sample):
    gold, probabilities, _ = sample
    table = pd.DataFrame(
        {"sure": probabilities.max(axis=1), "wrong": probabilities.argmax(axis=1) != gold}
    )
    running = table.sort_values("sure", ascending=False)["wrong"].expanding().mean()
    assert scores.risk_coverage_area(gold, probabilities) == pytest.approx(running.mean())


def test_equal_confidence_makes_the_risk_the_same_at_every_coverage():
    gold, probabilities = np.array([0, 1, 1, 1]), np.tile([0.7, 0.1, 0.1, 0.1], (4, 1))
    assert scores.risk_coverage_area(gold, probabilities) == pytest.approx(0.75)


def test_calibrated_probabilities_err_no_more_than_the_noise_floor():
    rng = np.random.default_rng(5)
    probabilities = rng.dirichlet([1, 1, 1, 1], size=600)
    gold = np.array([rng.choice(4, p=p) for p in probabilities])
    floor = scores.ece_noise_floor(probabilities)
    calibrated = scores.classwise_ece(gold, probabilities)
    sharpened = probabilities**3 / (probabilities**3).sum(axis=1, keepdims=True)
    assert calibrated == pytest.approx(floor, rel=0.5)
    assert scores.classwise_ece(gold, sharpened) > 2 * floor


def test_whole_groups_are_resampled():
    # Every document is all right or all wrong: ten documents say less than the 400 cells in them.
    groups = np.repeat(np.arange(20), 20)
    right = (groups % 2).astype(float)
    low, high = scores.bootstrap_interval(lambda rows: right[rows].mean(), groups)
    alone_low, alone_high = scores.bootstrap_interval(
        lambda rows: right[rows].mean(), np.arange(400)
    )
    assert high - low > 3 * (alone_high - alone_low)
    assert low < 0.5 < high


def test_the_interval_is_the_percentile_bootstrap_of_scipy():
    values = np.random.default_rng(1).gamma(2.0, size=60)
    low, high = scores.bootstrap_interval(
        lambda rows: values[rows].mean(), np.arange(60), draws=4000
    )
    theirs = bootstrap((values,), np.mean, n_resamples=4000, method="percentile", random_state=1)
    width = high - low
    assert low == pytest.approx(theirs.confidence_interval.low, abs=width / 20)
    assert high == pytest.approx(theirs.confidence_interval.high, abs=width / 20)


def test_below_ten_groups_there_is_no_interval():
    low, high = scores.bootstrap_interval(np.mean, np.repeat(np.arange(9), 50))
    assert np.isnan(low)
    assert np.isnan(high)


@pytest.mark.parametrize("name", sorted(metrics.METRICS))
def test_a_metric_gives_its_figure_with_an_interval_around_it(sample, tmp_path, name):
    gold, probabilities, documents = sample
    module = metric(name, tmp_path)
    label_metric = "probabilities" not in module.inputs_description
    predictions = words(probabilities.argmax(axis=1)) if label_metric else probabilities.tolist()
    found = module.compute(
        predictions=predictions, references=words(gold), groups=documents.tolist(), draws=200
    )
    expected = type(module).statistic(
        gold, probabilities.argmax(axis=1) if label_metric else probabilities
    )
    assert found[name] == pytest.approx(expected)
    assert found[f"{name}_ci_low"] < found[name] < found[f"{name}_ci_high"]


def test_batches_added_one_by_one_give_the_same_figures(sample, tmp_path):
    gold, probabilities, _ = sample
    module = metric("macro_f1", tmp_path)
    predicted = words(probabilities.argmax(axis=1))
    for start in range(0, 400, 150):
        part = slice(start, start + 150)
        module.add_batch(predictions=predicted[part], references=words(gold)[part])
    added = module.compute(draws=20)
    assert added == module.compute(predictions=predicted, references=words(gold), draws=20)


@pytest.mark.parametrize("name", sorted(metrics.METRICS))
def test_a_metric_is_loaded_from_its_file_without_a_network(sample, tmp_path, name, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("no network is needed")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    gold, probabilities, documents = sample
    module = evaluate.load(metrics.module_path(name), cache_dir=str(tmp_path))
    assert type(module).__name__ == metrics.METRICS[name].__name__
    label_metric = "probabilities" not in module.inputs_description
    given = words(probabilities.argmax(axis=1)) if label_metric else probabilities.tolist()
    settings = {"groups": documents.tolist(), "draws": 20}
    for start in range(0, 400, 200):
        part = slice(start, start + 200)
        module.add_batch(predictions=given[part], references=words(gold)[part])
    added = module.compute(**settings)
    assert added == metric(name, tmp_path).compute(
        predictions=given, references=words(gold), **settings
    )


def test_a_metric_that_there_is_not_is_named_with_those_that_there_are():
    with pytest.raises(KeyError, match="f_avg"):
        metrics.module_path("f1")


def test_metrics_combine_with_each_other(sample, tmp_path):
    gold, probabilities, _ = sample
    predicted = words(probabilities.argmax(axis=1))
    for names, given in (
        (("f_avg", "relevance_f1", "alpha"), predicted),
        (("brier_skill", "classwise_ece"), probabilities.tolist()),
    ):
        both = evaluate.combine([metric(name, tmp_path) for name in names])
        found = both.compute(predictions=given, references=words(gold), draws=20)
        assert {*names, *(f"{name}_ci_low" for name in names)} <= set(found)


def test_what_cannot_be_measured_is_named(tmp_path):
    with pytest.raises(ValueError, match="pro"):
        metric("f_avg", tmp_path).compute(predictions=["pro"], references=["favor"])
    with pytest.raises(ValueError, match="sum to 1"):
        metric("brier_skill", tmp_path).compute(
            predictions=[[0.9, 0.9, 0, 0]], references=["favor"]
        )
    with pytest.raises(ValueError, match="3 groups for 1 cells"):
        metric("f_avg", tmp_path).compute(
            predictions=["favor"], references=["favor"], groups=[1, 2, 3]
        )
