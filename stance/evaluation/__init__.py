"""The method measured against gold labels, and figures corrected for its errors."""

from stance.evaluation.validation import Validation, validate

__all__ = ["Validation", "validate"]
