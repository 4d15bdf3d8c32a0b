"""For ``evaluate.load``; see `stance.evaluation.metrics`."""

from stance.evaluation.metrics import FAvg

__all__ = ["FAvg"]
