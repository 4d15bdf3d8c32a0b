"""Distinctive terms: tokens, the formula, and what is listed."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest

from stance.analysis import AnalysisConfig, distinctive_terms
from stance.analysis.terms import log_odds, tokens

from .invented import CorpusMaker, one


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The US and NATO, in 2025!", "en", ["the", "and", "nato"]),
        ("l’accord d'Anchorage", "fr", ["accord", "anchorage"]),
        ("Об’єднання й об'єднання", "uk", ["об'єднання", "об'єднання"]),
        ("STRASSE Straße", "de", ["strasse", "strasse"]),
        ("停战协议", "zh", ["停战", "战协", "协议"]),
        ("हिन्दी", "hi", ["हिन्दी"]),
        ("snake_case 123abc", "en", ["snake", "case", "abc"]),
    ],
)
def test_tokens_are_folded_letter_runs(text: str, language: str, expected: list[str]) -> None:
    assert tokens(text, language) == expected


def test_log_odds_follow_the_paper() -> None:
    ours, others = np.array([8.0, 1.0, 11.0]), np.array([2.0, 5.0, 23.0])
    delta, z = log_odds(ours, others)
    # Prior: the counts of both, so 10, 6 and 34 of 50; the sides have 20 and 30 tokens.
    a, b = 8 + 10, 2 + 10
    expected = log(a / (20 + 50 - a)) - log(b / (30 + 50 - b))
    assert delta[0] == pytest.approx(expected)
    assert z[0] == pytest.approx(expected / sqrt(1 / a + 1 / b))


def test_log_odds_are_mirrored_when_the_sides_are() -> None:
    ours, others = np.array([8.0, 1.0, 11.0]), np.array([2.0, 5.0, 23.0])
    assert log_odds(ours, others)[1] == pytest.approx(-log_odds(others, ours)[1])


def write(corpus: CorpusMaker, source: str, name: str, texts: list[str], language: str) -> None:
    corpus.add(source, name, "u" * len(texts), language=language, group=f"g{name}")
    for i, text in enumerate(texts):
        corpus.texts.append({"document": name, "paragraph": i, "text": text, "language": language})


def test_the_word_of_one_source_leads_its_list_and_shared_words_do_not(
    corpus: CorpusMaker,
) -> None:
    write(corpus, "A", "a", ["the border the talks"] * 4, "en")
    write(corpus, "B", "b", ["the alliance the talks"] * 4, "en")
    table = distinctive_terms(corpus.build())
    assert list(table[table["source"] == "A"]["term"]) == ["border"]
    assert list(table[table["source"] == "B"]["term"]) == ["alliance"]
    row = one(table, source="A")
    assert (row["count"], row.count_others) == (4, 0)
    assert row.z > 0


def test_rare_terms_are_not_listed_and_lists_are_cut(corpus: CorpusMaker) -> None:
    write(corpus, "A", "a", ["rare border treaty", "border treaty", "border treaty"], "en")
    write(corpus, "B", "b", ["alliance", "alliance", "alliance"], "en")
    m = corpus.build()
    assert "rare" not in set(distinctive_terms(m)["term"])
    assert "rare" in set(distinctive_terms(m, AnalysisConfig(min_term_paragraphs=1))["term"])
    assert len(distinctive_terms(m, AnalysisConfig(top_terms=1))) == 2


def test_a_language_with_one_source_is_skipped(corpus: CorpusMaker) -> None:
    write(corpus, "A", "a", ["border talks"] * 3, "en")
    write(corpus, "B", "b", ["Grenze Gespräche"] * 3, "de")
    assert distinctive_terms(corpus.build()).empty


def test_headings_are_not_read(corpus: CorpusMaker) -> None:
    write(corpus, "A", "a", ["border", "border"], "en")
    write(corpus, "B", "b", ["alliance", "alliance"], "en")
    for row in corpus.rows:
        if row["paragraph"] == 0:
            row["kind"] = "heading"
    table = distinctive_terms(corpus.build(), AnalysisConfig(min_term_paragraphs=1))
    assert set(table["count"]) == {1}


def test_a_near_duplicate_in_the_same_source_is_read_once(corpus: CorpusMaker) -> None:
    write(corpus, "A", "a", ["border talks"] * 3, "en")
    write(corpus, "A", "a2", ["border talks"] * 3, "en")
    write(corpus, "B", "b", ["alliance talks"] * 3, "en")
    corpus.documents[1]["group"] = "ga"
    assert one(distinctive_terms(corpus.build()), term="border")["count"] == 3


def test_without_texts_the_table_is_empty(corpus: CorpusMaker) -> None:
    assert distinctive_terms(corpus.add("A", "a", "u").build()).empty
