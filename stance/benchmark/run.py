"""``task=evaluate benchmark=…``: from the configuration to the files."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from stance.analysis.measurements import LABELS
from stance.benchmark.items import read_items
from stance.benchmark.measure import figures
from stance.benchmark.own import own_predictions
from stance.benchmark.predict import labels_of, predict
from stance.benchmark.result import as_text, describe, write_result
from stance.config import StanceConfig
from stance.engine import scoring
from stance.provenance import package_version
from stance.result import text_mode
from stance.run import load_model


def measure_benchmark(config: StanceConfig, folder: Path) -> Path:
    """Measure the model on a labelled set; return the path of benchmark.json.

    Raises:
        ConfigError, CorpusError, OutputError: As reading, scoring and writing do.
    """
    benchmark = config.benchmark
    text_mode(config)  # what is wrong with it is said before hours of scoring
    read = read_items(benchmark, config.seed)
    model = load_model(config)
    with scoring(model, config.engine) as scorer:
        predictions = predict(benchmark, read.items, model, scorer, config.hypothesis_language)
    found = figures(benchmark, predictions, labels_of(benchmark), config.seed)
    record = _record(config, asdict(model.identity))
    origin, seen = read.origin, trained_on(config)
    result = describe(benchmark, origin, read.left_out, found, seen, record)
    return _write(config, folder, result, predictions, found)


def measure_own(
    config: StanceConfig,
    folder: Path,
    cells: pd.DataFrame,
    paragraphs: pd.DataFrame,
    model: Mapping[str, Any],
) -> Path:
    """The same for a benchmark that is a corpus with gold labels, of which the method has run.

    Args:
        config: Of the run.
        folder: Where benchmark.json, figures.csv and predictions.parquet go.
        cells, paragraphs: As for `own_predictions`.
        model: What ran, as in results.json.
    """
    predictions = own_predictions(cells, paragraphs)
    found = figures(config.benchmark, predictions, LABELS, config.seed)
    origin, seen = str(config.corpus.path), trained_on(config)
    result = describe(config.benchmark, origin, {}, found, seen, _record(config, model))
    return _write(config, folder, result, predictions, found)


def trained_on(config: StanceConfig) -> dict[str, str] | None:
    """What the model has seen, by its configuration; a choice with another id says nothing."""
    settings = config.model
    return settings.trained_on if settings.id == settings.described else None


def _record(config: StanceConfig, model: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "model": dict(model),
        "package_version": package_version(),
        "command": shlex.join(["stance", *sys.argv[1:]]),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": config.seed,
        "hypothesis_language": config.hypothesis_language,
    }


def _write(
    config: StanceConfig,
    folder: Path,
    result: Mapping[str, Any],
    predictions: pd.DataFrame,
    found: pd.DataFrame,
) -> Path:
    if text_mode(config) != "full":
        # A group may be a text; its number serves as well to resample by.
        group = predictions["group"].astype("category").cat.codes
        predictions = predictions.drop(columns=["text", "target"]).assign(group=group)
    path = write_result(folder, result, predictions, found)
    sys.stdout.write(as_text(result))
    return path
