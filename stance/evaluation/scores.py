"""Figures of a labelled sample: arrays in, numbers out.

Labels are codes 0..3 in the order of `stance.analysis.measurements.LABELS` (favor, against,
neutral, unrelated); probabilities are ``[cells, labels]`` in the same order. Figures that name no
label of stance serve any set of up to four. A figure that is not defined for the sample is NaN.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from stance.analysis.intervals import FEW, Floats
from stance.analysis.measurements import LABELS
from stance.analysis.reliability import krippendorff_alpha, measure

Codes = NDArray[np.int64]
UNRELATED = LABELS.index("unrelated")
BINS = 10


def confusion(gold: Codes, predicted: Codes) -> Floats:
    """Counts of cells, ``[4, 4]``: rows gold, columns predicted."""
    counts = np.zeros((len(LABELS), len(LABELS)))
    np.add.at(counts, (gold, predicted), 1.0)
    return counts


def f_avg(gold: Codes, predicted: Codes) -> float:
    """Mean F1 of favor and against (SemEval-2016 task 6, Mohammad et al. 2016)."""
    return float(measure(confusion(gold, predicted), "f_avg"))


def macro_f1(gold: Codes, predicted: Codes) -> float:
    """Mean F1 over the labels that either side uses."""
    return float(measure(confusion(gold, predicted), "macro_f1"))


def relevance_f1(gold: Codes, predicted: Codes) -> float:
    """F1 of being related."""
    return float(measure(confusion(gold, predicted), "relevance_f1"))


def holder_side_f1(gold: Codes, predicted: Codes) -> float:
    """Micro-F1 of favor and against: a holder counts only where its side is right as well."""
    return float(measure(confusion(gold, predicted), "side_f1"))


def alpha(gold: Codes, predicted: Codes) -> float:
    """Krippendorff's alpha of two coders, nominal."""
    return krippendorff_alpha(np.vstack([gold, predicted]).astype(np.float64))


def average_precision(truth: NDArray[np.bool_], score: Floats) -> float:
    """Σ (recallᵢ − recallᵢ₋₁) · precisionᵢ over falling thresholds, ties taken together."""
    positives = int(truth.sum())
    if not positives:
        return float("nan")
    order = np.argsort(-score, kind="stable")
    last_of_tie = np.append(np.diff(score[order]) != 0, True)
    hits = np.cumsum(truth[order])[last_of_tie]
    seen = np.flatnonzero(last_of_tie) + 1
    return float(np.sum(np.diff(hits, prepend=0) / positives * hits / seen))


def relevance_average_precision(gold: Codes, probabilities: Floats) -> float:
    """Average precision of 1 − p(unrelated) for being related."""
    return average_precision(gold != UNRELATED, 1 - probabilities[:, UNRELATED])


def classwise_ece(gold: Codes, probabilities: Floats) -> float:
    """Classwise expected calibration error (Kull et al. 2019, eq. 4), ten bins of equal width.

    Mean over classes of Σ over bins of the bin's share × |mean probability − frequency|.
    """
    return _classwise_ece(_one_hot(gold, probabilities), probabilities)


def _one_hot(codes: Codes, probabilities: Floats) -> Floats:
    """``[cells, labels]``, as wide as the probabilities."""
    return np.eye(probabilities.shape[1])[codes]


def _classwise_ece(truth: Floats, probabilities: Floats) -> float:
    if not len(truth):
        return float("nan")
    n, k = probabilities.shape
    bins = np.clip(np.ceil(probabilities * BINS).astype(int) - 1, 0, BINS - 1)
    gaps = np.zeros((k, BINS))
    for label in range(k):
        np.add.at(gaps[label], bins[:, label], probabilities[:, label] - truth[:, label])
    return float(np.abs(gaps).sum() / (n * k))


def ece_noise_floor(probabilities: Floats, draws: int = 200, seed: int = 0) -> float:
    """The classwise ECE that a perfectly calibrated classifier shows on a sample of this size.

    Labels are drawn from the probabilities themselves (consistency resampling, Bröcker & Smith
    2007); the mean over draws. An error below it cannot be told from none.
    """
    if not len(probabilities):
        return float("nan")
    rng = np.random.default_rng(seed)
    steps = probabilities.cumsum(axis=1)
    steps[:, -1] = np.inf
    errors = []
    for _ in range(draws):
        drawn = (rng.random((len(steps), 1)) >= steps).sum(axis=1)
        errors.append(_classwise_ece(_one_hot(drawn, probabilities), probabilities))
    return float(np.mean(errors))


def brier_skill(gold: Codes, probabilities: Floats) -> float:
    """1 − Brier score ÷ Brier score of the label frequencies of the sample (Murphy 1973).

    0 is no better than always giving the frequencies; 1 is perfect.
    """
    if not len(gold):
        return float("nan")
    truth = _one_hot(gold, probabilities)
    reference = np.square(truth - truth.mean(axis=0)).sum()
    if reference == 0:
        return float("nan")
    return float(1 - np.square(truth - probabilities).sum() / reference)


def risk_coverage_area(gold: Codes, probabilities: Floats) -> float:
    """Area under the risk–coverage curve (Geifman & El-Yaniv 2017): lower is better.

    The mean of `risk_coverage_curve` over all coverages.
    """
    return float(np.mean(risk_coverage_curve(gold, probabilities))) if len(gold) else float("nan")


def risk_coverage_curve(gold: Codes, probabilities: Floats) -> Floats:
    """Share of errors of the likeliest label among the 1, 2, … n cells kept, ``[cells]``.

    Cells are kept in the order of falling confidence (highest probability). Cells of equal
    confidence share their errors.
    """
    confidence = probabilities.max(axis=1)
    wrong = (probabilities.argmax(axis=1) != gold).astype(np.float64)
    _, tie = np.unique(-confidence, return_inverse=True)
    counts = np.bincount(tie)
    expected = (np.bincount(tie, weights=wrong) / counts)[np.sort(tie)]
    return np.asarray(np.cumsum(expected) / np.arange(1, len(gold) + 1))


def bootstrap_interval(
    statistic: Callable[[NDArray[np.int64]], float],
    groups: NDArray[np.generic],
    *,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
    basic: bool = False,
) -> tuple[float, float]:
    """Percentile interval of a statistic, whole groups (documents or targets) resampled.

    It resamples rows, where `stance.analysis.intervals` resamples sums: average precision,
    calibration error and the area under the risk–coverage curve are no functions of sums.

    Args:
        statistic: Maps row indices ``[rows]`` to a value; NaN where undefined.
        groups: Group of each row, ``[rows]``.
        level: Coverage.
        draws: Number of resamples.
        seed: Seed of the resamples.
        basic: Reflect the resampled values at the statistic (basic bootstrap, Davison & Hinkley
            1997, 5.2.1): for one that resampling raises, as a calibration error, which adds the
            noise of every bin; cut at 0.

    Returns:
        Lower and upper limit; NaN, NaN below ten groups, where a bootstrap shows too little spread.
    """
    _, index = np.unique(groups, return_inverse=True)
    rows = np.argsort(index, kind="stable")
    ends = np.cumsum(np.bincount(index))
    if len(ends) < FEW:
        return float("nan"), float("nan")
    members = np.split(rows, ends[:-1])
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        drawn = rng.integers(0, len(members), len(members))
        values.append(statistic(np.concatenate([members[i] for i in drawn])))
    finite = np.asarray(values)[np.isfinite(values)]
    if finite.size < draws / 2:
        return float("nan"), float("nan")
    tail = (1 - level) / 2
    low, high = np.quantile(finite, [tail, 1 - tail])
    if basic:
        twice = 2 * statistic(np.arange(len(index)))
        low, high = max(twice - high, 0.0), max(twice - low, 0.0)
    return float(low), float(high)
