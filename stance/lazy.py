"""Public names of a package that are imported when they are first used.

The settings of a room are read by whoever composes a configuration; what works by them brings torch
and pandas, which `stance --help` and a misspelt key should not wait for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def on_first_use(package: str, home: Mapping[str, str]) -> Callable[[str], Any]:
    """A module's ``__getattr__`` (PEP 562): name → the module that defines it."""

    def get(name: str) -> Any:
        if name in home:
            return getattr(import_module(home[name]), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return get
