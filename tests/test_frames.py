"""Frames of paragraphs: which are coded, how strongly, and when one is present."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from methods.islands import model_of, paragraph, units_of
from table_model import TableModel

from stance.corpus.model import Kind, Paragraph
from stance.errors import ConfigError
from stance.frames import COLUMNS, FrameCoder
from stance.propositions import FrameConfig, FramesConfig
from stance.scoring import Scorer

FRAMES = {
    "conflict": FrameConfig(
        hypotheses={"en": ["Sides clash.", "One attacks."], "de": ["Es gibt Streit."]}
    ),
    "money": FrameConfig(hypotheses={"en": ["It is about money."], "de": ["Es geht um Geld."]}),
}
KINDS = ["body", "list_item", "quote"]


def frames_of(
    model: TableModel, *paragraphs: Paragraph | str, language: str = "en", **settings: object
) -> pd.DataFrame:
    config = FramesConfig(**{"name": "f", "frames": FRAMES, **settings})
    units = units_of(model, *paragraphs)
    return FrameCoder(config, language)(units, Scorer(model, progress=False))


def test_a_frame_is_as_likely_as_its_strongest_hypothesis() -> None:
    model = model_of(("fight", "Sides clash.", (0.9, 0.05, 0.05)), ("", "", (0.2, 0.7, 0.1)))
    table = frames_of(model, "They fight.", "It rains.")
    assert tuple(table.columns) == COLUMNS
    assert table[["document", "paragraph", "frame"]].values.tolist() == [
        ["d", 0, "conflict"], ["d", 0, "money"], ["d", 1, "conflict"], ["d", 1, "money"],
    ]  # fmt: skip
    np.testing.assert_allclose(table["p"], [0.9, 0.2, 0.2, 0.2], atol=1e-6)


@pytest.mark.parametrize(("threshold", "present"), [(0.59, True), (0.61, False)])
def test_a_frame_is_present_from_its_threshold(threshold: float, present: bool) -> None:
    model = model_of(("", "It is about money.", (0.6, 0.3, 0.1)))
    table = frames_of(model, "Pay.", threshold=threshold)
    assert table["present"].tolist() == [False, present]


def test_the_strongest_window_speaks_for_the_paragraph() -> None:
    model = model_of(("pay", "It is about money.", (0.8, 0.1, 0.1)), max_premise_tokens=3)
    table = frames_of(model, "It rains now. They pay. It snows now.")
    assert len(table) == 2
    assert table["p"].tolist()[1] == pytest.approx(0.8, abs=1e-6)


def test_only_the_kinds_listed_are_coded() -> None:
    paragraphs = [paragraph("Text.", kind, index=i) for i, kind in enumerate(Kind)]
    table = frames_of(model_of(), *paragraphs)
    assert {list(Kind)[i] for i in table["paragraph"]} == {Kind.BODY, Kind.LIST_ITEM, Kind.QUOTE}
    headings = frames_of(model_of(), *paragraphs, kinds=["heading"])
    assert {list(Kind)[i] for i in headings["paragraph"]} == {Kind.HEADING}


def test_hypotheses_in_the_source_language_are_asked_of_each_paragraph() -> None:
    model = model_of()
    frames_of(model, paragraph("Regen.", language="de"), "Rain.", language="source")
    assert [h for p, h in model.asked if p == "Regen."] == ["Es gibt Streit.", "Es geht um Geld."]
    assert len([h for p, h in model.asked if p == "Rain."]) == 3


@pytest.mark.parametrize(
    ("hypotheses", "message"),
    [
        ({"de": ["x"]}, r"frames\.frames\.odd\.hypotheses\.en is missing"),
        ({"en": ["x"], "de": []}, r"frames\.frames\.odd\.hypotheses\.de is empty"),
        ({"en": ["x", " "]}, r"frames\.frames\.odd\.hypotheses\.en\[1\] is empty"),
    ],
)
def test_a_frame_without_english_or_with_empty_hypotheses_is_an_error_naming_the_key(
    hypotheses: dict[str, list[str]], message: str
) -> None:
    frames = {"odd": FrameConfig(hypotheses=hypotheses)}
    with pytest.raises(ConfigError, match=message):
        FrameCoder(FramesConfig(name="f", frames=frames), "en")


def test_a_frame_that_is_not_written_in_the_language_is_asked_in_english_and_says_so() -> None:
    model = model_of()
    frames = {**FRAMES, "money": FrameConfig(hypotheses={"en": ["It is about money."]})}
    table = frames_of(model, paragraph("Ja.", language="de"), language="source", frames=frames)
    assert [hypothesis for _, hypothesis in model.asked] == [
        "Es gibt Streit.",
        "It is about money.",
    ]
    assert table["hypothesis_language"].tolist() == ["de", "en"]


@pytest.mark.parametrize(
    ("key", "wrong", "known"), [("kinds", "bodies", "list_item"), ("only", "monney", "money")]
)
def test_an_unknown_kind_or_frame_is_refused_with_the_known_ones(
    key: str, wrong: str, known: str
) -> None:
    with pytest.raises(ConfigError, match=rf"frames\.{key}: {wrong} unknown; expected .*{known}"):
        frames_of(model_of(), "Text.", **{key: [wrong]})


@pytest.mark.parametrize("only", [["money"], [], None])
def test_only_the_frames_named_are_asked_for(only: list[str] | None) -> None:
    model = model_of()
    table = frames_of(model, "Text.", only=only)
    assert table["frame"].tolist() == (["conflict", "money"] if only is None else only)
    assert len(model.asked) == {None: 3, 0: 0, 1: 1}[only if only is None else len(only)]


def test_what_is_coded_can_be_scored_ahead() -> None:
    model = model_of()
    scorer = Scorer(model, progress=False)
    units = units_of(model, "One.", paragraph("Two.", Kind.HEADING, index=1))
    coder = FrameCoder(FramesConfig(name="f", frames=FRAMES), "en")
    scorer(coder.requests(units))
    asked = list(model.asked)
    assert len(asked) == 3
    coder(units, scorer)
    assert model.asked == asked


def test_without_frames_or_paragraphs_there_is_an_empty_table_with_its_columns() -> None:
    model = model_of()
    for table in (frames_of(model, "Text.", frames={}), frames_of(model)):
        assert table.empty and tuple(table.columns) == COLUMNS
    assert model.asked == []
