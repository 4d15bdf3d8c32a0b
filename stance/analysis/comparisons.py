"""Do two sources differ, and could the difference be chance?"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from stance.analysis.config import AnalysisConfig
from stance.analysis.intervals import Floats, welch_interval
from stance.analysis.measurements import TEXT, Measurements
from stance.analysis.permutation import (
    CERTAIN,
    Bools,
    Ints,
    holm,
    relabelings,
    share_at_least,
    smallest_attainable,
    step_down_max_t,
    studentised_difference,
)
from stance.analysis.units import (
    QUANTITIES,
    RANGES,
    VOICE,
    add_ratios,
    document_counts,
    select,
    to_units,
    voices,
)

PRIMARY = "primary: text voice"
EXPLORATORY = "exploratory: holders"

_COLUMNS = [
    "source_a", "source_b", *VOICE, "quantity", "difference", "ci_low", "ci_high",
    "difference_within", "statistic", "p", "p_adjusted", "family", "n_a", "n_b",
    "n_a_tested", "n_b_tested", "n_strata", "n_relabelings", "exact", "reason",
]  # fmt: skip


def compare_sources(m: Measurements, config: AnalysisConfig | None = None) -> pd.DataFrame:
    """Compare every pair of sources on every quantity of every voice of every proposition.

    ``difference`` is source_a − source_b as the source table has them, with Welch's t-interval
    over independent documents. ``p`` answers another question: could the difference arise if the
    two sources' documents were exchangeable wherever both cover the same event in the same
    language? Whole groups of documents are relabelled within event × language (of the group's
    original); a text that both sources carry is exchanged only with its own copy. The statistic
    is `studentised_difference`; it and ``difference_within`` compare within these strata only.
    Nothing but the two sources' documents has to be exchangeable, so a third source cannot make a
    pair significant. ``p_adjusted`` is `step_down_max_t` over the row's ``family``: the text voice
    is primary, holders are exploratory.

    Args:
        m: The measurements.
        config: Weights, kinds, alpha, permutations, seed; the defaults if not given.

    Returns:
        A row per pair × proposition × holder × quantity. n_a and n_b count the independent
        documents that carry the quantity, n_X_tested those in shared strata. ``p`` is NaN, and
        ``reason`` says why, where no labelling of these documents could bring it to alpha or
        below; likewise ``p_adjusted``. ``statistic`` is infinite where the sources differ and
        neither varies.
    """
    config = config or AnalysisConfig()
    pairs = _pairs(m, config)
    rows = [row for pair in pairs for row in _pair_rows(pair, config)]
    for family in (PRIMARY, EXPLORATORY):
        _adjust(rows, pairs, family, config.alpha)
    return pd.DataFrame(rows, columns=_COLUMNS)


@dataclass(frozen=True)
class _Pair:
    """Two sources' units side by side, and the statistics of their relabelings.

    `values` and `weights` are [units, hypotheses]; `first`, `tested` (in a shared stratum) and
    `strata` are [units]; `difference`, `statistic`, `defined` and `attainable` are [hypotheses];
    `null` is |statistic| of every relabeling, [relabelings, hypotheses].
    """

    names: tuple[str, str]
    hypotheses: Sequence[tuple[str, str, str]]
    values: Floats
    weights: Floats
    first: Bools
    tested: Bools
    strata: Ints
    difference: Floats
    statistic: Floats
    defined: Bools
    null: Floats
    attainable: Floats
    distinct: int
    exact: bool

    def family(self, name: str) -> list[int]:
        """Positions of the hypotheses of one family."""
        return [
            i
            for i, (_, holder, _) in enumerate(self.hypotheses)
            if (holder == TEXT) == (name == PRIMARY)
        ]


def _pairs(m: Measurements, config: AnalysisConfig) -> list[_Pair]:
    selection = select(m, config)
    units = to_units(add_ratios(document_counts(selection)), VOICE, QUANTITIES, config.weights)
    hypotheses = [
        (str(proposition), str(holder), quantity)
        for proposition, holder in voices(selection.paragraphs).itertuples(index=False)
        for quantity in QUANTITIES
    ]
    wide = units.pivot(index=["source", "group"], columns=VOICE)
    num, den = (
        wide.reindex(columns=[(f"{part}_{quantity}", p, h) for p, h, quantity in hypotheses])
        for part in ("num", "den")
    )
    strata = _strata(selection.documents)
    sources = sorted(selection.documents["source"].unique())
    pairs = []
    for a, b in combinations(sources, 2):
        both = wide.index.isin([a, b], level="source")
        weights = np.nan_to_num(den[both].to_numpy(float))
        totals = np.nan_to_num(num[both].to_numpy(float))
        values = np.divide(totals, weights, out=np.zeros_like(weights), where=weights > 0)
        keys = [(str(source), str(group)) for source, group in wide.index[both]]
        first = np.array([source == a for source, _ in keys], dtype=bool)
        labels = _pair_strata(keys, [strata[key] for key in keys], first)
        pairs.append(_tested((a, b), hypotheses, values, weights, first, labels, config))
    return pairs


def _strata(documents: pd.DataFrame) -> dict[tuple[str, str], tuple[str, str]]:
    """Event and language of every source's group: those of its original, else of its earliest."""
    ordered = documents.assign(
        copy=documents["document"].astype(str) != documents["group"]
    ).sort_values(["copy", "date", "document"])
    originals = ordered.drop_duplicates(["source", "group"])
    return {
        (str(source), str(group)): (str(event), str(language))
        for source, group, event, language in originals[
            ["source", "group", "event", "language"]
        ].itertuples(index=False)
    }


def _pair_strata(
    units: Sequence[tuple[str, str]], places: Sequence[tuple[str, str]], first: Bools
) -> Ints:
    """Number the strata of a pair; a text that both sources carry is a stratum of its own."""
    sided = [{(u[1], p) for u, p, f in zip(units, places, first, strict=True) if f == side}
             for side in (True, False)]  # fmt: skip
    shared = sided[0] & sided[1]
    keys = [
        (*place, group if (group, place) in shared else "")
        for (_, group), place in zip(units, places, strict=True)
    ]
    numbers = {key: i for i, key in enumerate(sorted(set(keys)))}
    return np.array([numbers[key] for key in keys], dtype=np.intp)


def _tested(
    names: tuple[str, str],
    hypotheses: Sequence[tuple[str, str, str]],
    values: Floats,
    weights: Floats,
    first: Bools,
    strata: Ints,
    config: AnalysisConfig,
) -> _Pair:
    shared = set(strata[first]) & set(strata[~first])
    tested = np.array([s in shared for s in strata], dtype=bool)
    # Seeded by the names, so that a further source changes no other pair's p-values.
    rng = np.random.default_rng([config.seed, *(zlib.crc32(n.encode()) for n in names)])
    relabeled = relabelings(first[tested], strata[tested], config.permutations, rng)
    result = studentised_difference(
        relabeled.labels, values[tested], weights[tested], strata[tested]
    )
    null = np.abs(result.studentised)
    return _Pair(
        names, hypotheses, values, weights, first, tested, strata,
        result.difference[0], result.studentised[0], result.defined[0],
        null, smallest_attainable(null), relabeled.distinct, relabeled.exact,
    )  # fmt: skip


def _pair_rows(pair: _Pair, config: AnalysisConfig) -> list[dict[str, Any]]:
    rows = []
    for i, (proposition, holder, quantity) in enumerate(pair.hypotheses):
        carries = pair.weights[:, i] > 0
        sides = []
        for own in (pair.first, ~pair.first):
            weight = pair.weights[own & carries, i]
            sides.append((pair.values[own & carries, i] * weight, weight))
        n_a, n_b = (len(weight) for _, weight in sides)
        low, high = welch_interval(sides[0], sides[1], config.alpha)
        width = RANGES[quantity][1] - RANGES[quantity][0]
        tested = pair.tested & carries
        strata = set(pair.strata[tested & pair.first]) & set(pair.strata[tested & ~pair.first])
        reason = _untested(pair, i, (n_a, n_b), config)
        statistic = float(pair.statistic[i])
        rows.append(
            {
                "source_a": pair.names[0],
                "source_b": pair.names[1],
                "proposition": proposition,
                "holder": holder,
                "quantity": quantity,
                "difference": _mean(*sides[0]) - _mean(*sides[1]),
                "ci_low": float(np.clip(low, -width, width)),
                "ci_high": float(np.clip(high, -width, width)),
                "difference_within": float(pair.difference[i]),
                "statistic": _shown(statistic) if pair.defined[i] else float("nan"),
                "p": float("nan") if reason else share_at_least(pair.null[:, i], abs(statistic)),
                "p_adjusted": float("nan"),
                "family": PRIMARY if holder == TEXT else EXPLORATORY,
                "n_a": n_a,
                "n_b": n_b,
                "n_a_tested": int((tested & pair.first).sum()),
                "n_b_tested": int((tested & ~pair.first).sum()),
                "n_strata": len(strata),
                "n_relabelings": pair.distinct if pair.exact else config.permutations,
                "exact": pair.exact,
                "reason": reason,
            }
        )
    return rows


def _mean(num: Floats, den: Floats) -> float:
    return float(num.sum() / den.sum()) if len(den) else float("nan")


def _shown(statistic: float) -> float:
    return float(np.copysign(np.inf, statistic)) if abs(statistic) >= CERTAIN else statistic


def _untested(pair: _Pair, i: int, n: tuple[int, int], config: AnalysisConfig) -> str:
    """Why a hypothesis has no p-value; empty if it has one."""
    for name, count in zip(pair.names, n, strict=True):
        if not count:
            return f"no document of {name} carries this quantity"
    if not pair.tested.any():
        return "the two sources share no event in the same language"
    smallest = float(pair.attainable[i])
    if smallest > config.alpha:
        if np.ptp(pair.values[pair.weights[:, i] > 0, i]) == 0 and min(n) > 1:
            return "every document of both sources has the same value"
        tested = pair.tested & (pair.weights[:, i] > 0)
        counts = [int((tested & side).sum()) for side in (pair.first, ~pair.first)]
        place = "" if tuple(counts) == n else " in shared events and languages"
        return (
            f"with {counts[0]} and {counts[1]} documents{place} the smallest attainable p is "
            f"{round(smallest, 4)}"
        )
    if not pair.defined[i]:
        return "too few documents in shared events and languages for a standard error"
    return ""


def _adjust(rows: list[dict[str, Any]], pairs: Sequence[_Pair], family: str, alpha: float) -> None:
    """Fill p_adjusted of one family; a hypothesis that could not be rejected is not counted."""
    members = [[i for i in pair.family(family) if pair.attainable[i] <= alpha] for pair in pairs]
    open_pairs = [g for g, member in enumerate(members) if member]
    if not open_pairs:
        return
    adjusted = step_down_max_t([pairs[g].null[:, members[g]] for g in open_pairs])
    # The best that any labelling could do: each pair at its smallest p, then Holm over pairs.
    best = holm(np.array([pairs[g].attainable[members[g]].min() for g in open_pairs]))
    for g, values, least in zip(open_pairs, adjusted, best, strict=True):
        own = rows[g * len(pairs[g].hypotheses) :]
        for i, value in zip(members[g], values, strict=True):
            if np.isnan(own[i]["p"]):
                continue
            if least <= alpha:
                own[i]["p_adjusted"] = float(value)
                continue
            own[i]["reason"] = (
                f"over {len(open_pairs)} pairs of sources the smallest attainable adjusted p is "
                f"{round(float(least), 4)}"
            ) + ("" if pairs[g].exact else "; raise analysis.permutations")
