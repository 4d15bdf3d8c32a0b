#!/usr/bin/env python
"""How often the corrected interval covers the truth, and how often the naive one does.

    scripts/simulate_corrected.py [runs]

Two sources of 150 documents with 4 to 16 paragraphs. Sides follow a document's own tendency
(intra-class correlation .0, .1, .3), the classifier errs more often in one source than in the
other, and what it calls related is coded three times as often as the rest. In every run new
documents are drawn from the same population, whose values are the truth. Printed per number of
coded documents of each source: coverage of the 95 % interval of the share related, the direction,
and the difference between the sources in both, naive and corrected, and the corrected width over
that of coding alone.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from scipy import stats
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
    corrected_ratio,
    corrected_share,
)

DOCUMENTS = 150
PER_DOCUMENT = 6  # coded paragraphs of a coded document, on average
CODED_DOCUMENTS = (5, 10, 20, 40, 80)


@dataclass(frozen=True)
class Drawn:
    """One drawn source: documents, labels (0 unrelated, 1 favor, 2 against), coding."""

    documents: np.ndarray
    truth: np.ndarray
    given: np.ndarray
    sample: Sample


def draw(source: Source, correlation: float, coded: int, rng: np.random.Generator) -> Drawn:
    """Draw documents, labels with error, and a sample to code."""
    sizes = rng.integers(4, 17, DOCUMENTS)
    documents = np.repeat(np.arange(DOCUMENTS), sizes)
    truth = true_labels(source, correlation, documents, rng)
    given = predicted_labels(source, truth, rng)
    # Documents are drawn, then paragraphs in them, the predicted related three times as often.
    chosen = rng.permutation(DOCUMENTS)[:coded]
    base = PER_DOCUMENT / 10
    within = np.where(given > 0, min(1.0, base * 1.5), base * 0.5)
    picked = np.isin(documents, chosen) & (rng.random(len(documents)) < within)
    weights = np.full(len(documents), 1 / len(documents))
    sample = Sample(documents, weights, picked, within * coded / DOCUMENTS)
    return Drawn(documents, truth, given, sample)


def estimates(drawn: Drawn, use: str) -> tuple[Corrected, Corrected]:
    """Share related and direction: ``corrected``, ``coded`` alone, or ``naive``."""

    def values(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        favor, against = (labels == 1).astype(float), (labels == 2).astype(float)
        return favor + against, favor - against, favor + against

    truth, given, sample = values(drawn.truth), values(drawn.given), drawn.sample
    if use == "naive":
        everything = np.ones(len(drawn.truth), dtype=bool)
        sample = Sample(sample.documents, sample.weights, everything, np.ones(len(everything)))
        truth = given
    if use == "coded":
        given = tuple(np.zeros_like(v) for v in given)  # type: ignore[assignment]
    return (
        corrected_share(sample, truth[0], given[0]),
        corrected_ratio(sample, truth[1:], given[1:]),
    )


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    (share_a, direction_a), (share_b, direction_b) = true_values()
    truths = (share_a, direction_a, share_a - share_b, direction_a - direction_b)
    names = ("share", "direction", "difference of shares", "difference of directions")
    print("ICC  coded documents  quantity                  naive  corrected  width ÷ coding alone")
    for correlation in CORRELATIONS:
        for coded in CODED_DOCUMENTS:
            rng = np.random.default_rng([coded, int(10 * correlation)])
            covered = {use: np.zeros((runs, 4)) for use in ("naive", "corrected", "coded")}
            widths = {use: np.full((runs, 4), np.nan) for use in covered}
            for run in range(runs):
                a, b = (draw(source, correlation, coded, rng) for source in SOURCES)
                for use in covered:
                    of_a, of_b = estimates(a, use), estimates(b, use)
                    found = (
                        *of_a,
                        *(corrected_difference(*pair) for pair in zip(of_a, of_b, strict=True)),
                    )
                    for k, (estimate, truth) in enumerate(zip(found, truths, strict=True)):
                        covered[use][run, k] = estimate.low <= truth <= estimate.high
                        widths[use][run, k] = estimate.high - estimate.low
            for k, name in enumerate(names):
                width = np.nanmedian(widths["corrected"][:, k]) / np.nanmedian(
                    widths["coded"][:, k]
                )
                rates = [covered[use][:, k].mean() for use in ("naive", "corrected")]
                print(
                    f"{correlation:.1f}  {coded:15d}  {name:24}  {rates[0]:5.3f}  {rates[1]:9.3f}"
                    f"  {width:20.2f}",
                    flush=True,
                )
    margin = stats.norm.ppf(0.975) * np.sqrt(0.95 * 0.05 / runs)
    print(f"{runs} runs: a true coverage of .95 shows as .95 ± {margin:.3f}")


if __name__ == "__main__":
    main()
