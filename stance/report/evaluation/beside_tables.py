"""The tables of what other tasks found: robustness and public benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stance.analysis.measurements import TEXT
from stance.report.evaluation.data import EvaluationData
from stance.report.reasons import QUANTITIES, SHARES
from stance.report.table import Cell, Table, code, columns, number
from stance.report.words import (
    NONE,
    count,
    decimal,
    heading,
    integer,
    interval,
    percent,
    score,
    signed,
)

MOST = 60
_POOLED = "all sources"
_BENCHMARK_FIGURES: Mapping[str, str] = {
    "accuracy": "Accuracy",
    "macro_f1": "Macro-F1",
    "f_avg": "Mean F1 of favor and against",
    "forced_macro_f1": "Macro-F1, a side forced",
    "brier_skill": "Brier skill",
}
_MAJORITY = "majority class"


def _put(quantity: str) -> Callable[[Any], str]:
    return percent if quantity in SHARES else score if quantity == "mean_score" else signed


def spread_table(data: EvaluationData) -> Table:
    """Median and range of the pooled figures over variants."""
    body = []
    if data.robustness is not None:
        rows = data.robustness.spread
        for row in rows[rows["scope"] == _POOLED].to_dict("records"):
            put = _put(row["quantity"])
            body.append(
                (
                    Cell(heading(row["proposition"])),
                    Cell(QUANTITIES.get(row["quantity"], heading(row["quantity"]))),
                    *(number(put(row[name])) for name in ("base", "median", "min", "max")),
                )
            )
    return Table(
        key="robustness",
        caption=(
            "Own voice of all sources together under other wordings, languages of the hypotheses, "
            "windows and treatment of quotes: the value as configured, then median and range over "
            "all variants."
        ),
        columns=columns(
            *("Proposition", "Quantity", "As configured", "Median", "Lowest", "Highest"),
            numeric=range(2, 6),
        ),
        rows=tuple(body),
        empty=_HOW,
    )


_HOW = (
    "Not run. How far the figures hang on wording, language, windows and quotes is told by stance "
    "task=robustness with the same settings; set evaluation.robustness to its output folder."
)


def conclusions_table(data: EvaluationData) -> Table:
    """Which conclusions on sources survive every variant."""
    body: list[tuple[Cell, ...]] = []
    told = unsaid = 0
    if data.robustness is not None:
        rows = data.robustness.conclusions
        concluded = rows[rows["survives"].isin(["yes", "no"])]
        told, unsaid = len(concluded), len(rows) - len(concluded)
        for row in concluded.head(MOST).to_dict("records"):
            body.append(
                (
                    Cell(heading(row["proposition"])),
                    Cell(row["source_a"], minus=row["source_b"]),
                    Cell(QUANTITIES.get(row["quantity"], heading(row["quantity"]))),
                    Cell(row["survives"]),
                    Cell(row["broken_by"] or NONE),
                )
            )
    more = f" {count(told - MOST, 'further one')} in conclusions.csv." if told > MOST else ""
    return Table(
        key="conclusions",
        caption=(
            "Differences between sources that are significant as configured, and whether every "
            f"variant says the same. {count(unsaid, 'other comparison')} conclude"
            f"{'s' if unsaid == 1 else ''} nothing as configured.{more}"
        ),
        columns=columns("Proposition", "Sources", "Quantity", "Survives", "Broken by"),
        rows=tuple(body),
        empty="" if data.robustness is None else
        "No difference between sources is significant as configured, so that none could be lost.",
    )  # fmt: skip


def variants_table(data: EvaluationData) -> Table:
    """What was changed in each variant, and how many labels that moves."""
    body: list[tuple[Cell, ...]] = []
    caption = "Variants."
    if data.robustness is not None:
        here, there = len(data.cells(data.method, TEXT)), data.robustness.n_cells
        part = " Their texts are not those of this report." if here != there else ""
        caption = (
            "Variants, each with one setting changed: share of cells with the label of the own "
            "voice found as configured, of all and of those that either calls related. "
            f"{count(there, 'cell')} (paragraph × proposition) were labelled in each.{part}"
        )
        rows = data.robustness.variants
        for row in rows[rows["setting"] != ""].to_dict("records"):
            same = number(percent(row["agreement"]))
            related = number(percent(row["agreement_related"]), integer(row["n_related"]))
            why = Cell(row["left_out"] or NONE)
            body.append((Cell(heading(row["variant"])), code(row["setting"]), same, related, why))
    return Table(
        key="variants",
        caption=caption,
        columns=columns(
            *("Variant", "Setting", "Same label", "Same label where related", "Left out"),
            numeric=(2, 3),
        ),
        rows=tuple(body),
    )


def benchmarks_table(data: EvaluationData) -> Table:
    """Figures on public labelled sets, and whether the model has seen them."""
    found = [{(f["classifier"], f["figure"]): f for f in _whole(r)} for r in data.benchmarks]
    used = [name for name in _BENCHMARK_FIGURES if any(("model", name) in f for f in found)]
    body: list[tuple[Cell, ...]] = []
    for result, figures in zip(data.benchmarks, found, strict=True):
        about = result["benchmark"]
        first = next(iter(figures.values()))
        seen = Cell(result["contamination"], f"licence: {about['licence'] or 'not stated'}")
        size = number(integer(first["n_rows"]), count(first["n_groups"], "group"))
        where = ", ".join((about["measures"], about["split"], str(result["model"]["id"])))
        measured = [_figure(figures.get(("model", name))) for name in used]
        beside = [_figure(figures.get((_MAJORITY, name))) for name in used]
        body += [
            (Cell(about["name"], where), size, *measured, seen),
            (Cell(_MAJORITY), number(""), *beside, Cell("")),
        ]
    return Table(
        key="benchmarks",
        caption=(
            "Public labelled sets, all languages together; 95% intervals by resampling groups of "
            "rows that belong together, where there are ten or more. With a set: what its labels "
            "measure, its part, and the model. Seen by the model: what its configuration says it "
            "was trained on. The majority class knows the labels of the same rows."
        ),
        columns=columns(
            *("Set", "Rows", *(_BENCHMARK_FIGURES[name] for name in used)),
            "Seen by the model",
            numeric=range(1, 2 + len(used)),
        ),
        rows=tuple(body),
        empty=(
            "None was run. stance task=evaluate benchmark=… measures the model on a public set; "
            "set evaluation.benchmarks to the list of the output folders."
        ),
    )


def commands_table(data: EvaluationData) -> Table:
    """How each public set was measured."""
    return Table(
        key="benchmark-commands",
        caption="How the public sets were measured.",
        columns=columns("Set", "Command"),
        rows=tuple(
            (Cell(result["benchmark"]["name"]), code(result["command"]))
            for result in data.benchmarks
        ),
    )


def _whole(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The figures over all rows."""
    return [figure for figure in result["figures"] if figure["scope"] == "all"]


def _figure(found: Mapping[str, Any] | None) -> Cell:
    if found is None:
        return number(NONE)
    limits = interval(found["ci_low"], found["ci_high"], decimal)
    return number(decimal(found["estimate"]), limits)


def other_models(data: EvaluationData) -> tuple[str, ...]:
    """Benchmarks that another model than the one evaluated here was measured on."""
    own = data.run.get("model")
    here = own.get("weights_sha256") if isinstance(own, Mapping) else None
    return tuple(
        f"{result['benchmark']['name']} ({result['model']['id']})"
        for result in data.benchmarks
        if here and result["model"]["weights_sha256"] != here
    )


def survival(data: EvaluationData) -> tuple[int, int]:
    """Conclusions that survive every variant, and conclusions."""
    if data.robustness is None:
        return 0, 0
    survives = data.robustness.conclusions["survives"]
    return int((survives == "yes").sum()), int(survives.isin(["yes", "no"]).sum())
