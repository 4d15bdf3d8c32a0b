"""What a report is made from: of a run in memory, and of the folder of a finished one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from stance.config import StanceConfig, to_object
from stance.config_safety import leaves
from stance.errors import ConfigError
from stance.report import ReportData
from stance.report.data import WORDS
from stance.table_files import unguarded

# Table of the report → its file; the corrected ones are there with gold labels only.
_FILES = {
    "sources": "source_stance.csv",
    "documents": "documents.csv",
    **{name: f"{name}.csv" for name in ("comparisons", "standing", "frames", "terms", "baselines")},
}
_WITH_GOLD = ("corrected", "corrected_differences")
_UNFIT = (
    OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError,
    OmegaConfBaseException,
)  # fmt: skip


def as_report_data(
    config: StanceConfig, record: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]
) -> ReportData:
    """The tables of a run in the shape that the report reads, with the words of its sets.

    Args:
        record: All of results.json but the tables.
        tables: Field of ``ReportData`` → table, every one of them.
    """
    propositions, frames = config.propositions.items, config.frames.frames
    return ReportData(
        **tables,
        propositions={name: item.statement["en"] for name, item in propositions.items()},
        frame_labels={name: frame.label.get("en", name) for name, frame in frames.items()},
        frame_definitions={name: frame.definition for name, frame in frames.items()},
        run=record,
        holder_labels={
            name: holder.name.get("en", name) for name, holder in config.holders.holders.items()
        },
        kinds=tuple(config.analysis.kinds),
    )


def read_run(folder: Path) -> ReportData:
    """What the report of a finished run was made from, out of its folder.

    Raises:
        ConfigError: It is no folder of a finished run of this version, or the run kept no text.
    """
    try:
        record = json.loads((folder / "results.json").read_text("utf-8"))
        config = _config(record["config"])
        in_results = record.pop("tables")
        paragraphs = pd.read_parquet(folder / "paragraph_stance.parquet")
        tables = {name: _read_table(folder / file) for name, file in _FILES.items()}
        tables |= {
            name: _read_table(folder / f"{name}.csv") for name in _WITH_GOLD if name in in_results
        }
        lines = {name: _read_lines(folder / f"{name}.jsonl") for name in ("dropped", "quarantine")}
    except _UNFIT as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise ConfigError(
            f"runs: {folder} is not the output folder of a finished run of this version ({why})"
        ) from error
    if config.report.text != "full":
        raise ConfigError(
            f"runs: {folder} was written with report.text={config.report.text}, so that its texts "
            "are not there to report; run the analysis again, scores in the store are used again"
        )
    return as_report_data(config, record, {"paragraphs": paragraphs, **tables, **lines})


def _config(values: Mapping[str, Any]) -> StanceConfig:
    """The configuration that a run recorded, in which every reference was resolved.

    One that is still there was put in by hand: `oc.env` would print a password in the report.
    """
    node = OmegaConf.structured(StanceConfig)
    node.merge_with(values)
    for path, value in leaves(OmegaConf.to_container(node, resolve=False)):
        if isinstance(value, str) and "${" in value:
            raise ValueError(f"config.{path} refers to something else: {value}")
    return to_object(node)


def _read_table(path: Path) -> pd.DataFrame:
    """A table as it was before it was CSV: empty words stay words, numbers keep every digit."""
    try:
        table = unguarded(pd.read_csv(path, dtype=str, keep_default_na=False))
    except pd.errors.EmptyDataError:  # a table without columns
        return pd.DataFrame()
    return table.assign(
        **{name: _numbers(table[name]) for name in table.columns if name not in WORDS}
    )


def _numbers(column: pd.Series[Any]) -> pd.Series[Any]:
    try:
        return pd.to_numeric(column)
    except ValueError:  # of words that no report reads
        return column


def _read_lines(path: Path) -> pd.DataFrame:
    return pd.DataFrame([json.loads(line) for line in path.read_text("utf-8").splitlines()])
