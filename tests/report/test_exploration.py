"""The data block of the page: what it holds, what it hides, and that it is inert."""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stance.report import TextMode
from stance.report.explore import Exploration
from stance.report.explore.shown import shown
from stance.report.parallel import aligned_documents
from stance.report.telling import MARGIN
from stance.report.words import percent

from .invented import HOSTILE, REASON, SOURCES, all_texts, documents, invented, paragraphs

_P = ("p_favor", "p_against", "p_neutral", "p_unrelated")


def block(text: TextMode = "full", **changes: Any) -> dict[str, Any]:
    """The block as a browser reads it."""
    found: dict[str, Any] = json.loads(Exploration(invented(**changes), text).json)
    return found


def column(table: dict[str, Any], name: str) -> list[Any]:
    if name in table["columns"]:
        return list(table["columns"][name])
    return [table["strings"][number] for number in table["words"][name]]


def in_units(text: str, start: int, end: int) -> str:
    """The part of a text that a script gets by offsets in UTF-16."""
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def test_every_stance_is_there_once_with_its_figures() -> None:
    found = block()
    stances, own = found["stances"], found["paragraphs"]
    at = [n for n, size in enumerate(column(own, "stances")) for _ in range(size)]
    names = {
        "document": [column(found["documents"], "id")[column(own, "document")[n]] for n in at],
        "paragraph": [column(own, "index")[n] for n in at],
        "text": [column(own, "text")[n] for n in at],
        "lead_in": [column(own, "lead_in")[n] for n in at],
        "proposition": [found["propositions"][n]["name"] for n in column(stances, "proposition")],
        "holder": [found["holders"][n]["name"] for n in column(stances, "holder")],
        "mode": [found["modes"][n] for n in column(stances, "mode")],
        "label": [found["labels"][n] for n in column(stances, "label")],
    }
    keys = ["document", "paragraph", "proposition", "holder"]
    thousandths = {name: column(stances, name) for name in (*_P, "score")}
    got = pd.DataFrame(names | thousandths).sort_values(keys).reset_index(drop=True)
    table = paragraphs().sort_values(keys).reset_index(drop=True)
    for name in set(names) - {"text"}:
        assert list(got[name]) == list(table[name]), name
    for name in thousandths:
        assert list(got[name] / 1000) == pytest.approx(list(table[name]), abs=5e-4)


def test_evidence_and_quotes_stand_where_scripts_look_for_them() -> None:
    table = paragraphs()
    table["text"] = "😀 “Words,” he said. 𝔗he toll is folly. " + table["text"]
    table["evidence"] = "𝔗he toll is folly."
    found = block(paragraphs=table)
    own, stances = found["paragraphs"], found["stances"]
    evidence = iter(zip(column(stances, "label"), column(stances, "evidence"), strict=True))
    for text, quotes, size in zip(
        *(column(own, name) for name in ("text", "quotes", "stances")), strict=True
    ):
        assert in_units(text, *quotes[:2]) == "“Words,”"
        for label, place in (next(evidence) for _ in range(size)):
            unrelated = found["labels"][label] == "unrelated"
            assert unrelated == (place == [])
            assert unrelated or in_units(text, *place) == "𝔗he toll is folly."


@given(st.text(max_size=900), st.lists(st.tuples(st.integers(0, 900), st.integers(1, 60))))
def test_an_excerpt_is_pieces_of_the_text_around_the_evidence(
    text: str, spans: list[tuple[int, int]]
) -> None:
    text = text.encode("utf-8", "ignore").decode()
    evidence = [(a, min(len(text), a + n)) for a, n in spans if a < len(text)]
    seen = shown(text, evidence, "excerpt")
    assert len(seen.text) <= sum(b - a + 2 * MARGIN + 4 for a, b in evidence)
    for start, end in evidence:
        (low, high) = seen.places(start, end)
        assert in_units(seen.text, low, high) == text[start:end]
    for piece in filter(None, seen.text.split("…")):
        if "…" not in text:
            assert piece.strip() in text
    assert shown(text, evidence, "full").text == text
    assert shown(text, evidence, "none").text == ""


def test_without_evidence_an_excerpt_is_empty() -> None:
    assert shown("A whole paragraph.", [], "excerpt").text == ""


def sequences(text: str, words: int = 4) -> set[str]:
    found = re.findall(r"\w+", text.casefold())
    return {" ".join(found[at : at + words]) for at in range(len(found) - words + 1)}


def test_the_block_of_an_edition_without_text_holds_none_of_it() -> None:
    secret = set().union(*map(sequences, all_texts()))
    assert sequences(json.dumps(block("full"), ensure_ascii=False)) & secret
    assert not sequences(json.dumps(block("none"), ensure_ascii=False)) & secret


def test_an_excerpt_leaves_out_paragraphs_that_decided_nothing() -> None:
    table = paragraphs().assign(label="unrelated", lead_in="")
    assert set(column(block("excerpt", paragraphs=table)["paragraphs"], "text")) == {""}


@settings(max_examples=20)
@given(st.text(max_size=60))
@example("</script><script>\u2028\u202e\x00")
def test_no_text_breaks_out_of_the_block(words: str) -> None:
    table = paragraphs().assign(text=words + HOSTILE, document="d" + words, lead_in=words)
    data = invented(paragraphs=table, documents=documents().assign(title=words))
    text = Exploration(data, "full").json
    assert not re.search("[<>&\u2028\u2029\x00-\x1f\ud800-\udfff\u202a-\u202e]", text)
    json.loads(text)


def test_cells_carry_the_words_of_the_tables_and_their_warnings() -> None:
    figures, data = block()["figures"], invented()
    rows = list(
        zip(*(column(figures, n) for n in ("source", "proposition", "holder")), strict=True)
    )
    own = data.sources[data.sources["holder"] == "text"]
    assert sum(holder == 0 for *_, holder in rows) == len(own)
    assert set(column(figures, "reason")) == {REASON} and all(column(figures, "small"))
    for (source, proposition, holder), salience in zip(
        rows, column(figures, "salience"), strict=True
    ):
        cell = data.sources[
            (data.sources["source"] == data.source_names[source])
            & (data.sources["proposition"] == data.proposition_names[proposition])
            & (data.sources["holder"] == ("text", *data.holder_names)[holder])
        ]
        assert salience == percent(cell["salience"].item())


def test_a_cell_is_no_small_sample_where_the_analysis_has_no_doubt() -> None:
    own = invented().sources.assign(interval_reason="", n_related=5)
    assert not any(column(block(sources=own)["figures"], "small"))
    assert all(column(block(sources=own.assign(n_related=4))["figures"], "small"))


def test_versions_are_parallel_only_where_every_paragraph_has_its_like() -> None:
    assert set(aligned_documents(invented())) == {"post-en", "post-de"}
    table = paragraphs()
    longer = table[(table["document"] == "post-de") & (table["paragraph"] == 2)]
    uneven = pd.concat([table, longer.assign(paragraph=3)])
    assert aligned_documents(invented(paragraphs=uneven)) == {}
    assert set(column(block(paragraphs=uneven)["documents"], "parallel")) == {-1}


def test_the_same_analysis_gives_the_same_block_whatever_the_order_of_rows() -> None:
    shuffled = {
        name: getattr(invented(), name).sample(frac=1, random_state=1)
        for name in ("paragraphs", "documents", "sources")
    }
    assert Exploration(invented(**shuffled), "full").json == Exploration(invented(), "full").json


def test_sources_are_named_once_however_many_paragraphs_they_have() -> None:
    text = Exploration(invented(), "full").json
    assert all(text.count(json.dumps(source)[1:-1]) <= 1 for source in SOURCES[:1])
