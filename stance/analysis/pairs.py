"""Two sources side by side: their units, what is comparable in them, and their relabelings."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from stance.analysis.config import AnalysisConfig
from stance.analysis.intervals import Estimate, Floats, estimate_ratio
from stance.analysis.measurements import Measurements
from stance.analysis.permutation import (
    Bools,
    Ints,
    relabelings,
    smallest_attainable,
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

Hypothesis = tuple[str, str, str]


@dataclass(frozen=True)
class Pair:
    """Two sources' units side by side, and the statistics of their relabelings.

    Attributes:
        names: The two sources.
        hypotheses: Proposition, holder and quantity of each.
        estimates: Of either source, one for each hypothesis.
        values: The figure of each unit, [units, hypotheses]; `weights` likewise, 0 where the unit
            does not carry the quantity.
        first: Whether a unit is the first source's, [units].
        tested: Whether its stratum is shared, [units]; only then is it relabelled.
        strata: Event and language by number, [units].
        difference: Within shared strata, [hypotheses]; `statistic`, `defined` as in `Statistics`.
        null: |statistic| of every relabeling, [relabelings, hypotheses].
        attainable: The smallest p that any labelling could give, [hypotheses].
        distinct: Number of relabelings there are; `exact` if all of them were made.
    """

    names: tuple[str, str]
    hypotheses: Sequence[Hypothesis]
    estimates: tuple[Sequence[Estimate], Sequence[Estimate]]
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


def source_pairs(m: Measurements, config: AnalysisConfig) -> list[Pair]:
    """Every two sources of the measurements, relabelled within event × language."""
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
    totals, weights = (np.nan_to_num(part.to_numpy(float)) for part in (num, den))
    strata = _strata(selection.documents)
    sources = sorted(selection.documents["source"].unique())
    values = np.divide(totals, weights, out=np.zeros_like(weights), where=weights > 0)
    estimates = {
        source: _estimates(hypotheses, totals[own], weights[own], config)
        for source in sources
        for own in [wide.index.isin([source], level="source")]
    }
    pairs = []
    for a, b in combinations(sources, 2):
        both = wide.index.isin([a, b], level="source")
        keys = [(str(source), str(group)) for source, group in wide.index[both]]
        first = np.array([source == a for source, _ in keys], dtype=bool)
        labels = _pair_strata(keys, [strata[key] for key in keys], first)
        of_both = (estimates[a], estimates[b])
        pairs.append(
            _tested((a, b), hypotheses, of_both, values[both], weights[both], first, labels, config)
        )
    return pairs


def _estimates(
    hypotheses: Sequence[Hypothesis],
    totals: Floats,
    weights: Floats,
    config: AnalysisConfig,
) -> list[Estimate]:
    """A source's estimate of every hypothesis, from its units, [units, hypotheses]."""
    return [
        estimate_ratio(
            totals[:, i],
            weights[:, i],
            limits=RANGES[quantity],
            absent="no document carries it",
            alpha=config.alpha,
            draws=config.bootstrap,
            seed=config.seed,
        )
        for i, (_, _, quantity) in enumerate(hypotheses)
    ]


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
    hypotheses: Sequence[Hypothesis],
    estimates: tuple[Sequence[Estimate], Sequence[Estimate]],
    values: Floats,
    weights: Floats,
    first: Bools,
    strata: Ints,
    config: AnalysisConfig,
) -> Pair:
    shared = set(strata[first]) & set(strata[~first])
    tested = np.array([s in shared for s in strata], dtype=bool)
    # Seeded by the names, so that a further source changes no other pair's p-values.
    rng = np.random.default_rng([config.seed, *(zlib.crc32(n.encode()) for n in names)])
    relabeled = relabelings(first[tested], strata[tested], config.permutations, rng)
    result = studentised_difference(
        relabeled.labels, values[tested], weights[tested], strata[tested]
    )
    null = np.abs(result.studentised)
    return Pair(
        names, hypotheses, estimates, values, weights, first, tested, strata,
        result.difference[0], result.studentised[0], result.defined[0],
        null, smallest_attainable(null), relabeled.distinct, relabeled.exact,
    )  # fmt: skip
