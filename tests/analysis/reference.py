"""Formulas written out, to check the package's against."""

from __future__ import annotations

import numpy as np


def ratio_variance(num: np.ndarray, den: np.ndarray) -> float:
    """Variance of Σ num ÷ Σ den by linearisation (Cochran 1977, Sampling Techniques, 6.4)."""
    n = len(num)
    residual = num - num.sum() / den.sum() * den
    return float(n / (n - 1) * np.square(residual).sum() / den.sum() ** 2)
