"""``task=report``: the report of a finished run, out of its folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tiny import ARTICLES, stance_command


def files(folder: Path) -> dict[str, bytes]:
    """What makes up a report."""
    paths = [folder / "report.html", folder / "report.md", *(folder / "figures").iterdir()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_it_is_the_report_of_the_run_to_the_byte(finished: Path, tmp_path: Path) -> None:
    ran = stance_command("task=report", f"runs=[{finished}]", f"output_dir={tmp_path}")
    assert ran.code == 0, ran.err
    assert ran.out == f"{tmp_path / 'report.html'}\n"
    assert files(tmp_path) == files(finished)


def test_the_figures_corrected_by_gold_labels_are_in_it(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    rows = [
        f"{document},{paragraph},land,{label}"
        for document in ("herald-one", "herald-two", "bote-eins", "bote-zwei")
        for paragraph, label in ((0, "favor"), (1, "unrelated"))
    ]
    gold = tmp_path / "gold.csv"
    gold.write_text("\n".join(["document,paragraph,proposition,stance", *rows]) + "\n", "utf-8")
    run, anew = tmp_path / "run", tmp_path / "anew"
    ran = stance_command(*arguments, f"gold={gold}", f"output_dir={run}")
    assert ran.code == 0, ran.err
    assert stance_command("task=report", f"runs=[{run}]", f"output_dir={anew}").code == 0
    assert b"corrected" in files(run)["report.md"]
    assert files(anew) == files(run)


def test_another_amount_of_text_needs_no_scoring(finished: Path, tmp_path: Path) -> None:
    ran = stance_command(
        "task=report", f"runs=[{finished}]", f"output_dir={tmp_path}", "report.text=none"
    )
    assert ran.code == 0, ran.err
    for *_, texts in ARTICLES.values():
        for text in texts:
            piece = text.removeprefix("- ")[:30].encode()
            assert not [name for name, held in files(tmp_path).items() if piece in held]


def test_what_cannot_be_reported_is_said(
    finished: Path, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    out = f"output_dir={tmp_path / 'out'}"
    assert "'runs=[FOLDER]'" in stance_command("task=report", out).complaint
    assert "of one run" in stance_command("task=report", f"runs=[{finished},x]", out).complaint
    assert "is not the output folder" in stance_command("task=report", "runs=[x]", out).complaint
    bare = tmp_path / "bare"
    assert stance_command(*arguments, f"output_dir={bare}", "report.text=none").code == 0
    assert (
        "its texts are not there" in stance_command("task=report", f"runs=[{bare}]", out).complaint
    )


@pytest.mark.parametrize("key", ["tables", "config", "another"])
def test_a_folder_of_another_version_is_refused_and_not_misread(
    key: str, finished: Path, tmp_path: Path
) -> None:
    old = shutil.copytree(finished, tmp_path / "old")
    record = json.loads((old / "results.json").read_text("utf-8"))
    if key == "another":
        record["config"]["lost"] = 1
    else:
        del record[key]
    (old / "results.json").write_text(json.dumps(record), "utf-8")
    ran = stance_command("task=report", f"runs=[{old}]", f"output_dir={tmp_path / 'out'}")
    assert f"{old} is not the output folder of a finished run of this version" in ran.complaint


def test_a_record_that_asks_for_a_password_or_is_nested_without_end_is_refused(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "hunter2")
    gift = shutil.copytree(finished, tmp_path / "gift")
    record = json.loads((gift / "results.json").read_text("utf-8"))
    record["config"]["model"]["revision"] = "${oc.env:SECRET}"
    (gift / "results.json").write_text(json.dumps(record), "utf-8")
    asked = ("task=report", f"runs=[{gift}]", f"output_dir={tmp_path / 'out'}")
    refused = stance_command(*asked).complaint
    assert "refers to something else" in refused and "hunter2" not in refused
    (gift / "results.json").write_text("[" * 100_000, "utf-8")
    assert "is not the output folder" in stance_command(*asked).complaint
