"""The words and tables around the figures: mistakes, limits, licences, coders."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from stance.report.evaluation import EvaluationData
from stance.report.evaluation.content import build
from stance.report.evaluation.mistakes import MOST, mistakes
from stance.report.evaluation.summary import banner, is_well_founded

from .cases import corpus_of, evaluation_of, hostile, sample


def test_mistakes_are_wrong_cells_of_every_source_and_language_before_any_has_two() -> None:
    data = sample(14)
    shown = mistakes(data)
    assert len(shown) == MOST
    strata = {(m.shown.source, m.shown.language) for m in shown}
    assert strata == {("S0", "en"), ("S1", "de")}
    for mistake in shown:
        own, found = mistake.shown.own, mistake.shown.holders[0]
        assert own.label != found.label
    sure = [
        float(m.shown.holders[0].score.removeprefix("p = "))
        for m in shown
        if m.shown.holders[0].score
    ]
    assert sure == sorted(sure, reverse=True)
    text, _ = (data.cells("staged", voice) for voice in ("text", "holders"))
    wrong = text.predicted != text.gold
    highest = text.probabilities.max(axis=1)[wrong].max()
    assert any(s == pytest.approx(highest, abs=0.005) for s in sure)


def test_of_a_mistake_in_several_versions_the_surest_is_shown() -> None:
    data = hostile()
    paragraphs = data.report.paragraphs.copy()
    both = (paragraphs["document"].isin(["post-en", "post-de"])) & (paragraphs["paragraph"] == 0)
    cell = both & (paragraphs["proposition"] == "bridge_toll") & (paragraphs["holder"] == "text")
    paragraphs.loc[cell, "p_favor"] = paragraphs.loc[cell, "document"].map(
        {"post-en": 0.8, "post-de": 0.9}
    )
    coded = data.gold.copy()
    key = ["document", "paragraph", "proposition", "holder"]
    wrong = coded.set_index(key).index.isin(paragraphs[cell].set_index(key).index)
    coded.loc[wrong, "label"] = "unrelated"
    made = evaluation_of(replace(data.report, paragraphs=paragraphs), coded, {})
    first = [m.shown.document for m in mistakes(made) if m.shown.paragraph == 0]
    assert first.count("post-de") == 1 and "post-en" not in first


def limits_of(data: EvaluationData) -> str:
    return "\n".join(build(data).limits)


def test_limits_follow_from_what_was_found() -> None:
    found = limits_of(hostile())
    for words in (
        "Few texts: 3 independent ones.",
        "One coder:",
        "Not shown to be better than the keyword rules",
        "How far the results hang on wording",
    ):
        assert words in found
    assert "One language only" not in found and "Not validated for holders" not in found
    assert "Nobody says what the model was trained on" not in found
    assert "Nobody says" in limits_of(hostile(trained_on=None))


def test_a_single_language_and_source_are_named() -> None:
    data = sample(12)
    odd = data.gold["document"].str[1:].astype(int) % 2 == 0
    found = limits_of(evaluation_of(data.report, data.gold[odd], {}))
    assert "One language only (en)" in found and "One source only (S0)" in found
    assert "No text was coded in de, which the corpus has." in found


def test_a_sheet_without_probabilities_speaks_for_the_corpus_only_if_it_covers_it() -> None:
    data = sample(4)
    some = data.gold[data.gold["paragraph"] > 0]
    assert "no sampling probabilities" not in limits_of(data)
    assert "no sampling probabilities" in limits_of(replace(data, gold=some))


def test_unequal_sampling_probabilities_are_a_limit_and_equal_ones_are_not() -> None:
    data = sample(4)
    for probabilities, words in (([0.5], False), ([0.2, 0.8], True)):
        drawn = np.resize(probabilities, len(data.gold))
        found = limits_of(replace(data, gold=data.gold.assign(probability=drawn)))
        assert ("unequal probabilities" in found) == words
        assert "no sampling probabilities" not in found


def test_the_banner_is_calm_only_with_many_texts() -> None:
    assert banner(hostile())[0] == "Measured on 3 independent texts"
    thirty = sample(30, paragraphs=1)
    fewer = replace(thirty, gold=thirty.gold[thirty.gold["document"] != "d00"])
    assert (is_well_founded(fewer), is_well_founded(thirty)) == (False, True)


def test_licences_come_from_the_documents() -> None:
    data = hostile()
    for metadata, said in (({"licence": "CC BY 4.0"}, "CC BY 4.0"), ({}, "not stated")):
        table = build(replace(data, corpus=corpus_of(data.report, **metadata))).tables["corpus"]
        assert {row[-1].text for row in table.rows} == {said}


def test_coders_have_their_lines_in_the_table_of_agreement() -> None:
    row = {"voice": "text", "scope": "all", "value": "", "cells": "related by any",
           "measure": "alpha", "estimate": 0.74, "ci_low": 0.6, "ci_high": 0.9, "interval": "t",
           "interval_reason": "few", "n_cells": 92}  # fmt: skip
    content = build(hostile(coders=pd.DataFrame([row])))
    shown = [[cell.text for cell in line] for line in content.tables["agreement"].rows]
    assert shown[-1] == [
        *("Coders with each other", "own voice", "related by any", "Krippendorff’s alpha"),
        *("0.74", "92"),
    ]
    assert (content.long["section"] == "agreement").sum() == 1


def test_a_baseline_that_is_better_for_sure_is_called_so() -> None:
    data = sample(16)
    key = ["document", "paragraph", "proposition", "holder", "label"]
    perfect = data.gold.loc[data.gold["holder"] == "text", key]
    gap = build(replace(data, baselines={"keyword rules": perfect})).limits
    (said,) = (line for line in gap if line.startswith("Worse than the keyword rules in "))
    assert "the labels (−" in said and "relevance (−" in said
    assert not any(line.startswith("Not shown") for line in gap)
