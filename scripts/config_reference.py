#!/usr/bin/env python
"""Write docs/configuration.md, every key of the configuration, from the schema and its docstrings.

scripts/config_reference.py [--check]

With ``--check`` nothing is written; the exit code is 1 if the file is not what it would be.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from stance.config import StanceConfig
from stance.resources import CONFIGS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
_HEAD = """# Configuration

Every key, its default in the schema, and what it does. A group is chosen as `group=choice`, a key set as `key=value`; `stance --cfg job` shows the values of a run before it starts. What a set of propositions, holders or frames holds is described in [how-to](how-to.md). This page is made by `scripts/config_reference.py`.
"""  # noqa: E501
_ATTRIBUTE = re.compile(r"^(\w+): (.*)$")


def main() -> int:
    """Write the page, or say whether it is what it should be."""
    page = "\n".join([_HEAD, *_sections(StanceConfig, ""), ""])
    if "--check" in sys.argv[1:]:
        return int(PAGE.read_text("utf-8") != page)
    PAGE.write_text(page, "utf-8")
    return 0


def _sections(kind: type[Any], path: str) -> Iterator[str]:
    """The table of one schema, then those of the schemas in it."""
    types, meanings = get_type_hints(kind), _meanings(kind)
    nested = [f for f in fields(kind) if is_dataclass(types[f.name])]
    plain = [f for f in fields(kind) if f not in nested]
    if plain:
        yield f"## {path or 'the run'}\n"
        summary = inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0].replace("\n", " ")
        yield f"{_code(summary)}\n"
        choices = sorted(p.stem for p in (CONFIGS / path).glob("*.yaml")) if path else []
        if choices:
            yield f"Choices: {', '.join(f'`{path}={name}`' for name in choices)}\n"
        yield "| key | default | meaning |\n|---|---|---|"
        for field in plain:
            key = f"{path}.{field.name}" if path else field.name
            yield f"| `{key}` | {_default(field)} | {_code(meanings.get(field.name, ''))} |"
        yield ""
    for field in nested:
        yield from _sections(types[field.name], f"{path}.{field.name}" if path else field.name)


def _meanings(kind: type[Any]) -> dict[str, str]:
    """Attribute → its description in the docstring, on one line."""
    found: dict[str, str] = {}
    name = ""
    _, _, listed = inspect.cleandoc(kind.__doc__ or "").partition("Attributes:\n")
    for line in listed.split("\n\n")[0].splitlines():
        start = _ATTRIBUTE.match(line.removeprefix("    "))
        if start:
            name = start[1]
            found[name] = start[2]
        elif name and line.startswith("        "):
            found[name] += f" {line.strip()}"
    return found


def _default(field: Field[Any]) -> str:
    value = field.default_factory() if field.default_factory is not MISSING else field.default
    said = "null" if value is None else str(value).lower() if isinstance(value, bool) else value
    return f"`{said}`" if said not in ("", {}, []) else "empty"


def _code(text: str) -> str:
    """Docstrings mark code with two backticks, Markdown with one; a bar would end the cell."""
    return text.replace("``", "`").replace("|", "\\|")


if __name__ == "__main__":
    raise SystemExit(main())
