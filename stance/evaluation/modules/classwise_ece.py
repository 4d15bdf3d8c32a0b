"""For ``evaluate.load``; see `stance.evaluation.metrics`."""

from stance.evaluation.metrics import ClasswiseECE

__all__ = ["ClasswiseECE"]
