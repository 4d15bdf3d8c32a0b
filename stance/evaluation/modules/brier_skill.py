"""For ``evaluate.load``; see `stance.evaluation.metrics`."""

from stance.evaluation.metrics import BrierSkill

__all__ = ["BrierSkill"]
