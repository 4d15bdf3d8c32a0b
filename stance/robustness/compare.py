"""Across variants: how far figures move, and which conclusions on sources stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from stance.analysis.measurements import TEXT
from stance.analysis.units import QUANTITIES
from stance.robustness.variants import BASE

FIGURE = ["scope", "source", "proposition", "quantity"]
CONCLUSION = ["source_a", "source_b", "proposition", "quantity"]
POOLED, OWN = "all sources", "source"


def figures(sources: pd.DataFrame, pooled: pd.DataFrame) -> pd.Series[Any]:
    """The figures of the text voice, indexed by `FIGURE`.

    Args:
        sources: As ``source_stance`` returns it.
        pooled: The same, made as if all documents were of one source.

    Returns:
        float64, NaN where a source has nothing to take a figure from.
    """
    tables = [
        table[table["holder"] == TEXT].assign(scope=scope)
        for scope, table in ((POOLED, pooled.assign(source="")), (OWN, sources))
    ]
    rows = pd.concat(tables, ignore_index=True)
    long = rows.melt(FIGURE[:-1], list(QUANTITIES), "quantity", "value", ignore_index=False)
    # Back to the order of the rows: the quantities of one proposition belong together.
    long = long.sort_index(kind="stable")
    return long.set_index(FIGURE)["value"].astype(float)


def spread(found: Mapping[str, pd.Series[Any]]) -> pd.DataFrame:
    """Median and range of every figure over the variants.

    Args:
        found: `figures` by name of variant; ``base`` is one of them and comes first.

    Returns:
        `FIGURE`, base, median, min, max, n_values (variants, base included, that have a value;
        median and range are over these), lowest and highest (the variants of min and max, the
        first of several), then a column per variant.
    """
    wide = pd.DataFrame({name: values for name, values in found.items()})
    wide = wide.reindex(found[BASE].index)
    table = pd.DataFrame(
        {
            "base": wide[BASE],
            "median": wide.median(axis=1),
            "min": wide.min(axis=1),
            "max": wide.max(axis=1),
            "n_values": wide.notna().sum(axis=1),
            "lowest": [_name_of(wide.loc[key], lowest=True) for key in wide.index],
            "highest": [_name_of(wide.loc[key], lowest=False) for key in wide.index],
        },
        index=wide.index,
    )
    others = wide.drop(columns=BASE)
    return pd.concat([table, others], axis=1).reset_index()


def _name_of(values: pd.Series[Any], *, lowest: bool) -> str:
    there = values.dropna()
    if there.empty:
        return ""
    return str(there.idxmin() if lowest else there.idxmax())


def conclusions(found: Mapping[str, pd.DataFrame], alpha: float) -> pd.DataFrame:
    """What base concludes on two sources, and whether every other variant concludes the same.

    A difference is significant where ``p_adjusted`` is below ``alpha`` and the difference that was
    tested, within shared events and languages, has the sign of the whole one. Base concludes what
    is significant there. A conclusion survives if it has the same sign and is significant in every
    variant: that is what each would have led a reader to write.

    Args:
        found: What ``compare_sources`` returns, by name of variant; ``base`` is one of them.
        alpha: Error level.

    Returns:
        `CONCLUSION`, then of base: difference, sign (1, 0, -1, empty without a difference),
        p_adjusted, significant; of the n_variants beside it, how many have the same_sign, are
        zero_or_missing or reversed (empty where base has no sign), and n_significant; survives
        (yes, no, not concluded), and broken_by: ``variant (how)`` of each that breaks a conclusion.
    """
    tables = {name: _text_voice(table) for name, table in found.items()}
    base = tables[BASE]
    others = {name: table.reindex(base.index) for name, table in tables.items() if name != BASE}
    signs = pd.DataFrame({name: _signs(table) for name, table in others.items()}, base.index)
    tested = pd.DataFrame(
        {name: _significant(table, alpha) for name, table in others.items()}, base.index
    )
    sign, concluded = _signs(base), _significant(base, alpha)
    has_sign = sign.isin([1, -1])
    turned = signs.eq(-sign, axis=0)
    same = signs.eq(sign, axis=0)
    table = pd.DataFrame(
        {
            "difference": base["difference"],
            "sign": sign.astype("Int64"),
            "p_adjusted": base["p_adjusted"],
            "significant": concluded,
            "n_variants": len(others),
            "same_sign": same.sum(axis=1).where(has_sign).astype("Int64"),
            "zero_or_missing": (~same & ~turned).sum(axis=1).where(has_sign).astype("Int64"),
            "reversed": turned.sum(axis=1).where(has_sign).astype("Int64"),
            "n_significant": tested.sum(axis=1).astype(int),
        },
        index=base.index,
    )
    broken = [
        _broken_by(signs.loc[key], tested.loc[key], int(sign[key])) if concluded[key] else []
        for key in base.index
    ]
    table["survives"] = [
        "not concluded" if not concluded[key] else "no" if breaks else "yes"
        for key, breaks in zip(base.index, broken, strict=True)
    ]
    table["broken_by"] = ["; ".join(breaks) for breaks in broken]
    return table.reset_index()


def _text_voice(comparisons: pd.DataFrame) -> pd.DataFrame:
    return comparisons[comparisons["holder"] == TEXT].set_index(CONCLUSION)


def _signs(table: pd.DataFrame) -> pd.Series[Any]:
    return pd.Series(np.sign(table["difference"].astype(float)), table.index)


def _significant(table: pd.DataFrame, alpha: float) -> pd.Series[Any]:
    # A missing p or difference compares as false.
    agrees = np.sign(table["difference_within"].astype(float)) * _signs(table) > 0
    found: pd.Series[Any] = (table["p_adjusted"].astype(float) < alpha) & agrees
    return found


def _broken_by(signs: pd.Series[Any], tested: pd.Series[Any], sign: int) -> list[str]:
    breaks = []
    for name in signs.index:
        if signs[name] == sign and tested[name]:
            continue
        how = (
            "not significant"
            if signs[name] == sign
            else "reversed"
            if signs[name] == -sign
            else "zero"
            if signs[name] == 0
            else "missing"
        )
        breaks.append(f"{name} ({how})")
    return breaks
