#!/usr/bin/env python
"""How often corrected intervals cover the truth with a sheet of ``task=sample``.

    scripts/simulate_sheet.py [runs] [uncertainty|stratified] [paragraphs …]

The way of a user, but for the model and the coder: paragraphs are drawn as for a coding sheet,
strata of source and predicted relevance, and their probabilities stored; the drawn get their true
labels; the figures are those of `corrected.csv`.
Two sources of 100 documents with 3 to 9 paragraphs; labels and errors as in simulate_corrected.py;
the classifier is less sure, on average, where it is wrong. In every run the documents get new
tendencies and labels from the same population, whose values are the truth.

Printed as Markdown, by correlation within a document and by paragraphs coded of each source:
coverage of the 95 % interval, naive and corrected, where there is one; in brackets the share of
runs in which there is a corrected one, if below 0.995.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from simulated_sources import (
    CORRELATIONS,
    SOURCES,
    Source,
    predicted_labels,
    true_labels,
    true_values,
)

from stance.analysis.corrected import (
    Corrected,
    Sample,
    corrected_difference,
    corrected_mean,
    corrected_ratio,
    corrected_share,
    with_interval,
)
from stance.analysis.measurements import LABELS
from stance.coding.sampling import draw_units, entropy

DOCUMENTS = 100
LEVEL = 0.95
PARAGRAPHS = (5, 10, 20, 55, 100)
FIGURES = ("share", "direction", "difference of shares", "difference of directions")


@dataclass(frozen=True)
class Place:
    """The documents of one source, the same in every run.

    Attributes:
        source: Its population.
        rows: Its paragraphs among those of both sources.
        documents: Of each of them, ``[rows]``.
        weights: Documents count equally, ``[rows]``.
    """

    source: Source
    rows: slice
    documents: np.ndarray
    weights: np.ndarray


def places(rng: np.random.Generator) -> list[Place]:
    """Both sources."""
    found, start = [], 0
    for source in SOURCES:
        sizes = rng.integers(3, 10, DOCUMENTS)
        documents = np.repeat(np.arange(DOCUMENTS), sizes)
        rows = slice(start, start := start + len(documents))
        found.append(Place(source, rows, documents, 1 / (sizes[documents] * DOCUMENTS)))
    return found


def labels(
    sources: list[Place], correlation: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True labels, predicted labels and probabilities of all paragraphs."""
    truth = np.concatenate(
        [true_labels(place.source, correlation, place.documents, rng) for place in sources]
    )
    given = np.concatenate(
        [predicted_labels(place.source, truth[place.rows], rng) for place in sources]
    )
    sure = rng.uniform(0.4, np.where(given == truth, 1.0, 0.8))
    p = np.tile((1 - sure)[:, None] / (len(LABELS) - 1), len(LABELS))
    p[np.arange(len(given)), given] = sure
    return truth, given, p


def draw(
    sources: list[Place], given: np.ndarray, p: np.ndarray, n: int, design: str, seed: int
) -> np.ndarray:
    """The stored probability of each drawn paragraph, NaN of the others."""
    strata = np.concatenate([np.full(len(place.documents), k) for k, place in enumerate(sources)])
    rows, drawn = draw_units(2 * strata + (given > 0), entropy(p), n, seed, design)
    probability = np.full(len(given), np.nan)
    probability[rows] = drawn
    return probability


def values(label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numerator and denominator of the direction; the latter is that of the share too."""
    favor, against = (label == 1).astype(float), (label == 2).astype(float)
    return favor - against, favor + against


def naive(place: Place, given: np.ndarray) -> tuple[Corrected, Corrected]:
    """Share related and direction with intervals that take predicted labels for the truth."""
    everything = np.ones(len(place.documents))
    sample = Sample(place.documents, place.weights, everything > 0, everything)
    top, below = (corrected_mean(sample, v, v, tuning=0) for v in values(given[place.rows]))
    ratio = top.value / below.value
    influence = (top.influence - ratio * below.influence) / below.value
    return (
        with_interval(below.value, below.influence, DOCUMENTS, LEVEL),
        with_interval(ratio, influence, DOCUMENTS, LEVEL),
    )


def corrected(
    place: Place, truth: np.ndarray, given: np.ndarray, probability: np.ndarray
) -> tuple[Corrected, Corrected]:
    """The same as in `corrected.csv`; ``probability`` is NaN where not coded."""
    own = probability[place.rows]
    sample = Sample(place.documents, place.weights, np.isfinite(own), own)
    coded, predicted = values(truth[place.rows]), values(given[place.rows])
    return (
        corrected_share(sample, coded[1], predicted[1], LEVEL),
        corrected_ratio(sample, coded, predicted, LEVEL),
    )


def limits(of_a: tuple[Corrected, Corrected], of_b: tuple[Corrected, Corrected]) -> np.ndarray:
    """Of `FIGURES`, ``[figures, 2]``."""
    differences = (corrected_difference(*pair, LEVEL) for pair in zip(of_a, of_b, strict=True))
    return np.array([(estimate.low, estimate.high) for estimate in (*of_a, *differences)])


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    design = sys.argv[2] if len(sys.argv) > 2 else "uncertainty"
    sizes = [int(size) for size in sys.argv[3:]] or PARAGRAPHS
    (share_a, direction_a), (share_b, direction_b) = true_values()
    truths = (share_a, direction_a, share_a - share_b, direction_a - direction_b)
    print(f"| ICC | paragraphs | documents | {' | '.join(FIGURES)} |")
    print("|---|" + "---|" * (len(FIGURES) + 2))
    for correlation in CORRELATIONS:
        for size in sizes:
            rng = np.random.default_rng([size, int(10 * correlation)])
            sources = places(rng)
            found = np.zeros((2, runs, len(truths), 2))
            documents = np.zeros(runs)
            for run in range(runs):
                truth, given, p = labels(sources, correlation, rng)
                seed = int(rng.integers(2**31))
                probability = draw(sources, given, p, len(sources) * size, design, seed)
                found[0, run] = limits(*(naive(place, given) for place in sources))
                found[1, run] = limits(
                    *(corrected(place, truth, given, probability) for place in sources)
                )
                first = sources[0]
                coded = np.isfinite(probability[first.rows])
                documents[run] = len(np.unique(first.documents[coded]))
            cells = [f"{correlation}", f"{size}", f"{documents.mean():.0f}"]
            for k, value in enumerate(truths):
                rates = []
                for low, high in (found[0, :, k].T, found[1, :, k].T):
                    there = np.isfinite(low)
                    inside = (low[there] <= value) & (value <= high[there])
                    rates.append(f"{inside.mean():.3f}")
                missing = "" if there.mean() >= 0.995 else f" ({there.mean():.2f})"
                cells.append(f"{rates[0]} → {rates[1]}{missing}")
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
