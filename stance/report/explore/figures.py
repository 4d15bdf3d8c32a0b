"""The figures of the report by source, proposition and holder, in the words of its tables."""

from __future__ import annotations

from typing import Any

from matplotlib.colors import to_hex

from stance.report import palette
from stance.report.data import FEW_RELATED, TEXT_VOICE, ReportData
from stance.report.explore.columns import Columns
from stance.report.reasons import QUANTITIES, per_quantity
from stance.report.tables import quantity
from stance.report.words import interval, is_number, one_line

_SIZES = ("n_documents", "n_independent", "n_paragraphs", "n_related", "n_sided")


def figure_columns(data: ReportData) -> dict[str, Any]:
    """A row per cell that has something to say: every cell of the own voice, others if related."""
    sources = {name: at for at, name in enumerate(data.source_names)}
    propositions = {name: at for at, name in enumerate(data.proposition_names)}
    holders = {name: at for at, name in enumerate((TEXT_VOICE, *data.holder_names))}
    table = Columns()
    shown = data.sources[
        (data.sources["holder"] == TEXT_VOICE)
        | (data.sources["holder"].isin(holders.keys()) & (data.sources["n_related"] > 0))
    ]
    rows = shown.sort_values(["source", "proposition", "holder"]).to_dict("records")
    for row in rows:
        reasons = per_quantity(row["interval_reason"])
        table.add(
            source=sources[row["source"]],
            proposition=propositions[row["proposition"]],
            holder=holders[row["holder"]],
            # What the analysis warns of at the share of all paragraphs, or too few to speak of.
            small=int(_whole(row["n_related"]) < FEW_RELATED or bool(reasons["salience"])),
            **{name: _whole(row[name]) for name in _SIZES},
        )
        words = {"reason": one_line(row["interval_reason"])}
        for name in QUANTITIES:
            low, high = row[f"{name}_ci_low"], row[f"{name}_ci_high"]
            words[name] = quantity(name)(row[name])
            words[f"{name}_interval"] = interval(low, high, quantity(name))
        table.add_words(**words, **_colours(row["direction"]))
    return table.as_data()


def _whole(value: Any) -> int:
    return int(value) if is_number(value) else 0


def _colours(direction: Any) -> dict[str, str]:
    """Ground and ink of the cell as in the heat map; empty where no side is taken."""
    if not is_number(direction):
        return {"ground": "", "ink": ""}
    ground = palette.DIRECTION((float(direction) + 1) / 2)
    return {"ground": to_hex(ground), "ink": palette.readable_on(ground)}
