"""Rows of a labelled set, from the hub, from disk or from local files."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from stance.benchmark.config import BenchmarkConfig, Part
from stance.errors import ConfigError, CorpusError

_NLI_LABELS = ("entailment", "neutral", "contradiction", "not_entailment")
_STANCE_LABELS = ("favor", "against", "neutral")
KINDS = ("nli", "stance", "classes")
_MOST_LABELS = 4


@dataclass(frozen=True)
class Item:
    """One labelled row.

    Attributes:
        text: The premise.
        target: What the label is about; the hypothesis of an nli set.
        group: What is resampled for intervals: the row's group column, else its text.
    """

    id: str
    text: str
    target: str
    gold: str
    language: str
    group: str


@dataclass(frozen=True)
class Read:
    """What was read: items, where from, and rows left out by their reason."""

    items: tuple[Item, ...]
    origin: str
    left_out: Mapping[str, int]


def read_items(config: BenchmarkConfig, seed: int = 0) -> Read:
    """Read every part of a benchmark.

    Raises:
        ConfigError: If the description contradicts itself; the message names the key.
        CorpusError: If rows cannot be read, or none has a label that counts.
    """
    check_benchmark(config)
    items: list[Item] = []
    left_out: dict[str, int] = {}
    for name, part in (config.parts or {"all": Part()}).items():
        rows = _rows(config, name, part)
        if rows is None:
            left_out[f"part {name}: no file"] = 1
            continue
        found = []
        for number, row in enumerate(rows, start=1):
            item = _item(config, part, row, name, number)
            if isinstance(item, Item) and item.language in (config.languages or [item.language]):
                found.append(item)
                continue
            reason = item if isinstance(item, str) else f"language {item.language}"
            left_out[reason] = left_out.get(reason, 0) + 1
        if config.rows is not None and len(found) > config.rows:
            # Parts that are parallel draw the same rows.
            source = random.Random(f"{seed}" if config.parallel else f"{seed}-{name}")
            drawn = source.sample(range(len(found)), config.rows)
            found = [found[i] for i in sorted(drawn)]
        items += found
    if not items:
        raise CorpusError(
            f"benchmark={config.name}: no row counts ({left_out or 'nothing was read'}); "
            "check benchmark.columns, benchmark.labels and benchmark.languages"
        )
    return Read(tuple(items), config.path or f"{config.dataset}@{config.revision}", left_out)


def check_benchmark(config: BenchmarkConfig) -> None:
    """Make sure that a description is whole.

    Raises:
        ConfigError: Naming the key that is wrong and what was expected.
    """
    if config.kind not in KINDS:
        raise ConfigError(f"benchmark.kind={config.kind!r}: expected {', '.join(KINDS)}")
    if config.kind == "nli":
        expected: tuple[str, ...] = _NLI_LABELS
    elif config.kind == "stance":
        expected = _STANCE_LABELS
        _need_hypotheses(config, ("favor", "against"))
    else:
        expected = tuple(config.hypotheses)
        _need_hypotheses(config, expected or ("a label",))
    for raw, label in config.labels.items():
        if label not in expected:
            raise ConfigError(
                f"benchmark.labels.{raw}={label!r}: expected one of {', '.join(expected)}"
            )
    if not config.path and not config.dataset:
        raise ConfigError(
            f"benchmark={config.name} is only had as files: set benchmark.path=FILE, where "
            "{part} stands for " + ", ".join(config.parts or ["all"])
        )
    if config.path and len(config.parts) > 1 and "{part}" not in config.path:
        raise ConfigError(
            f"benchmark.path={config.path}: {config.name} has the parts "
            f"{', '.join(config.parts)}, each a file of its own; write {{part}} where their name "
            "stands, and quote the path: 'benchmark.path=\"…{part}…\"'"
        )
    if (
        config.kind == "nli"
        and {"neutral", "contradiction"} & set(config.labels.values())
        and ("not_entailment" in config.labels.values())
    ):
        raise ConfigError(
            "benchmark.labels: not_entailment beside neutral or contradiction; a set tells either "
            "three labels apart or two"
        )
    if len(set(config.labels.values())) > _MOST_LABELS:
        raise ConfigError(f"benchmark.labels: more than {_MOST_LABELS} labels")


def _need_hypotheses(config: BenchmarkConfig, labels: tuple[str, ...]) -> None:
    for label in labels:
        forms = config.hypotheses.get(label, {})
        if not forms.get("en") or "{target}" not in forms["en"]:
            raise ConfigError(
                f"benchmark.hypotheses.{label}.en: expected a sentence with {{target}} in it"
            )


def _item(
    config: BenchmarkConfig, part: Part, row: Mapping[str, Any], name: str, number: int
) -> Item | str:
    """The item of a row, or the reason why it does not count."""
    columns = config.columns
    text = str(row.get(columns.text) or "").strip()
    target = part.target or str(row.get(columns.target) or "").strip()
    raw = row.get(columns.label)
    gold = config.labels.get(str(raw))
    language = part.language or str(row.get(columns.language) or "und")
    if not text or not target:
        return f"no {columns.text if not text else columns.target}"
    if gold is None:
        return f"label {raw}"
    group = str(row[columns.group]) if columns.group else text
    if config.parallel:
        group = str(number)
    return Item(f"{name}:{number}", text, target, gold, language, group)


def _rows(config: BenchmarkConfig, name: str, part: Part) -> Iterator[Mapping[str, Any]] | None:
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
