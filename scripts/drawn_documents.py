"""Documents to check intervals on: four populations that differ in how a matter is spread.

Every tenth paragraph is related, of which two fifths take a side, three quarters of them favor;
each document has tendencies of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stance.analysis.units import QUANTITIES

TRUTH = 1_000_000

Documents = dict[str, tuple[np.ndarray, np.ndarray]]
"""Numerator and denominator of each quantity, [runs, documents] each."""


@dataclass(frozen=True)
class Population:
    """How related paragraphs are spread over documents, .1 of them in all.

    Attributes:
        topical: Share of documents that are about the matter.
        related: Share of related paragraphs in these.
        correlation: Of two paragraphs of one of them.
        stray: Share of related paragraphs in all other documents.
        longer: How many times as long the documents about the matter are.
    """

    topical: float
    related: float
    correlation: float
    stray: float = 0.0
    longer: float = 1.0

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Documents:
        """Draw documents of 3 to 60 paragraphs, half of them with 12 or fewer."""
        about = rng.random(shape) < self.topical
        length = rng.lognormal(np.log(12), 0.6, shape) * np.where(about, self.longer, 1)
        paragraphs = np.clip(np.round(length), 3, 60).astype(int)
        share = np.where(about, tendency(self.related, self.correlation, shape, rng), self.stray)
        related = rng.binomial(paragraphs, share)
        sided = rng.binomial(related, tendency(0.4, 0.2, shape, rng))
        favor = rng.binomial(sided, tendency(0.75, 0.3, shape, rng))
        tone = 2 * favor - sided
        noise = rng.normal(size=shape) * np.sqrt(0.15**2 * related + 0.03**2 * paragraphs)
        score = np.clip(0.6 * tone + noise, -paragraphs, paragraphs)
        pairs = ((related, paragraphs), (sided, related), (tone, sided), (score, paragraphs))
        return {
            q: (n.astype(float), d.astype(float))
            for q, (n, d) in zip(QUANTITIES, pairs, strict=True)
        }


def tendency(
    mean: float, correlation: float, shape: tuple[int, ...], rng: np.random.Generator
) -> np.ndarray:
    """A share of each document's own, beta-distributed."""
    total = 1 / correlation - 1
    return rng.beta(mean * total, (1 - mean) * total, shape)


POPULATIONS = {
    "even": Population(topical=1.0, related=0.10, correlation=0.1),
    "half": Population(topical=0.5, related=0.20, correlation=0.2),
    "focused": Population(topical=0.2, related=0.42, correlation=0.2, stray=0.02),
    "long": Population(topical=0.2, related=0.42, correlation=0.2, stray=0.02, longer=3),
}


def equally(documents: Documents) -> Documents:
    """Documents of equal weight: the figure of each over 1, as `to_units` makes them."""
    return {
        quantity: (np.divide(num, den, out=np.zeros_like(num), where=den > 0), np.sign(den))
        for quantity, (num, den) in documents.items()
    }


def truths(population: Population, weigh: Callable[[Documents], Documents]) -> dict[str, float]:
    """What a million documents have on average."""
    documents = weigh(population.draw((TRUTH,), np.random.default_rng(0)))
    return {quantity: float(num.sum() / den.sum()) for quantity, (num, den) in documents.items()}
