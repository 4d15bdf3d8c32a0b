#!/usr/bin/env python
"""Run docs/tutorial.ipynb and keep what it shows.

scripts/tutorial.py [--check]

With ``--check`` nothing is written; the exit code is 1 if a cell shows other words than it does
now. Pictures are not compared.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "tutorial.ipynb"
SECONDS = 600


def main() -> int:
    """Run it; write it, or say which cells have changed."""
    kept = nbformat.read(NOTEBOOK, as_version=4)
    ran = executed(NOTEBOOK)
    if "--check" not in sys.argv[1:]:
        nbformat.write(ran, NOTEBOOK)
        return 0
    changed = differing(kept, ran)
    for number, before, now in changed:
        print(f"cell {number} showed\n{before}\nand shows now\n{now}\n", file=sys.stderr)
    return int(bool(changed))


def executed(path: Path) -> Any:
    """The notebook with the outputs of a fresh run; an error in a cell is raised."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3").execute()
    for cell in notebook.cells:  # when it ran is no part of it
        cell.metadata.pop("execution", None)
        if "outputs" in cell:  # nor are warnings about the machine
            cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
    notebook.metadata.pop("language_info", None)
    return notebook


def differing(kept: Any, ran: Any) -> list[tuple[int, str, str]]:
    """Number of each cell that shows other words, and the words of both."""
    pairs = enumerate(zip(kept.cells, ran.cells, strict=True))
    shown = [(number, _words(before), _words(now)) for number, (before, now) in pairs]
    return [(number, before, now) for number, before, now in shown if before != now]


def _words(cell: Any) -> str:
    """What a cell shows, a picture as its kind alone."""
    parts = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        parts += [output.get("text", ""), data.get("text/html", data.get("text/plain", ""))]
        parts += [kind for kind in data if kind.startswith("image/")]
    return "\n".join(part for part in parts if part)


if __name__ == "__main__":
    raise SystemExit(main())
