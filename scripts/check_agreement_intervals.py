#!/usr/bin/env python
"""How often the intervals of measures of agreement cover the truth, refused ones included.

    scripts/check_agreement_intervals.py [runs]

Documents of 4 to 60 cells, each with its own mix of labels (four fifths unrelated on average,
intra-class correlation .2) and its own rate of errors (a quarter of the related cells on average,
a twelfth of the others). What 100,000 documents give together is the truth.
"""

from __future__ import annotations

import sys
from functools import partial

import numpy as np

from stance.analysis.intervals import Estimate, estimate, jackknife_variance
from stance.analysis.reliability import MEASURES, measure

NUMBERS = (2, 3, 4, 5, 8, 10, 15, 20, 40)
TRUTH = 100_000
FEWEST = 100  # a share of fewer intervals is not shown
MIX = np.array([0.06, 0.04, 0.10, 0.80])
# What a wrong label is instead, per true label: favor, against, neutral, unrelated.
INSTEAD = np.array(
    [[0, 0.3, 0.5, 0.2], [0.3, 0, 0.5, 0.2], [0.25, 0.25, 0, 0.5], [0.3, 0.2, 0.5, 0]]
)
ERRS = np.array([1, 1, 1, 1 / 3])


def draw(documents: int, rng: np.random.Generator) -> np.ndarray:
    """Confusion matrices of documents, [documents, 16]."""
    mix = rng.dirichlet(MIX * 4, documents)
    rate = rng.beta(0.25 * 9, 0.75 * 9, documents)
    cells = np.clip(np.round(rng.lognormal(np.log(20), 0.5, documents)), 4, 60).astype(int)
    gold = rng.multinomial(cells, mix)
    wrong = rate[:, None] * ERRS
    shares = wrong[..., None] * INSTEAD + (1 - wrong)[..., None] * np.eye(4)
    return rng.multinomial(gold, shares).reshape(documents, 16).astype(float)


def measured(matrices: np.ndarray, name: str) -> Estimate:
    """As `stance.analysis.agreement.measured` does where it does not refuse."""

    def statistic(sums: np.ndarray) -> np.ndarray:
        return measure(sums.reshape(*sums.shape[:-1], 4, 4), name)

    return estimate(
        matrices,
        statistic,
        partial(jackknife_variance, matrices, statistic),
        limits=(-1.0 if name == "alpha" else 0.0, 1.0),
    )


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rng = np.random.default_rng(0)
    whole = draw(TRUTH, rng).sum(axis=0).reshape(4, 4)
    truth = {name: float(measure(whole, name)) for name in MEASURES}
    print(f"| documents | {' | '.join(MEASURES)} |\n|{'---|' * (len(MEASURES) + 1)}")
    for n in NUMBERS:
        covered: dict[str, list[bool]] = {name: [] for name in MEASURES}
        for _ in range(runs):
            matrices = draw(n, rng)
            for name in MEASURES:
                found = measured(matrices, name)
                if found.interval != "none":
                    covered[name].append(found.low <= truth[name] <= found.high)
        rates = [f"{np.mean(c):.3f}" if len(c) >= FEWEST else "–" for c in covered.values()]
        print(f"| {n} | {' | '.join(rates)} |", flush=True)
    print(f"\n{runs} runs: standard error of a true .95 is {np.sqrt(0.95 * 0.05 / runs):.3f}.")


if __name__ == "__main__":
    main()
