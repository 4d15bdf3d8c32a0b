"""How figures are called on the page, and how their values are put."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stance.report.words import decimal, signed

FIGURES: Mapping[str, str] = {
    "relevance_f1": "Relevance, F1",
    "relevance_ap": "Relevance, average precision",
    "macro_f1": "Macro-F1 over the labels in use",
    "f_avg": "Mean F1 of favor and against",
    "f1_favor": "F1 of favor",
    "f1_against": "F1 of against",
    "f1_neutral": "F1 of neutral",
    "f1_unrelated": "F1 of unrelated",
    "accuracy": "Share of cells right",
    "accuracy_related": "Share right where gold is related",
    "alpha": "Krippendorff’s alpha with gold",
    "brier_skill": "Brier skill",
    "classwise_ece": "Calibration error (classwise)",
    "ece_noise_floor": "Noise floor of that error",
    "risk_coverage_area": "Area under risk and coverage",
}
HOLDER_FIGURES: Mapping[str, str] = {
    "side_f1": "Holder and side, strict F1",
    "relevance_f1": "Holder found, whatever the side, F1",
}
SCOPE_FIGURES: Mapping[str, str] = {
    "error": "Wrong",
    "error_related": "Wrong where related",
    "relevance_f1": "Relevance, F1",
    "macro_f1": "Macro-F1",
}
LOWER_IS_BETTER = ("classwise_ece", "ece_noise_floor", "risk_coverage_area")
SHARES = ("error", "error_related", "accuracy", "accuracy_related")


def three(value: Any) -> str:
    """A figure to three digits."""
    return decimal(value, 3)


def signed_three(value: Any) -> str:
    """A difference of figures."""
    return signed(value, 3)


def shown(name: str) -> Callable[[Any], str]:
    """How the values of a figure are put."""
    return three if name in LOWER_IS_BETTER else decimal
