"""The rows of a labelled set as they stand: from the hub, from disk or from local files."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from stance.benchmark.config import BenchmarkConfig, Part
from stance.errors import CorpusError


def rows_of(config: BenchmarkConfig, name: str, part: Part) -> Iterator[Mapping[str, Any]] | None:
    """The rows of one part; None where other parts have a file and it has none.

    Raises:
        CorpusError: If they cannot be read, or lack a column; the message names it.
    """
    if config.path is None:
        return _from_hub(config, part)
    path = Path(config.path.replace("{part}", name)).expanduser()
    if path.is_dir():
        return _checked(_from_disk(path, config), config, part, str(path))
    if not path.is_file():
        if "{part}" in config.path and any(_files(config)):
            return None
        raise CorpusError(f"benchmark.path={path}: no such file")
    return _checked(_from_file(path), config, part, str(path))


def _files(config: BenchmarkConfig) -> Iterator[Path]:
    for name in config.parts:
        path = Path(str(config.path).replace("{part}", name)).expanduser()
        if path.is_file():
            yield path


def _from_file(path: Path) -> Iterator[dict[str, Any]]:
    suffixes = [suffix for suffix in path.suffixes if suffix != ".gz"]
    kind = suffixes[-1].lower() if suffixes else ""
    try:
        if kind in (".jsonl", ".ndjson"):
            yield from _json_lines(path)
        elif kind == ".tsv":
            yield from _records(pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False))
        elif kind == ".csv":
            # sep=None: Python's own reader finds out whether it is a comma or a semicolon.
            yield from _records(
                pd.read_csv(path, sep=None, engine="python", dtype=str, keep_default_na=False)
            )
        elif kind == ".parquet":
            yield from _records(pd.read_parquet(path))
        else:
            raise CorpusError(
                f"benchmark.path={path}: expected .jsonl, .csv, .tsv or .parquet (or one of them "
                "with .gz), or a dataset saved to disk"
            )
    except (OSError, ValueError) as error:
        raise CorpusError(f"benchmark.path={path}: cannot be read: {error}") from error


def _records(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for row in table.to_dict("records"):
        yield {str(key): value for key, value in row.items()}


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise CorpusError(f"{path}, line {number}: no valid JSON: {error}") from error
            if not isinstance(row, dict):
                raise CorpusError(f"{path}, line {number}: expected an object")
            yield row


def _checked(
    rows: Iterator[dict[str, Any]], config: BenchmarkConfig, part: Part, where: str
) -> Iterator[Mapping[str, Any]]:
    """The rows, once the first of them is seen to have the columns."""
    for number, row in enumerate(rows):
        if number == 0:
            _check_columns(list(row), config, part, where)
        yield row


def _check_columns(have: list[str], config: BenchmarkConfig, part: Part, where: str) -> None:
    columns = config.columns
    needed = {"text": columns.text, "label": columns.label}
    if part.target is None:
        needed["target"] = columns.target
    if part.language is None and columns.language:
        needed["language"] = columns.language
    if columns.group:
        needed["group"] = columns.group
    for key, column in needed.items():
        if column not in have:
            raise CorpusError(
                f"{where}: no column {column!r} (found: {', '.join(have)}); "
                f"set benchmark.columns.{key}=…"
            )


def _from_hub(config: BenchmarkConfig, part: Part) -> Iterator[Mapping[str, Any]]:
    import datasets

    try:
        loaded = datasets.load_dataset(
            config.dataset, part.config, split=config.split, revision=config.revision
        )
    except Exception as error:  # the hub client raises errors of many libraries
        reason = (str(error).splitlines() or [""])[0]
        raise CorpusError(
            f"benchmark={config.name}: dataset {config.dataset} cannot be loaded "
            f"({type(error).__name__}: {reason}). Offline, set benchmark.path=FILE"
        ) from error
    _check_columns(list(loaded.column_names), config, part, f"dataset {config.dataset}")
    return iter(loaded)


def _from_disk(path: Path, config: BenchmarkConfig) -> Iterator[dict[str, Any]]:
    import datasets

    try:
        loaded = datasets.load_from_disk(str(path))
    except (OSError, ValueError) as error:
        raise CorpusError(f"benchmark.path={path}: no dataset saved to disk: {error}") from error
    if isinstance(loaded, datasets.DatasetDict):
        if config.split not in loaded:
            raise CorpusError(
                f"benchmark.path={path}: no split {config.split!r} (found: {', '.join(loaded)}); "
                "set benchmark.split=…"
            )
        loaded = loaded[config.split]
    return iter(loaded)
