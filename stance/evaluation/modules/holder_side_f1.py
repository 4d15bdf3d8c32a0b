"""For ``evaluate.load``; see `stance.evaluation.metrics`."""

from stance.evaluation.metrics import HolderSideF1

__all__ = ["HolderSideF1"]
