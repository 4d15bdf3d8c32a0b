"""Medians, ranges and conclusions against tables made by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from stance.analysis.units import QUANTITIES
from stance.robustness.compare import FIGURE, conclusions, figures, spread

NAN = math.nan
Row = tuple[float, float, float]  # difference, difference_within, p_adjusted


def series(*values: float) -> pd.Series:
    keys = [("source", f"s{i}", "land", "salience") for i in range(len(values))]
    return pd.Series(values, pd.MultiIndex.from_tuples(keys, names=FIGURE), dtype=float)


def test_the_median_and_the_range_are_over_every_variant_with_a_value() -> None:
    found = spread(
        {
            "base": series(0.4, 0.1, NAN),
            "first": series(0.1, NAN, NAN),
            "second": series(0.3, NAN, NAN),
            "third": series(0.8, 0.5, NAN),
        }
    ).set_index("source")
    assert found.loc["s0", ["base", "min", "max"]].tolist() == [0.4, 0.1, 0.8]
    assert found.loc["s0", "median"] == pytest.approx((0.3 + 0.4) / 2)
    assert found.loc["s1", ["min", "max", "median"]].tolist() == [0.1, 0.5, (0.1 + 0.5) / 2]
    assert found["n_values"].tolist() == [4, 2, 0]
    assert found["lowest"].tolist() == ["first", "base", ""]
    assert found["highest"].tolist() == ["third", "third", ""]
    assert found["third"].tolist()[:2] == [0.8, 0.5]
    assert found.loc["s2", ["median", "min", "max"]].isna().all()


def test_figures_are_those_of_the_text_voice_by_proposition_and_quantity() -> None:
    def row(source: str, proposition: str, holder: str, value: float) -> dict[str, object]:
        about = {"source": source, "proposition": proposition, "holder": holder}
        return about | {name: value + i for i, name in enumerate(QUANTITIES)}

    sources = pd.DataFrame([row("a", "land", "text", 0), row("a", "land", "north", 9)])
    pooled = pd.DataFrame([row("x", "sea", "text", 10), row("x", "land", "text", 20)])
    found = figures(sources, pooled)
    whole = ("all sources", "")
    expected = [
        *((*whole, "sea", name, 10.0 + i) for i, name in enumerate(QUANTITIES)),
        *((*whole, "land", name, 20.0 + i) for i, name in enumerate(QUANTITIES)),
        *(("source", "a", "land", name, 0.0 + i) for i, name in enumerate(QUANTITIES)),
    ]
    assert [(*key, value) for key, value in found.items()] == expected


def comparisons(**rows: Row) -> pd.DataFrame:
    """A row of the text voice per proposition, and a holder's row that nobody asks about."""
    table = pd.DataFrame(
        [
            {"source_a": "A", "source_b": "B", "proposition": name, "holder": holder,
             "quantity": "salience", "difference": d, "difference_within": within,
             "p_adjusted": p}
            for name, (d, within, p) in rows.items()
            for holder in ("text", "north")
        ]
    )  # fmt: skip
    table.loc[table["holder"] != "text", "p_adjusted"] = 0.001
    return table


SURE, UNSURE, REVERSED = (0.3, 0.3, 0.01), (0.3, 0.3, 0.2), (-0.3, -0.3, 0.01)


def judged(base: Row, *variants: Row) -> pd.Series:
    found = {"base": comparisons(it=base)}
    found |= {f"v{i}": comparisons(it=row) for i, row in enumerate(variants)}
    (_, row), *others = conclusions(found, alpha=0.05).iterrows()
    assert not others
    return row


def test_a_conclusion_survives_where_every_variant_concludes_the_same() -> None:
    row = judged(SURE, (0.1, 0.1, 0.049), (0.9, 0.2, 0.001))
    assert (row["survives"], row["broken_by"]) == ("yes", "")
    assert row[["same_sign", "zero_or_missing", "reversed", "n_significant"]].tolist() == [
        2, 0, 0, 2,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("variant", "how"),
    [
        (REVERSED, "reversed"),
        ((0.0, 0.0, NAN), "zero"),
        ((NAN, NAN, NAN), "missing"),
        (UNSURE, "not significant"),
        ((0.3, 0.3, NAN), "not significant"),
        ((0.3, 0.3, 0.05), "not significant"),
        ((0.3, -0.1, 0.01), "not significant"),
    ],
)
def test_what_breaks_a_conclusion_is_named_with_how(variant: Row, how: str) -> None:
    row = judged(SURE, SURE, variant)
    assert (row["survives"], row["broken_by"]) == ("no", f"v1 ({how})")


def test_signs_are_counted_over_the_variants_beside_base() -> None:
    row = judged(SURE, SURE, UNSURE, REVERSED, (0.0, 0.0, NAN), (NAN, NAN, NAN))
    assert row["n_variants"] == 5
    assert (row["same_sign"], row["reversed"], row["zero_or_missing"]) == (2, 1, 2)
    assert row["n_significant"] == 2
    assert row["broken_by"] == ("v1 (not significant); v2 (reversed); v3 (zero); v4 (missing)")


@pytest.mark.parametrize(
    "base",
    [UNSURE, (0.3, 0.3, NAN), (0.3, -0.3, 0.01), (0.0, 0.0, 0.01), (NAN, NAN, NAN)],
    ids=["not significant", "no p", "other sign within strata", "zero", "missing"],
)
def test_what_base_does_not_conclude_nobody_can_break(base: Row) -> None:
    row = judged(base, REVERSED)
    assert (row["survives"], row["broken_by"], row["significant"]) == ("not concluded", "", False)
    assert row["n_significant"] == 1
    has_sign = not (np.isnan(base[0]) or base[0] == 0)
    assert pd.isna(row["reversed"]) != has_sign


def test_a_pair_that_a_variant_lacks_is_missing_there() -> None:
    found = {"base": comparisons(land=SURE, sea=SURE), "v": comparisons(sea=SURE)}
    table = conclusions(found, alpha=0.05).set_index("proposition")
    assert table["survives"].to_dict() == {"land": "no", "sea": "yes"}
    assert table.loc["land", "broken_by"] == "v (missing)"
