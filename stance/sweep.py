"""After a sweep: one comparison across its runs, as CSV and as a page."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import yaml
from hydra.experimental.callback import Callback
from jinja2 import Environment
from omegaconf import DictConfig, OmegaConf

from stance.app import FAILED, failed_runs
from stance.table_files import write_csv

log = logging.getLogger(__name__)

# Title, note and table of one part of a page.
Part = tuple[str, str, pd.DataFrame]
_CELL = ["document", "paragraph", "proposition"]
_SHOWN = ["salience", "side_taking", "direction", "mean_score", "n_related", "n_paragraphs"]

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ heading }}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: 1rem 0 2rem;
        font-variant-numeric: tabular-nums }
th, td { padding: .25rem .7rem; border-bottom: 1px solid #8886; text-align: left }
</style></head><body>
<h1>{{ heading }}</h1>
<ol start="0">{% for run in runs %}<li>{{ run }}</li>{% endfor %}</ol>
{% for title, note, table in parts %}<h2>{{ title }}</h2><p>{{ note }}</p>
<table><thead><tr>{% for column in table.columns %}<th>{{ column }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in table.itertuples(index=False) %}<tr>
{% for value in row %}<td>{{ value }}</td>{% endfor %}</tr>{% endfor %}</tbody></table>
{% endfor %}</body></html>
"""


class SweepComparison(Callback):
    """Writes ``comparison.csv`` and ``comparison.html`` into the folder of a sweep.

    Over benchmarks, ``benchmarks.csv`` and ``benchmarks.html``: one table of all runs.
    """

    def on_multirun_end(self, config: DictConfig, **kwargs: Any) -> None:
        """Compare the finished runs and name those that failed; fewer than two are said so."""
        # Not the whole sweep node: its subdir needs the number of a job, which is over.
        folder = Path(str(config.hydra.sweep.dir))
        if not folder.is_absolute():
            folder = Path(config.hydra.runtime.cwd) / folder
        reasons = sorted(folder.glob(f"*/{FAILED}"))
        failed_runs.update(path.parent for path in reasons)
        failed = {_overrides(path.parent): path.read_text("utf-8").strip() for path in reasons}
        for run, reason in failed.items():
            log.warning("failed: %s: %s", run, reason)
        measured = sorted(folder.glob("*/benchmark.json"), key=lambda path: path.parent.name)
        if measured:
            page = write_benchmark_table(folder, measured, str(config.name), failed)
            log.info("figures of %d benchmark runs: %s", len(measured), page)
        finished = sorted(folder.glob("*/results.json"), key=lambda path: path.parent.name)
        if len(finished) < 2:
            if measured:
                return
            log.warning("%s: %d finished runs, nothing to compare", folder, len(finished))
            return
        write_comparison(folder, [path.parent for path in finished], str(config.name), failed)
        log.info("comparison of %d runs: %s", len(finished), folder / "comparison.html")


def write_comparison(
    folder: Path,
    runs: list[Path],
    name: str,
    failed: Mapping[str, str] | None = None,
    names: list[str] | None = None,
) -> Path:
    """Compare finished output folders; return the path of the page.

    Args:
        folder: Where ``comparison.csv`` and ``comparison.html`` go.
        runs: Output folders.
        name: Heading of the page.
        failed: Run → reason, of those that are missing from the comparison.
        names: What to call the runs; by default, what was set for them.
    """
    names = names or [_overrides(run) for run in runs]
    stances = pd.concat(
        [
            _text_voice(run).assign(run=index, overrides=names[index])
            for index, run in enumerate(runs)
        ],
        ignore_index=True,
    )
    columns = ["run", "overrides", "source", "proposition", *_SHOWN]
    write_csv(folder / "comparison.csv", stances[columns])
    parts = [
        (
            "Text voice by source and proposition",
            "Smallest and largest value over the runs; stable means that the sign of the direction "
            "is the same in every run that has one.",
            spread(stances),
        ),
        (
            "Agreement between runs",
            "Share of cells with the same label of the text voice, over all cells and over the "
            "cells that either run calls related.",
            agreement_of_runs(runs),
        ),
    ]
    heading = f"{name}: {len(names)} runs compared"
    return write_page(folder / "comparison.html", heading, names, parts + _failures(failed))


def _failures(failed: Mapping[str, str] | None) -> list[Part]:
    if not failed:
        return []
    table = pd.DataFrame([*failed.items()], columns=["run", "reason"])
    return [("Runs that failed", "They are in no other table of this page.", table)]


def write_benchmark_table(
    folder: Path, results: list[Path], name: str, failed: Mapping[str, str] | None = None
) -> Path:
    """One table of the figures of benchmark runs; return the path of its page."""
    rows = []
    for run, path in enumerate(results):
        result = json.loads(path.read_text("utf-8"))
        about = {
            "run": run,
            "overrides": _overrides(path.parent),
            "benchmark": result["benchmark"]["name"],
            "measures": result["benchmark"]["measures"],
            "model": result["model"]["id"],
            "contamination": result["contamination"],
        }
        rows += [about | figure for figure in result["figures"] if figure["scope"] != "target"]
    table = pd.DataFrame(rows)
    write_csv(folder / "benchmarks.csv", table)
    shown = table.assign(
        classifier=table["classifier"].where(table["classifier"] != "model", table["model"]),
        estimate=[_with_interval(row) for row in table.to_dict("records")],
    )
    wide = shown.pivot_table(
        index=["run", "measures", "benchmark", "value", "classifier", "contamination", "n_rows"],
        columns="figure",
        values="estimate",
        aggfunc="first",
        sort=False,
    )
    note = (
        "A line per run, language and classifier; 95 % intervals over groups of rows. Figures of "
        "the majority class know the labels of the same rows."
    )
    runs = [_overrides(path.parent) for path in results]
    parts = [("Figures", note, wide.reset_index().fillna(""))]
    heading = f"{name}: {len(runs)} runs compared"
    return write_page(folder / "benchmarks.html", heading, runs, parts + _failures(failed))


def _with_interval(row: dict[Any, Any]) -> str:
    low, high = row["ci_low"], row["ci_high"]
    interval = f" [{low:.3f}, {high:.3f}]" if low == low and low is not None else ""
    return f"{row['estimate']:.3f}{interval}" if row["estimate"] == row["estimate"] else ""


def write_page(path: Path, heading: str, runs: list[str], parts: list[Part]) -> Path:
    """Write one self-contained page: the runs, counted from 0, then every part; return its path.

    Values are shown as ``str`` makes them, escaped.
    """
    page = Environment(autoescape=True).from_string(_PAGE)
    path.write_text(page.render(heading=heading, runs=runs, parts=parts), "utf-8")
    return path


def _overrides(run: Path) -> str:
    """What was set for this run, as Hydra recorded it; else its folder's name."""
    try:
        recorded = OmegaConf.load(run / ".hydra" / "overrides.yaml")
        # As it stands there: a folder that was passed on may refer to a password.
        overrides = OmegaConf.to_container(recorded, resolve=False)
        return " ".join(map(str, overrides or [])) or run.name
    except (OSError, ValueError, TypeError, yaml.YAMLError):
        return run.name


def _text_voice(run: Path) -> pd.DataFrame:
    record = json.loads((run / "results.json").read_text("utf-8"))
    table = pd.DataFrame(record["tables"]["source_stance"])
    return table[table["holder"] == "text"]


def spread(stances: pd.DataFrame) -> pd.DataFrame:
    """Range over runs of salience and direction, per source × proposition."""
    rows = []
    for (source, proposition), group in stances.groupby(["source", "proposition"], sort=True):
        salience = pd.to_numeric(group["salience"])
        direction = pd.to_numeric(group["direction"]).dropna()
        signs = {(value > 0) - (value < 0) for value in direction}
        rows.append(
            {
                "source": source,
                "proposition": proposition,
                "salience": f"{salience.min():.2f} to {salience.max():.2f}",
                "direction": f"{direction.min():+.2f} to {direction.max():+.2f}"
                if len(direction)
                else "no run has one",
                "runs with a direction": len(direction),
                "stable": "" if len(direction) < 2 else "yes" if len(signs) == 1 else "no",
            }
        )
    return pd.DataFrame(rows)


def agreement_of_runs(runs: list[Path]) -> pd.DataFrame:
    """Share of cells labelled alike, for every pair of runs."""
    labels = []
    for run in runs:
        table = pd.read_parquet(
            run / "paragraph_stance.parquet", columns=[*_CELL, "holder", "label"]
        )
        labels.append(table[table["holder"] == "text"].set_index(_CELL)["label"])
    rows = []
    for first in range(len(runs)):
        for second in range(first + 1, len(runs)):
            found = label_agreement(labels[first], labels[second])
            rows.append(
                {
                    "runs": f"{first} and {second}",
                    "cells": found.cells,
                    "same label": f"{found.same:.3f}" if found.cells else "",
                    "related by either": found.related,
                    "same label there": f"{found.same_related:.3f}" if found.related else "",
                }
            )
    return pd.DataFrame(rows)


class LabelAgreement(NamedTuple):
    """How far two runs label the same cells alike.

    Attributes:
        cells: Cells that both runs have.
        same: Share of them with the same label; NaN without any.
        related: Cells that either run calls related.
        same_related: Share of these with the same label; NaN without any.
    """

    cells: int
    same: float
    related: int
    same_related: float


def label_agreement(first: pd.Series[Any], second: pd.Series[Any]) -> LabelAgreement:
    """Compare labels of the text voice, each series indexed by cell."""
    both = pd.concat([first, second], axis=1, join="inner", keys=["a", "b"])
    same = both["a"] == both["b"]
    related = (both != "unrelated").any(axis=1)
    return LabelAgreement(
        len(both), float(same.mean()), int(related.sum()), float(same[related].mean())
    )
