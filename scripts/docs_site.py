"""A hook of mkdocs: the site has the pages of the repository where they lie, README.md first.

So a link between two pages is the same on the site as in a checkout.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

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
    config["docs_dir"] = str(stage)
    config["watch"] += [str(ROOT / name) for name in ("README.md", *PAGES)]
    return config


def on_shutdown() -> None:
    """Remove the copies."""
    shutil.rmtree(_STAGE, ignore_errors=True)
