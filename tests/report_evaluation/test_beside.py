"""What other tasks found: shown, and refused where it is something else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stance.errors import ConfigError
from stance.report.evaluation import read_benchmarks, read_robustness
from stance.report.evaluation.content import build

from .cases import hostile

ROBUSTNESS = "scope,source,proposition,quantity,base,median,min,max,n_values\n"
VARIANTS = "variant,setting,left_out,n_cells,agreement,n_related,agreement_related\n"
CONCLUSIONS = "source_a,source_b,proposition,quantity,survives,broken_by\n"


def robustness_folder(folder: Path) -> Path:
    (folder / "robustness.csv").write_text(
        ROBUSTNESS + "all sources,,bridge_toll,salience,0.25,0.3,0.1,0.5,7\n"
        "source,Post,bridge_toll,salience,0.2,0.2,0.2,0.2,7\n"
    )
    (folder / "conclusions.csv").write_text(
        CONCLUSIONS + "A,B,bridge_toll,salience,yes,\nA,B,bridge_toll,direction,no,favor (zero)\n"
        "A,C,bridge_toll,salience,not concluded,\n"
    )
    (folder / "variants.csv").write_text(
        VARIANTS + "base,,,60,1.0,12,1.0\npipe_quotes,method.mask_quotes=false,,60,0.9,15,0.4\n"
        "paraphrase_3,method.only_paraphrase=3,no such paraphrase,,,,\n"
    )
    return folder


def test_robustness_is_shown_and_a_lost_conclusion_is_a_limit(tmp_path: Path) -> None:
    found = read_robustness(str(robustness_folder(tmp_path)))
    content = build(hostile(robustness=found))
    (row,) = content.tables["robustness"].rows
    assert [cell.text for cell in row] == [
        *("Bridge toll", "Salience", "25%", "30%", "10%", "50%"),
    ]
    shown = [(row[3].text, row[4].text) for row in content.tables["conclusions"].rows]
    assert shown == [("yes", "–"), ("no", "favor (zero)")]
    assert "1 other comparison concludes nothing" in content.tables["conclusions"].caption
    assert "1 of 2 conclusions on sources is lost under some variant." in content.limits
    variants = content.tables["variants"]
    assert [[cell.text for cell in row] for row in variants.rows] == [
        ["Pipe quotes", "method.mask_quotes=false", "90%", "40%", "–"],
        ["Paraphrase 3", "method.only_paraphrase=3", "–", "–", "no such paraphrase"],
    ]
    assert "60 cells" in variants.caption


def test_without_robustness_and_benchmarks_it_is_said_how_to_get_them() -> None:
    content = build(hostile())
    assert "task=robustness" in content.tables["robustness"].empty
    assert "task=evaluate benchmark=" in content.tables["benchmarks"].empty
    assert read_robustness(None) is None and read_benchmarks([]) == ()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("robustness.csv", None, "robustness.csv cannot be read"),
        ("robustness.csv", "scope,source\n", "no column proposition, quantity"),
        ("conclusions.csv", "survives\n", "conclusions.csv has no column source_a"),
        ("conclusions.csv", "", "conclusions.csv cannot be read"),
        ("variants.csv", None, "variants.csv cannot be read"),
    ],
)
def test_a_robustness_folder_that_is_none_is_refused(
    name: str, text: str | None, said: str, tmp_path: Path
) -> None:
    robustness_folder(tmp_path)
    if text is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError, match=f"evaluation.robustness.*{said}"):
        read_robustness(str(tmp_path))


def benchmark(**model: str) -> dict[str, Any]:
    figure = {"scope": "all", "value": "", "figure": "macro_f1", "n_rows": 40, "n_groups": 9}
    numbers = {"estimate": 0.61, "ci_low": 0.52, "ci_high": 0.7}
    identity = ("id", "revision", "weights_sha256", "backend", "device", "dtype")
    return {
        "schema_version": 1,
        "benchmark": {
            **dict.fromkeys(("name", "split", "licence", "citation", "origin"), "invented"),
            **dict.fromkeys(("measures", "kind"), "stance"),
            **{"hypotheses": {}, "rows": 40, "left_out": {}},
        },
        "contamination": "trained on its dev part",
        "figures": [
            {"classifier": "model", **figure, **numbers},
            {"classifier": "majority class", **figure, "estimate": 0.3, "ci_low": None,
             "ci_high": None},
        ],
        "model": dict.fromkeys(identity, "") | {"id": "tiny"} | model,
        **dict.fromkeys(("package_version", "command", "created", "hypothesis_language"), "x"),
        "seed": 0,
    }  # fmt: skip


def test_benchmarks_are_shown_with_what_the_model_has_seen(tmp_path: Path) -> None:
    (tmp_path / "benchmark.json").write_text(json.dumps(benchmark(weights_sha256="other")))
    found = read_benchmarks([str(tmp_path)])
    data = hostile(benchmarks=found)
    run = {**data.run, "model": {"id": "tiny", "weights_sha256": "own"}}
    content = build(replace(data, report=replace(data.report, run=run)))
    row, majority = content.tables["benchmarks"].rows
    shown = [(cell.text, cell.sub) for cell in row]
    assert ("0.61", "[0.52, 0.70]") in shown
    assert "0.30" in [cell.text for cell in majority]
    assert ("trained on its dev part", "licence: invented") in shown
    assert "Benchmarks of another model than the one here: invented (tiny)." in content.limits
    assert (content.long["section"] == "benchmark").sum() == 2


def test_a_folder_of_several_results_stands_for_all_of_them(tmp_path: Path) -> None:
    for run in ("0", "1"):
        (tmp_path / run).mkdir()
        (tmp_path / run / "benchmark.json").write_text(json.dumps(benchmark(revision=run)))
    found = read_benchmarks([str(tmp_path)])
    assert [result["model"]["revision"] for result in found] == ["0", "1"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema_version": 2}'])
def test_what_is_no_result_of_a_benchmark_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "benchmark.json").write_text(text)
    with pytest.raises(ConfigError, match=r"evaluation.benchmarks: .*benchmark.json cannot be"):
        read_benchmarks([str(tmp_path)])
