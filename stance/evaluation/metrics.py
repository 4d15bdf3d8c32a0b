"""Stance figures as an ``evaluate`` metric, for use beside other metrics of that library.

Used from its class, so that nothing is fetched from a hub:
``StanceF1().compute(predictions=[…], references=[…])``.
"""

from __future__ import annotations

from typing import Any

import datasets
import evaluate
import numpy as np

from stance.analysis.measurements import LABELS
from stance.analysis.reliability import measure

_DESCRIPTION = "F1 of stance labels: SemEval-2016 F_avg, macro-F1 and relevance F1."
_CITATION = """\
@inproceedings{mohammad-etal-2016-semeval,
  title = {{S}em{E}val-2016 Task 6: Detecting Stance in Tweets},
  author = {Mohammad, Saif and Kiritchenko, Svetlana and Sobhani, Parinaz and Zhu, Xiaodan and Cherry, Colin},
  booktitle = {Proceedings of SemEval-2016}, year = {2016}
}"""  # noqa: E501
_INPUTS = "predictions, references: labels favor, against, neutral or unrelated, one per cell"


class StanceF1(evaluate.Metric):  # type: ignore[misc]
    """``f_avg``, ``macro_f1`` and ``relevance_f1`` of stance labels.

    ``f_avg`` is the mean F1 of favor and against (Mohammad et al. 2016), ``macro_f1`` the mean F1
    over the labels that either side uses, ``relevance_f1`` the F1 of not being unrelated. A figure
    that is not defined, for want of such labels, is NaN.
    """

    def _info(self) -> Any:
        label = datasets.Value("string")
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features({"predictions": label, "references": label}),
        )

    def _compute(self, predictions: list[str], references: list[str]) -> dict[str, float]:
        unknown = {*predictions, *references} - {*LABELS}
        if unknown:
            raise ValueError(f"labels {sorted(unknown)} unknown; expected {', '.join(LABELS)}")
        confusion = np.zeros((len(LABELS), len(LABELS)))
        for gold, predicted in zip(references, predictions, strict=True):
            confusion[LABELS.index(gold), LABELS.index(predicted)] += 1
        sides = [float(measure(confusion, f"f1_{side}")) for side in ("favor", "against")]
        return {
            "f_avg": float(np.mean(sides)),
            "macro_f1": float(measure(confusion, "macro_f1")),
            "relevance_f1": float(measure(confusion, "relevance_f1")),
        }
