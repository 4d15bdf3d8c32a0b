"""Tasks and set-up for Label Studio hold what a coder needs, whatever the texts and names hold."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.coding.label_studio import (
    DATA_KEYS,
    SETUP_FILE,
    control,
    labelling_setup,
    write_tasks,
)
from stance.errors import OutputError

from .coded import CLAIMS, HOSTILE, PROPOSITIONS, sample_of_three, tasks_of


def test_a_task_holds_a_drawn_paragraph_and_nothing_that_the_run_found(
    tmp_path: Path,
) -> None:
    tasks = tasks_of(sample_of_three(), tmp_path)
    assert [set(task) for task in tasks] == [{"data"}] * 3
    for task, row in zip(tasks, sample_of_three().to_dict("records"), strict=True):
        data = task["data"]
        assert tuple(data) == DATA_KEYS
        assert "label" not in data, "what the run found must not lead the coder"
        assert data["id"] == f"{row['document']}#{row['paragraph']}"
        for key in set(DATA_KEYS) - {"id", "previous"}:
            assert data[key] == row[key]
    assert [task["data"]["previous"] for task in tasks] == ["", "Before.", ""]


def test_the_set_up_asks_for_one_stance_and_the_holders_of_every_proposition() -> None:
    view = ET.fromstring(labelling_setup(CLAIMS))
    shown = view.find("Text")
    assert shown is not None and shown.get("value") == "$text"
    for tag in ("Choices", "TextArea"):
        assert {element.get("toName") for element in view.iter(tag)} == {shown.get("name")}
    for name in PROPOSITIONS:
        (choices,) = view.findall(f"Choices[@name='{control('stance_', name)}']")
        assert (choices.get("choice"), choices.get("required")) == ("single", "true")
        labels = [choice.get("value") for choice in choices]
        assert labels == ["favor", "against", "neutral", "unrelated"]
        assert len(view.findall(f"TextArea[@name='{control('holders_', name)}']")) == 1
    assert len(view.findall("TextArea[@name='note']")) == 1


def test_the_set_up_refers_to_keys_of_the_tasks_only() -> None:
    values = [element.get("value", "") for element in ET.fromstring(labelling_setup(CLAIMS)).iter()]
    keys = {value.removeprefix("$") for value in values if value.startswith("$")}
    assert {"title", "previous", "lead_in", "text"} <= keys <= set(DATA_KEYS)
    # A dollar within a claim would be taken for a key.
    assert not [value for value in values if "$" in value[1:]]
    assert any("Cede land & <sea> for ＄100. (land)" in value for value in values)


def test_article_text_stands_in_the_tasks_as_it_is_and_not_in_the_set_up(
    tmp_path: Path,
) -> None:
    assert tasks_of(sample_of_three(), tmp_path)[0]["data"]["text"] == HOSTILE
    assert "quiet" not in (tmp_path / SETUP_FILE).read_text("utf-8")


@given(st.lists(st.text(min_size=1), min_size=2, unique=True))
def test_propositions_of_any_name_have_controls_of_their_own(names: list[str]) -> None:
    controls = [control("stance_", name) for name in names]
    assert len(set(controls)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in controls)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write_tasks(sample_of_three(), CLAIMS, tmp_path / "file")
