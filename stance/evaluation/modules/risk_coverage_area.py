"""For ``evaluate.load``; see `stance.evaluation.metrics`."""

from stance.evaluation.metrics import RiskCoverageArea

__all__ = ["RiskCoverageArea"]
