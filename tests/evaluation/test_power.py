"""Power by simulation: it has the size of the test, grows with documents, and knows theory."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.power import TTestIndPower
from tiny import stance_command

from stance.analysis import AnalysisConfig
from stance.config import PowerConfig
from stance.evaluation.power import (
    Population,
    corrected_power,
    correlation_within,
    power_table,
    relatedness_errors,
    welch_power,
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("correlation", [0.0, 0.2, 0.5])
def test_the_correlation_within_documents_is_found_again(correlation):
    population = Population(np.arange(5, 15), 0.4, correlation)
    sizes, successes = population.draw(4000, 0.0, rng())
    assert correlation_within(sizes, successes) == pytest.approx(correlation, abs=0.03)


def test_one_paragraph_a_document_shows_no_correlation():
    assert correlation_within(np.ones(50, dtype=int), rng().integers(0, 2, 50)) == 0.0


def test_without_a_difference_the_test_finds_one_as_often_as_alpha_says():
    population = Population(np.full(50, 10), 0.4, 0.2)
    found = welch_power(population, 0.0, 30, 2000, 0.05, rng())
    assert found == pytest.approx(0.05, abs=0.015)


def test_power_agrees_with_the_formula_for_means():
    population = Population(np.full(50, 12), 0.5, 0.15)
    sizes, successes = population.draw(20_000, 0.0, rng())
    spread = (successes / sizes).std()
    theory = TTestIndPower().power(0.1 / spread, nobs1=40, alpha=0.05)
    found = welch_power(population, 0.1, 40, 1500, 0.05, rng(1))
    assert found == pytest.approx(theory, abs=0.05)


def test_more_documents_and_more_coded_ones_see_more():
    population = Population(np.full(50, 10), 0.4, 0.1)
    few, many = (welch_power(population, 0.1, n, 300, 0.05, rng()) for n in (10, 80))
    assert many > few + 0.3
    errors = (0.7, 0.9)
    thin, thick = (
        corrected_power(population, 0.15, 80, coded, errors, 150, 0.05, rng()) for coded in (8, 60)
    )
    assert thick > thin + 0.2


def test_the_table_has_a_line_for_everything_asked():
    documents = [f"d{i}" for i in range(12)]
    paragraphs = pd.DataFrame(
        [
            {
                "source": "Gazette" if i % 2 else "Courier",
                "document": document,
                "paragraph": j,
                "kind": "body",
                "proposition": "bridge",
                "holder": "text",
                "mode": "",
                "score": 0.0,
                "label": ("favor", "against", "unrelated", "neutral")[(i + j * j) % 4],
            }
            for i, document in enumerate(documents)
            for j in range(6)
        ]
    )
    about = paragraphs[["document", "source"]].drop_duplicates().assign(language="en", group="")
    asked = PowerConfig(differences=[0.1, 0.3], documents=[5, 40], coded_documents=[10], runs=60)
    table = power_table(paragraphs, about, asked, AnalysisConfig(), errors=(0.8, 0.9))
    assert set(table["quantity"]) == {"salience", "direction"}
    assert set(table["documents"]) == {5, 40}
    assert set(table.loc[table["labels"] == "corrected", "coded_documents"]) == {10}
    assert table["power"].between(0, 1).all()
    again = power_table(paragraphs, about, asked, AnalysisConfig(), errors=(0.8, 0.9))
    pd.testing.assert_frame_equal(table, again)


def test_errors_are_sensitivity_and_specificity():
    gold = ["favor", "neutral", "unrelated", "unrelated", "unrelated"]
    found = ["against", "unrelated", "unrelated", "unrelated", "neutral"]
    assert relatedness_errors(gold, found) == (0.5, pytest.approx(2 / 3))
    assert relatedness_errors(["favor"], ["favor"]) is None


def test_a_stratified_sheet_does_not_flatter_the_method():
    # 1,000 paragraphs: 100 predicted related, 80 of them rightly; 90 of the other 900 are missed.
    # 50 of either are coded.
    gold = ["favor"] * 40 + ["unrelated"] * 10 + ["favor"] * 5 + ["unrelated"] * 45
    found = ["neutral"] * 50 + ["unrelated"] * 50
    probability = [0.5] * 50 + [50 / 900] * 50
    sensitivity, specificity = relatedness_errors(gold, found, probability)
    assert sensitivity == pytest.approx(80 / 170)
    assert specificity == pytest.approx(810 / 830)


def test_what_sources_differ_in_is_no_likeness_within_documents():
    rows = []
    for source, share in (("Courier", 0.1), ("Gazette", 0.9)):
        for i in range(30):
            draws = rng(i).random(20) < share
            rows += [
                {
                    "source": source,
                    "document": f"{source}{i}",
                    "paragraph": j,
                    "kind": "body",
                    "proposition": "bridge",
                    "holder": "text",
                    "mode": "",
                    "score": 0.0,
                    "label": "neutral" if related else "unrelated",
                }
                for j, related in enumerate(draws)
            ]
    paragraphs = pd.DataFrame(rows)
    about = paragraphs[["document", "source"]].drop_duplicates().assign(language="en", group="")
    asked = PowerConfig(differences=[0.2], documents=[10], coded_documents=[], runs=5)
    table = power_table(paragraphs, about, asked, AnalysisConfig())
    assert table["correlation"].max() < 0.1


def test_the_command_writes_a_table_and_refuses_what_cannot_be(tmp_path, arguments):
    kept = [a for a in arguments if not a.startswith("output_dir=")]
    small = ["power.runs=20", "power.documents=[4,8]", "power.differences=[0.3]"]
    ran = stance_command(*kept, f"output_dir={tmp_path}", "task=power", *small)
    assert ran.code == 0, ran.err
    table = pd.read_csv(tmp_path / "power.csv")
    assert set(table["documents"]) == {4, 8}
    assert "power.documents" in stance_command(*kept, "task=power", "power.documents=[1]").complaint
