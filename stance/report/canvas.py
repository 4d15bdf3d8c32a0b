"""Drawing in inches, and turning a drawing into SVG and PNG that are the same on every run."""

from __future__ import annotations

import io
import logging
import textwrap
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from stance.report.palette import INK, style
from stance.report.words import one_line

log = logging.getLogger(__name__)

WIDTH = 7.4
"""Inches: the text width of A4 and of the page on a desk."""
PNG_DPI = 200


def sheet(height: float, width: float = WIDTH) -> tuple[Figure, Axes]:
    """A figure with one invisible axis over all of it, its unit the inch, its origin top left."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    page = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    page.set_xlim(0, width)
    page.set_ylim(height, 0)
    page.set_axis_off()
    return figure, page


def panel(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """An axis at a place of the figure given in inches from the top left corner."""
    across, down = figure.get_size_inches()
    axes = figure.add_axes(
        (left / across, 1 - (top + height) / down, width / across, height / down)
    )
    axes.spines[:].set_visible(False)
    axes.set_axisbelow(True)
    return axes


def write(page: Axes, x: float, y: float, text: str, **how: Any) -> None:
    """One line of text. Lines are set one by one, so that SVG keeps each line's own anchor."""
    how = {"va": "baseline", "color": INK} | how
    page.text(x, y, one_line(text), **how)


def wrapped(text: str, characters: int, lines: int = 2) -> list[str]:
    """At most ``lines`` lines of about ``characters``; what does not fit ends in an ellipsis."""
    text = one_line(text)
    return textwrap.wrap(text, characters, max_lines=lines, placeholder="…") or [""]


def svg_of(draw: Callable[[], Figure]) -> str:
    """The drawing as the text of an SVG file, its words kept as words."""
    with _settings():
        vector = io.StringIO()
        draw().savefig(vector, format="svg", metadata={"Date": None, "Creator": None})
    return vector.getvalue().replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif")


def png_of(draw: Callable[[], Figure]) -> bytes:
    """The drawing as a PNG file fit for print."""
    with _settings():
        pixels = io.BytesIO()
        draw().savefig(pixels, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return pixels.getvalue()


@contextmanager
def _settings() -> Iterator[None]:
    """The same settings on every machine, whatever the user's own; warnings go to the log."""
    with (
        matplotlib.style.context(["default", style()]),
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always")
        yield
    for message in sorted({str(warning.message) for warning in caught}):
        log.warning("figure: %s", message)  # a script that no font here has, as a rule
