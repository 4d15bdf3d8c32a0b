"""Agreement against the krippendorff package, statsmodels-free F1 by hand, and its bookkeeping."""

from __future__ import annotations

from collections.abc import Callable

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import expit, logit

from stance.analysis import AnalysisConfig, MeasurementError, agreement, krippendorff_alpha
from stance.analysis.agreement import measured
from stance.analysis.measurements import LABELS
from stance.analysis.reliability import MEASURES, measure

from .invented import one

LETTERS = {label[0]: label for label in LABELS}


def table(cells: str, documents: int = 1, holder: str = "text", **columns: str) -> pd.DataFrame:
    """Labels by their first letter, dealt out to documents in turn."""
    return pd.DataFrame(
        [
            {
                "document": f"d{i % documents}", "paragraph": i // documents, "proposition": "p",
                "holder": holder, "label": LETTERS[letter], **columns,
            }
            for i, letter in enumerate(cells)
        ]
    )  # fmt: skip


def matrix(gold: str, predicted: str) -> np.ndarray:
    order = "".join(label[0] for label in LABELS)
    counts = np.zeros((4, 4))
    for g, p in zip(gold, predicted, strict=True):
        counts[order.index(g), order.index(p)] += 1
    return counts


@given(
    st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 2.0, float("nan")]), min_size=3, max_size=3),
        min_size=2,
        max_size=12,
    )
)
def test_alpha_is_that_of_the_krippendorff_package(units: list[list[float]]) -> None:
    codes = np.array(units).T
    pairable = (~np.isnan(codes)).sum(axis=0) > 1
    used = np.unique(codes[:, pairable])
    if (~np.isnan(used)).sum() < 2:
        assert np.isnan(krippendorff_alpha(codes))
        return
    expected = krippendorff.alpha(reliability_data=codes, level_of_measurement="nominal")
    assert krippendorff_alpha(codes) == pytest.approx(expected)


@given(st.lists(st.tuples(st.sampled_from("fanu"), st.sampled_from("fanu")), min_size=2))
def test_alpha_of_a_confusion_matrix_is_alpha_of_its_codes(pairs: list[tuple[str, str]]) -> None:
    gold, predicted = zip(*pairs, strict=True)
    codes = np.array([["fanu".index(c) for c in side] for side in (gold, predicted)], dtype=float)
    got = float(measure(matrix("".join(gold), "".join(predicted)), "alpha"))
    assert got == pytest.approx(krippendorff_alpha(codes), nan_ok=True)


def test_measures_follow_their_definitions() -> None:
    gold, predicted = "ffaannuuuu", "fnafnuuuuf"
    counts = matrix(gold, predicted)

    def f1(label: str) -> float:
        hits = sum(g == p == label for g, p in zip(gold, predicted, strict=True))
        return 2 * hits / (gold.count(label) + predicted.count(label))

    assert measure(counts, "accuracy") == pytest.approx(6 / 10)
    for letter, label in LETTERS.items():
        assert measure(counts, f"f1_{label}") == pytest.approx(f1(letter))
    assert measure(counts, "macro_f1") == pytest.approx(np.mean([f1(x) for x in "fanu"]))
    both = sum(g != "u" and p != "u" for g, p in zip(gold, predicted, strict=True))
    assert measure(counts, "relevance_f1") == pytest.approx(2 * both / (6 + 6))
    hits = sum(g == p and g in "fa" for g, p in zip(gold, predicted, strict=True))
    assert measure(counts, "side_f1") == pytest.approx(2 * hits / (4 + 4))


def test_macro_f1_is_over_the_labels_that_occur() -> None:
    assert measure(matrix("ffuu", "ffuu"), "macro_f1") == 1.0
    assert np.isnan(measure(matrix("ffuu", "ffuu"), "f1_against"))


def test_one_cell_is_enough_for_a_measure_and_none_is_not() -> None:
    for name in ("accuracy", "macro_f1", "f1_favor"):
        assert measure(matrix("f", "f"), name) == 1.0
        assert measure(matrix("f", "u"), name) == 0.0
    with np.errstate(all="raise"):  # nor does anything divide by zero
        assert all(np.isnan(measure(matrix("", ""), name)) for name in MEASURES)


def test_measures_work_on_stacks_of_matrices() -> None:
    stack = np.array([matrix("fanu", "fanu"), matrix("fanu", "uuuu"), np.zeros((4, 4))])
    for name in MEASURES:
        each = [float(measure(counts, name)) for counts in stack]
        assert measure(stack, name) == pytest.approx(each, nan_ok=True)


def test_related_cells_leave_out_what_both_call_unrelated() -> None:
    result = agreement(table("fnuuuu"), table("fuauuu")).measures
    every = one(result, voice="text", scope="all", cells="all", measure="accuracy")
    related = one(result, voice="text", scope="all", cells="related by either", measure="accuracy")
    assert (every.n_cells, every.estimate) == (6, pytest.approx(4 / 6))
    assert (related.n_cells, related.estimate) == (3, pytest.approx(1 / 3))


def test_a_measure_of_no_cell_says_so() -> None:
    found = agreement(table("uu"), table("uu")).measures
    row = one(found, voice="text", scope="all", cells="related by either", measure="accuracy")
    assert (row.n_cells, row.n_independent) == (0, 0)
    assert np.isnan([row.estimate, row.ci_low, row.ci_high]).all()
    assert (row.interval, row.interval_reason) == ("none", "no such cell")


def test_a_holder_must_be_right_and_its_side_too() -> None:
    gold = pd.concat([table("nn"), table("f", holder="usa"), table("a", holder="russia")])
    predicted = pd.concat([table("nn"), table("f", holder="usa"), table("f", holder="europe")])
    result = agreement(gold, predicted)
    row = one(result.measures, voice="holders", scope="all", measure="side_f1")
    assert row.n_cells == 3
    assert row.estimate == pytest.approx(2 * 1 / (2 + 2))
    cell = one(result.confusion, voice="holders", gold="against", predicted="unrelated")
    assert cell.n == 1
    assert len(result.confusion) == 2 * 4 * 4
    assert result.confusion["n"].sum() == 2 + 3


def test_holders_are_compared_only_where_gold_was_coded() -> None:
    predicted = pd.concat([table("nnn"), table("fff", holder="usa")])
    gold = pd.concat([table("n"), table("f", holder="usa")])
    row = one(agreement(gold, predicted).measures, voice="holders", scope="all", measure="side_f1")
    assert (row.n_cells, row.estimate) == (1, 1.0)


def test_uncoded_rows_are_left_out_and_unmatched_ones_counted() -> None:
    gold = table("ffff")
    gold.loc[0, "label"] = None
    gold.loc[1, "label"] = " "
    gold.loc[3, "paragraph"] = 99
    result = agreement(gold, table("ffff"))
    assert result.unmatched == 1
    assert one(result.measures, scope="all", cells="all", measure="accuracy").n_cells == 1


def test_intervals_are_over_groups_of_documents() -> None:
    rng = np.random.default_rng(0)
    gold = "".join(rng.choice(list("fanu"), 120))
    predicted = "".join(g if rng.random() < 0.7 else "u" for g in gold)

    def accuracy(groups: pd.DataFrame) -> pd.Series:
        found = agreement(table(gold, 12), groups).measures
        return one(found, voice="text", scope="all", cells="all", measure="accuracy")

    alone = table(predicted, 12)
    row = accuracy(alone)
    assert (row.interval, row.n_documents, row.n_independent) == ("t", 12, 12)
    assert row.ci_low < row.estimate < row.ci_high
    few = accuracy(alone.assign(group=alone["document"].str[-1]))
    assert few.n_independent == 10  # d0…d9, and d10, d11 join d0 and d1
    two = accuracy(alone.assign(group=(alone["document"] > "d5").map({True: "x", False: "y"})))
    assert (two.interval, two.n_independent) == ("t", 2)
    # A document without a group is one of its own.
    assert accuracy(alone.assign(group="")).n_independent == 12
    assert accuracy(alone.assign(group=None)).n_independent == 12
    none = accuracy(alone.assign(group="same"))
    assert none.interval == "none"
    assert none.interval_reason == "one independent document: no spread can be estimated"


@pytest.mark.parametrize(
    ("name", "scale", "back", "slope"),
    [
        ("accuracy", logit, expit, lambda v: 1 / (v * (1 - v))),
        ("alpha", np.arctanh, np.tanh, lambda v: 1 / (1 - v**2)),
    ],
)
def test_the_interval_is_the_jackknifes_on_the_scale_of_the_measure(
    name: str, scale: Callable, back: Callable, slope: Callable
) -> None:
    gold, predicted, n = "fanufanuffaauunn" * 2, "fanuuanufffaunnn" * 2, 8
    result = agreement(table(gold, n), table(predicted, n), AnalysisConfig(alpha=0.2)).measures
    row = one(result, voice="text", scope="all", cells="all", measure=name)
    each = [matrix(gold[i::n], predicted[i::n]) for i in range(n)]
    left_out = np.array([float(measure(sum(each) - one_out, name)) for one_out in each])
    error = np.sqrt((n - 1) / n * np.square(left_out - left_out.mean()).sum())
    reach = stats.t.ppf(0.9, n - 1) * error * slope(row.estimate)
    expected = [back(scale(row.estimate) + side * reach) for side in (-1, 1)]
    assert [row.ci_low, row.ci_high] == pytest.approx(expected)


@pytest.mark.parametrize("name", ["accuracy", "alpha"])
def test_the_difference_of_two_classifiers_is_mirrored_by_their_exchange(name: str) -> None:
    gold, first, second, n = "fanufanuffaauunn", "fanuuanufffaunnn", "ufnuuaaufuuaunnf", 8
    one_side, other = (
        np.array([matrix(gold[i::n], labels[i::n]).ravel() for i in range(n)])
        for labels in (first, second)
    )
    config = AnalysisConfig(alpha=0.5)
    there = measured(np.hstack([one_side, other]), name, config)
    back = measured(np.hstack([other, one_side]), name, config)
    expected = [float(measure(side.sum(axis=0).reshape(4, 4), name)) for side in (one_side, other)]
    assert there.value == pytest.approx(expected[0] - expected[1])
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert -1 < there.low < there.value < there.high < 1


@pytest.mark.parametrize("measure", ["macro_f1", "f_avg"])
def test_a_mean_over_classes_has_an_interval_only_from_fifteen_documents(measure: str) -> None:
    rng = np.random.default_rng(0)
    gold = "".join(rng.choice(list("fanu"), 200))
    predicted = "".join(g if rng.random() < 0.7 else "u" for g in gold)

    def found(documents: int) -> pd.Series:
        rows = agreement(table(gold, documents), table(predicted, documents)).measures
        return one(rows, voice="text", scope="all", cells="all", measure=measure)

    few, enough, single = found(14), found(15), found(1)
    for row in (few, found(2)):
        assert np.isnan([row.ci_low, row.ci_high]).all()
        assert (row.interval, row.interval_reason) == (
            "none", "a mean over classes has an interval from 15 independent documents on",
        )  # fmt: skip
    assert few.estimate == pytest.approx(enough.estimate)
    assert enough.ci_low < enough.estimate < enough.ci_high
    assert single.interval_reason == "one independent document: no spread can be estimated"


def test_sources_and_languages_are_told_apart() -> None:
    predicted = table("fanu", 2)
    predicted["source"] = predicted["document"].map({"d0": "B", "d1": "A"})
    predicted["language"] = "en"
    found = agreement(table("fauu", 2), predicted).measures
    right = {
        source: one(found, scope="source", value=source, cells="all", measure="accuracy").estimate
        for source in "AB"
    }
    assert right == {"A": 1.0, "B": 1 / 2}
    assert list(found.loc[found["scope"] == "source", "value"].unique()) == ["A", "B"]
    whole = one(found, voice="text", scope="all", value="", cells="all", measure="accuracy")
    assert (whole.n_cells, whole.estimate) == (4, 3 / 4)
    assert one(found, scope="language", value="en", cells="all", measure="accuracy").n_cells == 4


def test_a_sheet_with_numbers_as_text_still_joins() -> None:
    gold = table("ff").astype({"paragraph": str})
    predicted = table("ff")
    gold["document"], predicted["document"] = "7", 7
    assert agreement(gold, predicted).unmatched == 0


def test_labels_are_read_whatever_their_case_and_spaces() -> None:
    gold = table("fa").assign(label=[" Favor", "AGAINST "])
    row = one(agreement(gold, table("fa")).measures, scope="all", cells="all", measure="accuracy")
    assert (row.n_cells, row.estimate) == (2, 1.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="label"), "no column 'label'"),
        (
            lambda t: t.assign(label=["favor", "favour"]),
            "table 'gold', document 'd0', paragraph 1: label 'favour' is none of "
            "favor, against, neutral, unrelated$",
        ),
        (
            lambda t: pd.concat([t, t[1:]]),
            "^table 'gold' labels document 'd0', paragraph 1, proposition 'p', holder 'text' twice",
        ),
        (
            lambda t: t.assign(document="elsewhere"),
            "^no labelled cell of 'gold' is in 'predicted': compare the columns document, "
            "paragraph and proposition of the two$",
        ),
        (lambda t: t.assign(paragraph=[0, "first"]), "table 'gold': paragraph 'first' is not a nu"),
    ],
)
def test_a_wrong_sheet_is_refused_with_the_place(change: object, message: str) -> None:
    with pytest.raises(MeasurementError, match=message):
        agreement(change(table("fa")), table("fa"))  # type: ignore[operator]
