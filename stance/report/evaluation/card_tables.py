"""The cards: what the model is and learnt from, what was read, what was coded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from stance.analysis.measurements import CELL, LABELS, TEXT
from stance.report.evaluation.data import EvaluationData
from stance.report.record_tables import record_table
from stance.report.table import Cell, Table, columns, number
from stance.report.words import NONE, count, heading, integer, one_line

_LICENCE = ("license", "licence", "rights")
_SETTINGS = (
    ("relevance_threshold", "relevance threshold"),
    ("side_threshold", "side threshold"),
    ("holder_threshold", "holder threshold"),
    ("temperature", "temperature"),
    ("keyword_weight", "weight of topic words"),
    ("side_keyword_weight", "weight of side words"),
    ("paraphrases", "paraphrases"),
)


def measured_table(data: EvaluationData) -> Table:
    """What was measured, on what."""
    config = _mapping(data.run.get("config"))
    method = _mapping(config.get("method"))
    settings = [f"{said} {method[key]}" for key, said in _SETTINGS if key in method]
    sizes = data.report.validation or {}
    known = [(key, sizes[key]) for key in ("texts", "documents", "paragraphs", "cells")
             if isinstance(sizes.get(key), int)]  # fmt: skip
    unmatched = sizes.get("coded cells that the run does not have")
    rows = [
        ("Method", data.method + (f": {', '.join(settings)}" if settings else "")),
        ("Model", str(_mapping(data.run.get("model")).get("id") or NONE)),
        ("Language of the hypotheses", _hypotheses(str(config.get("hypothesis_language") or NONE))),
        ("Propositions", ", ".join(heading(name) for name in data.report.proposition_names)),
        ("Gold labels", one_line(config.get("gold") or NONE)),
        ("Coded", ", ".join(f"{integer(n)} {key}" for key, n in known) or NONE),
        ("Coders", one_line(sizes.get("coders", NONE))),
    ]
    if unmatched:
        rows.append(("Coded, but not in this run", count(unmatched, "cell")))
    caption = "What was measured. Texts are independent: translations of one are one text."
    return record_table("measured", caption, rows, is_prose=True)


def _hypotheses(language: str) -> str:
    return "that of the paragraph" if language == "source" else language


def card_table(data: EvaluationData) -> Table:
    """What the model's own card says."""
    return record_table(
        "card", "What the model’s card says of it.", [*data.card.facts],
        is_prose=True, empty="The model has no card here, or none that could be read.",
    )  # fmt: skip


def training_table(data: EvaluationData) -> Table:
    """What the model learnt from, with licences as its card states them."""
    rows = [(Cell(kind or NONE), Cell(sets)) for kind, sets in data.card.training]
    return Table(
        key="training",
        caption="What the model learnt from, with licences, in the words of its card.",
        columns=columns("Kind", "Sets and licences"),
        rows=tuple(rows),
        empty="What the model learnt from is not said in a card that could be read.",
    )


def seen_table(data: EvaluationData) -> Table:
    """What the model has seen of public benchmarks."""
    rows = [(name, said) for name, said in (data.trained_on or {}).items()]
    return record_table(
        "seen",
        "What the model has seen of public benchmarks, by its configuration.",
        rows,
        is_prose=True,
        empty="The configuration of the model does not say what it was trained on.",
    )


def corpus_table(data: EvaluationData) -> Table:
    """What was read, by source."""
    body = []
    for source in data.report.source_names:
        own = [d for d in data.corpus.documents if d.source == source]
        languages = Counter(d.language or "unknown" for d in own)
        dates = sorted(d.date for d in own if d.date)
        span = (
            "" if not dates else dates[0] if dates[0] == dates[-1] else f"{dates[0]} – {dates[-1]}"
        )
        body.append(
            (
                Cell(source),
                number(integer(len(own))),
                number(integer(len({d.group or d.id for d in own}))),
                number(integer(sum(len(d.paragraphs) for d in own))),
                Cell(", ".join(f"{name} {n}" for name, n in sorted(languages.items()))),
                Cell(span or NONE),
                Cell(_licences([d.metadata for d in own])),
            )
        )
    left_out = f"{count(len(data.corpus.dropped), 'web leftover')} taken out, "
    left_out += f"{count(len(data.corpus.quarantine), 'input')} refused"
    return Table(
        key="corpus",
        caption=(
            f"The corpus: {count(len(data.corpus), 'document')}, "
            f"{count(data.corpus.n_paragraphs, 'paragraph')}; {left_out}. Independent: versions "
            "and near-copies of a text count once. Languages with the number of documents. "
            "Licences as the documents state them."
        ),
        columns=columns(
            *("Source", "Documents", "Independent", "Paragraphs", "Languages", "Dates", "Licence"),
            numeric=(1, 2, 3),
        ),
        rows=tuple(body),
        empty="No document was read.",
    )


def _licences(metadata: list[Mapping[str, Any]]) -> str:
    stated = Counter(
        next((one_line(m[key]) for key in m if key.casefold() in _LICENCE and m[key]), "")
        for m in metadata
    )
    unsaid = stated.pop("", 0)
    parts = [name for name, _ in sorted(stated.items())]
    if unsaid:
        parts.append(f"{integer(unsaid)} not stated" if parts else "not stated")
    return ", ".join(parts)


def gold_table(data: EvaluationData) -> Table:
    """What was coded, by proposition."""
    cells = data.cells(data.method, TEXT).table
    held = data.gold[data.gold["holder"] != TEXT].merge(cells[CELL], on=CELL)
    body = []
    for name, own in cells.groupby("proposition", sort=True):
        counts = own["label_gold"].value_counts()
        holders = held[held["proposition"] == name]
        body.append(
            (
                Cell(heading(str(name))),
                number(integer(len(own))),
                *(number(integer(counts.get(side, 0))) for side in LABELS),
                number(integer(len(holders))),
            )
        )
    return Table(
        key="gold",
        caption="Gold labels: cells of the own voice by label, and stances of holders.",
        columns=columns(
            "Proposition", "Cells", *map(heading, LABELS), "Stances of holders", numeric=range(1, 7)
        ),
        rows=tuple(body),
        empty="No coded cell is in this run.",
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
