"""The figures of `stance.evaluation.scores` as metrics of ``evaluate``.

They are used from their class or loaded from a file of this package, so that nothing is fetched
from a hub, and combine with each other and with that library's own::

    RelevanceF1().compute(predictions=[…], references=[…], groups=[…])
    evaluate.load(module_path("f_avg")).add_batch(predictions=[…], references=[…])
    evaluate.combine([FAvg(), MacroF1()]).compute(predictions=[…], references=[…])

``groups`` (documents or targets) names what is resampled for the interval; without it every cell
is its own group. Each metric gives its figure under its name, with ``…_ci_low`` and ``…_ci_high``:
a 95 % percentile bootstrap over groups, NaN below ten groups.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import datasets
import evaluate
import numpy as np

from stance.analysis.intervals import Floats
from stance.analysis.measurements import LABELS
from stance.evaluation import scores

_LABEL = datasets.Value("string")
_PROBABILITIES = datasets.Sequence(datasets.Value("float64"), length=len(LABELS))


class _GroupedMetric(evaluate.Metric):  # type: ignore[misc]
    """A figure with its interval over groups."""

    figure: ClassVar[str]
    statistic: ClassVar[Callable[[Any, Any], float]]
    citation: ClassVar[str]
    basic: ClassVar[bool] = False
    inputs: ClassVar[dict[str, Any]] = {"predictions": _LABEL, "references": _LABEL}

    def _info(self) -> Any:
        names = ", ".join(LABELS)
        kind = "labels" if self.inputs["predictions"] is _LABEL else f"probabilities of {names}"
        return evaluate.MetricInfo(
            description=(self.__doc__ or "").strip(),
            citation=self.citation,
            inputs_description=f"predictions: {kind}; references: labels, of {names}; one a cell",
            features=datasets.Features(self.inputs),
        )

    def _compute(
        self,
        predictions: Any,
        references: Sequence[str],
        groups: Sequence[Any] | None = None,
        draws: int = 1000,
        seed: int = 0,
    ) -> dict[str, float]:
        gold, given = _codes(references), self._given(predictions)
        if groups is not None and len(groups) != len(gold):
            raise ValueError(f"{len(groups)} groups for {len(gold)} cells")
        by = np.arange(len(gold)) if groups is None else np.asarray([str(g) for g in groups])
        statistic = type(self).statistic
        low, high = scores.bootstrap_interval(
            lambda rows: statistic(gold[rows], given[rows]),
            by,
            draws=draws,
            seed=seed,
            basic=self.basic,
        )
        name = self.figure
        return {
            name: statistic(gold, given),
            f"{name}_ci_low": low,
            f"{name}_ci_high": high,
        } | self._beside(given)

    def _given(self, predictions: Any) -> Any:
        return _codes(predictions)

    def _beside(self, given: Any) -> dict[str, float]:
        return {}


class _ProbabilityMetric(_GroupedMetric):
    inputs: ClassVar[dict[str, Any]] = {"predictions": _PROBABILITIES, "references": _LABEL}

    def _given(self, predictions: Any) -> Floats:
        given = np.asarray(predictions, dtype=np.float64).reshape(-1, len(LABELS))
        if not np.allclose(given.sum(axis=1), 1, atol=1e-3) or (given < 0).any():
            raise ValueError(f"probabilities of {', '.join(LABELS)} must sum to 1 in every cell")
        return given


def _codes(labels: Sequence[str]) -> scores.Codes:
    unknown = {*labels} - {*LABELS}
    if unknown:
        raise ValueError(f"labels {sorted(unknown)} unknown; expected {', '.join(LABELS)}")
    return np.asarray([LABELS.index(label) for label in labels], dtype=np.int64)


_SEMEVAL = "Mohammad et al. (2016), SemEval-2016 Task 6: Detecting Stance in Tweets."


class FAvg(_GroupedMetric):
    """Mean F1 of favor and against."""

    figure, statistic, citation = "f_avg", scores.f_avg, _SEMEVAL


class MacroF1(_GroupedMetric):
    """Mean F1 over the labels in use."""

    figure, statistic, citation = "macro_f1", scores.macro_f1, "Lewis et al. (1996), SIGIR."


class RelevanceF1(_GroupedMetric):
    """F1 of being related (favor, against or neutral)."""

    figure, statistic = "relevance_f1", scores.relevance_f1
    citation = "van Rijsbergen (1979), Information Retrieval."


class HolderSideF1(_GroupedMetric):
    """Strict F1 of holders' sides: a cell is one holder in one paragraph on one proposition."""

    figure, statistic = "holder_side_f1", scores.holder_side_f1
    citation = "Micro-F1 of favor and against over the cells that either side names."


class KrippendorffAlpha(_GroupedMetric):
    """Krippendorff's alpha, nominal, predictions and references being two coders."""

    figure, statistic = "alpha", scores.alpha
    citation = "Krippendorff (2019), Content Analysis, 4th ed., ch. 12."


class RelevanceAveragePrecision(_ProbabilityMetric):
    """Average precision of 1 − p(unrelated) for being related."""

    figure, statistic = "relevance_ap", scores.relevance_average_precision
    citation = "Zhu (2004), Recall, precision and average precision."


class ClasswiseECE(_ProbabilityMetric):
    """Classwise expected calibration error; ``…_noise_floor`` is what a calibrated one shows."""

    figure, statistic = "classwise_ece", scores.classwise_ece
    citation = "Kull et al. (2019), Beyond temperature scaling. Bröcker & Smith (2007)."
    basic = True

    def _beside(self, given: Floats) -> dict[str, float]:
        return {f"{self.figure}_noise_floor": scores.ece_noise_floor(given)}


class BrierSkill(_ProbabilityMetric):
    """Brier skill score against the label frequencies of the sample."""

    figure, statistic = "brier_skill", scores.brier_skill
    citation = "Murphy (1973), A new vector partition of the probability score."


class RiskCoverageArea(_ProbabilityMetric):
    """Area under the risk–coverage curve; lower is better."""

    figure, statistic = "risk_coverage_area", scores.risk_coverage_area
    citation = "Geifman & El-Yaniv (2017), Selective classification for deep neural networks."


METRICS: dict[str, type[_GroupedMetric]] = {
    metric.figure: metric
    for metric in (
        FAvg,
        MacroF1,
        RelevanceF1,
        RelevanceAveragePrecision,
        HolderSideF1,
        ClasswiseECE,
        BrierSkill,
        RiskCoverageArea,
        KrippendorffAlpha,
    )
}
"""Every metric by the name of its figure."""


def module_path(figure: str) -> str:
    """The file of a metric, for ``evaluate.load``.

    Raises:
        KeyError: If there is no such figure; the message lists those that there are.
    """
    if figure not in METRICS:
        raise KeyError(f"no metric {figure!r}; expected one of {', '.join(METRICS)}")
    return str(Path(__file__).parent / "modules" / f"{figure}.py")
