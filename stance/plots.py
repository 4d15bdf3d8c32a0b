"""The drawings of the report on a matplotlib axis, one call each: ``analysis.plot.heatmap()``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from stance.errors import ConfigError
from stance.report import ReportData
from stance.report.canvas import Drawing
from stance.report.differences import differences
from stance.report.framing import framing
from stance.report.heatmap import heatmap
from stance.report.reasons import QUANTITIES
from stance.report.voices import COLUMNS, voices


@dataclass(frozen=True, repr=False)
class Plots:
    """Each method draws on ``ax``, or on a figure of its own size, and returns the axis.

    On a given axis the drawing is as large as fits, its type in proportion: for type that can be
    read, give it about seven inches of width.
    """

    _data: ReportData

    def heatmap(self, ax: Axes | None = None) -> Axes:
        """Source × proposition in the outlets' own voice: salience, direction, counts."""
        return _drawn(heatmap(self._data), ax)

    def voices(self, ax: Axes | None = None, *, propositions: Sequence[str] | None = None) -> Axes:
        """Who says what: paragraphs in favor and against, by source, holder and proposition.

        Args:
            propositions: At most three; by default the first three.

        Raises:
            ConfigError: A proposition is unknown, or there are too many.
        """
        known = self._data.proposition_names
        chosen = tuple(known[:COLUMNS] if propositions is None else propositions)
        if not set(chosen) <= set(known) or not 0 < len(chosen) <= COLUMNS:
            raise ConfigError(
                f"propositions={list(chosen)}: expected one to {COLUMNS} of {', '.join(known)}"
            )
        return _drawn(voices(self._data, chosen), ax)

    def frames(self, ax: Axes | None = None) -> Axes:
        """Share of paragraphs with each frame, by source, with intervals where due.

        Raises:
            ConfigError: The analysis has no frames.
        """
        if self._data.frames.empty:
            raise ConfigError("no frames were asked for: run the analysis without frames=none")
        return _drawn(framing(self._data), ax)

    def differences(self, ax: Axes | None = None, *, quantity: str = "salience") -> Axes:
        """Differences between sources in their own voice, with intervals and p-values where due.

        Args:
            quantity: salience, side_taking, direction or mean_score.

        Raises:
            ConfigError: The quantity is none of these.
        """
        if quantity not in QUANTITIES:
            raise ConfigError(f"quantity={quantity!r}: expected one of {', '.join(QUANTITIES)}")
        return _drawn(differences(self._data, quantity), ax)


def _drawn(drawing: Drawing, ax: Axes | None) -> Axes:
    if ax is None:
        import matplotlib.pyplot as plt  # here, since it chooses a backend for the process

        figure = plt.figure(figsize=(drawing.width, drawing.height))
        ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    drawing.on(ax)
    return ax
