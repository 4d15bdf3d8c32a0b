"""Ways of turning logits into stances, behind one interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stance.lazy import on_first_use

if TYPE_CHECKING:
    from stance.methods.base import (
        TEXT_VOICE,
        Decision,
        Label,
        Method,
        StanceEstimate,
        Unit,
    )
    from stance.methods.config import MethodConfig
    from stance.methods.hypotheses import Hypotheses
    from stance.methods.registry import METHODS, make_method
    from stance.methods.units import make_units

_HOME = {
    **dict.fromkeys(
        ["TEXT_VOICE", "Decision", "Label", "Method", "StanceEstimate", "Unit"],
        "stance.methods.base",
    ),
    "MethodConfig": "stance.methods.config",
    "Hypotheses": "stance.methods.hypotheses",
    "METHODS": "stance.methods.registry",
    "make_method": "stance.methods.registry",
    "make_units": "stance.methods.units",
}

__all__ = [
    "METHODS",
    "TEXT_VOICE",
    "Decision",
    "Hypotheses",
    "Label",
    "Method",
    "MethodConfig",
    "StanceEstimate",
    "Unit",
    "make_method",
    "make_units",
]

__getattr__ = on_first_use(__name__, _HOME)
