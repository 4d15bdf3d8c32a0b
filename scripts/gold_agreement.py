#!/usr/bin/env python
"""Test–retest agreement of the two coding passes of the embedded corpus."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from stance.analysis import krippendorff_alpha

PASSES = Path(__file__).resolve().parent.parent / "seeds" / "passes"
_CODES = {"favor": 0.0, "against": 1.0, "neutral": 2.0, "unrelated": 3.0}


def read_pass(name: str) -> tuple[dict[tuple[str, int, str], str], set[tuple[str, ...]]]:
    """Text-voice labels of every cell, and the attributed stances."""
    table = pd.read_csv(PASSES / f"{name}.csv", keep_default_na=False)
    labels = {(r.document, r.paragraph, r.proposition): r.stance for r in table.itertuples()}
    held = set()
    for row in table.itertuples():
        for entry in filter(None, row.holders.split(";")):
            held.add((row.document, str(row.paragraph), row.proposition, *entry.strip().split(":")))
    return labels, held


def main() -> None:
    """Print agreement over all cells, over related cells, and of holders."""
    (first, held_first), (second, held_second) = read_pass("a"), read_pass("b")
    cells = sorted(first)
    related = [c for c in cells if not first[c] == second[c] == "unrelated"]
    for name, chosen in (("all cells", cells), ("cells either pass calls related", related)):
        codes = np.array([[_CODES[labels[c]] for c in chosen] for labels in (first, second)])
        same = float((codes[0] == codes[1]).mean())
        alpha = krippendorff_alpha(codes)
        print(f"{name}: n={len(chosen)}, agreement {same:.3f}, Krippendorff's alpha {alpha:.3f}")
    both = len(held_first & held_second)
    f1 = 2 * both / (len(held_first) + len(held_second))
    print(f"holders with side and mode: {len(held_first)} and {len(held_second)}, F1 {f1:.3f}")


if __name__ == "__main__":
    main()
