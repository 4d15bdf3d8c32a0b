"""Comparisons of sources: derived p-values, strata, adjustment, and size under the null."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy import stats

from stance.analysis import AnalysisConfig, Measurements, compare_sources, source_stance

from .invented import CorpusMaker, one
from .reference import ratio_variance


def share(related: int, of: int = 20) -> str:
    return "n" * related + "u" * (of - related)


def spread(corpus: CorpusMaker, source: str, related: list[int], **columns: Any) -> None:
    for i, k in enumerate(related):
        corpus.add(source, f"{source}{columns.get('event', '')}{i}", share(k), **columns)


def test_the_difference_is_that_of_the_source_table_and_the_statistic_welchs(
    corpus: CorpusMaker,
) -> None:
    a, b = [2, 5, 3, 8], [10, 12, 9]
    spread(corpus, "A", a)
    spread(corpus, "B", b)
    m, config = corpus.build(), AnalysisConfig(alpha=0.2, bootstrap=300, seed=5)
    row = one(compare_sources(m, config), holder="text", quantity="salience")
    test = stats.ttest_ind(np.array(a) / 20, np.array(b) / 20, equal_var=False)
    assert row.difference == pytest.approx((np.mean(a) - np.mean(b)) / 20)
    assert row.difference_within == pytest.approx(row.difference)
    assert row.statistic == pytest.approx(test.statistic)
    assert (row.n_a, row.n_b, row.n_a_tested, row.n_b_tested) == (4, 3, 4, 3)
    table = source_stance(m, config)
    of_a, of_b = (one(table, source=name, holder="text") for name in "AB")
    down = np.hypot(of_a.salience - of_a.salience_ci_low, of_b.salience_ci_high - of_b.salience)
    up = np.hypot(of_a.salience_ci_high - of_a.salience, of_b.salience - of_b.salience_ci_low)
    assert row.ci_low == pytest.approx(row.difference - down)
    assert row.ci_high == pytest.approx(row.difference + up)


def test_the_p_value_is_the_exact_permutation_p_of_scipy(corpus: CorpusMaker) -> None:
    a, b = [2, 5, 3, 8], [10, 12, 9, 7]
    spread(corpus, "A", a)
    spread(corpus, "B", b)
    row = one(compare_sources(corpus.build()), holder="text", quantity="salience")
    expected = stats.permutation_test(
        (np.array(a) / 20, np.array(b) / 20),
        lambda x, y: abs(stats.ttest_ind(x, y, equal_var=False).statistic),
        alternative="greater",
        vectorized=False,
    ).pvalue
    assert row.exact
    assert row.n_relabelings == comb(8, 4)
    assert row.p == pytest.approx(expected)


def test_many_relabelings_are_drawn_at_random(corpus: CorpusMaker) -> None:
    rng = np.random.default_rng(0)
    spread(corpus, "A", rng.integers(0, 8, 12).tolist())
    spread(corpus, "B", rng.integers(9, 20, 12).tolist())
    config = AnalysisConfig(permutations=199)
    row = one(compare_sources(corpus.build(), config), holder="text", quantity="salience")
    assert not row.exact
    # Complete separation: no draw reaches it, so p = (0 + 1) / (m + 1).
    assert row.p == pytest.approx(1 / 200)


def test_one_document_a_side_says_what_p_could_be_at_best(corpus: CorpusMaker) -> None:
    corpus.add("A", "a", share(3)).add("B", "b", share(9))
    row = one(compare_sources(corpus.build()), holder="text", quantity="salience")
    assert row.difference == pytest.approx((3 - 9) / 20)
    assert np.isnan([row.p, row.p_adjusted, row.ci_low, row.statistic]).all()
    assert row.reason == "with 1 and 1 documents the smallest attainable p is 1.0"


def test_language_versions_are_not_documents(corpus: CorpusMaker) -> None:
    for source in "AB":
        for language in ("en", "de", "fr", "pl"):
            corpus.add(
                source, f"{source}.{language}", share(3), language=language, group=f"{source}.en"
            )
    row = one(compare_sources(corpus.build()), holder="text", quantity="salience")
    assert (row.n_a, row.n_b) == (1, 1)
    assert row.reason == "with 1 and 1 documents the smallest attainable p is 1.0"


def test_three_documents_a_side_cannot_reach_five_percent(corpus: CorpusMaker) -> None:
    spread(corpus, "A", [1, 2, 4])
    spread(corpus, "B", [13, 15, 19])
    m = corpus.build()
    row = one(compare_sources(m), holder="text", quantity="salience")
    assert np.isnan(row.p)
    assert row.reason == (f"with 3 and 3 documents the smallest attainable p is {2 / comb(6, 3)}")
    # An alpha that the smallest p just reaches lets it through.
    lax = AnalysisConfig(alpha=2 / comb(6, 3))
    row = one(compare_sources(m, lax), holder="text", quantity="salience")
    assert row.p == row.p_adjusted == pytest.approx(2 / comb(6, 3))
    assert row.reason == ""


def test_sources_without_a_common_event_and_language_are_not_tested(corpus: CorpusMaker) -> None:
    spread(corpus, "A", [1, 2, 4, 5], language="en")
    spread(corpus, "B", [13, 15, 19, 18], language="de")
    row = one(compare_sources(corpus.build()), holder="text", quantity="salience")
    assert np.isnan(row.p)
    assert row.reason == "the two sources share no event in the same language"
    assert np.isfinite([row.difference, row.ci_low]).all()


def test_documents_in_events_of_one_source_alone_are_not_tested(corpus: CorpusMaker) -> None:
    spread(corpus, "A", [1, 3], event="x")
    spread(corpus, "A", [4, 8, 9], event="y")
    spread(corpus, "B", [13, 15], event="x")
    spread(corpus, "B", [2, 5, 7, 6], event="z")
    row = one(compare_sources(corpus.build()), holder="text", quantity="salience")
    assert (row.n_a, row.n_b, row.n_a_tested, row.n_b_tested, row.n_strata) == (5, 6, 2, 2, 1)
    assert row.reason == (
        "with 2 and 2 documents in shared events and languages the smallest attainable p is 0.3333"
    )


def test_only_documents_that_carry_a_quantity_are_counted(corpus: CorpusMaker) -> None:
    # Both cover x and y, A also z; in y only A takes sides.
    for event, of_a, of_b in (("x", ["fu", "au", "fn"], ["fu", "nn", "ff"]), ("y", ["fu"], ["nu"])):
        for source, labels in (("A", of_a), ("B", of_b)):
            for i, text in enumerate(labels):
                corpus.add(source, f"{source}{event}{i}", text, event=event)
    corpus.add("A", "Az", "ff", event="z")
    table = compare_sources(corpus.build())
    columns = ["n_a", "n_a_tested", "n_b", "n_b_tested", "n_strata"]
    assert one(table, quantity="salience")[columns].tolist() == [5, 4, 4, 4, 2]
    assert one(table, quantity="direction")[columns].tolist() == [5, 4, 2, 2, 1]


def test_a_quantity_that_one_document_of_a_source_carries_has_no_standard_error(
    corpus: CorpusMaker,
) -> None:
    corpus.add("A", "a0", "ffuu").add("A", "a1", "nuuu")
    for i in range(8):
        corpus.add("B", f"b{i}", "f" * i + "a" * (8 - i))
    table = compare_sources(corpus.build())
    row = one(table, quantity="direction")
    assert np.isnan([row.statistic, row.p, row.p_adjusted]).all()
    assert row.reason == "too few documents in shared events and languages for a standard error"
    assert one(table, quantity="mean_score").p_adjusted <= 1


def test_a_groups_place_is_that_of_its_original_else_of_its_earliest_document(
    corpus: CorpusMaker,
) -> None:
    late, soon = "2024-02-01", "2024-01-01"
    # The original is "z"; of "y" and "x" the source has translations alone.
    corpus.add("A", "z", share(1), group="z", language="en", date=late)
    corpus.add("A", "a1", share(2), group="z", language="de", date=soon)
    corpus.add("A", "a2", share(3), group="y", language="de", date=late)
    corpus.add("A", "a3", share(4), group="y", language="en", date=soon)
    corpus.add("A", "a5", share(5), group="x", language="de", date=soon)
    corpus.add("A", "a4", share(6), group="x", language="en", date=soon)
    spread(corpus, "B", [11, 12, 13], language="en")
    row = one(compare_sources(corpus.build()), quantity="salience")
    assert (row.n_a, row.n_a_tested, row.n_b_tested, row.n_strata) == (3, 3, 3, 1)


def test_a_difference_that_events_explain_is_not_one_within_events(corpus: CorpusMaker) -> None:
    # Event x is about the matter, event y is not; A covers x more often, B covers y.
    spread(corpus, "A", [15, 16, 17, 15], event="x")
    spread(corpus, "A", [2, 3], event="y")
    spread(corpus, "B", [16, 16], event="x")
    spread(corpus, "B", [2, 3, 3, 2], event="y")
    row = one(compare_sources(corpus.build()), holder="text", quantity="salience")
    assert row.n_strata == 2
    assert row.n_relabelings == comb(6, 4) * comb(6, 2)
    assert row.difference > 0.2
    assert abs(row.difference_within) < 0.05
    assert row.p > 0.3


def test_a_text_that_both_carry_is_exchanged_only_with_its_copy(corpus: CorpusMaker) -> None:
    spread(corpus, "A", [1, 2, 4])
    spread(corpus, "B", [13, 15, 19])
    corpus.add("A", "wireA", share(10), group="wire").add("B", "wireB", share(10), group="wire")
    row = one(compare_sources(corpus.build()), holder="text", quantity="salience")
    assert row.n_strata == 2
    assert row.n_relabelings == comb(6, 3) * comb(2, 1)


def test_a_text_that_both_carry_in_different_events_is_any_text_of_its_event(
    corpus: CorpusMaker,
) -> None:
    for event in "xy":
        spread(corpus, "A", [1, 2], event=event)
        spread(corpus, "B", [13, 15], event=event)
    corpus.add("A", "wireA", share(10), group="wire", event="x")
    corpus.add("B", "wireB", share(10), group="wire", event="y")
    row = one(compare_sources(corpus.build()), holder="text", quantity="salience")
    assert row.n_strata == 2
    assert row.n_relabelings == comb(5, 3) * comb(5, 2)


@pytest.mark.parametrize("documents", [2, 4])
def test_a_quantity_nobody_carries_or_that_never_varies_says_so(
    corpus: CorpusMaker, documents: int
) -> None:
    spread(corpus, "A", [4] * documents)
    spread(corpus, "B", [4] * documents)
    table = compare_sources(corpus.build())
    assert one(table, quantity="direction").reason == "no document of A carries this quantity"
    reason = one(table, quantity="salience").reason
    assert reason == "every document of both sources has the same value"
    assert table["p"].isna().all()


def test_sources_that_differ_and_never_vary_have_an_infinite_statistic(
    corpus: CorpusMaker,
) -> None:
    spread(corpus, "A", [4] * 4)
    spread(corpus, "B", [9] * 4)
    row = one(compare_sources(corpus.build()), quantity="salience")
    assert row.statistic == -np.inf
    assert row.p == pytest.approx(2 / comb(8, 4))


def test_families_are_told_apart_and_adjusted_apart(corpus: CorpusMaker) -> None:
    rng = np.random.default_rng(2)
    for source, level in (("A", 4), ("B", 12)):
        for i in range(5):
            holder = share(int(rng.integers(0, 5))).replace("n", "f")
            corpus.add(
                source, f"{source}{i}", share(level + int(rng.integers(0, 4))),
                holders={"usa": holder},
            )  # fmt: skip
    table = compare_sources(corpus.build())
    text = table[table["holder"] == "text"]
    assert set(text["family"]) == {"primary: text voice"}
    assert set(table[table["holder"] == "usa"]["family"]) == {"exploratory: holders"}
    alone = CorpusMaker()
    alone.rows = [row for row in corpus.rows if row["holder"] == "text"]
    alone.documents = corpus.documents
    assert_frame_equal(compare_sources(alone.build()), text.reset_index(drop=True))


def test_three_sources_make_three_pairs_and_multiply_p(corpus: CorpusMaker) -> None:
    spread(corpus, "A", [1, 2, 3, 2, 1])
    spread(corpus, "B", [15, 16, 18, 17, 16])
    spread(corpus, "C", [2, 1, 3, 1, 2])
    table = compare_sources(corpus.build(), AnalysisConfig(alpha=0.1))
    table = table[table["quantity"] == "salience"]
    assert list(zip(table["source_a"], table["source_b"], strict=True)) == [
        ("A", "B"), ("A", "C"), ("B", "C"),
    ]  # fmt: skip
    row = one(table, source_a="A", source_b="B")
    assert row.p == pytest.approx(2 / comb(10, 5))
    # Salience and mean score are testable, and relabel alike: the maximum over both is salience's.
    assert row.p_adjusted == pytest.approx(3 * row.p)


def test_an_adjusted_p_that_no_data_could_bring_to_alpha_is_missing(corpus: CorpusMaker) -> None:
    for i, source in enumerate("ABCDE"):
        spread(corpus, source, [4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3])
    table = compare_sources(corpus.build())
    row = one(table, source_a="A", source_b="E", quantity="salience")
    assert row.p == pytest.approx(2 / comb(8, 4))
    assert np.isnan(row.p_adjusted)
    assert row.reason == (
        "over 10 pairs of sources the smallest attainable adjusted p is "
        f"{round(10 * 2 / comb(8, 4), 4)}"
    )


def test_too_few_relabelings_for_all_pairs_asks_for_more(corpus: CorpusMaker) -> None:
    for i, source in enumerate("ABC"):
        spread(corpus, source, list(range(3 * i, 3 * i + 12)))
    table = compare_sources(corpus.build(), AnalysisConfig(permutations=19))
    row = one(table, source_a="A", source_b="C", quantity="salience")
    assert row.p == pytest.approx(1 / 20)
    assert row.reason == (
        "over 3 pairs of sources the smallest attainable adjusted p is 0.15; "
        "raise analysis.permutations"
    )


def test_a_further_source_changes_no_raw_p_value(corpus: CorpusMaker) -> None:
    rng = np.random.default_rng(3)
    spread(corpus, "A", rng.integers(0, 12, 9).tolist())
    spread(corpus, "C", rng.integers(5, 18, 9).tolist())
    before = one(compare_sources(corpus.build()), holder="text", quantity="salience")
    spread(corpus, "B", rng.integers(0, 20, 9).tolist())
    after = one(compare_sources(corpus.build()), source_a="A", source_b="C", quantity="salience")
    assert before.p == after.p
    assert not before.exact


def test_one_source_or_none_makes_no_pair(corpus: CorpusMaker) -> None:
    m = corpus.add("A", "a", "nu").build()
    assert compare_sources(m).empty
    assert compare_sources(Measurements(m.paragraphs.iloc[:0], m.documents.iloc[:0])).empty


def test_a_source_without_counted_paragraphs_is_not_compared(corpus: CorpusMaker) -> None:
    corpus.add("A", "a", "nu").add("B", "b", "n", kinds=["heading"])
    row = one(compare_sources(corpus.build()), quantity="salience")
    assert row.reason == "no document of B carries this quantity"
    assert np.isnan([row.difference, row.p]).all()


def test_pooled_paragraphs_compare_pooled_ratios(corpus: CorpusMaker) -> None:
    counts = [(2, 10), (8, 20), (3, 15), (1, 12), (9, 12), (4, 16), (9, 30), (6, 10)]
    for i, (k, n) in enumerate(counts):
        corpus.add("AB"[i // 4], f"d{i}", share(k, n))
    config = AnalysisConfig(weights="paragraphs")
    row = one(compare_sources(corpus.build(), config), quantity="salience")

    num, den = np.array(counts, dtype=float).T

    def statistic(ours: list[int]) -> float:
        sides = [ours, [i for i in range(8) if i not in ours]]
        ratios = [num[side].sum() / den[side].sum() for side in sides]
        error = np.sqrt(sum(ratio_variance(num[side], den[side]) for side in sides))
        return abs(float((ratios[0] - ratios[1]) / error))

    observed = statistic([0, 1, 2, 3])
    null = [statistic(list(chosen)) for chosen in combinations(range(8), 4)]
    assert row.difference == pytest.approx(14 / 57 - 28 / 68)
    assert abs(row.statistic) == pytest.approx(observed)
    assert row.p == pytest.approx(np.mean([t >= observed - 1e-9 for t in null]))


SIZES = st.lists(st.integers(0, 6), min_size=2, max_size=6)


@settings(deadline=None, max_examples=8)
@given(SIZES, SIZES, SIZES, st.integers(0, 99))
def test_p_values_are_shares_adjusted_ones_no_smaller_and_row_order_is_irrelevant(
    a: list[int], b: list[int], c: list[int], seed: int
) -> None:
    corpus = CorpusMaker()
    for source, counts in zip("ABC", (a, b, c), strict=True):
        for i, k in enumerate(counts):
            text = ("fa"[i % 2] * k + "u" * 6)[:6]
            corpus.add(source, f"{source}{i}", text, holders={"usa": text[::-1]})
    m = corpus.build()
    config = AnalysisConfig(alpha=0.3, permutations=60)
    table = compare_sources(m, config)
    assert table["p"].dropna().between(0, 1).all()
    both = table.dropna(subset=["p_adjusted"])
    assert (both["p_adjusted"] >= both["p"] - 1e-12).all()
    assert (table.loc[table["p_adjusted"].isna(), "reason"] != "").all()
    shuffled = Measurements(
        m.paragraphs.sample(frac=1, random_state=seed),
        m.documents.sample(frac=1, random_state=seed),
    )
    assert_frame_equal(table, compare_sources(shuffled, config), check_exact=True)
