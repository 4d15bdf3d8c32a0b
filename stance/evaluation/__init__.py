"""A user's own check: samples to code by hand, and the method measured against them."""

from stance.evaluation.gold import read_gold
from stance.evaluation.sampling import draw_sample
from stance.evaluation.sheet import write_sheet
from stance.evaluation.validation import Validation, validate

__all__ = ["Validation", "draw_sample", "read_gold", "validate", "write_sheet"]
