"""How far several coders agree: against other programs, and by hand."""

from __future__ import annotations

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.analysis.measurements import LABELS
from stance.coding.coders import Cell, Code, Coding, settle
from stance.coding.intercoder import Coders, compare_coders, half_coincidences

from .coded import says

coder_labels = st.lists(
    st.lists(st.sampled_from([*LABELS, None]), min_size=3, max_size=3), min_size=1, max_size=30
)


def coding_of(table: list[list[str | None]], documents: int = 10**9) -> Coding:
    """Cells [units][coders]; unit i is in document i modulo ``documents``."""
    return {
        (f"d{i % documents}", i, "land"): {
            f"c{k}": Code(label, {}) for k, label in enumerate(row) if label
        }
        for i, row in enumerate(table)
        if any(row)
    }


def compared(coding: Coding) -> Coders:
    named = sorted({document for document, *_ in coding})
    frame = pd.DataFrame({"document": named, "group": named})
    return compare_coders(coding, settle(coding), frame)


def figure(coders: Coders, measure: str, cells: str = "all", value: str = "") -> float:
    table = coders.table
    row = table[
        (table["measure"] == measure) & (table["cells"] == cells) & (table["value"] == value)
    ]
    return float(row["estimate"].iloc[0])


def reference_alpha(table: list[list[str | None]]) -> float:
    """By the krippendorff package; NaN where one label is all there is to compare."""
    codes = np.array(
        [[np.nan if label is None else LABELS.index(label) for label in row] for row in table],
        dtype=float,
    ).T
    used = codes[:, (~np.isnan(codes)).sum(axis=0) > 1]
    if len(set(used[~np.isnan(used)])) < 2:
        return float("nan")
    return float(krippendorff.alpha(reliability_data=codes, level_of_measurement="nominal"))


@settings(max_examples=20)
@given(coder_labels)
def test_alpha_is_that_of_the_krippendorff_package_over_all_and_over_related_cells(
    table: list[list[str | None]],
) -> None:
    pairs = [row for row in table if sum(label is not None for label in row) > 1]
    coders = compared(coding_of(table))
    if not pairs:
        assert coders.table.empty
        return
    related = [row for row in pairs if {*row} - {"unrelated", None}]
    for cells, rows in (("all", pairs), ("related by any", related)):
        expected = reference_alpha(rows) if rows else float("nan")
        assert figure(coders, "alpha", cells) == pytest.approx(expected, nan_ok=True)


def test_with_two_coders_agreement_is_the_share_of_cells_with_the_same_label() -> None:
    table: list[list[str | None]] = [["favor", "favor"], ["favor", "against"]]
    table += [["unrelated", "unrelated"]] * 6
    coders = compared(coding_of(table))
    assert figure(coders, "agreement") == pytest.approx(7 / 8)
    assert figure(coders, "agreement", "related by any") == pytest.approx(1 / 2)


def test_half_the_coincidences_of_three_coders_are_those_of_their_pairs_averaged() -> None:
    # Two say the first, one the second: 3 pairs, 1 agrees, 2 do not; 3 codes weigh as 3 ÷ 2 pairs.
    found = half_coincidences(np.array([[2.0, 1.0]]))[0]
    assert found.tolist() == [[1 / 3 * 3 / 2, 1 / 3 * 3 / 2], [1 / 3 * 3 / 2, 0]]


def test_figures_are_given_by_proposition_and_the_adjudicator_is_in_none_of_them() -> None:
    coding: dict[Cell, dict[str, Code]] = {
        ("a", i, "land"): says("favor", "favor" if i else "against") for i in range(4)
    }
    coding |= {("a", i, "neutrality"): says("favor", "against") for i in range(4)}
    for codes in coding.values():
        codes["adjudicated"] = Code("favor", {})
    coders = compared(coding)
    assert (coders.n, coders.adjudicated) == (2, 8)
    assert figure(coders, "agreement") == pytest.approx(3 / 8)
    assert figure(coders, "agreement", value="land") == pytest.approx(3 / 4)
    assert figure(coders, "agreement", value="neutrality") == 0.0
    assert coders.ties.empty, "the adjudicator decided all"


def test_the_interval_is_taken_over_independent_documents() -> None:
    generator = np.random.default_rng(0)
    table: list[list[str | None]] = [
        [str(label) for label in generator.choice(LABELS[:2], 2)] for _ in range(60)
    ]
    coding = coding_of(table, documents=12)
    many = compared(coding).table.iloc[0]
    assert (many["interval"], many["n_cells"], many["n_independent"]) == ("t", 60, 12)
    assert many["ci_low"] < many["estimate"] < many["ci_high"]
    names = sorted({document for document, *_ in coding})
    translations = pd.DataFrame({"document": names, "group": [n[:2] for n in names]})
    few = compare_coders(coding, settle(coding), translations).table.iloc[0]
    # d0 … d9, with d10 and d11 in the group of d1.
    assert (few["n_documents"], few["n_independent"]) == (12, 10)
    assert few["estimate"] == many["estimate"]


def test_holders_agree_by_name_and_side_averaged_over_pairs_of_coders() -> None:
    favor, against = ("favor", "said"), ("against", "said")
    coding = {
        ("a", 0, "land"): says(
            *["neutral"] * 3,
            holders={0: {"russia": favor}, 1: {"russia": ("favor", "imputed")}, 2: {}},
        ),
        ("a", 1, "land"): says(
            *["neutral"] * 3,
            holders={0: {"ukraine": against}, 1: {"ukraine": favor}, 2: {"ukraine": against}},
        ),
    }
    # c0 and c1: 1 of 2 and 2 named right; c0 and c2: 1 of 2 and 1; c1 and c2: 0 of 2 and 1.
    expected = (2 * 1 / 4 + 2 * 1 / 3 + 0) / 3
    coders = compared(coding)
    assert figure(coders, "side_f1", "named by any") == pytest.approx(expected)
    assert f"side_f1 {expected:.2f}" in coders.summary()["coders, holders"]


def test_the_summary_says_how_many_coders_and_how_far_they_agree() -> None:
    table: list[list[str | None]] = [["favor", "favor"], ["favor", "against"], ["favor", None]]
    table += [["unrelated", "unrelated"]] * 18
    coders = compared(coding_of(table))
    alpha = reference_alpha(table)
    related = reference_alpha(table[:2])
    said = coders.summary()
    assert said["coders"].startswith(f"2, alpha {alpha:.2f} [")
    assert f"on 20 cells, {related:.2f} on 2 any calls related" in said["coders"]
    assert said["coders"].endswith(f"same label {19 / 20:.2f}")
    assert said["coders, ties"].startswith("1 cell tied, left out: let a coder named adjudicated")
    assert list(coders.ties["note"]) == ["1 favor, 1 against"]


def test_one_coder_and_coders_of_different_cells_have_no_agreement() -> None:
    assert compared(coding_of([["favor", None]])).summary() == {"coders": 1}
    apart = compared(coding_of([["favor", None], [None, "favor"]]))
    assert apart.summary() == {"coders": "2, no cell coded by two of them"}
