"""Coding by hand: a sample drawn, sheets out, and what coders wrote read back as gold labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stance.lazy import on_first_use

if TYPE_CHECKING:
    from stance.coding.gold import read_gold
    from stance.coding.sampling import draw_sample
    from stance.coding.sheet import write_sheet

_HOME = {
    "draw_sample": "stance.coding.sampling",
    "read_gold": "stance.coding.gold",
    "write_sheet": "stance.coding.sheet",
}

__all__ = ["draw_sample", "read_gold", "write_sheet"]

__getattr__ = on_first_use(__name__, _HOME)
