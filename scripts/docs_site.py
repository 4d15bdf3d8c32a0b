"""A hook of mkdocs: the site has the pages of the repository where they lie, README.md first.

So a link between two pages is the same on the site as in a checkout. A notebook becomes a page with
the outputs that it holds.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from nbconvert import MarkdownExporter

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "docs",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE",
    "configs/propositions/README.md",
    "seeds/README.md",
    "seeds/codebook.md",
    "seeds/lorvena_heating/README.md",
    "stance/nli/embedded_model/README.md",
)


_STAGE = Path(tempfile.mkdtemp(prefix="stance-docs-"))


def on_config(config: Any) -> Any:
    """Copy the pages into a folder of their own and read them from there."""
    shutil.rmtree(_STAGE, ignore_errors=True)
    stage = _STAGE
    stage.mkdir()
    shutil.copy(ROOT / "README.md", stage / "index.md")
    for name in PAGES:
        target = stage / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target)
        else:
            shutil.copy(ROOT / name, target)
    for notebook in stage.rglob("*.ipynb"):
        _as_page(notebook)
    for page in (stage / "index.md", *(stage / "docs").glob("*.md")):
        page.write_text(page.read_text("utf-8").replace(".ipynb)", ".md)"), "utf-8")
    config["docs_dir"] = str(stage)
    config["watch"] += [str(ROOT / name) for name in ("README.md", *PAGES)]
    return config


def _as_page(notebook: Path) -> None:
    """The notebook as Markdown in its place, its pictures beside it."""
    files = {"output_files_dir": f"{notebook.stem}_files"}
    body, resources = MarkdownExporter().from_filename(str(notebook), resources=files)
    for name, blob in resources["outputs"].items():
        (notebook.parent / name).parent.mkdir(exist_ok=True)
        (notebook.parent / name).write_bytes(blob)
    notebook.with_suffix(".md").write_text(body, "utf-8")
    notebook.unlink()


def on_shutdown() -> None:
    """Remove the copies."""
    shutil.rmtree(_STAGE, ignore_errors=True)
