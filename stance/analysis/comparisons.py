"""Do two sources differ, and could the difference be chance?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from stance.analysis.config import AnalysisConfig
from stance.analysis.intervals import difference_interval
from stance.analysis.measurements import TEXT, Measurements
from stance.analysis.pairs import Pair, source_pairs
from stance.analysis.permutation import CERTAIN, holm, share_at_least, step_down_max_t
from stance.analysis.units import VOICE

PRIMARY = "primary: text voice"
EXPLORATORY = "exploratory: holders"

_COLUMNS = [
    "source_a", "source_b", *VOICE, "quantity", "difference", "ci_low", "ci_high",
    "difference_within", "statistic", "p", "p_adjusted", "family", "n_a", "n_b",
    "n_a_tested", "n_b_tested", "n_strata", "n_relabelings", "exact", "reason",
]  # fmt: skip


def compare_sources(m: Measurements, config: AnalysisConfig | None = None) -> pd.DataFrame:
    """Compare every pair of sources on every quantity of every voice of every proposition.

    ``difference`` is source_a − source_b as the source table has them, with the interval that
    follows from those of the two (`difference_interval`). ``p`` answers another question: could
    the difference arise if the two sources' documents were exchangeable wherever both cover the
    same event in the same language? Whole groups of documents are relabelled within event ×
    language (of the group's original); a text that both sources carry is exchanged only with its
    own copy. The statistic is `studentised_difference`; it and ``difference_within`` compare
    within these strata only. Nothing but the two sources' documents has to be exchangeable, so a
    third source cannot make a pair significant. ``p_adjusted`` is `step_down_max_t` over the row's
    ``family``: the text voice is primary, holders are exploratory.

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
    pairs = source_pairs(m, config)
    rows = [row for pair in pairs for row in _pair_rows(pair, config)]
    for family in (PRIMARY, EXPLORATORY):
        _adjust(rows, pairs, family, config.alpha)
    return pd.DataFrame(rows, columns=_COLUMNS)


def _pair_rows(pair: Pair, config: AnalysisConfig) -> list[dict[str, Any]]:
    rows = []
    for i, (proposition, holder, quantity) in enumerate(pair.hypotheses):
        carries = pair.weights[:, i] > 0
        a, b = pair.estimates[0][i], pair.estimates[1][i]
        low, high = difference_interval(a, b)
        tested = pair.tested & carries
        strata = set(pair.strata[tested & pair.first]) & set(pair.strata[tested & ~pair.first])
        reason = _untested(pair, i, (a.n, b.n), config)
        statistic = float(pair.statistic[i])
        rows.append(
            {
                "source_a": pair.names[0],
                "source_b": pair.names[1],
                "proposition": proposition,
                "holder": holder,
                "quantity": quantity,
                "difference": a.value - b.value,
                "ci_low": low,
                "ci_high": high,
                "difference_within": float(pair.difference[i]),
                "statistic": _shown(statistic) if pair.defined[i] else float("nan"),
                "p": float("nan") if reason else share_at_least(pair.null[:, i], abs(statistic)),
                "p_adjusted": float("nan"),
                "family": _family(holder),
                "n_a": a.n,
                "n_b": b.n,
                "n_a_tested": int((tested & pair.first).sum()),
                "n_b_tested": int((tested & ~pair.first).sum()),
                "n_strata": len(strata),
                "n_relabelings": pair.distinct if pair.exact else config.permutations,
                "exact": pair.exact,
                "reason": reason,
            }
        )
    return rows


def _family(holder: str) -> str:
    return PRIMARY if holder == TEXT else EXPLORATORY


def _shown(statistic: float) -> float:
    return float(np.copysign(np.inf, statistic)) if abs(statistic) >= CERTAIN else statistic


def _untested(pair: Pair, i: int, n: tuple[int, int], config: AnalysisConfig) -> str:
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


def _adjust(rows: list[dict[str, Any]], pairs: Sequence[Pair], family: str, alpha: float) -> None:
    """Fill p_adjusted of one family; a hypothesis that could not be rejected is not counted."""
    members = [
        [
            i
            for i, (_, holder, _) in enumerate(pair.hypotheses)
            if _family(holder) == family and pair.attainable[i] <= alpha
        ]
        for pair in pairs
    ]
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
