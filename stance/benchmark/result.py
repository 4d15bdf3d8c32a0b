"""The result file of a benchmark: what was measured on what, by what, and how to check it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd

from stance.benchmark.config import BenchmarkConfig
from stance.errors import OutputError
from stance.table_files import write_csv

BENCHMARK_SCHEMA = 1
_SCHEMA_FILE = Path(__file__).parent / "result.schema.json"


def contamination(trained_on: Mapping[str, str] | None, benchmark: str) -> str:
    """Whether a model has seen a benchmark, in the words that stand beside its figures."""
    if trained_on is None:
        return "unknown: the model's configuration does not say what it was trained on"
    if benchmark in trained_on:
        return trained_on[benchmark]
    return "not listed among what the model was trained on"


def describe(
    config: BenchmarkConfig,
    origin: str,
    left_out: Mapping[str, int],
    figures: pd.DataFrame,
    trained_on: Mapping[str, str] | None,
    record: Mapping[str, Any],
) -> dict[str, Any]:
    """The result file as a dictionary.

    Args:
        config: The benchmark.
        origin: Where the rows came from.
        left_out: Reason → rows that do not count.
        figures: As `stance.benchmark.figures` gives them.
        trained_on: Benchmark name → part of it that the model has seen; None if not known.
        record: Model, package version, command and whatever else tells runs apart.
    """
    return {
        "schema_version": BENCHMARK_SCHEMA,
        "benchmark": {
            "name": config.name,
            "measures": config.measures,
            "kind": config.kind,
            "origin": origin,
            "split": config.split,
            "licence": config.licence,
            "citation": config.citation,
            "hypotheses": {k: dict(v) for k, v in config.hypotheses.items()},
            "rows": int(figures.loc[figures["scope"] == "all", "n_rows"].iloc[0]),
            "left_out": dict(left_out),
        },
        "contamination": contamination(trained_on, config.name),
        "figures": [
            {key: None if value != value else value for key, value in row.items()}
            for row in figures.to_dict("records")
        ],
        **record,
    }


_SHOWN = ("accuracy", "macro_f1", "f_avg", "forced_macro_f1", "relevance_f1")


def as_text(result: Mapping[str, Any]) -> str:
    """Lines for a terminal: figures over all rows, and whether the model has seen them."""
    about = result["benchmark"]
    found = {(f["classifier"], f["figure"]): f for f in result["figures"] if f["scope"] == "all"}
    first = found["model", "accuracy"]
    lines = [
        f"{about['name']} (measures {about['measures']}), model {result['model']['id']}: "
        f"{first['n_rows']} rows in {first['n_groups']} groups",
        f"seen by the model: {result['contamination']}",
    ]
    for name in _SHOWN:
        if ("model", name) in found:
            figure, beside = found["model", name], found["majority class", name]
            lines.append(
                f"  {name:16} {_put(figure['estimate'])}{_interval(figure):17}"
                f"  majority class {_put(beside['estimate'])}"
            )
    return "\n".join(lines) + "\n"


def _put(value: float | None) -> str:
    return "  –  " if value is None else f"{value:.3f}"


def _interval(figure: Mapping[str, Any]) -> str:
    if figure["ci_low"] is None:
        return ""
    return f" [{_put(figure['ci_low'])}, {_put(figure['ci_high'])}]"


def check_result(result: Mapping[str, Any]) -> None:
    """Validate a result file.

    Raises:
        ValueError: Naming the place in the file, and what was expected there.
    """
    schema = json.loads(_SCHEMA_FILE.read_text("utf-8"))
    error = jsonschema.exceptions.best_match(
        jsonschema.Draft202012Validator(schema).iter_errors(dict(result))
    )
    if error is not None:
        place = "/".join(map(str, error.absolute_path)) or "the file"
        raise ValueError(f"{place}: {error.message}")


def write_result(
    folder: Path, result: Mapping[str, Any], predictions: pd.DataFrame, figures: pd.DataFrame
) -> Path:
    """Write benchmark.json (validated), figures.csv and predictions.parquet.

    Returns:
        The path of benchmark.json.

    Raises:
        OutputError: If the folder cannot be written.
    """
    check_result(result)
    path = folder / "benchmark.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        predictions.to_parquet(folder / "predictions.parquet", index=False)
        write_csv(folder / "figures.csv", figures)
        path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot write the figures ({error.strerror or error}); make room or set "
            "output_dir, and run again: what was scored is kept in the score store"
        ) from error
    return path
