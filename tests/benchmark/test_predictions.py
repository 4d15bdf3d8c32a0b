"""What a model says about items: sides, entailment, classes."""

from __future__ import annotations

import numpy as np
import pytest

from stance.benchmark.config import BenchmarkConfig
from stance.benchmark.items import read_items
from stance.benchmark.predict import labels_of, predict
from stance.nli import load_nli
from stance.nli.model import probabilities
from stance.scoring import Scorer

from .sets import ROWS, SIDES, stance_set, write


@pytest.mark.parametrize("language", ["en", "source"])
def test_sides_come_from_both_hypotheses_in_the_language_asked_for(tmp_path, model, language):
    config = stance_set(write(tmp_path / "a.jsonl", ROWS))
    items = read_items(config).items
    found = predict(config, items, model, Scorer(model), language)
    for row, item in zip(found.to_dict("records"), items, strict=True):
        wanted = item.language if language == "source" else "en"
        pair = [SIDES[s][wanted].format(target=item.target) for s in ("favor", "against")]
        favor, against = probabilities(model.score([item.text], pair)[0])
        assert row["p_favor"] == pytest.approx((favor[0] + against[2]) / 2, abs=1e-5)
        assert row["p_against"] == pytest.approx((against[0] + favor[2]) / 2, abs=1e-5)
        assert row["p_favor"] + row["p_against"] + row["p_neutral"] == pytest.approx(1)


def test_without_neutral_labels_a_side_must_be_chosen(tmp_path, model):
    config = stance_set(write(tmp_path / "a.jsonl", [r for r in ROWS if r["label"] != "NONE"]))
    config.labels = {"PRO": "favor", "CON": "against"}
    items = read_items(config).items
    found = predict(config, items, model, Scorer(model))
    assert set(found["predicted"]) <= {"favor", "against"}
    assert np.allclose(found["p_favor"] + found["p_against"], 1)


def test_a_binary_head_is_measured_on_entailment_against_the_rest(tmp_path, checkpoint):
    binary = load_nli(str(checkpoint("bert", ("entailment", "not_entailment"))))
    config = BenchmarkConfig(
        name="pairs",
        kind="nli",
        measures="nli",
        path=str(write(tmp_path / "a.jsonl", ROWS)),
        labels={"PRO": "entailment", "CON": "not_entailment"},
    )
    items = read_items(config).items
    found = predict(config, items, binary, Scorer(binary))
    entailed = probabilities(binary.score([items[0].text], [items[0].target])[0])[0, 0]
    assert found["p_entailment"][0] == pytest.approx(entailed, abs=1e-5)
    assert labels_of(config) == ["entailment", "not_entailment"]


def test_one_hypothesis_a_label_competes_in_a_set_of_classes(tmp_path, model):
    forms = {name: {"en": f"{{target}} is {name}."} for name in ("loud", "quiet", "late")}
    config = stance_set(
        write(tmp_path / "a.jsonl", ROWS),
        kind="classes",
        labels={"PRO": "loud", "CON": "quiet", "NONE": "late"},
        hypotheses=forms,
    )
    items = read_items(config).items
    found = predict(config, items, model, Scorer(model))
    texts = [form["en"].format(target=items[0].target) for form in forms.values()]
    entailed = probabilities(model.score([items[0].text], texts)[0])[:, 0]
    given = found.loc[0, ["p_loud", "p_quiet", "p_late"]].to_numpy(float)
    assert given == pytest.approx(entailed / entailed.sum(), abs=1e-5)
