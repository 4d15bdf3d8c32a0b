"""``task=evaluate`` writes the report beside its tables, and says at once what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from lxml import html as lxml_html
from tiny import DESK, stance_command

from stance.benchmark.result import check_result


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory, finished: Path) -> Path:
    """A sheet that sees everything as the run did but for the first cell of each document."""
    rows = pd.read_parquet(finished / "paragraph_stance.parquet")
    rows = rows[rows["holder"] == "text"].rename(columns={"label": "stance"})
    first = ~rows.duplicated("document")
    rows.loc[first, "stance"] = rows.loc[first, "stance"].map(
        lambda label: "unrelated" if label != "unrelated" else "neutral"
    )
    path = tmp_path_factory.mktemp("sheet") / "gold.csv"
    rows[["document", "paragraph", "proposition", "stance"]].to_csv(path, index=False)
    return path


def test_the_report_is_what_the_task_returns(
    arguments: tuple[str, ...], sheet: Path, tmp_path: Path
) -> None:
    ran = stance_command(
        *arguments, "task=evaluate", f"gold={sheet}", f"output_dir={tmp_path}", "report.text=none"
    )
    assert ran.code == 0, ran.err
    assert ran.out.strip() == str(tmp_path / "evaluation.html")
    for name in ("evaluation.csv", "evaluation.md", "evaluation.tex", "evaluation_figures.csv"):
        assert (tmp_path / name).is_file()
    page = (tmp_path / "evaluation.html").read_text("utf-8")
    document = lxml_html.fromstring(page)
    (model,) = document.xpath("//table[@class='model']//tr[th='Model']/td")
    assert f"model.id={model.text_content().strip()}" in arguments
    # Four documents, the first cell of each is wrong; besides, the sheet names no holder.
    chips = document.xpath("//ol[@class='mistakes']/li//li[1]//b")
    assert [chip.text_content() for chip in chips].count("coded") == 4
    figures = pd.read_csv(tmp_path / "evaluation_figures.csv", keep_default_na=False)
    whole = figures[(figures["scope"] == "method") & (figures["name"] == "accuracy")]
    (row,) = whole.to_dict("records")
    assert float(row["estimate"]) == pytest.approx(1 - 4 / row["n"])
    assert {"keyword rules", "majority class", "usual side"} <= set(figures["value"])
    assert DESK not in page and "tram depot" not in page


def test_gold_labels_with_a_name_are_a_benchmark_too(
    arguments: tuple[str, ...], sheet: Path, tmp_path: Path
) -> None:
    named = ("benchmark.name=trams", "benchmark.split=all", "report.text=none")
    ran = stance_command(
        *arguments, "task=evaluate", f"gold={sheet}", f"output_dir={tmp_path}", *named
    )
    assert ran.code == 0, ran.err
    assert ran.out.startswith("trams (measures stance)")
    result = json.loads((tmp_path / "benchmark.json").read_text("utf-8"))
    check_result(result)
    rows = pd.read_parquet(tmp_path / "predictions.parquet")
    (accuracy,) = (
        figure["estimate"]
        for figure in result["figures"]
        if (figure["classifier"], figure["scope"], figure["figure"]) == ("model", "all", "accuracy")
    )
    # Four documents, the first cell of each is wrong.
    assert accuracy == pytest.approx(1 - 4 / len(rows))
    assert set(rows["gold"]) <= {"favor", "against", "neutral", "unrelated"}


@pytest.mark.parametrize("key", ["robustness={}", "benchmarks=[{}]"])
def test_a_folder_that_is_not_there_is_named_before_anything_is_scored(
    key: str, arguments: tuple[str, ...], sheet: Path, tmp_path: Path
) -> None:
    missing = tmp_path / "nowhere"
    given = f"evaluation.{key.format(missing)}"
    out = tmp_path / "out"
    ran = stance_command(*arguments, "task=evaluate", f"gold={sheet}", f"output_dir={out}", given)
    assert f"evaluation.{key.partition('=')[0]}: {missing}" in ran.complaint
    assert not (out / "results.json").exists()
