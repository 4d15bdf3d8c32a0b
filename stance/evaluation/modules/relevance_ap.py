"""For ``evaluate.load``; see `stance.evaluation.metrics`."""

from stance.evaluation.metrics import RelevanceAveragePrecision

__all__ = ["RelevanceAveragePrecision"]
