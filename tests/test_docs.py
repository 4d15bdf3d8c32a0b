"""The pages that are made from the code are what the code would make of them today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "configuration.md"


@pytest.mark.skipif(not PAGE.exists(), reason="a checkout has the pages, an installation does not")
def test_the_page_of_the_configuration_is_current_and_explains_every_key() -> None:
    script = [sys.executable, str(ROOT / "scripts" / "config_reference.py"), "--check"]
    ran = subprocess.run(script, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, f"run scripts/config_reference.py; {ran.stderr}"
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert len(rows) > 80
    unexplained = [row for row in rows if row.split("|")[3].strip() == ""]
    assert not unexplained


@pytest.mark.skipif(not PAGE.exists(), reason="a checkout has the pages, an installation does not")
def test_the_site_builds_and_no_link_leads_nowhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(tmp_path)]
    ran = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    python = (tmp_path / "docs" / "python" / "index.html").read_text("utf-8")
    for name in ("stance.analyse", "stance.load_nli", "stance.evaluation.metrics.FAvg"):
        assert f'id="{name}"' in python, f"{name} is not described"
    start = (tmp_path / "index.html").read_text("utf-8")
    tutorial = (tmp_path / "docs" / "tutorial" / "index.html").read_text("utf-8")
    assert "Not validated on your texts" in tutorial and 'alt="png"' in tutorial
    assert 'href="docs/tutorial/' in start and "docs/picture.png" in start
    assert 'href="docs/how-to/' in start and "fonts.googleapis.com" not in start


@pytest.mark.slow
@pytest.mark.skipif(not PAGE.exists(), reason="a checkout has the pages, an installation does not")
def test_the_tutorial_runs_and_shows_what_it_is_committed_with() -> None:
    script = [sys.executable, str(ROOT / "scripts" / "tutorial.py"), "--check"]
    ran = subprocess.run(script, capture_output=True, text=True, timeout=600, check=False)
    assert ran.returncode == 0, f"run scripts/tutorial.py and look at it; {ran.stderr}"


@pytest.mark.skipif(not PAGE.exists(), reason="a checkout has the pages, an installation does not")
def test_the_plan_of_a_large_corpus_is_what_its_command_prints() -> None:
    page = (ROOT / "docs" / "scaling.md").read_text("utf-8")
    start = "`scripts/scaling_plan.py plan "
    (command,) = [line for line in page.splitlines() if line.startswith(start)]
    words = command.strip("`").split()
    ran = subprocess.run(
        [sys.executable, str(ROOT / words[0]), *words[1:]],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert ran.stdout in page
