"""The ``evaluate`` metric against scikit-learn on random labels."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from stance.evaluation.metrics import StanceF1

LABELS = ["favor", "against", "neutral", "unrelated"]


@pytest.fixture
def metric(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    return StanceF1(cache_dir=str(tmp_path))


def test_figures_equal_scikit_learn_on_random_labels(metric):
    rng = np.random.default_rng(7)
    gold, predicted = rng.choice(LABELS, 300).tolist(), rng.choice(LABELS, 300).tolist()
    figures = metric.compute(predictions=predicted, references=gold)
    sides = f1_score(gold, predicted, labels=["favor", "against"], average="macro")
    related = [[label != "unrelated" for label in labels] for labels in (gold, predicted)]
    assert figures["f_avg"] == pytest.approx(sides)
    assert figures["macro_f1"] == pytest.approx(f1_score(gold, predicted, average="macro"))
    assert figures["relevance_f1"] == pytest.approx(f1_score(*related))


def test_batches_added_one_by_one_give_the_same_figures(metric):
    gold, predicted = ["favor", "against", "neutral"], ["favor", "favor", "neutral"]
    for reference, prediction in zip(gold, predicted, strict=True):
        metric.add(prediction=prediction, reference=reference)
    added = metric.compute()
    assert added == metric.compute(predictions=predicted, references=gold)


def test_an_unknown_label_is_named(metric):
    with pytest.raises(ValueError, match="pro"):
        metric.compute(predictions=["pro"], references=["favor"])
