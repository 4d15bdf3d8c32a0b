"""Cards are read as far as they can be, and never stop an evaluation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stance.nli.load import EMBEDDED
from stance.report.evaluation import ModelCard, read_card


def test_the_card_of_the_embedded_model_names_licence_and_training_sets() -> None:
    card = read_card(EMBEDDED)
    facts = dict(card.facts)
    assert facts["Licence"].startswith("CC BY-NC-SA 4.0")
    assert facts["Base model"] == json.loads((EMBEDDED / "config.json").read_text())["base_model"]
    kinds = dict(card.training)
    assert {"NLI", "stance"} <= set(kinds)
    assert "SNLI" in kinds["NLI"] and "CC BY" in kinds["NLI"]
    assert not any(mark in text for text in kinds.values() for mark in ("**", "`", "|"))


def test_a_card_of_the_hub_tells_licence_and_sets_in_its_front_matter(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("---\nlicense: mit\ndatasets: [snli, anli]\n---\n# A\n")
    assert read_card(tmp_path) == ModelCard((("Licence", "mit"),), (("", "snli"), ("", "anli")))


@pytest.mark.parametrize(
    "text",
    ["", "---\n: [\n---\n| a", "|||\n|-|\n||", "| | |\n|--|--|\n| a |", "---\n- 1\n---\nx", "\x00"],
)
def test_a_card_that_makes_no_sense_says_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(text)
    (tmp_path / "config.json").write_text("[1")
    assert read_card(tmp_path) == ModelCard()
    (tmp_path / "README.md").write_bytes(b"\xff\xfe" + text.encode())
    assert read_card(tmp_path).training == ()
    assert read_card(tmp_path / "nowhere") == ModelCard()
