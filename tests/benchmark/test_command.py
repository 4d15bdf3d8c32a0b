"""``stance task=evaluate benchmark=…``: files, sweeps, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from tiny import stance_command

from stance.benchmark.result import check_result

from .sets import ROWS, TEXTS, value, write


def benchmark_command(folder: Path, model: Path, output: Path, *more: str):
    return stance_command(
        *(["-m"] if "-m" in more else []),
        "task=evaluate",
        "benchmark=x_stance",
        f"benchmark.path={folder / 'x.jsonl'}",
        f"model.id={model}",
        "engine.threads=1",
        *(setting for setting in more if setting != "-m"),
        *([] if "-m" in more else [f"output_dir={output}"]),
    )


@pytest.fixture
def swiss(tmp_path):
    rows = [
        {"comment": t, "question": q, "label": label, "language": language}
        for language in ("de", "fr")
        for q in ("Soll die Brücke gebaut werden?", "Faut-il garder le bac ?")
        for t, label in zip(TEXTS[:2], ("AGAINST", "FAVOR"), strict=True)
    ]
    write(tmp_path / "x.jsonl", rows)
    return tmp_path


def test_the_command_writes_predictions_figures_and_a_valid_result(swiss, one_pass_folder):
    ran = benchmark_command(swiss, one_pass_folder, swiss / "out")
    assert ran.code == 0, ran.err
    result = json.loads((swiss / "out" / "benchmark.json").read_text("utf-8"))
    check_result(result)
    assert result["benchmark"]["name"] == "x_stance"
    assert result["contamination"].startswith("unknown"), "another id than the one described"
    predictions = pd.read_parquet(swiss / "out" / "predictions.parquet")
    assert len(predictions) == 8
    table = pd.read_csv(swiss / "out" / "figures.csv")
    hits = (predictions["gold"] == predictions["predicted"]).mean()
    assert value(table.fillna(""), "accuracy")["estimate"] == pytest.approx(hits)
    assert set(table["value"].dropna()) >= {"de", "fr"}


def test_a_sweep_over_models_makes_one_table(swiss, one_pass_folder):
    ran = benchmark_command(
        swiss,
        one_pass_folder,
        swiss,
        "-m",
        "seed=0,1",
        f"hydra.sweep.dir={swiss / 'sweep'}",
    )
    assert ran.code == 0, ran.err
    table = pd.read_csv(swiss / "sweep" / "benchmarks.csv")
    assert {"benchmark", "model", "contamination", "figure", "estimate"} <= set(table.columns)
    assert set(table["run"]) == {0, 1}
    assert set(table["overrides"].str.extract(r"seed=(\d)")[0]) == {"0", "1"}
    assert "macro_f1" in (swiss / "sweep" / "benchmarks.html").read_text("utf-8")


def test_a_file_per_part_is_named_on_the_command_line(tmp_path, one_pass_folder):
    for language in ("de", "fr"):
        rows = [
            {"premise": t, "hypothesis": h, "label": label}
            for t, h, label in zip(TEXTS, TEXTS[::-1], ["neutral", "entailment", "neutral"],
                                   strict=True)
        ]  # fmt: skip
        write(tmp_path / f"x.{language}.jsonl", rows)
    path = tmp_path / "x.{part}.jsonl"
    ran = stance_command(
        "task=evaluate", "benchmark=xnli", f'benchmark.path="{path}"',
        f"model.id={one_pass_folder}", f"output_dir={tmp_path / 'out'}",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    result = json.loads((tmp_path / "out" / "benchmark.json").read_text("utf-8"))
    whole = next(f for f in result["figures"] if f["scope"] == "all")
    assert whole["n_rows"] == 6
    assert whole["n_groups"] == 3, "a pair and its translation are one group"
    assert result["benchmark"]["left_out"]["part en: no file"] == 1


def test_one_file_for_many_parts_is_refused(tmp_path):
    path = write(tmp_path / "x.jsonl", ROWS)
    ran = stance_command("task=evaluate", "benchmark=semeval2016_t6", f"benchmark.path={path}")
    assert "{part}" in ran.complaint


@pytest.mark.parametrize("mode", ["excerpt", "none"])
def test_predictions_carry_text_only_where_it_may_be_passed_on(swiss, one_pass_folder, mode):
    ran = benchmark_command(swiss, one_pass_folder, swiss / "out", f"report.text={mode}")
    assert ran.code == 0, ran.err
    table = pd.read_parquet(swiss / "out" / "predictions.parquet")
    assert not {"text", "target"} & set(table.columns)
    assert table["group"].dtype.kind == "i"


def test_a_benchmark_and_a_gold_file_exclude_each_other(swiss, one_pass_folder):
    ran = benchmark_command(swiss, one_pass_folder, swiss / "out", "gold=some.csv")
    assert "set one of them" in ran.complaint


def test_a_set_that_is_only_had_as_files_says_so():
    assert "benchmark.path" in stance_command("task=evaluate", "benchmark=vast").complaint


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("schema_version", {"schema_version": 2}),
        ("contamination", {"contamination": ""}),
        ("figures", {"figures": []}),
    ],
)
def test_the_validator_names_what_is_wrong_with_a_result(swiss, one_pass_folder, place, change):
    benchmark_command(swiss, one_pass_folder, swiss / "out")
    result = json.loads((swiss / "out" / "benchmark.json").read_text("utf-8"))
    with pytest.raises(ValueError, match=place):
        check_result(result | change)
