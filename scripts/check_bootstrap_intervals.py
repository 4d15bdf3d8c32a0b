#!/usr/bin/env python
"""How often the bootstrap over documents covers the truth, where it is not refused for being few.

    scripts/check_bootstrap_intervals.py [runs]

Documents of 4 to 60 cells, each with its own mix of labels (four fifths unrelated on average,
intra-class correlation .2) and a classifier that is surer of the right label in some documents than
in others, and too sure in all. What 20,000 documents give together is the truth. `bootstrap` is the
function that reports, metrics and benchmarks call, here without its refusal, so that the table
shows what is refused as well.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stance.evaluation import scores
from stance.evaluation.scores import Codes

NUMBERS = (5, 10, 15, 20, 40, 80)
TRUTH = 20_000
DRAWS = 500  # as in a report
MIX = np.array([0.06, 0.04, 0.10, 0.80])
Floats = np.ndarray


@dataclass(frozen=True)
class Cells:
    """Cells of a sample: gold codes, probabilities [cells, 4], and the document of each."""

    gold: Codes
    probabilities: Floats
    documents: np.ndarray

    def take(self, rows: np.ndarray) -> Cells:
        """Some rows of it."""
        return Cells(self.gold[rows], self.probabilities[rows], self.documents[rows])


def _of_labels(figure: Callable[[Codes, Codes], float]) -> Callable[[Cells], float]:
    return lambda cells: figure(cells.gold, cells.probabilities.argmax(axis=1))


def _of_probabilities(figure: Callable[[Codes, Floats], float]) -> Callable[[Cells], float]:
    return lambda cells: figure(cells.gold, cells.probabilities)


FIGURES: dict[str, Callable[[Cells], float]] = {
    "accuracy": _of_labels(lambda gold, given: float((gold == given).mean())),
    "relevance_f1": _of_labels(scores.relevance_f1),
    "macro_f1": _of_labels(scores.macro_f1),
    "f_avg": _of_labels(scores.f_avg),
    "relevance_ap": _of_probabilities(scores.relevance_average_precision),
    "brier_skill": _of_probabilities(scores.brier_skill),
    "risk_coverage_area": _of_probabilities(scores.risk_coverage_area),
    "classwise_ece": _of_probabilities(scores.classwise_ece),
}


def draw(documents: int, rng: np.random.Generator) -> Cells:
    """A sample of documents."""
    lengths = np.clip(np.round(rng.lognormal(np.log(20), 0.5, documents)), 4, 60).astype(int)
    names = np.repeat(np.arange(documents), lengths)
    mixes = rng.dirichlet(MIX * 4, documents)
    gold = (rng.random((len(names), 1)) >= mixes.cumsum(axis=1)[names, :3]).sum(axis=1)
    surety = rng.gamma(4.0, 0.5, documents)[names]
    logits = rng.normal(np.log(MIX), 1.2, (len(names), len(MIX)))
    logits[np.arange(len(names)), gold] += surety
    unscaled = np.exp(1.3 * (logits - logits.max(axis=1, keepdims=True)))
    return Cells(gold, unscaled / unscaled.sum(axis=1, keepdims=True), names)


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    rng = np.random.default_rng(0)
    whole = draw(TRUTH, rng)
    truth = {name: figure(whole) for name, figure in FIGURES.items()}
    scores.FEW = 0  # intervals that are refused are measured as well
    print(f"| documents | {' | '.join(FIGURES)} |\n|{'---|' * (len(FIGURES) + 1)}")
    for n in NUMBERS:
        covered: dict[str, list[bool]] = {name: [] for name in FIGURES}
        for run in range(runs):
            cells = draw(n, rng)
            for name, figure in FIGURES.items():
                low, high = scores.bootstrap_interval(
                    lambda rows, figure=figure, cells=cells: figure(cells.take(rows)),
                    cells.documents,
                    draws=DRAWS,
                    seed=run,
                    basic=name == "classwise_ece",
                )
                if np.isfinite(low):
                    covered[name].append(low <= truth[name] <= high)
        rates = [f"{np.mean(c):.3f}" if len(c) >= runs / 4 else "–" for c in covered.values()]
        print(f"| {n} | {' | '.join(rates)} |", flush=True)
    told = ", ".join(f"{name} {value:.3f}" for name, value in truth.items())
    error = np.sqrt(0.95 * 0.05 / runs)
    print(f"\n{runs} runs: standard error of a true .95 is {error:.3f}. The truth: {told}.")


if __name__ == "__main__":
    main()
