"""Coding by hand: a sample drawn, sheets out, and what coders wrote read back as gold labels."""

from stance.coding.gold import read_gold
from stance.coding.sampling import draw_sample
from stance.coding.sheet import write_sheet

__all__ = ["draw_sample", "read_gold", "write_sheet"]
