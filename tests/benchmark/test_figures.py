"""Figures of predictions, beside an independent library and the majority class."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, average_precision_score, f1_score

from stance.analysis.measurements import LABELS
from stance.benchmark.config import BenchmarkConfig
from stance.benchmark.measure import figures
from stance.benchmark.own import own_predictions
from stance.benchmark.result import as_text, contamination, describe

from .sets import some_predictions, value


def test_figures_equal_scikit_learn_over_all_and_per_language():
    predictions = some_predictions()
    labels = ["favor", "against", "neutral"]
    table = figures(BenchmarkConfig(), predictions, labels)
    for scope, of in (("all", ""), ("language", "de"), ("target", "b")):
        part = predictions if scope == "all" else predictions[predictions[scope] == of]
        both = part["gold"], part["predicted"]
        assert value(table, "accuracy", scope, of)["estimate"] == pytest.approx(
            accuracy_score(*both)
        )
        assert value(table, "macro_f1", scope, of)["estimate"] == pytest.approx(
            f1_score(*both, average="macro")
        )
        assert value(table, "f_avg", scope, of)["estimate"] == pytest.approx(
            f1_score(*both, labels=labels[:2], average="macro")
        )
    sided = predictions[predictions["gold"] != "neutral"]
    forced = np.where(sided["p_favor"] >= sided["p_against"], "favor", "against")
    found = value(table, "forced_macro_f1")
    assert found["estimate"] == pytest.approx(f1_score(sided["gold"], forced, average="macro"))
    assert found["ci_low"] < found["estimate"] < found["ci_high"]
    assert found["n_groups"] == 60


def test_the_majority_class_stands_beside_the_model():
    predictions = some_predictions()
    table = figures(BenchmarkConfig(), predictions, ["favor", "against", "neutral"])
    most = predictions["gold"].value_counts().iloc[0] / len(predictions)
    found = value(table, "accuracy", who="majority class")
    assert found["estimate"] == pytest.approx(most)


def test_of_two_sides_the_majority_class_takes_the_commoner():
    predictions = some_predictions()
    predictions["gold"] = np.array(["neutral"] * 200 + ["against"] * 70 + ["favor"] * 30)
    table = figures(BenchmarkConfig(), predictions, ["favor", "against", "neutral"])
    found = value(table, "forced_macro_f1", who="majority class")
    assert found["estimate"] == pytest.approx(
        f1_score(["against"] * 70 + ["favor"] * 30, ["against"] * 100, average="macro")
    )


def test_contamination_is_said_plainly():
    assert contamination(None, "vast").startswith("unknown")
    assert contamination({"vast": "trained on train"}, "vast") == "trained on train"
    assert contamination({"xnli": "dev"}, "vast").startswith("not listed")


def test_unrelated_rows_are_measured_on_relevance():
    rng = np.random.default_rng(2)
    p = rng.dirichlet([1, 1, 1, 1], 200)
    gold = rng.choice(LABELS, 200)
    cells = pd.DataFrame(
        {
            "document": [f"d{i // 10}" for i in range(200)],
            "paragraph": np.arange(200) % 10,
            "proposition": "bridge",
            "holder": "text",
            "language": "en",
            "group": [f"d{i // 10}" for i in range(200)],
            "label_gold": gold,
            "label_predicted": np.array(LABELS)[p.argmax(axis=1)],
        }
    )
    cells[[f"p_{label}" for label in LABELS]] = p
    texts = cells[["document", "paragraph", "proposition", "holder"]].assign(text="Rain.")
    predictions = own_predictions(cells, texts)
    assert set(predictions["text"]) == {"Rain."}
    table = figures(BenchmarkConfig(), predictions, LABELS)
    related = gold != "unrelated"
    assert value(table, "relevance_f1")["estimate"] == pytest.approx(
        f1_score(related, predictions["predicted"] != "unrelated")
    )
    assert value(table, "relevance_ap")["estimate"] == pytest.approx(
        average_precision_score(related, 1 - p[:, 3])
    )
    assert value(table, "relevance_f1")["n_groups"] == 20


def test_a_terminal_is_told_whether_the_model_has_seen_the_set():
    table = figures(BenchmarkConfig(), some_predictions(), ["favor", "against", "neutral"])
    seen = {"vast": "trained on its training part"}
    result = describe(BenchmarkConfig("vast"), "a.csv", {}, table, seen, {"model": {"id": "tiny"}})
    said = as_text(result)
    assert "seen by the model: trained on its training part" in said
    assert "300 rows in 60 groups" in said
    assert f"{value(table, 'f_avg')['estimate']:.3f} [" in said
