"""For ``evaluate.load``; see `stance.evaluation.metrics`."""

from stance.evaluation.metrics import MacroF1

__all__ = ["MacroF1"]
