"""The tables of results: voices, sources with their uncertainty, differences, frames, terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from stance.report.data import TEXT_VOICE, ReportData
from stance.report.framing import frame_names
from stance.report.reasons import QUANTITIES, SHARES, per_quantity
from stance.report.table import Cell, Notes, Table, columns, number
from stance.report.words import (
    NONE,
    decimal,
    heading,
    integer,
    interval,
    is_number,
    one_line,
    percent,
    score,
    signed,
)


def quantity(name: str) -> Callable[[Any], str]:
    """How the values of a quantity are put."""
    return percent if name in SHARES else score if name == "mean_score" else signed


def standing_table(data: ReportData) -> Table:
    """Source × holder, all propositions together: who is given a voice."""
    rows = data.standing[data.standing["proposition"] == ""]
    rows = rows.assign(stances=rows["said"] + rows["imputed"])
    rows = rows[rows["stances"] > 0]
    totals = rows.groupby("holder")["stances"].sum()
    holders = sorted(totals.index, key=lambda name: (-totals[name], name))
    found = {(row["source"], row["holder"]): row for row in rows.to_dict("records")}
    body = []
    for source in data.source_names:
        given = [found.get((source, holder)) for holder in holders]
        total = sum(int(row["stances"]) for row in given if row is not None)
        body.append((Cell(source), number(integer(total)), *map(_voice, given)))
    return Table(
        key="standing",
        caption=(
            "Who is given a voice. Stances attributed to each holder, all propositions together, "
            "and their share of the source’s attributions; below, how many are said (quoted or "
            "paraphrased speech, demand or decision) and how many imputed (an aim or interest that "
            "the writer or another speaker ascribes). A stance is one paragraph on one "
            "proposition; all language versions are counted."
        ),
        columns=columns(
            *("Source", "All"),
            *(data.holder_label(holder) for holder in holders),
            numeric=range(1, len(holders) + 2),
        ),
        rows=tuple(body) if holders else (),
        empty="No source attributes a stance to anyone.",
    )


def _voice(row: Mapping[Any, Any] | None) -> Cell:
    if row is None:
        return Cell(NONE, kind="muted")
    return number(
        f"{integer(row['stances'])} ({percent(row['share'])})",
        f"{integer(row['said'])} said, {integer(row['imputed'])} imp.",
    )


def sources_table(data: ReportData) -> Table:
    """The three quantities and the mean score in the text voice, with intervals or the reason."""
    rows = data.sources[data.sources["holder"] == TEXT_VOICE]
    return _quantities(
        data,
        rows,
        key="sources",
        who="Proposition",
        caption=(
            "Stance in each source's own voice. Salience: share of paragraphs related to the "
            "proposition. Side-taking: share of the related that take a side. Direction: (favor − "
            "against) / (favor + against), from −1 to +1. Mean score: mean of p(favor) − "
            "p(against) over all paragraphs. Documents count equally, language versions of one "
            "text as one. In brackets 95% intervals; the notes say why there is none, or what to "
            "beware of. A dash: no paragraph to take the figure from. n: paragraphs sided / "
            "related / all; below, independent documents (all documents)."
        ),
        empty="No source could be measured.",
    )


def holders_table(data: ReportData) -> Table:
    """The same for the holders, where a source attributes them a stance."""
    rows = data.sources[(data.sources["holder"] != TEXT_VOICE) & (data.sources["n_related"] > 0)]
    return _quantities(
        data,
        rows,
        key="holders",
        who="Proposition: holder",
        caption=(
            "Stance that each source attributes to others. Salience here is the share of "
            "paragraphs that attribute the holder a stance on the proposition; mean score is over "
            "those paragraphs. Exploratory. Columns as in the table of own voices."
        ),
        empty="No source attributes a stance to anyone.",
    )


def _quantities(
    data: ReportData, rows: pd.DataFrame, *, key: str, who: str, caption: str, empty: str
) -> Table:
    notes = Notes()
    order = {name: place for place, name in enumerate(data.proposition_names)}
    places = {name: place for place, name in enumerate(data.source_names)}
    holders = {name: place for place, name in enumerate(data.holder_names)}
    records = sorted(
        rows.to_dict("records"),
        key=lambda row: (
            places[row["source"]],
            order[row["proposition"]],
            holders.get(row["holder"], -1),
            row["holder"],
        ),
    )
    body, throughout = [], True
    for row in records:
        reasons = per_quantity(row["interval_reason"])
        what = heading(row["proposition"])
        if row["holder"] != TEXT_VOICE:
            what += f": {data.holder_label(row['holder'])}"
        paragraphs = "/".join(integer(row[c]) for c in ("n_sided", "n_related", "n_paragraphs"))
        documents = f"{integer(row['n_independent'])} ({integer(row['n_documents'])}) doc."
        cells = []
        for name in QUANTITIES:
            bounds = (row[f"{name}_ci_low"], row[f"{name}_ci_high"])
            shown = quantity(name)
            marks: tuple[str, ...] = ()
            if is_number(row[name]):
                marks = notes.mark(reasons[name])
                throughout &= bool(marks)
            cells.append(number(shown(row[name]), interval(*bounds, shown), marks))
        body.append((Cell(row["source"]), Cell(what), number(paragraphs, documents), *cells))
    settled, listed = notes.settle(body, throughout=throughout)
    return Table(
        key=key,
        caption=caption,
        columns=columns("Source", who, "n", *QUANTITIES.values(), numeric=range(2, 7)),
        rows=settled,
        notes=listed,
        empty=empty,
    )


def frames_table(data: ReportData) -> Table:
    """Source × frame: share of paragraphs, with intervals."""
    names, notes = frame_names(data), Notes()
    found = {(row["source"], row["frame"]): row for row in data.frames.to_dict("records")}
    body = []
    for source in data.source_names:
        own = [found[source, name] for name in names if (source, name) in found]
        if not own:
            continue
        sizes = number(
            integer(max(row["n_paragraphs"] for row in own)),
            f"{integer(max(row['n_documents'] for row in own))} doc.",
        )
        cells = [_frame(found.get((source, name)), notes) for name in names]
        body.append((Cell(source), sizes, *cells))
    throughout = all(data.frames["interval_reason"] != "")
    settled, listed = notes.settle(body, throughout=throughout)
    return Table(
        key="frames",
        caption=(
            "Frames. Share of paragraphs that carry each frame, documents counted equally, with "
            "95% intervals or, in the notes, why there is none. A paragraph may carry several "
            "frames or none. n: paragraphs; documents. Exploratory."
        ),
        columns=columns(
            *("Source", "n"),
            *(data.frame_labels.get(name) or heading(name) for name in names),
            numeric=range(1, len(names) + 2),
        ),
        rows=settled,
        notes=listed,
        empty="No frames were asked for.",
    )


def _frame(row: Mapping[Any, Any] | None, notes: Notes) -> Cell:
    if row is None:
        return Cell(NONE, kind="muted")
    bounds = interval(row["share_ci_low"], row["share_ci_high"], percent)
    return number(percent(row["share"]), bounds, notes.mark(one_line(row["interval_reason"])))


def terms_table(data: ReportData) -> Table:
    """Language × source: the terms that set the source apart from the others."""
    body = []
    for (language, source), part in data.terms.groupby(["language", "source"], sort=True):
        ranked = part.sort_values(["z", "term"], ascending=[False, True])
        words = [
            f"{row['term']} ({integer(row['count'])}:{integer(row['count_others'])}, "
            f"z\u00a0{decimal(row['z'], 1)})"
            for row in ranked.to_dict("records")
        ]
        body.append((Cell(str(language)), Cell(str(source)), Cell(", ".join(words))))
    return Table(
        key="terms",
        caption=(
            "Distinctive terms, within one language: log-odds against the other sources of that "
            "language with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008), the "
            "largest z first. In brackets: count here : count in the others, z. Exploratory."
        ),
        columns=columns("Language", "Source", "Terms"),
        rows=tuple(body),
        empty="No language has two sources to set apart.",
    )
