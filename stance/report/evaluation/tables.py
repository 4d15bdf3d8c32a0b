"""The tables of figures: beside baselines, by part of the sample, confusion, agreement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from stance.analysis.agreement import HOLDERS, RELATED
from stance.analysis.measurements import LABELS, TEXT
from stance.evaluation.scores import UNRELATED, confusion
from stance.report.evaluation import names
from stance.report.evaluation.baselines import KEYWORD_RULES, USUAL_SIDE
from stance.report.evaluation.data import EvaluationData
from stance.report.evaluation.figures import BASELINE, DIFFERENCE, METHOD, Figure
from stance.report.table import Cell, Notes, Table, columns, number
from stance.report.words import (
    NONE,
    count,
    decimal,
    heading,
    integer,
    interval,
    is_number,
    one_line,
    percent,
    signed,
)

Index = Mapping[tuple[str, str, str, str], Figure]
_LANGUAGE, _PROPOSITION = "language", "proposition"


def index_of(figures: Iterable[Figure]) -> Index:
    """Section, name, scope and value → figure."""
    return {(f.section, f.name, f.scope, f.value): f for f in figures}


def figures_table(data: EvaluationData, found: Index) -> Table:
    """The text voice: the method beside every baseline."""
    n = len(data.cells(data.method, TEXT))
    return _beside(
        data, found, TEXT, names.FIGURES, KEYWORD_RULES,
        key="figures",
        caption=(
            f"Own voice, {count(n, 'cell')} (paragraph × proposition) of "
            f"{count(data.n_independent, 'independent document')}, the same for every column. "
            "Below a figure its interval over documents. Baselines are taken to be sure of their "
            "labels. Higher is better, but for the calibration error and the area under risk and "
            "coverage; a calibration error below its noise floor cannot be told from none."
        ),
    )  # fmt: skip


def holders_table(data: EvaluationData, found: Index) -> Table:
    """Holders: the method beside the baselines that name any."""
    n = len(data.cells(data.method, HOLDERS))
    return _beside(
        data, found, HOLDERS, names.HOLDER_FIGURES, USUAL_SIDE,
        key="holders",
        caption=(
            f"Holders, {count(n, 'cell')} that gold or the method names. Keyword rules: the side "
            "whose words stand in the sentences that name the holder. Usual side: the side that "
            "gold gives the holder most often in the other documents. Both only where the holder "
            "is named and a topic word occurs."
        ),
    )  # fmt: skip


def _beside(
    data: EvaluationData,
    found: Index,
    voice: str,
    figures: Mapping[str, str],
    against: str,
    *,
    key: str,
    caption: str,
) -> Table:
    notes, body = Notes(), []
    classifiers = data.classifiers_of(voice)
    if voice == TEXT:  # the usual side calls every text unrelated, as the majority class does
        classifiers = tuple(name for name in classifiers if name != USUAL_SIDE)
    has_difference = against in classifiers
    for name, said in figures.items():
        cells = [Cell(said)]
        for classifier in classifiers:
            scope = METHOD if classifier == data.method else BASELINE
            cells.append(figure_cell(found.get((voice, name, scope, classifier)), notes))
        if has_difference:
            cells.append(figure_cell(found.get((voice, name, DIFFERENCE, against)), notes))
        if any(cell.text != NONE for cell in cells[1:]):
            body.append(tuple(cells))
    rows, listed = notes.settle(body, throughout=False)
    heads = [heading(name) for name in classifiers]
    if has_difference:
        heads.append(f"{heading(data.method)} − {against}")
    return Table(
        key=key,
        caption=caption,
        columns=columns("Figure", *heads, numeric=range(1, len(heads) + 1)),
        rows=rows,
        notes=listed,
        empty="Neither gold nor the method names a holder.",
    )


def figure_cell(figure: Figure | None, notes: Notes) -> Cell:
    """A figure with its interval, or a letter for why there is none."""
    if figure is None:
        return Cell(NONE, kind="muted")
    is_difference = figure.scope == DIFFERENCE
    put = percent if figure.name in names.SHARES and not is_difference else (
        names.signed_three if is_difference and figure.name in names.LOWER_IS_BETTER
        else signed if is_difference
        else names.shown(figure.name)
    )  # fmt: skip
    reason = "" if figure.name == "ece_noise_floor" else one_line(figure.reason)
    limits = interval(figure.low, figure.high, put)
    return number(put(figure.estimate), limits, notes.mark(reason))


def scope_table(data: EvaluationData, figures: Sequence[Figure], scope: str) -> Table:
    """Errors of the method by language, source or proposition."""
    notes, body = Notes(), []
    found = index_of(figures)
    values = list(dict.fromkeys(f.value for f in figures if f.scope == scope and f.section == TEXT))
    for value in values:
        whole = found[TEXT, "error", scope, value]
        related = found[TEXT, "error_related", scope, value]
        name = heading(value) if scope == _PROPOSITION else value
        cells = [Cell(name, kind="code" if scope == _LANGUAGE else "text")]
        cells.append(number(f"{integer(whole.n)} / {integer(related.n)}"))
        for figure in names.SCOPE_FIGURES:
            cells.append(figure_cell(found.get((TEXT, figure, scope, value)), notes))
        held = found.get((HOLDERS, "side_f1", scope, value))
        cells.append(figure_cell(held, notes))
        body.append(tuple(cells))
    rows, listed = notes.settle(body, throughout=True)
    return Table(
        key=f"by-{scope}",
        caption=(
            f"The method by {scope}. Cells: all / those that gold calls related. Wrong: share of "
            "cells of the own voice with another label than gold."
        ),
        columns=columns(
            *(heading(scope), "Cells", *names.SCOPE_FIGURES.values(), "Holder and side, F1"),
            numeric=range(1, 7),
        ),
        rows=rows,
        notes=listed,
        empty="No cell was compared.",
    )


def confusion_table(data: EvaluationData, voice: str) -> Table:
    """Gold labels in rows, labels found in columns."""
    cells = data.cells(data.method, voice)
    counts = confusion(cells.gold, cells.predicted)
    body = []
    for code, name in enumerate(LABELS):
        total = counts[code].sum()
        if not total and not counts[:, code].any():
            continue
        cells_of_row = [
            Cell(NONE, kind="muted")
            # A holder whom nobody names is no cell.
            if voice == HOLDERS and code == other == UNRELATED
            else number(f"{integer(n)} ({percent(n / total)})" if n else "0")
            for other, n in enumerate(counts[code])
        ]
        body.append((Cell(name), *cells_of_row, number(integer(total))))
    who = "own voice" if voice == TEXT else "holders; unrelated is a holder that one side misses"
    return Table(
        key=f"confusion-{voice}",
        caption=f"Gold labels (rows) and labels found (columns), {who}. Cells, and their share of "
        "the row.",
        columns=columns("Gold", *LABELS, "All", numeric=range(1, 6)),
        rows=tuple(body),
        empty="Neither gold nor the method names a holder.",
    )


def agreement_table(data: EvaluationData) -> Table:
    """The method and gold as two coders; the coders among themselves where there are several."""
    notes, body = Notes(), []
    for who, table in (
        ("Method with gold", data.measures),
        ("Coders with each other", data.coders),
    ):
        if not len(table):
            continue
        rows = table[(table["scope"] == "all") & table["measure"].isin(_AGREEMENT)]
        for row in rows.to_dict("records"):
            if not row["n_cells"] or not is_number(row["estimate"]):
                continue
            if row["voice"] == HOLDERS and row["measure"] != "side_f1":
                continue
            if row["voice"] == TEXT and row["measure"] == "side_f1":
                continue
            limits = interval(row["ci_low"], row["ci_high"], decimal)
            body.append(
                (
                    Cell(who),
                    Cell("own voice" if row["voice"] == TEXT else "holders"),
                    Cell(_WHICH.get(row["cells"], row["cells"])),
                    Cell(_AGREEMENT[row["measure"]]),
                    number(
                        decimal(row["estimate"]),
                        limits,
                        notes.mark(_reason(row["interval_reason"])),
                    ),
                    number(integer(row["n_cells"])),
                )
            )
    rows_, listed = notes.settle(body, throughout=True)
    return Table(
        key="agreement",
        caption=(
            "Agreement. Over all cells it is high where most are unrelated, whoever codes; over "
            "the cells that either (or any) calls related it says how they agree where there is "
            "something to agree on."
        ),
        columns=columns(
            *("Between", "Voice", "Cells", "Measure", "Value", "Number of cells"), numeric=(4, 5)
        ),
        rows=rows_,
        notes=listed,
        empty="No cell was compared.",
    )


_AGREEMENT = {
    "alpha": "Krippendorff’s alpha",
    "accuracy": "same label",
    "agreement": "same label",
    "side_f1": "holder and side, F1",
}
_WHICH = {"all": "all", RELATED: "related by either"}


def _reason(value: object) -> str:
    return one_line(value) if isinstance(value, str) else ""
