"""Figures per source from corpora small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from stance.analysis import AnalysisConfig, Measurements, source_stance
from stance.analysis.intervals import estimate_ratio
from stance.analysis.units import QUANTITIES

from .invented import CorpusMaker, one


def test_each_quantity_is_what_the_codebook_says(corpus: CorpusMaker) -> None:
    # 8 paragraphs: 5 related, 3 sided, 2 for and 1 against.
    corpus.add("A", "a1", "ffannuuu", scores=[0.9, 0.7, -0.5, 0.1, 0.2, 0, 0, 0])
    row = one(source_stance(corpus.build()), holder="text")
    assert (row.n_paragraphs, row.n_related, row.n_sided) == (8, 5, 3)
    assert (row.n_favor, row.n_against) == (2, 1)
    assert row.salience == pytest.approx(5 / 8)
    assert row.side_taking == pytest.approx(3 / 5)
    assert row.direction == pytest.approx((2 - 1) / 3)
    assert row.mean_score == pytest.approx((0.9 + 0.7 - 0.5 + 0.1 + 0.2) / 8)


def test_a_holders_base_is_every_paragraph_but_its_score_only_where_it_has_a_stance(
    corpus: CorpusMaker,
) -> None:
    corpus.add("A", "a1", "nnuu", holders={"russia": "fnuu"}, scores=[0.6, 0.2, 0, 0])
    row = one(source_stance(corpus.build()), holder="russia")
    assert row.salience == pytest.approx(2 / 4)
    assert row.side_taking == pytest.approx(1 / 2)
    assert row.direction == 1.0
    assert row.mean_score == pytest.approx((0.6 + 0.2) / 2)


def test_documents_count_equally_unless_paragraphs_are_asked_for(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "nu").add("A", "a2", "uuuuuuuu")
    m = corpus.build()
    equal = one(source_stance(m), holder="text")
    pooled = one(source_stance(m, AnalysisConfig(weights="paragraphs")), holder="text")
    assert equal.salience == pytest.approx((1 / 2 + 0) / 2)
    assert pooled.salience == pytest.approx(1 / 10)


def test_translations_are_one_independent_document(corpus: CorpusMaker) -> None:
    corpus.add("A", "a.en", "nu", group="a", language="en")
    corpus.add("A", "a.de", "uu", group="a", language="de")
    row = one(source_stance(corpus.build()), holder="text")
    assert (row.n_documents, row.n_independent) == (2, 1)
    assert row.salience == pytest.approx((1 / 2 + 0) / 2)
    assert row.interval == "none"
    expected = "one independent document (in 2 language versions): no spread can be estimated"
    assert f"salience, side taking, mean score: {expected}; direction: no" in row.interval_reason


def test_a_translated_document_weighs_no_more_than_another(corpus: CorpusMaker) -> None:
    for language in ("en", "de", "fr"):
        corpus.add("A", f"a.{language}", "nn", group="a", language=language)
    corpus.add("A", "b", "uu")
    row = one(source_stance(corpus.build()), holder="text")
    assert row.salience == pytest.approx((1 + 0) / 2)


def test_a_document_without_related_paragraphs_has_no_side_taking(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "fn").add("A", "a2", "uu").add("A", "a3", "nn")
    row = one(source_stance(corpus.build()), holder="text")
    assert row.side_taking == pytest.approx((1 / 2 + 0) / 2)
    assert row.n_documents_side_taking == row.n_independent_side_taking == 2
    assert row.direction == 1.0
    assert row.n_documents_direction == 1
    assert row.direction_interval == "none"
    assert "direction: one of 3 independent documents carries it" in row.interval_reason


def test_the_interval_is_that_of_the_document_figures_and_few_are_flagged(
    corpus: CorpusMaker,
) -> None:
    labels = ["nuuu", "nnuu", "nnnu"]
    for i, text in enumerate(labels):
        corpus.add("A", f"a{i}", text)
    config = AnalysisConfig(alpha=0.2, bootstrap=300, seed=5)
    row = one(source_stance(corpus.build(), config), holder="text")
    shares = np.array([text.count("n") / 4 for text in labels])
    expected = estimate_ratio(
        shares, np.ones(3), limits=(0, 1), absent="", alpha=0.2, draws=300, seed=5
    )
    assert row.interval == row.salience_interval == "bounded"
    assert (row.salience_ci_low, row.salience_ci_high) == (expected.low, expected.high)
    assert "few documents (3): treat with care" in row.interval_reason


def test_ten_documents_are_not_flagged(corpus: CorpusMaker) -> None:
    for i in range(10):
        corpus.add("A", f"a{i}", "f" * (i % 4) + "u" * (8 - i % 4))
    row = one(source_stance(corpus.build()), holder="text")
    assert 0 <= row.salience_ci_low < row.salience < row.salience_ci_high <= 1
    assert "salience" not in row.interval_reason


def test_headings_and_questions_are_left_out_by_default(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "ffuu", kinds=["heading", "question", "body", "quote"])
    m = corpus.build()
    assert one(source_stance(m), holder="text").n_related == 0
    every = AnalysisConfig(kinds=["heading", "question", "body", "quote"])
    assert one(source_stance(m, every), holder="text").n_related == 2


def test_unknown_labels_take_their_paragraph_out(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "nxuu", holders={"usa": "ffuu"})
    table = source_stance(corpus.build())
    assert one(table, holder="text").n_paragraphs == 3
    assert one(table, holder="usa").salience == pytest.approx(1 / 3)


def test_a_paragraph_without_a_score_is_left_out_of_the_mean_score(corpus: CorpusMaker) -> None:
    row = one(source_stance(corpus.add("A", "a1", "nnu", scores=[np.nan, 0.4, 0.0]).build()))
    assert row.salience == pytest.approx(2 / 3)
    assert row.mean_score == pytest.approx((0.4 + 0.0) / 2)


def test_the_text_voice_is_always_listed_a_holder_where_it_has_a_stance(
    corpus: CorpusMaker,
) -> None:
    m = corpus.add("A", "a1", "uu", holders={"usa": "f", "russia": "x"}).build()
    assert set(source_stance(m)["holder"]) == {"text", "usa"}
    m.paragraphs.loc[m.paragraphs["holder"] == "usa", "label"] = "unrelated"
    assert one(source_stance(m), holder="text").salience == 0.0
    assert set(source_stance(m)["holder"]) == {"text"}


def test_a_holder_silent_in_a_source_has_a_row_of_zeros(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "nn", holders={"russia": "fu"}).add("B", "b1", "nu")
    row = one(source_stance(corpus.build()), source="B", holder="russia")
    assert row.salience == 0.0
    assert row.n_related == 0
    assert np.isnan(row.direction)
    assert row.interval_reason == (
        "salience: one independent document: no spread can be estimated; "
        "side taking, mean score: no stance is attributed to it; "
        "direction: no side is attributed to it"
    )


def test_a_source_without_counted_paragraphs_keeps_its_row(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "n").add("B", "b1", "f", kinds=["heading"])
    row = one(source_stance(corpus.build()), source="B")
    assert (row.n_documents, row.n_paragraphs) == (0, 0)
    assert (row.n_documents_direction, row.n_independent_direction) == (0, 0)
    assert np.isnan(row.salience)
    assert row.interval_reason == (
        "salience: no paragraph of the kinds counted; side taking: no related paragraph; "
        "direction: no paragraph takes a side; "
        "mean score: no scored paragraph of the kinds counted"
    )


def test_a_reason_that_holds_for_every_quantity_names_none(corpus: CorpusMaker) -> None:
    row = one(source_stance(corpus.add("A", "a1", "fu").build()))
    assert row.interval_reason == "one independent document: no spread can be estimated"


def test_a_reason_that_holds_for_one_quantity_names_it(corpus: CorpusMaker) -> None:
    for i in range(10):
        corpus.add("A", f"a{i}", "nu")
    row = one(source_stance(corpus.build()))
    assert row.interval_reason == "direction: no paragraph takes a side"


def test_duplicates_can_be_dropped(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "nn").add("A", "a2", "uu", duplicate_of="a1", holders={"usa": "fu"})
    m = corpus.build()
    assert one(source_stance(m), holder="text").n_documents == 2
    assert one(source_stance(m), holder="usa").n_related == 1
    drop = AnalysisConfig(duplicates="drop")
    assert one(source_stance(m, drop)).salience == 1.0
    unmarked = Measurements(m.paragraphs, m.documents.drop(columns="duplicate_of"))
    assert one(source_stance(unmarked, drop), holder="text").n_documents == 2


LABELS = st.text(alphabet="fanux", min_size=1, max_size=6)
CORPORA = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(0, 3), LABELS, LABELS), min_size=1, max_size=14
)


def invent(documents: list[tuple[str, int, str, str]]) -> Measurements:
    corpus = CorpusMaker()
    for i, (source, group, text, holder) in enumerate(documents):
        corpus.add(source, f"d{i}", text, group=f"g{group}", holders={"usa": holder[: len(text)]})
    return corpus.build()


@settings(deadline=None, max_examples=15)
@given(CORPORA, st.sampled_from(["documents", "paragraphs"]))
def test_figures_stay_in_their_range_and_missing_intervals_have_a_reason(
    documents: list[tuple[str, int, str, str]], weights: str
) -> None:
    table = source_stance(invent(documents), AnalysisConfig(weights=weights, bootstrap=50))
    for quantity in QUANTITIES:
        low = 0 if quantity in ("salience", "side_taking") else -1
        for column in (quantity, f"{quantity}_ci_low", f"{quantity}_ci_high"):
            assert table[column].dropna().between(low - 1e-9, 1 + 1e-9).all()
        missing = table[f"{quantity}_ci_low"].isna()
        assert (table.loc[missing, "interval_reason"] != "").all()
        assert (table.loc[missing, f"{quantity}_interval"] == "none").all()
        units = "n_independent" if quantity == "salience" else f"n_independent_{quantity}"
        assert (table.loc[~missing, units] > 1).all()


@settings(deadline=None, max_examples=10)
@given(CORPORA, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    documents: list[tuple[str, int, str, str]], random: object
) -> None:
    m = invent(documents)
    shuffled = Measurements(
        m.paragraphs.sample(frac=1, random_state=random.randrange(2**31)),  # type: ignore[attr-defined]
        m.documents.sample(frac=1, random_state=random.randrange(2**31)),  # type: ignore[attr-defined]
    )
    config = AnalysisConfig(bootstrap=50)
    assert_frame_equal(source_stance(m, config), source_stance(shuffled, config), check_exact=True)


def test_an_empty_corpus_gives_an_empty_table() -> None:
    columns = ["source", "document", "paragraph", "kind", "proposition", "holder", "mode"]
    m = Measurements(
        pd.DataFrame(columns=[*columns, "score", "label"]),
        pd.DataFrame(columns=["document", "source", "language"]),
    )
    assert source_stance(m).empty
