"""``task=score``, ``compare`` and ``doctor``: the tasks that make no report of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from tiny import stance_command

from stance.doctor import spell_seconds


def test_scores_alone_are_those_of_a_whole_run(
    tmp_path: Path, arguments: tuple[str, ...], finished: Path
) -> None:
    ran = stance_command(*arguments, "task=score", f"output_dir={tmp_path}")
    assert ran.code == 0, ran.err
    assert ran.out.strip() == str(tmp_path / "paragraph_stance.parquet")
    for name in ("paragraph_stance", "scores", "paragraph_frames"):
        pd.testing.assert_frame_equal(
            pd.read_parquet(tmp_path / f"{name}.parquet"),
            pd.read_parquet(finished / f"{name}.parquet"),
        )
    assert not list(tmp_path.glob("*.csv")) and not (tmp_path / "report.html").exists()


def test_scores_without_text_hold_none(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = stance_command(*arguments, "task=score", f"output_dir={tmp_path}", "report.text=none")
    assert ran.code == 0, ran.err
    table = pd.read_parquet(tmp_path / "paragraph_stance.parquet")
    assert "text" not in table and "text_sha256" in table
    assert "report.text" in stance_command(*arguments, "task=score", "report.text=some").complaint


def test_finished_runs_are_compared_wherever_they_lie(
    tmp_path: Path, arguments: tuple[str, ...], finished: Path
) -> None:
    other = tmp_path / "other"
    ran = stance_command(*arguments, f"output_dir={other}", "method.relevance_threshold=0.2")
    assert ran.code == 0, ran.err
    out = tmp_path / "compared"
    ran = stance_command("task=compare", f"runs=[{finished},{other}]", f"output_dir={out}")
    assert ran.code == 0, ran.err
    assert ran.out.strip() == str(out / "comparison.html")
    table = pd.read_csv(out / "comparison.csv")
    assert set(table["run"]) == {0, 1}
    assert set(table["overrides"]) == {str(finished), str(other)}, (
        "two runs may have been set alike"
    )
    sources = pd.read_csv(other / "source_stance.csv").query("holder == 'text'")
    second = table[table["run"] == 1]
    assert dict(zip(second["source"] + second["proposition"], second["salience"], strict=True)) == (
        pytest.approx(
            dict(zip(sources["source"] + sources["proposition"], sources["salience"], strict=True))
        )
    )


def test_what_cannot_be_compared_is_said(tmp_path: Path, finished: Path) -> None:
    assert "two output folders" in stance_command("task=compare", f"runs=[{finished}]").complaint
    complaint = stance_command("task=compare", f"runs=[{finished},{tmp_path}]").complaint
    assert f"{tmp_path} is not the output folder of a finished run" in complaint
    (tmp_path / "results.json").write_text('{"schema_version": 1}', "utf-8")
    assert "runs: " in stance_command("task=compare", f"runs=[{finished},{tmp_path}]").complaint


@pytest.fixture(scope="module")
def findings(
    tmp_path_factory: pytest.TempPathFactory, arguments: tuple[str, ...]
) -> tuple[str, list[dict[str, str]]]:
    folder = tmp_path_factory.mktemp("doctor")
    ran = stance_command(*arguments, "task=doctor", f"output_dir={folder}")
    assert ran.code == 0, ran.err
    said, path = ran.out.rstrip("\n").rsplit("\n", 1)
    assert path == str(folder / "doctor.json")
    return said, json.loads(Path(path).read_text("utf-8"))


def test_the_doctor_says_what_is_there(findings: tuple[str, list[dict[str, str]]]) -> None:
    said, rows = findings
    found = {(row["part"], row["subject"]): row for row in rows}
    assert all(row["found"] in said and row["mend"] in said for row in rows)
    assert found["installed", "torch"]["found"].startswith("2.")
    assert "cores" in found["device", "cpu"]["found"]
    assert "offline" in found["model", "embedded"]["found"]
    assert "stance model=mdeberta" in found["model", "mdeberta"]["mend"]


def test_the_doctor_knows_the_cost_of_a_corpus(
    findings: tuple[str, list[dict[str, str]]], finished: Path
) -> None:
    *_, corpus, cost = findings[1]
    counts = json.loads((finished / "results.json").read_text("utf-8"))["counts"]
    assert corpus["found"] == f"{counts['documents']} documents, {counts['paragraphs']} paragraphs"
    assert cost["subject"].startswith("method=staged")
    pairs = counts["pairs_scored"] + counts["pairs_reused"]
    assert cost["found"].startswith("roughly ") and f" {pairs} pairs" in cost["found"]


def test_the_doctor_goes_on_where_the_corpus_is_not_there(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    ran = stance_command("task=doctor", f"corpus.path={gone}", f"output_dir={tmp_path / 'out'}")
    assert ran.code == 0, ran.err
    assert "cannot be scored" in ran.out and str(gone) in ran.out and "torch" in ran.out


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 seconds"), (119, "119 seconds"), (120, "2.0 minutes"), (7200, "2.0 hours"),
     (86400 * 3, "3.0 days")],
)  # fmt: skip
def test_durations_are_put_in_the_unit_that_suits_them(seconds: float, words: str) -> None:
    assert spell_seconds(seconds) == words
