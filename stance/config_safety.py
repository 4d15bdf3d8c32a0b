"""What a configuration file may not do: run code, set up Hydra itself, read the environment.

Proposition sets and experiments are passed on between researchers as YAML; whoever uses one has
to trust its words only. The command line is the user's own and may do more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

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


def check_safe(node: DictConfig, plain: DictConfig, given: Sequence[str] = ()) -> None:
    """Make sure that a composed configuration does nothing but set values.

    Args:
        node: The configuration with Hydra's own settings.
        plain: The same without the user's files: only what the command line says about Hydra.
        given: The overrides of the command line.

    Raises:
        ConfigError: Naming the key.
    """
    own = dict(_leaves(OmegaConf.to_container(plain, resolve=False)))
    for path, value in _leaves(OmegaConf.to_container(node, resolve=False)):
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


def _leaves(part: Any, path: str = "") -> Iterator[tuple[str, Any]]:
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
        yield from _leaves(value, f"{path}.{key}" if path else str(key))
