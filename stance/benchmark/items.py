"""The items of a benchmark: rows of a labelled set, its labels mapped, some of them drawn."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from stance.benchmark.config import BenchmarkConfig, Part
from stance.benchmark.files import rows_of
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
        group: What is resampled for intervals: the row's group column, else its text; in a part
            that is parallel, that of the same row in the first part that has it.
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
    shared: dict[int, str] = {}
    for name, part in (config.parts or {"all": Part()}).items():
        rows = rows_of(config, name, part)
        if rows is None:
            left_out[f"part {name}: no file"] = 1
            continue
        found = []
        for number, row in enumerate(islice(rows, config.first), start=1):
            item = _item(config, part, row, name, number)
            if isinstance(item, Item) and item.language in (config.languages or [item.language]):
                if config.parallel:
                    item = replace(item, group=shared.setdefault(number, item.group))
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
    return Item(f"{name}:{number}", text, target, gold, language, group)
