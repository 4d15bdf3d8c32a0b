"""For ``evaluate.load``; see `stance.evaluation.metrics`."""

from stance.evaluation.metrics import RelevanceF1

__all__ = ["RelevanceF1"]
