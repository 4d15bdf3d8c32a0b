"""What is said of a drawing that cannot be whole."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from stance.report.canvas import png_of, sheet, write


def test_letters_that_no_font_has_are_told_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    def draw() -> Figure:
        figure, page = sheet(1)
        write(page, 1, 0.5, "\ue0f1 Post \ue0f2")  # of private use: in no font
        return figure

    png_of(draw)
    (line,) = [record.getMessage() for record in caplog.records if "font" in record.getMessage()]
    assert "\ue0f1 \ue0f2; boxes stand for them in the PNG" in line
