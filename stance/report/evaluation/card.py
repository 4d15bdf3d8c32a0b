"""What a model says of itself: its card, read as far as it can be read.

A card is written for people and may hold anything: what is not understood is left out.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from stance.report.words import one_line

log = logging.getLogger(__name__)

_LONGEST = 2_000_000
_CONFIG_KEYS = {"license": "Licence", "base_model": "Base model"}
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\|?[\s:|-]+\|?")
_MARKS = re.compile(r"\*\*|`|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)")
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class ModelCard:
    """What a card tells.

    Attributes:
        facts: Name and value, from its table of facts or its front matter.
        training: Kind of the sets (empty if the card makes no kinds), the sets with licences.
    """

    facts: tuple[tuple[str, str], ...] = ()
    training: tuple[tuple[str, str], ...] = ()


def read_card(folder: Path) -> ModelCard:
    """The card of a model folder: README.md, and config.json for what it lacks. Never fails."""
    text = _text(folder / "README.md")
    front, body = _front_matter(text)
    facts = {name: one_line(front[key]) for key, name in _CONFIG_KEYS.items() if front.get(key)}
    training: list[tuple[str, str]] = []
    for header, rows in _tables(body):
        if len(header) == 2 and not any(header) and not training:
            facts |= {row[0]: row[1] for row in rows if len(row) == 2}
        elif re.search(r"\b(data)?sets?\b", header[-1].casefold()):
            training += [(row[0] if len(row) > 1 else "", row[-1]) for row in rows if any(row)]
    if not training and isinstance(front.get("datasets"), list):
        training = [("", one_line(name)) for name in front["datasets"]]
    config = _json(folder / "config.json")
    for key, name in _CONFIG_KEYS.items():
        if isinstance(config.get(key), str):
            facts.setdefault(name, one_line(config[key]))
    return ModelCard(tuple(facts.items()), tuple(training))


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST)
    except OSError as error:
        log.debug("no card: %s", error)
        return ""


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_text(path) or "{}")
    except (ValueError, RecursionError) as error:
        log.debug("%s: %s", path, error)
        return {}
    return found if isinstance(found, dict) else {}


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    found = re.match(r"---\s*\n(.*?)\n---\s*\n", text, flags=re.DOTALL)
    if not found:
        return {}, text
    try:
        front = yaml.safe_load(found[1])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        log.debug("front matter of a card: %s", error)
        front = None
    return (front if isinstance(front, dict) else {}), text[found.end() :]


def _tables(text: str) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Header and rows of every pipe table."""
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.lstrip().startswith("|"):
            block.append(line.strip())
            continue
        if len(block) > 1 and _RULE.fullmatch(block[1]):
            yield _row(block[0]), [_row(row) for row in block[2:]]
        block = []


def _row(line: str) -> list[str]:
    cells = _CELL_BORDER.split(line.removeprefix("|").removesuffix("|"))
    return [one_line(_MARKS.sub("", cell.replace("\\|", "|"))) for cell in cells]
