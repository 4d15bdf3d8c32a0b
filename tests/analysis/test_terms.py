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


def test_every_row_is_the_formula_on_the_counts_of_a_source_and_of_all_others(
    corpus: CorpusMaker,
) -> None:
    write(corpus, "A", "a", ["border talks talks", "border treaty", "border treaty"], "en")
    write(corpus, "B", "b", ["talks alliance"] * 3, "en")
    write(corpus, "C", "c", ["talks harbour orchard"] * 4, "en")
    table = distinctive_terms(corpus.build(), AnalysisConfig(min_term_paragraphs=2))
    # talks is said by all, and most often by C, but less often than A and B together say it.
    assert list(zip(table["source"], table["term"], table["count"], strict=True)) == [
        ("A", "border", 3), ("A", "treaty", 2), ("B", "alliance", 3), ("B", "talks", 3),
        ("C", "harbour", 4), ("C", "orchard", 4),
    ]  # fmt: skip
    counts = {
        "A": {"border": 3, "talks": 2, "treaty": 2},
        "B": {"alliance": 3, "talks": 3},
        "C": {"harbour": 4, "orchard": 4, "talks": 4},
    }
    vocabulary = sorted({term for count in counts.values() for term in count})
    for row in table.to_dict("records"):
        ours = np.array([counts[row["source"]].get(term, 0) for term in vocabulary], float)
        every = np.array([sum(c.get(t, 0) for c in counts.values()) for t in vocabulary], float)
        delta, z = log_odds(ours, every - ours)
        place = vocabulary.index(row["term"])
        assert row["count_others"] == every[place] - ours[place]
        assert (row["log_odds"], row["z"]) == pytest.approx((delta[place], z[place]))
    assert set(table["language"]) == {"en"} and set(table["family"]) == {"exploratory: terms"}
    assert table["count"].dtype.kind == table["count_others"].dtype.kind == "i"
    assert list(table.index) == list(range(len(table)))


def test_words_are_those_of_the_language_that_a_text_is_in(corpus: CorpusMaker) -> None:
    for language in ("uk", "zh"):
        write(corpus, "A", f"a-{language}", ["об'єднання 停战协议"] * 3, language)
        write(corpus, "B", f"b-{language}", ["коридор"] * 3, language)
    table = distinctive_terms(corpus.build())
    ours = table[table["source"] == "A"].groupby("language")["term"].agg(set)
    assert ours["uk"] == {"об'єднання", "停战协议"}
    assert {"停战", "战协", "协议"} < ours["zh"]


def test_a_source_without_words_has_no_terms_and_hides_nobody_elses(corpus: CorpusMaker) -> None:
    write(corpus, "A", "a", ["Oh, no."] * 3, "en")
    write(corpus, "B", "b", ["border talks"] * 3, "en")
    assert distinctive_terms(corpus.build()).empty, "nobody to compare B with"
    write(corpus, "C", "c", ["alliance talks"] * 3, "en")
    table = distinctive_terms(corpus.build())
    assert list(zip(table["source"], table["term"], strict=True)) == [
        ("B", "border"),
        ("C", "alliance"),
    ]


def test_where_nobody_has_words_or_all_have_the_same_one_nothing_is_listed(
    corpus: CorpusMaker,
) -> None:
    for language, text in (("en", "Oh, no."), ("de", "Grenze")):
        write(corpus, "A", f"a-{language}", [text] * 3, language)
        write(corpus, "B", f"b-{language}", [text] * 3, language)
        with np.errstate(all="raise"):  # infinite odds are no surprise
            table = distinctive_terms(corpus.build())
        assert table.empty and {"source", "language", "term", "z"} < set(table.columns)


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
