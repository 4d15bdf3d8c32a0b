"""A sweep scores nothing twice and ends with one comparison of its runs."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from tiny import stance_command

METHODS = ["staged", "pipeline"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A score store that nothing but the two sweeps uses."""
    return tmp_path_factory.mktemp("own_store")


def sweep(folder: Path, arguments: tuple[str, ...], store: Path) -> Path:
    kept = [part for part in arguments if not part.startswith(("frames=", "engine.store="))]
    ran = stance_command(
        "-m",
        *kept,
        f"method={','.join(METHODS)}",
        "frames=none",
        f"engine.store={store}",
        f"hydra.sweep.dir={folder}",
    )
    assert ran.code == 0, ran.err
    return folder


@pytest.fixture(scope="module")
def first(
    tmp_path_factory: pytest.TempPathFactory, arguments: tuple[str, ...], store: Path
) -> Path:
    """The folder of a sweep over two methods."""
    return sweep(tmp_path_factory.mktemp("first"), arguments, store)


def counts(run: Path) -> dict[str, int]:
    found: dict[str, int] = json.loads((run / "results.json").read_text("utf-8"))["counts"]
    return found


def test_each_run_of_a_sweep_writes_its_own_folder(first: Path) -> None:
    methods = [json.loads((first / r / "results.json").read_text())["method"] for r in ("0", "1")]
    assert methods == METHODS
    for run in ("0", "1"):
        assert (first / run / "report.html").is_file()


def test_the_comparison_holds_every_run_source_and_proposition(first: Path) -> None:
    table = pd.read_csv(first / "comparison.csv")
    cells = [(m, s, p) for m in METHODS for s in SOURCES for p in ("land", "neutrality")]
    named = table["overrides"].str.extract(r"method=(\w+)")[0]
    found = list(zip(named, table["source"], table["proposition"], strict=True))
    assert sorted(found) == sorted(cells)
    for run in ("0", "1"):
        own = pd.read_csv(first / run / "source_stance.csv").query("holder == 'text'")
        own = own.set_index(["source", "proposition"])["salience"]
        for row in table[table["run"] == int(run)].itertuples():
            assert row.salience == pytest.approx(own[row.source, row.proposition])


SOURCES = ("Harbour Herald", "Küstenbote")


def test_the_page_of_the_comparison_shows_the_runs_and_how_far_they_agree(first: Path) -> None:
    page = (first / "comparison.html").read_text("utf-8")
    assert "2 runs compared" in page
    for method in METHODS:
        assert f"method={method}" in page
    labels = [
        pd.read_parquet(first / run / "paragraph_stance.parquet").query("holder == 'text'")["label"]
        for run in ("0", "1")
    ]
    same = (labels[0].to_numpy() == labels[1].to_numpy()).mean()
    assert f"<td>{same:.3f}</td>" in page
    assert "://" not in page


def test_a_later_run_asks_the_model_only_what_no_earlier_run_asked(first: Path) -> None:
    staged, pipeline = counts(first / "0"), counts(first / "1")
    assert staged["pairs_scored"] > 0
    assert staged["pairs_reused"] == 0
    # Both ask for the topic of every proposition of every paragraph.
    assert pipeline["pairs_reused"] > 0


def test_the_same_sweep_again_scores_nothing(
    first: Path, arguments: tuple[str, ...], store: Path, tmp_path: Path
) -> None:
    again = sweep(tmp_path / "again", arguments, store)
    for run in ("0", "1"):
        before, after = counts(first / run), counts(again / run)
        assert after["pairs_scored"] == 0
        assert after["pairs_reused"] == before["pairs_scored"] + before["pairs_reused"]
    assert (again / "comparison.csv").read_bytes() == (first / "comparison.csv").read_bytes()


def test_a_sweep_is_refused_before_it_starts_where_a_choice_does_not_exist(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    folder = tmp_path / "never"
    ran = stance_command("-m", *arguments, "method=staged,pipelin", f"hydra.sweep.dir={folder}")
    assert "method=pipelin: no such choice (did you mean pipeline?)" in ran.complaint
    assert not folder.exists()


def test_a_run_that_fails_leaves_the_others_and_is_named(
    tmp_path: Path, arguments: tuple[str, ...], store: Path
) -> None:
    kept = [a for a in arguments if not a.startswith(("frames=", "engine.store=", "corpus.path="))]
    there = next(a for a in arguments if a.startswith("corpus.path=")).partition("=")[2]
    ran = stance_command(
        "-m",
        *kept,
        f"corpus.path={there},{tmp_path / 'nowhere'}",
        "seed=0,1",
        "frames=none",
        f"engine.store={store}",
        f"hydra.sweep.dir={tmp_path / 'sweep'}",
    )
    assert ran.code == 2
    assert "nowhere" in ran.err
    folder = tmp_path / "sweep"
    assert len(pd.read_csv(folder / "comparison.csv")["run"].unique()) == 2
    assert len(list(folder.glob("*/failed.txt"))) == 2
    page = (folder / "comparison.html").read_text("utf-8")
    assert "Runs that failed" in page
    assert "nowhere" in page
