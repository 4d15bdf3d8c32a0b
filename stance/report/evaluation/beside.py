"""What other tasks found and the report shows beside: robustness, and public benchmarks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from stance.benchmark.result import check_result
from stance.errors import ConfigError
from stance.table_files import unguarded

_SPREAD = ("scope", "source", "proposition", "quantity", "base", "median", "min", "max")
_CONCLUSIONS = ("source_a", "source_b", "proposition", "quantity", "survives", "broken_by")
_VARIANTS = (
    *("variant", "setting", "left_out"),
    *("n_cells", "agreement", "n_related", "agreement_related"),
)
_WORDS = {*_SPREAD[:4], *_CONCLUSIONS, *_VARIANTS[:3]}


@dataclass(frozen=True, eq=False)
class Robustness:
    """What ``task=robustness`` wrote.

    Attributes:
        spread: robustness.csv.
        conclusions: conclusions.csv.
        variants: variants.csv.
    """

    spread: pd.DataFrame
    conclusions: pd.DataFrame
    variants: pd.DataFrame

    @property
    def n_cells(self) -> int:
        """Cells of the experiment as configured: paragraph × proposition."""
        return int(self.variants["n_cells"].max())


def read_robustness(folder: str | None) -> Robustness | None:
    """The tables in the output folder of ``task=robustness``; None where no folder is named.

    Raises:
        ConfigError: A table is missing, cannot be read or lacks a column; the message names it.
    """
    if not folder:
        return None
    return Robustness(
        _table(Path(folder) / "robustness.csv", _SPREAD),
        _table(Path(folder) / "conclusions.csv", _CONCLUSIONS),
        _table(Path(folder) / "variants.csv", _VARIANTS),
    )


def _table(path: Path, needed: Sequence[str]) -> pd.DataFrame:
    try:
        table = unguarded(pd.read_csv(path))
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"evaluation.robustness: {path} cannot be read ({error}); expected the output folder "
            "of stance task=robustness"
        ) from error
    missing = [column for column in needed if column not in table.columns]
    if missing:
        raise ConfigError(
            f"evaluation.robustness: {path} has no column {', '.join(missing)}; make it again with "
            "stance task=robustness"
        )
    words = [column for column in table.columns if column in _WORDS]
    return table.assign(**{column: table[column].fillna("").astype(str) for column in words})


def read_benchmarks(folders: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """The benchmark.json of each output folder of ``task=evaluate benchmark=…``.

    Args:
        folders: Output folders, or folders that hold several, as a sweep leaves them.

    Raises:
        ConfigError: One is missing or is no result of a benchmark; the message names it.
    """
    return tuple(_benchmark(path) for folder in folders for path in _results(Path(folder)))


def _results(folder: Path) -> list[Path]:
    own = folder / "benchmark.json"
    nested = [] if own.is_file() else sorted(folder.glob("*/benchmark.json"))
    return nested or [own]


def _benchmark(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
        if not isinstance(found, dict):
            raise ValueError("expected an object")
        check_result(found)
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(
            f"evaluation.benchmarks: {path} cannot be read ({error}); expected the output folder "
            "of stance task=evaluate benchmark=…"
        ) from error
    return found
