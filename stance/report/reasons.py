"""Why a figure has no interval, quantity by quantity."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from stance.report.words import one_line

QUANTITIES: Mapping[str, str] = {
    "salience": "Salience",
    "side_taking": "Side-taking",
    "direction": "Direction",
    "mean_score": "Mean score",
}
SHARES = frozenset({"salience", "side_taking"})
_NAME = "|".join(name.replace("_", "[ _]") for name in QUANTITIES)
_CLAUSE = re.compile(rf"(?:^|; )((?:{_NAME})(?:, (?:{_NAME}))*): ")


def per_quantity(reason: str) -> dict[str, str]:
    """The reason of each quantity.

    The analysis gives one reason for all, or a clause for each that it concerns: ``salience, mean
    score: one independent document; direction: no paragraph takes a side``.
    """
    parts = _CLAUSE.split(one_line(reason))
    if parts[0] or len(parts) == 1:
        return dict.fromkeys(QUANTITIES, one_line(reason))
    found = dict.fromkeys(QUANTITIES, "")
    for names, words in zip(parts[1::2], parts[2::2], strict=True):
        for name in names.split(", "):
            found[name.replace(" ", "_")] = words
    return found


def ranked(reasons: Iterable[str], most: int) -> tuple[list[tuple[str, int]], int]:
    """Reasons by how often they are given, and how many figures the rest concerns.

    Args:
        most: How many to list.
    """
    counted = Counter(reason.rstrip(".") for reason in map(one_line, reasons) if reason)
    order = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return order[:most], sum(n for _, n in order[most:])
