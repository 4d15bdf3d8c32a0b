"""Two invented sources of news and how a classifier errs in them, for the simulations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CORRELATIONS = (0.0, 0.1, 0.3)  # of labels within a document


@dataclass(frozen=True)
class Source:
    """A population of documents and how the classifier errs in it."""

    related: float
    favor: float
    misses: float
    invents: float
    turns: float


SOURCES = (
    Source(related=0.30, favor=0.65, misses=0.15, invents=0.05, turns=0.10),
    Source(related=0.40, favor=0.45, misses=0.30, invents=0.12, turns=0.25),
)


def true_labels(
    source: Source, correlation: float, documents: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """0 unrelated, 1 favor, 2 against, for each paragraph, by its document's own tendency."""

    def clustered(share: float) -> np.ndarray:
        n = documents.max() + 1
        if correlation == 0:
            p = np.full(n, share)
        else:  # beta-binomial: the correlation within a document is 1 ÷ (a + b + 1)
            total = 1 / correlation - 1
            p = rng.beta(share * total, (1 - share) * total, n)
        return rng.random(len(documents)) < p[documents]

    return np.where(clustered(source.related), np.where(clustered(source.favor), 1, 2), 0)


def predicted_labels(source: Source, truth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What the classifier makes of them."""
    chance = rng.random((3, len(truth)))
    return np.where(
        truth == 0,
        np.where(chance[0] < source.invents, 1 + (chance[1] < 0.5), 0),
        np.where(
            chance[0] < source.misses, 0, np.where(chance[2] < source.turns, 3 - truth, truth)
        ),
    )


def true_values() -> list[tuple[float, float]]:
    """The true share related and direction of each source."""
    return [(source.related, 2 * source.favor - 1) for source in SOURCES]
