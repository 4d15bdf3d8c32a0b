"""Baselines need no model: what they say follows from words and from other documents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from stance.corpus import Corpus
from stance.corpus.model import Document, Kind, Paragraph
from stance.propositions import (
    HolderConfig,
    HoldersConfig,
    KeywordsConfig,
    PropositionConfig,
    PropositionsConfig,
)
from stance.report.evaluation import baseline_labels

PROPOSITIONS = PropositionsConfig(
    items={
        "toll": PropositionConfig(
            statement={"en": "The bridge should have a toll."},
            topic={"en": "the toll"},
            keywords=KeywordsConfig(
                topic={"en": ["toll"]}, favor={"en": ["must"]}, against={"en": ["reject*"]}
            ),
        )
    }
)
HOLDERS = HoldersConfig(
    holders={
        "mayor": HolderConfig(name={"en": "the mayor"}, aliases={"en": ["Mayor"]}),
        "guild": HolderConfig(name={"en": "the guild"}, aliases={"en": ["Guild"]}),
    }
)
TEXTS = {
    "a": ["The Mayor says a toll must come. The Guild rejected it.", "The Mayor fished."],
    "b": ["The Mayor spoke of the toll.", "The Guild met."],
    "c": ["The Mayor rejected the toll."],
}


def corpus() -> Corpus:
    return Corpus(
        tuple(
            Document(
                id=name,
                source="Post",
                title="",
                language="en",
                paragraphs=tuple(Paragraph(i, t, Kind.BODY, "en") for i, t in enumerate(texts)),
            )
            for name, texts in TEXTS.items()
        )
    )


def gold(*rows: tuple[str, int, str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["document", "paragraph", "holder", "label"])
    return table.assign(proposition="toll", mode="", probability=np.nan)


def named(table: pd.DataFrame) -> set[tuple[Any, ...]]:
    held = table[table["holder"] != "text"]
    columns = ["document", "paragraph", "holder", "label"]
    return set(held[columns].itertuples(index=False, name=None))


def test_keyword_rules_give_texts_and_holders_the_side_of_their_words() -> None:
    coded = gold(("a", 0, "text", "neutral"), ("a", 1, "text", "unrelated"))
    rules = baseline_labels(corpus(), PROPOSITIONS, HOLDERS, coded)["keyword rules"]
    own = rules[rules["holder"] == "text"]
    # Words of both sides occur in the first; the second names no toll; others are not coded.
    labels = list(own[["document", "paragraph", "label"]].itertuples(index=False, name=None))
    assert labels == [("a", 0, "neutral"), ("a", 1, "unrelated")]
    assert named(rules) == {("a", 0, "mayor", "favor"), ("a", 0, "guild", "against")}


def test_the_usual_side_comes_from_the_other_documents_alone() -> None:
    coded = gold(
        *((name, 0, "text", "neutral") for name in TEXTS),
        ("b", 1, "text", "unrelated"),
        ("a", 0, "mayor", "favor"),
        ("b", 0, "mayor", "favor"),
        ("c", 0, "mayor", "against"),
        ("a", 0, "guild", "against"),
    )
    usual = baseline_labels(corpus(), PROPOSITIONS, HOLDERS, coded)["usual side"]
    # For a: one favor, one against. For b: the same. For c: favor twice. Guild: only in a itself.
    assert named(usual) == {("c", 0, "mayor", "favor")}
    assert set(usual.loc[usual["holder"] == "text", "label"]) == {"unrelated"}


def test_versions_of_one_text_speak_once_for_the_usual_side() -> None:
    documents = tuple(
        replace(d, group="g" if d.id in "ab" else "") for d in corpus().documents
    )  # fmt: skip
    coded = gold(
        *((name, 0, "text", "neutral") for name in TEXTS),
        ("a", 0, "mayor", "favor"),
        ("b", 0, "mayor", "favor"),
        ("c", 0, "mayor", "against"),
    )
    usual = baseline_labels(Corpus(documents), PROPOSITIONS, HOLDERS, coded)["usual side"]
    assert named(usual) == {
        ("a", 0, "mayor", "against"),
        ("b", 0, "mayor", "against"),
        ("c", 0, "mayor", "favor"),
    }


def test_the_majority_class_names_nothing_and_nobody() -> None:
    coded = gold(("a", 0, "text", "favor"), ("a", 0, "mayor", "favor"))
    majority = baseline_labels(corpus(), PROPOSITIONS, HOLDERS, coded)["majority class"]
    assert list(majority["label"]) == ["unrelated"]
    assert list(majority["holder"]) == ["text"]
