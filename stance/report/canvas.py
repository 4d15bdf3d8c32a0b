"""Drawing in inches, on a sheet or on an axis given, and SVG and PNG the same on every run."""

from __future__ import annotations

import io
import logging
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from stance.report.palette import INK, PAPER, style
from stance.report.words import one_line

log = logging.getLogger(__name__)

_NO_GLYPH = re.compile(r"Glyph (\d+) ")
# Letters that no font has, of which so many are listed.
_LISTED = 20

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


def panel(page: Axes, left: float, top: float, width: float, height: float) -> Axes:
    """An axis at a place of the page given in inches from its top left corner."""
    across, down = page.get_xlim()[1], page.get_ylim()[0]
    axes = page.inset_axes(
        (left / across, 1 - (top + height) / down, width / across, height / down)
    )
    axes.spines[:].set_visible(False)
    axes.set_axisbelow(True)
    return axes


@dataclass(frozen=True)
class Drawing:
    """A figure before it is on paper.

    Attributes:
        width, height: Inches that it takes at its natural size.
        paint: Draws it on a page: an axis whose unit is the inch, its origin top left.
    """

    width: float
    height: float
    paint: Callable[[Axes], None]

    def figure(self) -> Figure:
        """The drawing on a sheet of its own size."""
        figure, page = sheet(self.height, self.width)
        self.paint(page)
        return figure

    def on(self, axes: Axes) -> None:
        """The drawing on an axis of any size, as large as fits, type and lines in proportion."""
        box = axes.get_window_extent()
        figure = axes.get_figure(root=True)
        if figure is None:
            raise ValueError("the axis belongs to no figure: make it with plt.subplots()")
        across, down = box.width / figure.dpi, box.height / figure.dpi
        scale = min(across / self.width, down / self.height)
        axes.set_xlim(0, self.width)
        axes.set_ylim(self.height, 0)
        axes.set_aspect("equal", anchor="N")
        axes.set_axis_off()
        with settings():
            ground = Rectangle((0, 0), self.width, self.height, fc=PAPER, ec="none", zorder=-1)
            axes.add_patch(ground)
            self.paint(axes)
        for text in axes.findobj(Text):
            text.set_fontsize(float(text.get_fontsize()) * scale)
        for line in axes.findobj(Line2D):
            line.set_linewidth(line.get_linewidth() * scale)
            line.set_markersize(line.get_markersize() * scale)
        for axis in (axis for part in axes.child_axes for axis in (part.xaxis, part.yaxis)):
            axis.labelpad *= scale
            for tick in axis.get_major_ticks():
                tick.set_pad(tick.get_pad() * scale)  # type: ignore[func-returns-value, operator]


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
    with settings():
        vector = io.StringIO()
        draw().savefig(vector, format="svg", metadata={"Date": None, "Creator": None})
    return vector.getvalue().replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif")


def png_of(draw: Callable[[], Figure]) -> bytes:
    """The drawing as a PNG file fit for print."""
    with settings():
        pixels = io.BytesIO()
        draw().savefig(pixels, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return pixels.getvalue()


@contextmanager
def settings() -> Iterator[None]:
    """The same settings on every machine, whatever the user's own; warnings go to the log."""
    with (
        matplotlib.style.context(["default", style()]),
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always")
        yield
    said = {str(warning.message) for warning in caught}
    missing = sorted({chr(int(code)) for message in said for code in _NO_GLYPH.findall(message)})
    if missing:
        log.warning(
            "figure: no font here has %s; boxes stand for them in the PNG, not on the page",
            " ".join(missing[:_LISTED]) + (" …" if len(missing) > _LISTED else ""),
        )
    for message in sorted(said):
        if not _NO_GLYPH.match(message):
            log.warning("figure: %s", message)
