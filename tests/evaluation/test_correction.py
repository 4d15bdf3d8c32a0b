"""From a coded sheet to figures of the sources, naive and corrected side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stance.analysis.measurements import LABELS
from stance.coding.sampling import draw_sample
from stance.errors import CorpusError
from stance.evaluation.correction import corrected_tables

PROPOSITION = "bridge"


def tables(coded_share=0.5, probability=0.5, seed=0):
    """Two sources of twelve documents; the method turns every second `against` into favor."""
    rng = np.random.default_rng(seed)
    paragraphs, gold, documents = [], [], []
    for source, odds in (("Gazette", (0.2, 0.3, 0.2, 0.3)), ("Courier", (0.4, 0.1, 0.2, 0.3))):
        for number in range(12):
            document = f"{source}-{number}"
            documents.append({"document": document, "source": source, "language": "en"})
            for paragraph in range(rng.integers(3, 9)):
                truth = rng.choice(["favor", "against", "neutral", "unrelated"], p=odds)
                found = "favor" if truth == "against" and paragraph % 2 else truth
                cell = {"document": document, "paragraph": paragraph, "proposition": PROPOSITION}
                row = {"source": source, "kind": "body", "mode": "", "score": 0.0}
                paragraphs.append(cell | row | {"holder": "text", "label": found})
                if found != "unrelated":
                    paragraphs.append(cell | row | {"holder": "mayor", "label": found})
                if rng.random() < coded_share:
                    mark = {"mode": "", "probability": probability}
                    gold.append(cell | mark | {"holder": "text", "label": truth})
                    if truth != "unrelated":
                        gold.append(cell | mark | {"holder": "mayor", "label": truth})
    documents = pd.DataFrame(documents).assign(group=lambda table: table["document"])
    return pd.DataFrame(gold), pd.DataFrame(paragraphs), documents


def test_where_all_is_coded_the_corrected_figure_is_the_coders():
    gold, paragraphs, documents = tables(coded_share=1.1, probability=1.0)
    corrected, _ = corrected_tables(gold, paragraphs, documents)
    own = gold[gold["holder"] == "text"].merge(documents[["document", "source"]])
    own["related"] = own["label"] != "unrelated"
    for source, part in own.groupby("source"):
        row = corrected[
            (corrected["source"] == source)
            & (corrected["quantity"] == "salience")
            & (corrected["holder"] == "text")
        ].iloc[0]
        # Documents count equally, whatever their length.
        assert row["corrected"] == pytest.approx(part.groupby("document")["related"].mean().mean())
        assert row["ci_low"] < row["corrected"] < row["ci_high"]
        assert row["n_coded"] == len(part)
        assert row["n_coded_documents"] == 12


def test_a_turned_side_moves_the_naive_direction_and_not_the_corrected_one():
    gold, paragraphs, documents = tables(coded_share=1.1, probability=1.0)
    corrected, _ = corrected_tables(gold, paragraphs, documents)
    direction = corrected[(corrected["quantity"] == "direction") & (corrected["holder"] == "text")]
    assert (direction["naive"] > direction["corrected"] + 0.1).all()


def test_holders_are_corrected_as_the_text_voice_is():
    gold, paragraphs, documents = tables()
    corrected, differences = corrected_tables(gold, paragraphs, documents)
    assert set(corrected["holder"]) == {"text", "mayor"}
    assert set(differences["quantity"]) == {"salience", "side_taking", "direction"}
    of = corrected.set_index(["source", "holder", "quantity"])["corrected"]
    row = differences[
        (differences["holder"] == "text") & (differences["quantity"] == "salience")
    ].iloc[0]
    assert row["corrected"] == pytest.approx(
        of[row["source_a"], "text", "salience"] - of[row["source_b"], "text", "salience"]
    )


def test_without_probabilities_a_simple_random_sample_is_assumed_and_said():
    gold, paragraphs, documents = tables(probability=float("nan"))
    corrected, _ = corrected_tables(gold, paragraphs, documents)
    assert corrected["reason"].str.contains("simple random sample").all()
    assert corrected["corrected"].notna().all()


def test_few_coded_documents_are_flagged_and_one_gives_no_interval():
    gold, paragraphs, documents = tables()
    few = gold[gold["document"].isin(["Gazette-0", "Gazette-1", "Gazette-2", "Courier-0"])]
    corrected, _ = corrected_tables(few, paragraphs, documents)
    by_source = corrected[corrected["holder"] == "text"].groupby("source")
    assert by_source.get_group("Gazette")["reason"].str.contains("few coded documents").all()
    assert by_source.get_group("Courier")["ci_low"].isna().all()
    assert by_source.get_group("Courier")["reason"].str.contains("fewer than two").all()


def test_a_source_without_coded_paragraphs_has_no_row():
    gold, paragraphs, documents = tables()
    corrected, differences = corrected_tables(
        gold[gold["document"].str.startswith("Gazette")], paragraphs, documents
    )
    assert set(corrected["source"]) == {"Gazette"}
    assert differences.empty


def test_some_missing_probabilities_are_not_guessed():
    gold, paragraphs, documents = tables()
    gold.loc[gold["document"] == "Gazette-3", "probability"] = float("nan")
    with pytest.raises(CorpusError, match="have no sampling_probability"):
        corrected_tables(gold, paragraphs, documents)


def test_a_holder_without_any_stance_has_no_certainty_but_a_reason():
    gold, paragraphs, documents = tables()
    silent = paragraphs.assign(
        label=paragraphs["label"].where(paragraphs["holder"] == "text", "unrelated")
    )
    coded = gold[gold["holder"] == "text"]
    corrected, _ = corrected_tables(coded, silent, documents)
    mayor = corrected[(corrected["holder"] == "mayor") & (corrected["quantity"] == "direction")]
    assert mayor["ci_low"].isna().all()
    assert (mayor["reason"] != "").all()


def test_what_is_no_probability_is_named():
    gold, paragraphs, documents = tables(probability=1.5)
    with pytest.raises(CorpusError, match="sampling_probability"):
        corrected_tables(gold, paragraphs, documents)


@pytest.mark.parametrize("weights", ["stratified", "uncertainty"])
def test_samples_as_they_are_drawn_make_the_corrected_figure_right_on_average(weights):
    """Against what all paragraphs would give, over many draws; the method overlooks one in three.

    It is unsure where it errs, so that the uncertainty design draws those paragraphs more often.
    """
    gold, paragraphs, documents = tables(coded_share=1.1, probability=1.0)
    rng = np.random.default_rng(5)
    text = (paragraphs["holder"] == "text") & (paragraphs["label"] != "unrelated")
    missed = text & (rng.random(len(paragraphs)) < 1 / 3)
    paragraphs.loc[missed, "label"] = "unrelated"
    paragraphs = paragraphs[paragraphs["holder"] == "text"].assign(
        language="en", text="", **{f"p_{label}": 0.0 for label in LABELS}
    )
    paragraphs["p_unrelated"] = np.where(missed[paragraphs.index], 0.6, 0.95)
    paragraphs["p_neutral"] = 1 - paragraphs["p_unrelated"]

    def salience(coded):
        corrected, _ = corrected_tables(coded, paragraphs, documents)
        return corrected[(corrected["quantity"] == "salience") & (corrected["holder"] == "text")]

    truth = salience(gold).set_index("source")["corrected"]
    unit = ["document", "paragraph"]
    found = []
    for seed in range(30):
        drawn = draw_sample(paragraphs, 50, seed, weights)[[*unit, "sampling_probability"]]
        coded = gold[gold["holder"] == "text"].merge(drawn, on=unit)
        coded["probability"] = coded["sampling_probability"]
        found.append(salience(coded).set_index("source"))
    for source, value in truth.items():
        estimates = np.array([table.loc[source, "corrected"] for table in found])
        error = estimates.std(ddof=1) / np.sqrt(len(estimates))
        assert abs(estimates.mean() - value) < 3.5 * error
        assert found[0].loc[source, "naive"] < value - 0.1
