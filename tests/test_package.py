"""The wheel carries all that a run needs, and runs from any folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from tiny import make_corpus

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


def python(*arguments: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the working tree."""
    folder = tmp_path_factory.mktemp("dist")
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), ".")
    python(*build, cwd=ROOT)
    (built,) = folder.glob("stance-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """A folder into which the wheel is installed, without its dependencies."""
    folder = tmp_path_factory.mktemp("installed")
    python(
        *("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"),
        *("--target", str(folder), str(wheel)),
        cwd=folder,
    )
    return folder


def test_the_wheel_holds_configs_seeds_model_and_templates(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    shipped = {
        *((ROOT / "configs").glob("**/*.yaml")),
        *((ROOT / "seeds" / "articles").glob("*.md")),
        *(ROOT / "seeds" / name for name in ("gold.csv", "codebook.md", "README.md")),
    }
    assert len(shipped) > 50
    for path in shipped:
        assert f"stance/shipped/{path.relative_to(ROOT).as_posix()}" in names
    package = (ROOT / "stance").rglob("*")
    for path in package:
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(ROOT).as_posix() in names
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        assert f"stance/nli/embedded_model/{name}" in names
    assert not [name for name in names if "training" in name or name.startswith("tests")]


def test_an_installed_package_uses_what_it_ships(installed: Path, tmp_path: Path) -> None:
    code = (
        "from stance.resources import CODEBOOK_FILE, CONFIGS, SEEDS\n"
        "from stance.config import compose_config\n"
        "names = [*compose_config(['output_dir=x', 'frames=none']).propositions.items]\n"
        "print(CONFIGS, SEEDS, CODEBOOK_FILE.is_file(), len([*SEEDS.glob('articles/*.md')]))\n"
        "print(*names)"
    )
    first, second = python("-c", code, cwd=tmp_path, PYTHONPATH=str(installed)).splitlines()
    shipped = installed / "stance" / "shipped"
    assert first == f"{shipped / 'configs'} {shipped / 'seeds'} True 30"
    assert second == "territorial_exchange ukrainian_neutrality nato_role"


def test_an_installed_package_runs_with_the_model_it_ships_from_any_folder(
    installed: Path, tmp_path: Path
) -> None:
    corpus = make_corpus(tmp_path / "texts")
    for name in ("herald-one.md", "bote-eins.md", "bote-zwei.md"):
        (corpus / name).unlink()
    (tmp_path / "elsewhere").mkdir()
    said = python(
        *("-c", "from stance.app import main; main()"),
        *("corpus.path=../texts", "frames=none", "engine.threads=1", "engine.progress=false"),
        cwd=tmp_path / "elsewhere",
        PYTHONPATH=str(installed),
        STANCE_CACHE=str(tmp_path / "cache"),
    )
    report = tmp_path / "elsewhere" / said.strip().splitlines()[-1]
    assert report.name == "report.html"
    record = json.loads((report.parent / "results.json").read_text("utf-8"))
    assert record["model"]["id"] == "embedded"
    assert record["git"] == {"commit": None, "dirty": None}
    table = pd.read_parquet(report.parent / "paragraph_stance.parquet")
    own = table[table["holder"] == "text"].set_index(["paragraph", "proposition"])["label"]
    assert len(own) == 3 * 3
    # “NATO must keep brigades in the Baltic …”, and a paragraph about the weather.
    assert own[0, "nato_role"] != "unrelated"
    assert set(own[2]) == {"unrelated"}
