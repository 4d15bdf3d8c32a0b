"""The colours and type of the figures: readable in grey, by the colour-blind, light and dark."""

from __future__ import annotations

from typing import Any

from matplotlib import font_manager
from matplotlib.colors import LinearSegmentedColormap, to_rgb

INK = "#1c1b1a"
MUTED = "#6b6862"
RULE = "#d5d1c8"
PAPER = "#fefefe"
EMPTY = "#efede8"
NO_SIDE = "#dcd8cf"
FAVOR = "#1f5f99"
AGAINST = "#b3570b"
NEUTRAL = "#8a867d"

ON_LIGHT = "#121211"
ON_DARK = "#fdfdfc"

THEMED = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    RULE: "var(--rule)",
    PAPER: "var(--paper)",
    EMPTY: "var(--empty)",
    NO_SIDE: "var(--no-side)",
    FAVOR: "var(--favor)",
    AGAINST: "var(--against)",
}
"""Colours that follow the reader's light or dark theme where a figure stands inside the page."""

# Orange to blue keeps its order for the three common kinds of colour blindness; the middle is
# darker than paper, so that "as often for as against" does not look like "nothing". The ends are a
# shade off the themed colours: cells keep their colour in the dark, as the words on them do.
DIRECTION = LinearSegmentedColormap.from_list(
    "direction",
    ["#b3570c", "#dd9a57", "#ecd9c0", "#e9e6df", "#c6d6e3", "#6f9fc8", "#1f5f9a"],
)

_SCRIPTS = (
    *("DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans Arabic"),
    *("Noto Sans Hebrew", "Noto Sans Devanagari", "WenQuanYi Zen Hei", "Arial Unicode MS"),
)


def families() -> list[str]:
    """Fonts for every script that this machine has any for, the one with known widths first."""
    there = {font.name for font in font_manager.fontManager.ttflist}
    return [name for name in _SCRIPTS if name in there]


def style() -> dict[str, Any]:
    """Settings for every figure.

    Nothing reads `$…$` as mathematics, and ids in the SVG are the same on every run.
    """
    return {
        "text.parse_math": False,
        "text.usetex": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "stance",
        "font.family": families(),
        "font.size": 9.0,
        "text.color": INK,
        "axes.edgecolor": RULE,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.8,
        "axes.titlesize": 9.5,
        "xtick.color": MUTED,
        "ytick.color": INK,
        "xtick.labelsize": 8.0,
        "ytick.labelsize": 9.0,
        "xtick.major.size": 0.0,
        "ytick.major.size": 0.0,
        "hatch.linewidth": 0.7,
        "figure.facecolor": PAPER,
        "axes.facecolor": "none",
        "savefig.facecolor": PAPER,
    }


def readable_on(colour: Any) -> str:
    """Ink for words on ``colour``: the one of the two with more contrast (WCAG 2.2 luminance)."""
    light = _luminance(ON_DARK)
    dark = _luminance(ON_LIGHT)
    ground = _luminance(colour)
    to_light = (light + 0.05) / (ground + 0.05)
    to_dark = (ground + 0.05) / (dark + 0.05)
    return ON_DARK if to_light > to_dark else ON_LIGHT


def _luminance(colour: Any) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in to_rgb(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
