"""The robustness report: tables for programs, a page and Markdown for people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from stance.errors import OutputError
from stance.report.markdown import escape
from stance.report.reasons import SHARES
from stance.report.words import NONE, count, decimal, integer, one_line, p_value, score, signed
from stance.robustness.compare import OWN, POOLED
from stance.robustness.rerun import Robustness
from stance.sweep import Part, write_page
from stance.table_files import write_csv

MAX_ROWS = 60
"""Rows of one table of the page; the CSV files hold them all."""

_FIGURE_COLUMNS = ["proposition", "source", "quantity", "base", "median", "range", "values"]


def write_robustness(folder: Path, name: str, found: Robustness) -> Path:
    """Write variants.csv, robustness.csv, conclusions.csv, robustness.md and robustness.html.

    Args:
        folder: Created if missing.
        name: Of the experiment.
        found: What the variants found.

    Returns:
        The path of robustness.html.

    Raises:
        OutputError: If the folder cannot be written to.
    """
    heading = f"{name}: how robust the findings are"
    shown = found.variants.fillna({"left_out": ""})
    runs = [
        f"{row['variant']}{': ' if row['setting'] else ''}{row['setting']}"
        for row in shown[shown["left_out"] == ""].to_dict("records")
    ]
    parts = _parts(found)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_csv(folder / "variants.csv", found.variants)
        write_csv(folder / "robustness.csv", found.figures)
        write_csv(folder / "conclusions.csv", found.conclusions)
        (folder / "robustness.md").write_text(_markdown(heading, runs, parts), "utf-8")
        return write_page(folder / "robustness.html", heading, runs, parts)
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be written ({error.strerror or error}); set output_dir to a folder "
            "that can, and run again: what was scored is kept"
        ) from error


def _parts(found: Robustness) -> list[Part]:
    concluded = found.conclusions[found.conclusions["survives"] != "not concluded"]
    rest = found.conclusions[found.conclusions["survives"] == "not concluded"]
    pooled, own = (
        found.figures[found.figures["scope"] == scope].drop(columns="scope")
        for scope in (POOLED, OWN)
    )
    return [
        ("What survives", _in_words(found.conclusions), _conclusion_rows(concluded)),
        (
            "Differences that base leaves open",
            "Base does not show them to be larger than chance. The counts are of variants: where "
            f"the sign is that of base, where it is gone, and where it is turned.{_more(rest)}",
            _open_rows(rest.head(MAX_ROWS)),
        ),
        (
            "Figures over all sources",
            "The text voice, all documents taken as one source. Median and range are over base "
            "and every variant that has a value; in brackets the variants of the lowest and the "
            "highest.",
            _figure_rows(pooled).drop(columns="source"),
        ),
        (
            "Figures by source",
            f"The same for each source.{_more(own, 'robustness.csv')}",
            _figure_rows(own.head(MAX_ROWS)),
        ),
        (
            "Variants",
            "Each changes one setting of base. Share of cells (paragraph × proposition) with the "
            "same label of the text voice as in base: over all of them, and over those that "
            "either calls related.",
            _variant_rows(found.variants),
        ),
        ("How it was run", "Of base; every variant ran in the same process.", _record_rows(found)),
    ]


def _more(rows: pd.DataFrame, file: str = "conclusions.csv") -> str:
    hidden = len(rows) - MAX_ROWS
    return f" {count(hidden, 'further row')} in {file}." if hidden > 0 else ""


def _in_words(conclusions: pd.DataFrame) -> str:
    differences = count(len(conclusions), "difference")
    verdicts = conclusions["survives"].value_counts()
    yes, no = (int(verdicts.get(name, 0)) for name in ("yes", "no"))
    if conclusions.empty:
        return "There are no two sources to compare, so there is no conclusion on them."
    if not yes + no:
        return (
            f"Base concludes nothing on the sources: none of {differences} between them is shown "
            "to be larger than chance would give."
        )
    return (
        f"Of {differences} between sources base concludes {yes + no}; "
        f"{yes} of these stay{'s' if yes == 1 else ''} in every variant, with the same sign and "
        f"larger than chance. {no} {'does' if no == 1 else 'do'} not."
    )


def _conclusion_rows(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        [
            _about(row)
            | {
                "p": p_value(row["p_adjusted"]),
                "same sign": f"{row['same_sign']} of {row['n_variants']}",
                "significant": f"{row['n_significant']} of {row['n_variants']}",
                "survives": row["survives"],
                "broken by": row["broken_by"],
            }
            for row in rows.to_dict("records")
        ]
    )


def _open_rows(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        [
            _about(row)
            | {
                "same sign": integer(row["same_sign"]),
                "zero or missing": integer(row["zero_or_missing"]),
                "reversed": integer(row["reversed"]),
                "significant": row["n_significant"],
                "variants": row["n_variants"],
            }
            for row in rows.to_dict("records")
        ]
    )


def _about(row: dict[object, object]) -> dict[str, object]:
    return {
        "sources": f"{one_line(row['source_a'])} − {one_line(row['source_b'])}",
        "proposition": one_line(row["proposition"]),
        "quantity": str(row["quantity"]).replace("_", " "),
        "difference": _signed_by(row["quantity"])(row["difference"]),
    }


def _signed_by(quantity: object) -> Callable[[object], str]:
    return score if quantity == "mean_score" else signed


def _figure_rows(rows: pd.DataFrame) -> pd.DataFrame:
    made = []
    for row in rows.to_dict("records"):
        shown = decimal if row["quantity"] in SHARES else _signed_by(row["quantity"])
        base, median, low, high = (
            shown(row[column]) for column in ("base", "median", "min", "max")
        )
        ends = f" ({row['lowest']}, {row['highest']})" if low != high else ""
        made.append(
            {
                "proposition": one_line(row["proposition"]),
                "source": one_line(row["source"]),
                "quantity": str(row["quantity"]).replace("_", " "),
                "base": base,
                "median": median,
                "range": f"{low} to {high}{ends}" if row["n_values"] else NONE,
                "values": row["n_values"],
            }
        )
    return pd.DataFrame(made, columns=_FIGURE_COLUMNS)


def _variant_rows(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "variant": row["variant"],
                "setting": row["setting"],
                "same label": decimal(row["agreement"]),
                "of cells": integer(row["n_cells"]),
                "same label where related": decimal(row["agreement_related"]),
                "related cells": integer(row["n_related"]),
                "left out": one_line(row["left_out"]),
            }
            for row in rows.to_dict("records")
        ]
    )


def _record_rows(found: Robustness) -> pd.DataFrame:
    record = found.record
    rows = {
        "command": record["command"],
        "package": f"stance {record['package_version']}",
        "model": f"{record['model']['id']} {record['model']['revision']}".strip(),
        "weights": record["model"]["weights_sha256"],
        "method": record["method"],
        "corpus": record["corpus_fingerprint"],
        "documents": record["counts"]["documents"],
        "created": record["created"],
    }
    return pd.DataFrame([*rows.items()], columns=["what", "value"])


def _markdown(heading: str, runs: list[str], parts: list[Part]) -> str:
    lines = [f"# {escape(heading)}", "", *(f"- {escape(run)}" for run in runs)]
    for title, note, table in parts:
        lines += ["", f"## {escape(title)}", "", escape(note), ""]
        if len(table):
            rows = [list(table.columns), *table.itertuples(index=False)]
            body = [f"| {' | '.join(escape(value) or ' ' for value in row)} |" for row in rows]
            lines += [body[0], f"|{' :-- |' * len(table.columns)}", *body[1:]]
    return "\n".join(lines) + "\n"
