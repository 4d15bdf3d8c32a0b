"""The table and the plot of `benchmark_speed.py`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot as plt

_HEADINGS = {
    "pairs": "Every pair; the peers on a joint checkpoint of the shape of the embedded model:",
    "base": "Every pair; a joint checkpoint of the shape of XLM-R base:",
}
_OURS, _PEERS = "#2a6f97", "#b0b7bd"


def as_markdown(found: Mapping[str, Any]) -> str:
    """All parts that were run, as Markdown."""
    machine = found["machine"]
    parts = [
        f"{machine['cores']} cores, {machine['threads']} threads, torch {machine['torch']}; best "
        f"fp32 matrix product {machine['peak_gflops']:.0f} GFLOPS.\n"
    ]
    for name, heading in _HEADINGS.items():
        if found.get(name):
            parts += [f"{heading}\n", _pairs_table(found[name])]
    if "int8" in found:
        parts.append(_list("In 8 bits against fp32", found["int8"]))
    if "staged" in found:
        parts.append(_list("The default method", found["staged"]))
    if "store" in found:
        parts.append(_list("A second run, everything stored", found["store"]))
    if "scale" in found:
        parts += [_list(f"{row['paragraphs']:,} paragraphs", row) for row in found["scale"]]
    return "\n".join(parts)


def _pairs_table(rows: list[Mapping[str, Any]]) -> str:
    lines = [
        "| hypotheses | | pairs/s (range) | × best pipeline | share of the limit | largest "
        "difference to the pipeline |",
        "|---:|---|---:|---:|---:|---:|",
    ]
    for row in rows:
        share, gap = row["share_of_peak"], row["largest_difference"]
        lines.append(
            f"| {row['hypotheses']} | {row['name']} | {row['pairs_per_second']} "
            f"({row['slowest']}–{row['fastest']}) | {row['against_pipeline']} | "
            f"{'' if share is None else f'{100 * share:.0f} %'} | {'' if gap is None else gap} |"
        )
    return "\n".join(lines) + "\n"


def _list(heading: str, values: Mapping[str, Any]) -> str:
    plain = {
        f"{key} {inner}" if inner else key: value
        for key, whole in values.items()
        for inner, value in (whole.items() if isinstance(whole, Mapping) else [("", whole)])
    }
    said = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in plain.items())
    return f"{heading}: {said}.\n"


def draw(found: Mapping[str, Any], path: Path) -> None:
    """Bars of pairs per second, a panel per number of hypotheses, with their ranges."""
    rows = found["pairs"]
    counts = sorted({row["hypotheses"] for row in rows})
    figure, panels = plt.subplots(1, len(counts), figsize=(4 * len(counts), 3.2), sharey=True)
    for panel, n in zip(panels if len(counts) > 1 else [panels], counts, strict=True):
        mine = [row for row in rows if row["hypotheses"] == n][::-1]
        rates = [row["pairs_per_second"] for row in mine]
        spans = [
            [rate - row["slowest"] for rate, row in zip(rates, mine, strict=True)],
            [row["fastest"] - rate for rate, row in zip(rates, mine, strict=True)],
        ]
        colours = [_OURS if row["name"].startswith("stance") else _PEERS for row in mine]
        panel.barh([row["name"] for row in mine], rates, xerr=spans, color=colours)
        panel.set_title(f"{n} hypotheses")
        panel.set_xlabel("pairs per second")
        panel.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
