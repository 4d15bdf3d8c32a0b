"""Agreement of two labellings, from confusion matrices; arrays in, numbers out.

Every measure is a function of the confusion matrix [..., 4, 4] (rows gold, columns predicted, in
the order of `stance.analysis.measurements.LABELS`), so that a bootstrap over documents only has to
add matrices up.
"""

from __future__ import annotations

import numpy as np

from stance.analysis.intervals import Floats
from stance.analysis.measurements import LABELS

_SIDES = slice(0, 2)
_UNRELATED = 3


def krippendorff_alpha(codes: Floats) -> float:
    """Krippendorff's alpha for nominal codes (Krippendorff 2019, Content Analysis, ch. 12).

    Args:
        codes: One code per coder and unit, [coders, units]; NaN where a coder gave none.

    Returns:
        1 − observed ÷ expected disagreement. NaN where no unit has two codes, or all are the same
        (then nothing could have been disagreed upon).
    """
    categories = np.unique(codes[~np.isnan(codes)])
    given = np.array([(codes == category).sum(axis=0) for category in categories])
    given = given.reshape(len(categories), codes.shape[1])
    pairable = given[:, given.sum(axis=0) > 1]
    # A unit with m codes adds m values to the coincidences, each pair counted 1 ÷ (m − 1) times.
    per_unit = pairable / (pairable.sum(axis=0) - 1)
    coincidences = per_unit @ pairable.T - np.diag(per_unit.sum(axis=1))
    return float(_alpha(coincidences))


def _alpha(coincidences: Floats) -> Floats:
    """Nominal alpha from coincidences, [..., k, k] → [...]."""
    marginal = coincidences.sum(axis=-1)
    n = marginal.sum(axis=-1)
    observed = n - np.trace(coincidences, axis1=-2, axis2=-1)
    expected = n**2 - np.square(marginal).sum(axis=-1)
    return np.asarray(1 - _ratio((n - 1) * observed, expected))


def _ratio(part: Floats, whole: Floats) -> Floats:
    """part ÷ whole; NaN where whole is 0."""
    ratio: Floats = np.full(np.shape(part), np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio


def _f1(hits: Floats, gold: Floats, predicted: Floats) -> Floats:
    """2 hits ÷ (gold + predicted); NaN where neither has any."""
    return _ratio(2 * hits, gold + predicted)


def measure(confusion: Floats, name: str) -> Floats:
    """One measure of agreement, [..., 4, 4] → [...].

    Args:
        confusion: Counts of cells, rows gold, columns predicted.
        name: One of `MEASURES`. ``alpha``: Krippendorff's, nominal. ``accuracy``. ``f1_X`` of one
            label; ``macro_f1``: mean over the labels that either coder used. ``f_avg``: mean F1 of
            favor and against (SemEval-2016 task 6). ``relevance_f1``: F1 of being related.
            ``side_f1``: micro-F1 of favor and against; over holders' cells this is the strict
            holder–side F1, in which holder and side must both be right.

    Returns:
        The measure; NaN where it is not defined.
    """
    n = confusion.sum(axis=(-2, -1))
    gold, predicted = confusion.sum(axis=-1), confusion.sum(axis=-2)
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    if name == "alpha":
        return _alpha(confusion + np.swapaxes(confusion, -1, -2))
    if name == "accuracy":
        return _ratio(hits.sum(axis=-1), n)
    if name == "relevance_f1":
        related = confusion[..., :_UNRELATED, :_UNRELATED].sum(axis=(-2, -1))
        return _f1(
            related, gold[..., :_UNRELATED].sum(axis=-1), predicted[..., :_UNRELATED].sum(axis=-1)
        )
    if name == "side_f1":
        return _f1(*(part[..., _SIDES].sum(axis=-1) for part in (hits, gold, predicted)))
    each = _f1(hits, gold, predicted)
    if name == "macro_f1":
        return _ratio(np.nansum(each, axis=-1), np.isfinite(each).sum(axis=-1))
    if name == "f_avg":
        return np.asarray(each[..., _SIDES].mean(axis=-1))
    return np.asarray(each[..., LABELS.index(name.removeprefix("f1_"))])


MEASURES = (
    "alpha",
    "accuracy",
    "macro_f1",
    "f_avg",
    *(f"f1_{label}" for label in LABELS),
    "relevance_f1",
    "side_f1",
)
