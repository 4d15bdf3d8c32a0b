"""Shares and directions corrected for the errors of the classifier; arrays in, numbers out.

A classifier labels every paragraph, a coder a sample of them with known probabilities. Averages of
predicted labels are precise and biased; averages of coded labels are unbiased and wide. Augmented
inverse probability weighting uses both:

    θ = Σ w λ f + Σ w (R ÷ π) (y − λ f)   (weights w of a total of 1, the second sum normalised)

with f the predicted and y the coded value, R whether a paragraph was coded, π its sampling
probability. For a mean, λ = 1 is prediction-powered inference (Angelopoulos et al. 2023, Science
382:669) and the estimator of design-based supervised learning (Egami et al. 2023, NeurIPS), and a
tuned λ is PPI++ (Angelopoulos, Duchi & Zrnic 2023, arXiv:2311.01453). The estimate is unbiased
whatever the errors are, since the sampling is known, and never much worse than coding alone, since
λ is small where predictions say little. λ is cross-fitted: a document's λ comes from the others.

The unit is the document. Variances are linearised and summed over documents (Särndal, Swensson &
Wretman 1992, 5.5 and 8.7, with replacement of first-stage units), so paragraphs of one document
may resemble each other. Direction is a ratio of two such means and is linearised too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from stance.analysis.intervals import Floats

_FOLDS = 5
_NO_SPREAD = 1e-20
_NAN = float("nan")
# A coded paragraph that was drawn with less than this stands for more than 1,000 others.
SMALLEST_PROBABILITY = 1e-3


@dataclass(frozen=True)
class Sample:
    """The paragraphs of one source and what is known of them.

    Attributes:
        documents: Code of the document of each paragraph, int ``[paragraphs]``.
        weights: Weight of each paragraph in the estimate, ``[paragraphs]``, of a total of 1.
        coded: Whether a coder labelled it, bool ``[paragraphs]``.
        probability: Sampling probability of the coded, ``[paragraphs]``; ignored elsewhere.
    """

    documents: NDArray[np.int64]
    weights: Floats
    coded: NDArray[np.bool_]
    probability: Floats

    def __post_init__(self) -> None:
        drawn = self.probability[self.coded]
        wrong = drawn[~((drawn >= SMALLEST_PROBABILITY) & (drawn <= 1))]
        if wrong.size:
            raise ValueError(
                f"sampling probabilities must be in [{SMALLEST_PROBABILITY}, 1]; found {wrong[0]:g}"
            )

    @property
    def n_coded_documents(self) -> int:
        """Documents with a coded paragraph: the units that carry evidence on the errors."""
        return len(np.unique(self.documents[self.coded]))


@dataclass(frozen=True)
class Mean:
    """An estimated mean and what each document adds to its error.

    Attributes:
        value: The estimate.
        influence: ``[documents]``; the variance is their sum of squares, times n ÷ (n − 1).
        tuning: The mean λ: 0 coding alone, 1 predictions fully used.
    """

    value: float
    influence: Floats
    tuning: float


@dataclass(frozen=True)
class Corrected:
    """A corrected figure with its interval; NaN limits below two coded documents."""

    value: float
    low: float
    high: float
    variance: float
    degrees: float


def corrected_mean(
    sample: Sample, coded: Floats, predicted: Floats, tuning: float | None = None
) -> Mean:
    """Augmented inverse probability weighting of a mean.

    Args:
        sample: The paragraphs.
        coded: The coder's value, ``[paragraphs]``; ignored where not coded.
        predicted: The classifier's value, ``[paragraphs]``.
        tuning: A fixed λ, such as 0 for coding alone or 1; cross-fitted over documents if None.
    """
    y = np.where(sample.coded, coded, 0.0)
    inverse = np.where(sample.coded, 1 / np.where(sample.coded, sample.probability, 1.0), 0.0)
    if tuning is None:
        use = _tuning(sample, y, predicted, inverse)
    else:
        use = np.full(len(y), float(tuning))
    fitted = use * predicted
    mass = sample.weights * inverse
    total = mass.sum()
    if total <= 0:
        return Mean(_NAN, np.zeros(0), _NAN)
    error = float((mass * (y - fitted)).sum() / total)
    level = float((sample.weights * fitted).sum() / sample.weights.sum())
    # What a paragraph adds: its fitted value, and where coded, the error found there.
    adds = sample.weights * (fitted - level) / sample.weights.sum()
    adds = adds + mass * (y - fitted - error) / total
    influence = np.bincount(sample.documents, weights=adds).astype(np.float64)
    return Mean(level + error, influence, float((sample.weights * use).sum()))


def _tuning(sample: Sample, y: Floats, f: Floats, inverse: Floats) -> Floats:
    """λ of every paragraph from the coded paragraphs of the other folds of documents.

    The weighted slope of y on f, where a paragraph counts by how much its coding adds to the
    variance, (1 − π) ÷ π²; between 0 and 1. With one coded document outside of a fold, or no spread
    of f there, it is 1: then predictions are taken as they are, and their errors as found.
    """
    folds = sample.documents % _FOLDS
    spread = sample.weights**2 * np.where(sample.coded, inverse * (inverse - 1), 0.0)
    if spread.sum() <= 0:  # everything was coded
        spread = sample.weights**2 * sample.coded
    tuning = np.ones(len(y))
    for fold in range(_FOLDS):
        use = np.where(folds != fold, spread, 0.0)
        if use.sum() <= 0 or len(np.unique(sample.documents[use > 0])) < 2:
            continue
        centred = f - np.average(f, weights=use)
        variance = float((use * centred**2).sum())
        if variance > 1e-12 * float(use.sum()):
            slope = float((use * centred * (y - np.average(y, weights=use))).sum()) / variance
            tuning[folds == fold] = np.clip(slope, 0.0, 1.0)
    return tuning


def with_interval(value: float, influence: Floats, coded_documents: int, level: float) -> Corrected:
    """A t-interval with as many degrees of freedom as coded documents, less one.

    None where fewer than two documents were coded, or all of them say the same: no spread can be
    seen, which is not certainty.
    """
    n = coded_documents
    variance = float(np.square(influence).sum() * n / (n - 1)) if n > 1 else _NAN
    if not np.isfinite(value) or not variance > _NO_SPREAD:
        return Corrected(value, _NAN, _NAN, _NAN, _NAN)
    reach = float(stats.t.ppf((1 + level) / 2, n - 1)) * np.sqrt(variance)
    return Corrected(value, value - reach, value + reach, variance, n - 1)


def corrected_share(
    sample: Sample, coded: Floats, predicted: Floats, level: float = 0.95
) -> Corrected:
    """A share or mean with its interval; see `corrected_mean` for the arguments."""
    mean = corrected_mean(sample, coded, predicted)
    return with_interval(mean.value, mean.influence, sample.n_coded_documents, level)


def corrected_ratio(
    sample: Sample,
    coded: tuple[Floats, Floats],
    predicted: tuple[Floats, Floats],
    level: float = 0.95,
) -> Corrected:
    """A ratio of two means, such as direction: numerator and denominator per paragraph.

    Linearised: what a document adds is (numerator − ratio · denominator) ÷ denominator. Only coded
    documents with a denominator, coded or predicted, carry evidence on it.
    """
    top = corrected_mean(sample, coded[0], predicted[0])
    below = corrected_mean(sample, coded[1], predicted[1])
    if not below.value > 0:
        return Corrected(_NAN, _NAN, _NAN, _NAN, _NAN)
    ratio = top.value / below.value
    influence = (top.influence - ratio * below.influence) / below.value
    carries = sample.coded & ((coded[1] != 0) | (predicted[1] != 0))
    return with_interval(ratio, influence, len(np.unique(sample.documents[carries])), level)


def corrected_difference(a: Corrected, b: Corrected, level: float = 0.95) -> Corrected:
    """The difference of two sources, each with errors of its own (Welch–Satterthwaite)."""
    value = a.value - b.value
    variance = a.variance + b.variance
    if not variance > 0:
        return Corrected(value, _NAN, _NAN, variance, _NAN)
    degrees = variance**2 / (a.variance**2 / a.degrees + b.variance**2 / b.degrees)
    reach = float(stats.t.ppf((1 + level) / 2, degrees)) * float(np.sqrt(variance))
    return Corrected(value, value - reach, value + reach, variance, float(degrees))
