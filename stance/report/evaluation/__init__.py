"""The evaluation report: how far the method agrees with gold, beside baselines, and its limits."""

from stance.report.evaluation.baselines import baseline_labels
from stance.report.evaluation.beside import Robustness, read_benchmarks, read_robustness
from stance.report.evaluation.card import ModelCard, read_card
from stance.report.evaluation.data import EvaluationData
from stance.report.evaluation.writer import write_evaluation

__all__ = [
    "EvaluationData",
    "ModelCard",
    "Robustness",
    "baseline_labels",
    "read_benchmarks",
    "read_card",
    "read_robustness",
    "write_evaluation",
]
