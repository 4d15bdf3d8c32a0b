"""What a configuration file may not do: run code, set up Hydra itself, read the environment.

Proposition sets and experiments are passed on between researchers as YAML; whoever uses one has
to trust its words only. The command line is the user's own and may do more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from omegaconf import DictConfig, OmegaConf

from stance.errors import ConfigError

# What Hydra's default settings and its launchers name, and the one class of this package. Whole
# names: below an allowed module lies everything that it imports, `os.system` for one.
_MAY_RUN = re.compile(
    r"hydra\._internal\.core_plugins\.basic_(?:launcher\.BasicLauncher|sweeper\.BasicSweeper)"
    r"|hydra_plugins\.[a-z_]+\.(?:[a-z_]+\.)?[A-Z][A-Za-z]+(?:Launcher|Sweeper)"
    r"|stance\.sweep\.SweepComparison"
)
# Keys that make Hydra, or the standard library's logging, look a name up and call it.
_RUNNING = ("_target_", "()")
_REFERENCE = re.compile(r"\$\{[\w.\[\]]+\}")
_RESOLVER = re.compile(r"\$\{(?:now|hydra):[^${}]*\}")
# Of Hydra's own settings, what an experiment may bring: a sweep and its places.
_SWEEPS = ("hydra.mode", "hydra.sweeper.params", "hydra.sweep.", "hydra.run.", "hydra.job.name")
# Differs between two compositions of the same choices, or says only where they came from.
_RECORDS = ("hydra.runtime.", "hydra.overrides.", "hydra.searchpath", "hydra.job.override_dirname")


# Values of a file once every alias is written out: far more than a set of words needs.
_MOST_VALUES = 100_000


def check_files(folder: Path) -> None:
    """Make sure that no configuration file of a folder grows beyond memory as it is read.

    A few lines of aliases to lists of aliases stand for millions of values, each of which becomes
    an object before anything else could be looked at.

    Raises:
        ConfigError: Naming the file.
    """
    for path in sorted(folder.rglob("*.yaml")):
        content = path.read_bytes() if path.is_file() else b""
        if b"&" in content and b"*" in content and _expanded(content) > _MOST_VALUES:
            raise ConfigError(
                f"{path}: stands for more than {_MOST_VALUES:,} values once its aliases (*name) "
                "are written out; write the values themselves"
            )


def _expanded(content: bytes) -> int:
    """How many values a YAML text stands for; 0 if it is none, which is said where it is used."""
    known: dict[str | None, int] = {}
    nested: list[tuple[str | None, int]] = [(None, 0)]
    try:
        for event in yaml.parse(content, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                nested.append((event.anchor, 1))
                continue
            if isinstance(event, yaml.CollectionEndEvent):
                anchor, size = nested.pop()
            elif isinstance(event, yaml.AliasEvent):
                anchor, size = None, known.get(event.anchor, 1)
            elif isinstance(event, yaml.ScalarEvent):
                anchor, size = event.anchor, 1
            else:
                continue
            known[anchor] = size
            outer, before = nested.pop()
            nested.append((outer, before + size))
    except (yaml.YAMLError, ValueError, RecursionError):
        return 0
    return nested[0][1]


def check_safe(node: DictConfig, plain: DictConfig, given: Sequence[str] = ()) -> None:
    """Make sure that a composed configuration does nothing but set values.

    Args:
        node: The configuration with Hydra's own settings.
        plain: The same without the user's files: only what the command line says about Hydra.
        given: The overrides of the command line.

    Raises:
        ConfigError: Naming the key.
    """
    own = dict(leaves(OmegaConf.to_container(plain, resolve=False)))
    for path, value in leaves(OmegaConf.to_container(node, resolve=False)):
        runs = path.rpartition(".")[2] in _RUNNING
        if runs and not (isinstance(value, str) and _MAY_RUN.fullmatch(value)):
            raise ConfigError(f"{path}={value}: only names inside stance. may be run")
        if path.startswith("hydra."):
            if own.get(path) == value or path.startswith(_RECORDS):
                continue
            if not path.startswith(_SWEEPS):
                raise ConfigError(
                    f"{path}={value}: a file may not set up Hydra itself; if you want it, set it "
                    "on the command line"
                )
        if isinstance(value, str):
            check_references(path, value, given)
    if ".." in re.split(r"[/\\]", str(node.name)) or str(node.name).startswith(("/", "~")):
        raise ConfigError(f"name={node.name}: is part of a path, and may not lead out of outputs/")


def check_references(path: str, value: str, given: Sequence[str]) -> None:
    """Make sure that a value refers to other keys only: `oc.env` would print a password.

    What the command line itself says is the user's own.

    Raises:
        ConfigError: Naming the key.
    """
    rest = _REFERENCE.sub("", _RESOLVER.sub("", _REFERENCE.sub("", value)))
    if "${" in rest and not any(value in override for override in given):
        raise ConfigError(
            f"{path}={value}: a file may refer to other keys only; if you want this, set it on the "
            "command line"
        )


def leaves(part: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value with its dotted key; of a list, with its place."""
    children: Iterator[tuple[Any, Any]]
    if isinstance(part, dict) and part:
        children = iter(part.items())
    elif isinstance(part, list) and part:
        children = iter(enumerate(part))
    else:
        yield path, part
        return
    for key, value in children:
        yield from leaves(value, f"{path}.{key}" if path else str(key))
