"""For ``evaluate.load``; see `stance.evaluation.metrics`."""

from stance.evaluation.metrics import KrippendorffAlpha

__all__ = ["KrippendorffAlpha"]
