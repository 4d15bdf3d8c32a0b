#!/usr/bin/env python
"""How often intervals cover the truth, and how often tests find a difference that is not there.

    scripts/check_intervals.py [runs] [intervals | pooled | differences | tests ...]

Documents are drawn from the populations of drawn_documents.py; what a million of them have on
average is the truth. Tables in Markdown, as in docs/testing.md.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from drawn_documents import POPULATIONS, equally, truths
from scipy import stats

from stance.analysis.intervals import Estimate, bounded_interval, difference_interval
from stance.analysis.permutation import (
    relabelings,
    share_at_least,
    smallest_attainable,
    step_down_max_t,
    studentised_difference,
)
from stance.analysis.units import QUANTITIES, RANGES

ALPHA = 0.05
NUMBERS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 40)
NUMBERS_POOLED = (2, 3, 5, 10, 20, 40)
NUMBERS_OF_TWO = ((3, 3), (3, 10), (5, 20), (10, 10), (10, 40), (40, 40))
FEWEST = 100  # a share of fewer intervals is not shown
PROPOSITIONS = 3
RELABELINGS = 500


def intervals(quantity: str, num: np.ndarray, den: np.ndarray, method: str) -> np.ndarray:
    """Estimate, lower and upper limit of every run, [3, runs]; NaN where there is no interval.

    ``bounded`` is what `estimate_ratio` gives from two documents on; ``t`` is the plain t-interval
    over documents, for comparison.
    """
    found = np.full((3, len(num)), np.nan)
    carried = (den > 0).sum(axis=1)
    for n in range(2, num.shape[1] + 1):
        runs = carried == n
        if not runs.any():
            continue
        # Those that carry the quantity first, [documents, runs].
        order = np.argsort(den[runs] <= 0, axis=1, kind="stable")[:, :n]
        own, size = (np.take_along_axis(part[runs], order, 1).T for part in (num, den))
        value = own.sum(axis=0) / size.sum(axis=0)
        if method == "bounded":
            limits = bounded_interval(
                own, size, limits=RANGES[quantity], alpha=ALPHA, draws=2000, seed=0
            )
        else:
            reach = stats.t.ppf(1 - ALPHA / 2, n - 1) * stats.sem(own)
            reach = np.where(np.ptp(own, axis=0) > 0, reach, np.nan)
            limits = np.clip([value - reach, value + reach], *RANGES[quantity])
        found[:, runs] = [value, *limits]
    return found


def covered(low: np.ndarray, high: np.ndarray, truth: float) -> tuple[str, str, str]:
    """Share that covers of the intervals given, share given, and median width, as text."""
    given = np.isfinite(low)
    if given.sum() < FEWEST:
        return "–", f"{given.mean():.2f}", "–"
    low, high = low[given], high[given]
    rate = ((low <= truth) & (truth <= high)).mean()
    return f"{rate:.3f}", f"{given.mean():.2f}", f"{np.median(high - low):.2f}"


def show(title: str, columns: Sequence[object], rows: Sequence[Sequence[str]]) -> None:
    """Print a table in Markdown."""
    heads = ["documents", "quantity", *map(str, columns)]
    print(f"\n{title}\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


def check_intervals(runs: int) -> None:
    """Intervals of one source, documents of equal weight."""
    tables: dict[str, list[list[str]]] = {}
    for name, population in POPULATIONS.items():
        truth = truths(population, equally)
        rng = np.random.default_rng(1)
        drawn = [equally(population.draw((runs, n), rng)) for n in NUMBERS]
        for quantity in QUANTITIES:
            bounded, plain = [], []
            for documents in drawn:
                for method, rates in (("bounded", bounded), ("t", plain)):
                    _, low, high = intervals(quantity, *documents[quantity], method)
                    rates.append(covered(low, high, truth[quantity]))
            for title, cells in (
                ("Coverage of the intervals given", [cell[0] for cell in bounded]),
                ("Share of runs with an interval", [cell[1] for cell in bounded]),
                ("Median width", [cell[2] for cell in bounded]),
                ("Coverage of t-intervals instead", [cell[0] for cell in plain]),
                ("Median width of t-intervals instead", [cell[2] for cell in plain]),
            ):
                tables.setdefault(title, []).append([name, quantity, *cells])
    for title, rows in tables.items():
        show(title, NUMBERS, rows)


def check_pooled(runs: int) -> None:
    """Intervals of one source, paragraphs pooled (`analysis=by_paragraph`)."""
    rows = []
    for name, population in POPULATIONS.items():
        truth = truths(population, dict)
        rng = np.random.default_rng(2)
        drawn = [population.draw((runs, n), rng) for n in NUMBERS_POOLED]
        for quantity in QUANTITIES:
            cells = []
            for documents in drawn:
                _, low, high = intervals(quantity, *documents[quantity], "bounded")
                cells.append(covered(low, high, truth[quantity])[0])
            rows.append([name, quantity, *cells])
    show("Coverage, paragraphs pooled", NUMBERS_POOLED, rows)


def check_differences(runs: int) -> None:
    """Intervals of the difference of two sources."""
    rows = []
    for names in (("even", "even"), ("focused", "even"), ("focused", "focused"), ("half", "long")):
        truth = [truths(POPULATIONS[name], equally) for name in names]
        rng = np.random.default_rng(3)
        drawn = [
            [
                equally(POPULATIONS[name].draw((runs, n), rng))
                for name, n in zip(names, sizes, strict=True)
            ]
            for sizes in NUMBERS_OF_TWO
        ]
        for quantity in QUANTITIES:
            cells = []
            for pair in drawn:
                a, b = (
                    Estimate(*intervals(quantity, *side[quantity], "bounded"), "bounded", "", 0)
                    for side in pair
                )
                low, high = difference_interval(a, b)
                cells.append(covered(low, high, truth[0][quantity] - truth[1][quantity])[0])
            rows.append([" − ".join(names), quantity, *cells])
    columns = [f"{a}, {b}" for a, b in NUMBERS_OF_TWO]
    show("Coverage of the interval of a difference", columns, rows)


@dataclass(frozen=True)
class Null:
    """Sources that do not differ: per source its population, and documents in each stratum."""

    title: str
    populations: tuple[str, ...]
    documents: tuple[tuple[int, ...], ...]


NULLS = (
    Null("even; 5 and 5", ("even", "even"), ((5,), (5,))),
    Null("focused; 4 and 12", ("focused", "focused"), ((4,), (12,))),
    Null("focused; 10 and 40", ("focused", "focused"), ((10,), (40,))),
    Null("half; 2 events × 2 languages, 9 and 22", ("half", "half"), ((1, 5, 3, 0), (8, 2, 4, 8))),
    Null("focused; three sources of 5, 8 and 20", ("focused",) * 3, ((5,), (8,), (20,))),
    Null("equal means, unequal spreads; 10 and 10", ("focused", "even"), ((10,), (10,))),
    Null("equal means, unequal spreads; 10 and 40", ("focused", "even"), ((10,), (40,))),
    Null("equal means, unequal spreads; 40 and 40", ("focused", "even"), ((40,), (40,))),
)


def check_tests(runs: int) -> None:
    """Permutation tests where the sources do not differ, three propositions each."""
    print("\nTests where there is no difference\n")
    print("| documents | p-values given | p ≤ .05, mean | largest | any p_adjusted ≤ .05 |")
    print("|---|---|---|---|---|")
    for null in NULLS:
        rng = np.random.default_rng(4)
        p = np.array([_p_values(null, rng) for _ in range(runs)])  # [runs, 2, hypotheses]
        raw, adjusted = p[:, 0], p[:, 1]
        given = np.isfinite(raw)
        sizes = [np.mean(raw[g, i] <= ALPHA) for i, g in enumerate(given.T) if g.sum() >= FEWEST]
        family = (adjusted <= ALPHA).any(axis=1).mean()
        print(
            f"| {null.title} | {given.mean():.2f} | {(raw[given] <= ALPHA).mean():.3f} "
            f"| {max(sizes, default=np.nan):.3f} | {family:.3f} |",
            flush=True,
        )


def _p_values(null: Null, rng: np.random.Generator) -> np.ndarray:
    """Raw and adjusted p of every pair × hypothesis of one draw, as `compare_sources` tests."""
    strata = [np.repeat(np.arange(len(sizes)), sizes) for sizes in null.documents]
    sides = []
    for name, own in zip(null.populations, strata, strict=True):
        parts = [equally(POPULATIONS[name].draw((len(own),), rng)) for _ in range(PROPOSITIONS)]
        values, weights = (
            np.column_stack([part[q][k] for part in parts for q in QUANTITIES]) for k in (0, 1)
        )
        # What an event or a language does to every source's score is no difference of sources.
        values[:, 3::4] += 0.05 * own[:, None]
        sides.append((values, weights))
    nulls, open_ = [], []
    for a, b in combinations(range(len(sides)), 2):
        labels = np.concatenate([strata[a], strata[b]])
        first = np.arange(len(labels)) < len(strata[a])
        shared = np.isin(labels, np.intersect1d(strata[a], strata[b]))
        values, weights = (np.concatenate([sides[a][k], sides[b][k]])[shared] for k in (0, 1))
        made = relabelings(first[shared], labels[shared], RELABELINGS, rng)
        result = studentised_difference(made.labels, values, weights, labels[shared])
        nulls.append(np.abs(result.studentised))
        open_.append(smallest_attainable(nulls[-1]) <= ALPHA)
    raw = [
        np.where(able, [share_at_least(column, float(column[0])) for column in null.T], np.nan)
        for null, able in zip(nulls, open_, strict=True)
    ]
    adjusted = [np.full(len(able), np.nan) for able in open_]
    kept = [g for g, able in enumerate(open_) if able.any()]
    for g, values in zip(kept, step_down_max_t([nulls[g][:, open_[g]] for g in kept]), strict=True):
        adjusted[g][open_[g]] = values
    return np.array([np.concatenate(raw), np.concatenate(adjusted)])


PARTS = {
    "intervals": check_intervals,
    "pooled": check_pooled,
    "differences": check_differences,
    "tests": check_tests,
}


def main() -> None:
    """Print the tables asked for."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for part in sys.argv[2:] or PARTS:
        PARTS[part](runs)
    error = np.sqrt(0.95 * 0.05 / runs)
    print(f"\n{runs} runs: standard error of a true .95 (or .05) is {error:.3f}.")


if __name__ == "__main__":
    main()
