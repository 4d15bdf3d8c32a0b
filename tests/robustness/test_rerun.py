"""The variants of one experiment, run by one model on one corpus."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stance.errors import ConfigError
from stance.robustness.rerun import Robustness, rerun
from stance.run import run

from .gulls import BOTH_CLAIMS, N, corpus, model, setup

WANTED = ("paraphrase_0", "source_hypotheses", "against_hypotheses", "masked_quotes")


@pytest.fixture(scope="module")
def found() -> Robustness:
    return rerun(setup(*WANTED), corpus(), model())


def figure(found: Robustness, source: str, quantity: str) -> dict[str, object]:
    scope = "source" if source else "all sources"
    table = found.figures
    rows = table[
        (table["scope"] == scope) & (table["source"] == source) & (table["quantity"] == quantity)
    ]
    (row,) = rows.to_dict("records")
    return row


def test_a_side_that_is_taken_in_quotation_marks_alone_is_gone_without_them(
    found: Robustness,
) -> None:
    gull, tern = (figure(found, name, "direction") for name in ("Gull", "Tern"))
    assert [gull[name] for name in ("base", "paraphrase_0", "against_hypotheses")] == [1, 1, 1]
    assert np.isnan(gull["masked_quotes"])
    assert (gull["n_values"], gull["min"], gull["max"]) == (3, 1, 1)
    assert (tern["n_values"], tern["min"], tern["max"]) == (4, -1, -1)
    for source in ("Gull", "Tern"):
        # Topic words are looked for in the whole paragraph, so that both stay related.
        assert figure(found, source, "salience")["min"] == 1


def test_the_pooled_figures_are_those_of_all_documents_as_one_source(found: Robustness) -> None:
    pooled = figure(found, "", "direction")
    # As many documents for as against; without quotations only those against have a side.
    assert (pooled["base"], pooled["masked_quotes"]) == (0, -1)
    assert (pooled["median"], pooled["min"], pooled["max"]) == (0, -1, 0)
    assert (pooled["lowest"], pooled["highest"]) == ("masked_quotes", "base")
    assert figure(found, "", "side_taking")["masked_quotes"] == 0.5


def test_the_conclusion_that_rests_on_quotations_is_broken_by_masking_them(
    found: Robustness,
) -> None:
    table = found.conclusions.set_index("quantity")
    assert table.loc["direction", ["difference", "sign", "survives"]].tolist() == [2, 1, "no"]
    assert table.loc["direction", "broken_by"] == "masked_quotes (missing)"
    # The scores stay apart: one paper is against, the other at zero.
    assert table.loc["mean_score", "survives"] == "yes"
    assert set(table.loc[["salience", "side_taking"], "survives"]) == {"not concluded"}
    assert table["n_variants"].unique().tolist() == [3]


def test_each_variant_is_told_with_its_agreement_or_why_it_was_left_out(found: Robustness) -> None:
    table = found.variants.set_index("variant")
    assert list(table.index) == ["base", *WANTED]
    assert (table["left_out"] != "").to_dict() == dict.fromkeys(["base", *WANTED], False) | {
        "source_hypotheses": True
    }
    assert "exactly what base asks" in table.loc["source_hypotheses", "left_out"]
    assert table.loc["paraphrase_0", "agreement"] == 1
    masked = table.loc["masked_quotes"]
    assert (masked["n_cells"], masked["n_related"]) == (2 * N, 2 * N)
    assert masked["agreement"] == masked["agreement_related"] == 0.5


def test_base_is_the_experiment_as_it_is(found: Robustness) -> None:
    alone = run(setup(), corpus(), model())
    own = alone.sources[alone.sources["holder"] == "text"].set_index("source")
    for source in ("Gull", "Tern"):
        for quantity in ("salience", "side_taking", "direction", "mean_score"):
            assert figure(found, source, quantity)["base"] == own.loc[source, quantity]
    assert found.record["corpus_fingerprint"] == alone.record["corpus_fingerprint"]


def test_no_pair_is_scored_twice_over_all_variants() -> None:
    one = model()
    rerun(setup("sentence_windows", "favor_hypotheses"), corpus(), one)
    assert len(one.asked) == len(set(one.asked))
    premises = {premise for premise, _ in one.asked}
    assert {"Bo spoke.", "It is day 0."} <= premises


def test_where_no_variant_can_be_run_each_reason_is_told() -> None:
    with pytest.raises(ConfigError) as refused:
        rerun(setup("paraphrase_0", items=BOTH_CLAIMS), corpus(), model())
    assert "paraphrase_0: method.only_paraphrase=0: propositions.items.ferry" in str(refused.value)
    with pytest.raises(ConfigError, match="source_hypotheses: asks the model exactly"):
        rerun(setup("source_hypotheses"), corpus(), model())


def test_what_base_itself_lacks_is_an_error_before_anything_is_scored() -> None:
    one = model()
    with pytest.raises(ConfigError, match=r"items\.ferry has 0 favor"):
        rerun(setup(items=BOTH_CLAIMS, only_paraphrase=0), corpus(), one)
    french = replace(setup(), hypothesis_language="fr")
    with pytest.raises(ConfigError, match="expected en or source"):
        rerun(french, corpus(), one)
    assert one.asked == []
