"""What must not change a figure, and what a figure must hold, on generated corpora."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy import stats

from stance.analysis import AnalysisConfig, Measurements, compare_sources, source_stance
from stance.analysis.permutation import relabelings, share_at_least, studentised_difference
from stance.analysis.units import QUANTITIES

from .invented import CorpusMaker

CONFIG = AnalysisConfig(bootstrap=100, permutations=80, alpha=0.3)
LABELS = st.text(alphabet="fanux", min_size=1, max_size=6)
CORPORA = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(0, 7), LABELS, LABELS), min_size=1, max_size=12
)
FEW_EXAMPLES = settings(deadline=None, max_examples=6)


def invent(documents: list[tuple[str, int, str, str]]) -> Measurements:
    corpus = CorpusMaker()
    for i, (source, group, text, holder) in enumerate(documents):
        said = {"usa": holder[: len(text)]}
        corpus.add(source, f"d{i:02}", text, group=f"g{group}", holders=said)
    return corpus.build()


def renamed(m: Measurements, column: str, names: dict[str, str]) -> Measurements:
    return replace(
        m,
        paragraphs=m.paragraphs.replace({column: names}),
        documents=m.documents.replace({column: names}),
    )


@FEW_EXAMPLES
@given(CORPORA)
def test_names_of_sources_are_only_names(documents: list[tuple[str, int, str, str]]) -> None:
    m = invent(documents)
    names = {"A": "Zeitung", "B": "My Paper", "C": "Allgemeine"}
    before, after = (source_stance(part, CONFIG) for part in (m, renamed(m, "source", names)))
    back = after.replace({"source": {new: old for old, new in names.items()}})
    keys = ["source", "proposition", "holder"]
    assert_frame_equal(before.sort_values(keys, ignore_index=True),
                       back.sort_values(keys, ignore_index=True))  # fmt: skip


@FEW_EXAMPLES
@given(CORPORA)
def test_what_is_said_of_two_sources_holds_the_other_way_round(
    documents: list[tuple[str, int, str, str]],
) -> None:
    two = [row for row in documents if row[0] != "C"]
    m = invent([*two, ("A", 8, "fu", "f"), ("B", 9, "na", "u")])
    there = compare_sources(m, CONFIG)
    back = compare_sources(renamed(m, "source", {"A": "B", "B": "A"}), CONFIG)
    for column in ("difference", "difference_within", "statistic"):
        np.testing.assert_allclose(there[column], -back[column], atol=1e-9)
    np.testing.assert_allclose(there["ci_low"], -back["ci_high"], atol=1e-9)
    np.testing.assert_allclose(there["ci_high"], -back["ci_low"], atol=1e-9)
    assert (there["n_a"] == back["n_b"]).all()
    if there["exact"].all():
        for column in ("p", "p_adjusted"):
            np.testing.assert_allclose(there[column], back[column])


@FEW_EXAMPLES
@given(CORPORA)
def test_names_of_documents_and_further_columns_do_not_matter(
    documents: list[tuple[str, int, str, str]],
) -> None:
    m = invent(documents)
    names = {f"d{i:02}": f"{7 * i % 13}-{i}" for i in range(len(documents))}
    other = renamed(m, "document", names)
    other = replace(
        other,
        paragraphs=other.paragraphs.assign(evidence="so it says", p_favor=0.1),
        documents=other.documents.assign(author="N. N.", url=range(len(documents))),
    )
    assert_frame_equal(source_stance(m, CONFIG), source_stance(other, CONFIG))
    before, after = compare_sources(m, CONFIG), compare_sources(other, CONFIG)
    drawn = ["p", "p_adjusted", "reason"] if not before["exact"].all() else []
    assert_frame_equal(before.drop(columns=drawn), after.drop(columns=drawn))


@FEW_EXAMPLES
@given(CORPORA)
def test_documents_weigh_the_same_whatever_their_length(
    documents: list[tuple[str, int, str, str]],
) -> None:
    short = source_stance(invent(documents), CONFIG)
    first, *others = documents
    source, group, text, holder = first
    long = (source, group, text * 5, (holder + "u" * len(text))[: len(text)] * 5)
    found = source_stance(invent([long, *others]), CONFIG)
    for quantity in QUANTITIES:
        for column in (quantity, f"{quantity}_ci_low", f"{quantity}_ci_high"):
            np.testing.assert_allclose(found[column], short[column], atol=1e-9)


@FEW_EXAMPLES
@given(CORPORA, st.sampled_from(["documents", "paragraphs"]))
def test_every_interval_holds_its_estimate_and_every_gap_has_its_reason(
    documents: list[tuple[str, int, str, str]], weights: str
) -> None:
    config = replace(CONFIG, weights=weights)
    table = source_stance(invent(documents), config)
    for quantity in QUANTITIES:
        low, high = table[f"{quantity}_ci_low"], table[f"{quantity}_ci_high"]
        given_ = table[f"{quantity}_interval"] == "bounded"
        units = "n_independent" if quantity == "salience" else f"n_independent_{quantity}"
        assert (given_ == (table[units] > 1)).all()
        assert (low.notna() == given_).all() and (high.notna() == given_).all()
        assert (low[given_] <= table[quantity][given_] + 1e-9).all()
        assert (high[given_] >= table[quantity][given_] - 1e-9).all()
        assert (table["interval_reason"][~given_] != "").all()
    differences = compare_sources(invent(documents), config)
    within = differences.dropna(subset=["ci_low"])
    assert (within["ci_low"] <= within["difference"] + 1e-9).all()
    assert (within["ci_high"] >= within["difference"] - 1e-9).all()
    assert (differences.loc[differences["p"].isna(), "reason"] != "").all()


@pytest.mark.parametrize(
    ("sizes", "limit"), [(((5,), (5,)), 1000), (((4,), (14,)), 199), (((2, 6), (5, 3)), 199)]
)
def test_p_values_under_the_null_are_no_smaller_than_they_should_be(
    sizes: tuple[tuple[int, ...], ...], limit: int
) -> None:
    """Zero-inflated shares, unequal numbers of documents, events that differ in level."""
    rng, runs = np.random.default_rng(11), 1000
    strata = np.concatenate([np.repeat(np.arange(len(own)), own) for own in sizes])
    first = np.arange(len(strata)) < sum(sizes[0])
    shares = rng.beta(1, 4, (len(strata), runs)) * (rng.random((len(strata), runs)) < 0.4)
    values = (rng.binomial(12, shares) / 12 + strata[:, None]) / 2
    made = relabelings(first, strata, limit, rng)
    result = studentised_difference(made.labels, values, np.ones_like(values), strata)
    null = np.abs(result.studentised)
    p = np.array([share_at_least(column, float(column[0])) for column in null.T])
    for alpha in (0.05, 0.1, 0.25, 0.5):
        # Exceeded once in 10,000 times by a test of exactly this size.
        assert (p <= alpha).sum() <= stats.binom.ppf(0.9999, runs, alpha)


def test_without_ties_p_values_under_the_null_are_uniform() -> None:
    rng, runs = np.random.default_rng(12), 2000
    strata = np.repeat([0, 1], [7, 5])
    first = np.isin(np.arange(12), [0, 1, 2, 7, 8])
    values = rng.gamma(1.0, size=(12, runs))
    made = relabelings(first, strata, 1000, rng)
    result = studentised_difference(made.labels, values, np.ones_like(values), strata)
    null = np.abs(result.studentised)
    p = np.array([share_at_least(column, float(column[0])) for column in null.T])
    for alpha in (0.05, 0.1, 0.25, 0.5):
        attained = np.floor(alpha * made.distinct) / made.distinct
        within = stats.binom(runs, attained).ppf([0.0001, 0.9999])
        assert within[0] <= (p <= alpha).sum() <= within[1]


def test_one_document_a_source_gets_a_word_instead_of_numbers() -> None:
    m = CorpusMaker().add("A", "a", "fanu").add("B", "b", "ffuu").add("B", "c", "nnuu").build()
    of = source_stance(m).set_index("source")
    assert of.loc["A", "interval_reason"].startswith(
        "one independent document: no spread can be estimated"
    )
    table = compare_sources(m)
    assert table[["ci_low", "p", "p_adjusted"]].isna().all(axis=None)
    assert table["reason"].str.contains("smallest attainable p is|no document of").all()


def test_a_corpus_of_nothing_but_the_header_gives_empty_tables() -> None:
    columns = ["source", "document", "paragraph", "kind", "proposition", "holder", "mode"]
    m = Measurements(
        pd.DataFrame(columns=[*columns, "score", "label"]),
        pd.DataFrame(columns=["document", "source", "language"]),
    )
    assert source_stance(m).empty and compare_sources(m).empty
