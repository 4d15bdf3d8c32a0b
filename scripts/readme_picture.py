#!/usr/bin/env python
"""Draw docs/picture.png out of a finished run of the embedded corpus: what goes in, what comes out.

stance experiment=alaska_summit output_dir=FOLDER && scripts/readme_picture.py FOLDER

Beside each label of the model stands whether it is that of seeds/gold.csv.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from PIL import Image

from stance.finished import read_run
from stance.report import ReportData, palette
from stance.report.canvas import Drawing, png_of, wrapped, write
from stance.report.heatmap import heatmap
from stance.report.words import label

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "picture.png"
# One paragraph each on a demand that is refused, one that is ascribed, and one that is misread.
SHOWN = (
    ("global-ledger-en", 16, "territorial_exchange"),
    ("wisla-dziennik-en", 12, "territorial_exchange"),
    ("meridian-review-en", 5, "nato_role"),
)
_LEFT, _WIDTH, _HEIGHT, _LINE = 5.3, 12.6, 5.2, 0.19
_COLOURS = {"favor": palette.FAVOR, "against": palette.AGAINST, "neutral": palette.MUTED}


def main(folder: Path) -> None:
    """Write the picture."""
    data, right = read_run(folder), gold()
    map_of = heatmap(data)

    def paint(page: Axes) -> None:
        write(
            page, 0.1, 0.32, "Paragraphs in: whose stance, on which side?", weight="bold", size=11
        )
        write(page, _LEFT, 0.32, "Out: each outlet’s own voice", weight="bold", size=11)
        top = 0.75
        for document, index, proposition in SHOWN:
            rows = data.paragraphs[
                (data.paragraphs["document"] == document)
                & (data.paragraphs["paragraph"] == index)
                & (data.paragraphs["proposition"] == proposition)
            ]
            top = card(page, top, data, rows, right[document, index, proposition])
        note = "Labels of the embedded model. ✓ in the coding that is shipped with the texts, ✗ not"
        write(page, 0.1, top, note, size=8, color=palette.MUTED)
        inner = page.inset_axes((_LEFT / _WIDTH, 0, 1 - _LEFT / _WIDTH, 0.92))
        map_of.on(inner)

    pixels = Image.open(io.BytesIO(png_of(Drawing(_WIDTH, _HEIGHT, paint).figure)))
    pixels.resize((1890, round(1890 * _HEIGHT / _WIDTH))).quantize(64).save(PICTURE, optimize=True)


def card(page: Axes, top: float, data: ReportData, rows: pd.DataFrame, right: str) -> float:
    """One paragraph, what it was asked, and who is given which stance; returns where it ends."""
    first = rows.iloc[0]
    asked = f"{first['source']} on “{label(first['proposition'])}”"
    write(page, 0.1, top, asked, size=8.5, color=palette.MUTED)
    for line in wrapped(first["text"], 78, lines=3):
        top += _LINE
        write(page, 0.1, top, line, size=9)
    held = rows[rows["holder"] != "text"].sort_values("holder").to_dict("records")
    voice = rows.loc[rows["holder"] == "text", "label"].item()
    top += _LINE * 1.15
    write(page, 0.3, top, f"own voice: {voice}", size=9, color=palette.MUTED)
    for row in held:
        top += _LINE
        known = f"{row['holder']}:{row['label']}" in right
        words = f"{data.holder_label(row['holder'])}: {row['label']}, {row['mode']}"
        write(page, 0.3, top, f"{'✓' if known else '✗'} {words}", size=9, weight="bold",
              color=_COLOURS[row["label"]])  # fmt: skip
    return top + 0.42


def gold() -> dict[tuple[str, int, str], str]:
    """Cell → the stances that the coding gives to holders."""
    with (ROOT / "seeds" / "gold.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["document"], int(row["paragraph"]), row["proposition"]): row["holders"]
            for row in csv.DictReader(file)
        }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
