"""Exports of Label Studio are read back as if they were coding sheets."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tiny import stance_command

from stance.coding import read_gold, write_sheet
from stance.coding.gold import read_coding
from stance.coding.label_studio import SETUP_FILE, TASKS_FILE, control
from stance.coding.sheet import SHEET
from stance.errors import CorpusError

from .coded import CODES, PROPOSITIONS, flat, full, result, sample_of_three, tasks_of

Export = Callable[[list[dict[str, Any]], list[dict[str, Any]]], list[dict[str, Any]]]


@pytest.fixture
def sample() -> pd.DataFrame:
    return sample_of_three()


@pytest.fixture
def documents() -> pd.DataFrame:
    return pd.DataFrame({"document": ["a", "b"], "group": ["a", "b"]})


def from_sheet(sample: pd.DataFrame, folder: Path, documents: pd.DataFrame) -> pd.DataFrame:
    """The gold of the coding sheet of the same sample, filled in alike."""
    blank = pd.read_csv(write_sheet(sample, PROPOSITIONS, folder), keep_default_na=False)
    code = [code[name] for code in CODES for name in PROPOSITIONS]
    blank["stance"] = [given_code[0] if given_code else "" for given_code in code]
    blank["holders"] = ["; ".join(given_code[1]) if given_code else "" for given_code in code]
    blank.to_csv(folder / SHEET, index=False)
    return read_gold(folder / SHEET, documents, PROPOSITIONS)


@pytest.mark.parametrize("export", [full, flat])
def test_an_export_gives_the_gold_that_the_sheet_filled_in_alike_gives(
    export: Export, sample: pd.DataFrame, documents: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(export(tasks_of(sample, tmp_path), CODES)), "utf-8")
    expected = from_sheet(sample, tmp_path, documents)
    pd.testing.assert_frame_equal(read_gold(path, documents, PROPOSITIONS), expected)
    role = expected[(expected["proposition"] != "land") & (expected["document"] == "a")]
    # Of the second stratum one of two drawn cells on the role is coded.
    assert dict(zip(role["paragraph"], role["probability"], strict=True)) == {
        **{0: pytest.approx(1 / 3), 3: pytest.approx(0.1 * 1 / 2)}
    }


def annotated(sample: pd.DataFrame, folder: Path, *annotations: dict[str, Any]) -> list[Any]:
    """The first task, with annotations of which each says favor unless it says otherwise."""
    favor = [result("choices", control("stance_", "land"), ["favor"])]
    return [tasks_of(sample, folder)[0] | {"id": 7, "annotations": [
        {"id": number, "result": favor} | annotation
        for number, annotation in enumerate(annotations, start=1)
    ]}]  # fmt: skip


def coders_of(tasks: Any, name: str, folder: Path, documents: pd.DataFrame) -> dict[str, str]:
    """Coder → label of the one cell coded."""
    (folder / name).write_text(json.dumps(tasks), "utf-8")
    (codes,) = read_coding(folder / name, documents, PROPOSITIONS).coding.values()
    return {coder: code.label for coder, code in codes.items()}


def test_coders_are_known_by_address_and_without_one_by_the_file(
    sample: pd.DataFrame, documents: pd.DataFrame, tmp_path: Path
) -> None:
    def read(name: str, *people: Any) -> set[str]:
        done = [{"completed_by": person} for person in people]
        return set(coders_of(annotated(sample, tmp_path, *done), name, tmp_path, documents))

    assert read("x.json", {"id": 1, "email": "Ann@x.org"}, 2) == {"ann@x.org", "x:2"}
    assert read("Ann.json", 1) == {"ann"}, "the first account of every installation is number 1"
    assert read("x.json", 1, {"id": 2}) == {"x:1", "x:2"}
    assert read("x.json", None) == {"x"}
    assert read("adjudicated.json", {"email": "ann@x.org"}) == {"adjudicated"}


def test_cancelled_annotations_and_blank_tasks_code_nothing(
    sample: pd.DataFrame, documents: pd.DataFrame, tmp_path: Path
) -> None:
    cancelled = {"completed_by": 1, "was_cancelled": True}
    tasks = annotated(sample, tmp_path, cancelled, {"completed_by": 2, "was_cancelled": False})
    assert coders_of(tasks, "x.json", tmp_path, documents) == {"x": "favor"}
    for only in (annotated(sample, tmp_path, cancelled), tasks_of(sample, tmp_path)):
        (tmp_path / "x.json").write_text(json.dumps(only), "utf-8")
        with pytest.raises(CorpusError, match="no row has a stance filled in"):
            read_gold(tmp_path / "x.json", documents, PROPOSITIONS)


def spoilt(sample: pd.DataFrame, folder: Path, kind: str, name: str, value: Any) -> list[Any]:
    wrong = result(kind, name, []) | {"value": value}
    right = [] if kind == "choices" else [result("choices", "stance_land", ["favor"])]
    return annotated(sample, folder, {"completed_by": 1, "result": [*right, wrong]})


@pytest.mark.parametrize(
    ("kind", "name", "value", "said"),
    [
        ("choices", "stance_land", {"choices": ["pro"]}, "'land': stance 'pro'; expected favor"),
        ("choices", "stance_land", {"choices": ["favor", "against"]}, "stance_land: 2 choices"),
        ("choices", "stance_land", {"labels": []}, "stance_land: {'labels': []}; expected a text"),
        ("choices", "stance_land", 3, "stance_land: 3; expected a text"),
        ("choices", "stance_sea", {"choices": ["favor"]}, "proposition 'sea' unknown; expected la"),
        ("textarea", "holders_land", {"text": ["russia:pro"]}, "'land': holder 'russia:pro'; exp"),
        ("textarea", "holders_land", {"texts": ""}, "holders_land: {'texts': ''}; expected a text"),
    ],
)
def test_a_bad_answer_is_named_with_task_and_control(
    kind: str,
    name: str,
    value: Any,
    said: str,
    sample: pd.DataFrame,
    documents: pd.DataFrame,
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(spoilt(sample, tmp_path, kind, name, value)), "utf-8")
    with pytest.raises(CorpusError) as caught:
        read_gold(path, documents, PROPOSITIONS)
    assert str(caught.value).startswith(f"gold={path}, task 7, ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "cannot be read as JSON"),
        ("", "cannot be read as JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        ('{"data": {}}', "not a list of tasks; expected the JSON or JSON-MIN export"),
        ("[3]", "not a list of tasks"),
        ('[{"document": "a"}]', "task no. 1: no key paragraph in its data; expected the tasks"),
        ('[{"id": 4, "data": {"text": "x"}}]', "task 4: no key document in its data"),
        ('[{"id": 4, "data": "x"}]', "task 4: no key document in its data"),
        (
            '[{"id": 4, "data": {"document": "a", "paragraph": 0}, "annotations": [5]}]',
            "task 4: annotations is no list of objects",
        ),
        (
            '[{"data": {"document": "a", "paragraph": 0}, "annotations": [{"result": "x"}]}]',
            "task no. 1: annotations.result is no list of objects",
        ),
    ],
)
def test_what_is_no_export_is_refused(
    content: str, said: str, documents: pd.DataFrame, tmp_path: Path
) -> None:
    (tmp_path / "x.json").write_text(content, "utf-8")
    with pytest.raises(CorpusError) as caught:
        read_gold(tmp_path / "x.json", documents, PROPOSITIONS)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"gold={tmp_path / 'x.json'}")


def test_tasks_by_the_command_and_their_export_beside_a_sheet_as_gold(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    drawn = tmp_path / "sample"
    ran = stance_command(
        *arguments, f"output_dir={drawn}", "task=sample", "n=4", "sample.format=label_studio"
    )
    assert ran.code == 0, ran.err
    assert ran.out.strip() == str(drawn / TASKS_FILE)
    assert {"codebook.md", SHEET, TASKS_FILE, SETUP_FILE} <= {p.name for p in drawn.iterdir()}
    assert "Ukraine should cede land to Russia. (land)" in (drawn / SETUP_FILE).read_text("utf-8")

    tasks = json.loads((drawn / TASKS_FILE).read_text("utf-8"))
    codes: list[dict[str, Any]] = [{"land": ("favor", []), "neutrality": ("neutral", [])}] * len(
        tasks
    )
    (tmp_path / "ann.json").write_text(json.dumps(full(tasks, codes)), "utf-8")
    sheet = pd.read_csv(drawn / SHEET, keep_default_na=False)
    sheet["stance"] = ["favor", "neutral"] * len(tasks)
    sheet.to_csv(tmp_path / "ben.csv", index=False)
    out = tmp_path / "out"
    files = f"[{tmp_path / 'ann.json'},{tmp_path / 'ben.csv'}]"
    ran = stance_command(*arguments, f"output_dir={out}", f"gold={files}")
    assert ran.code == 0, ran.err
    table = pd.read_csv(out / "coders.csv")
    assert set(table.loc[table["measure"] == "agreement", "estimate"]) == {1.0}
    validation = json.loads((out / "results.json").read_text("utf-8"))["validation"]
    assert validation["paragraphs"] == 4
    assert validation["coders"].startswith("2, alpha 1.00")
    assert not (out / "ties.csv").exists()
