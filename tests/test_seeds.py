"""The embedded corpus: five articles in six languages, their gold labels, the training texts."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from stance.corpus import Corpus, read_corpus
from stance.corpus.pages import split_front_matter
from stance.resources import SEEDS

LANGUAGES = {"en", "de", "pl", "uk", "ru", "fr"}
ARTICLES = sorted((SEEDS / "articles").glob("*.md"))
PROPOSITIONS = {"territorial_exchange", "ukrainian_neutrality", "nato_role"}
FRAMES = {"peace_opportunity", "reward_for_aggression", "return_from_isolation"}
SHEETS = ["gold.csv", "passes/a.csv", "passes/b.csv"]
VOICES = sorted((SEEDS / "training" / "voices").glob("*.jsonl"))
KITS = sorted((SEEDS / "training" / "kits").glob("*.jsonl"))
COMMENTS = sorted((SEEDS / "training" / "comments").glob("*.jsonl"))


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The embedded corpus as a run reads it."""
    return read_corpus(SEEDS / "articles")


def test_there_are_five_articles_each_in_six_languages(corpus: Corpus) -> None:
    languages = defaultdict(set)
    for document in corpus.documents:
        languages[document.group].add(document.language)
    assert len(languages) == 5
    assert all(found == LANGUAGES for found in languages.values())
    assert len({document.source for document in corpus.documents}) == 5
    assert not corpus.quarantine


def test_the_versions_of_an_article_are_aligned_paragraph_by_paragraph(corpus: Corpus) -> None:
    kinds: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for document in corpus.documents:
        kinds[document.group][document.language] = [str(p.kind) for p in document.paragraphs]
    for group, versions in kinds.items():
        for language, found in versions.items():
            assert found == versions["en"], f"{group}: {language} differs from en"


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_front_matter_says_what_a_text_is(path: Path) -> None:
    fields, text = split_front_matter(path.read_text("utf-8"))
    name, _, language = path.stem.rpartition(".")
    assert {"id", "source", "title", "date", "language", "license"} <= set(fields)
    assert fields["id"] == f"{name}-{language}"
    assert fields["language"] == language
    assert fields["license"] == "CC0-1.0"
    assert fields.get("translation_of") == (None if language == "en" else f"{name}-en")
    assert text.strip()


def rows_of(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", SHEETS)
def test_every_cell_of_the_english_versions_is_coded_once(name: str, corpus: Corpus) -> None:
    cells = [(row["document"], int(row["paragraph"]), row["proposition"]) for row in rows_of(name)]
    assert len(cells) == len(set(cells))
    assert set(cells) == {
        (document.id, paragraph.index, proposition)
        for document, paragraph in corpus.paragraphs()
        if document.language == "en"
        for proposition in PROPOSITIONS
    }


@pytest.mark.parametrize("name", SHEETS)
def test_codes_are_those_of_the_codebook(name: str) -> None:
    codebook = (SEEDS / "codebook.md").read_text("utf-8")
    for row in rows_of(name):
        assert row["stance"] in ("favor", "against", "neutral", "unrelated"), row
        assert set(filter(None, row["frames"].split(";"))) <= FRAMES, row
        holders = [part.split(":") for part in filter(None, row["holders"].split(";"))]
        for holder, side, mode in holders:
            assert f"`{holder}`" in codebook or holder in codebook, row
            assert side in ("favor", "against", "neutral"), row
            assert mode in ("said", "imputed"), row
        assert not (holders and row["stance"] == "unrelated"), row
        assert len({holder for holder, *_ in holders}) == len(holders), row


def test_gold_goes_against_the_passes_only_where_these_differ() -> None:
    coded = ("stance", "holders", "frames")
    first, second, gold = (
        {
            (row["document"], row["paragraph"], row["proposition"]): [row[c] for c in coded]
            for row in rows_of(name)
        }
        for name in ("passes/a.csv", "passes/b.csv", "gold.csv")
    )
    for cell, codes in gold.items():
        for code, a, b in zip(codes, first[cell], second[cell], strict=True):
            if a == b:
                assert code == a, cell


def test_the_readme_says_where_the_texts_come_from() -> None:
    readme = (SEEDS / "README.md").read_text("utf-8")
    for word in ("Provenance", "CC0", "meridian-review", "wisla-dziennik", "test–retest"):
        assert word in readme


@pytest.mark.parametrize("path", VOICES, ids=lambda path: path.stem)
def test_training_texts_are_whole_and_their_mentions_occur(path: Path) -> None:
    items = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert items
    assert len({item["id"] for item in items}) == len(items)
    for item in items:
        where = f"{path.name} {item['id']}"
        assert {"id", "lang", "topic", "lead_in", "text", "claims"} <= set(item), where
        assert item["text"].strip(), where
        assert item["claims"], where
        for claim in item["claims"]:
            assert_claim(claim, item, where)


def assert_claim(claim: dict[str, Any], item: dict[str, Any], where: str) -> None:
    """One claim of a training text: legal labels, texts in both languages, mentions that occur."""
    for name in {"claim", "matter", "opposite"} & set(claim):
        texts = claim[name]
        assert {"en", item["lang"]} <= set(texts), where
        assert all(text.strip() for text in texts.values()), where
    assert {"claim", "matter"} <= set(claim), where
    assert claim["text"] in ("favor", "against", "neutral", "unrelated"), where
    for holder in claim["holders"]:
        assert {"en", item["lang"]} <= set(holder["holder"]), where
        assert holder["mention"], where
        assert holder["mention"] in f"{item['lead_in']} {item['text']}", where
        assert holder["stance"] in ("favor", "against", "open", "none"), where
        assert holder["mode"] in ("said", "imputed", ""), where
        assert bool(holder["mode"]) == (holder["stance"] != "none"), where
        assert claim["text"] != "unrelated" or holder["stance"] == "none", where


@pytest.mark.parametrize("path", COMMENTS, ids=lambda path: path.stem)
def test_comments_name_their_targets_and_the_authors_side(path: Path) -> None:
    items = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert items
    assert len({item["id"] for item in items}) == len(items)
    for item in items:
        where = f"{path.name} {item['id']}"
        assert item["text"].strip(), where
        assert item["targets"], where
        for entry in item["targets"]:
            assert {"en", item["lang"]} == set(entry["target"]), where
            assert entry["stance"] in ("favor", "against", "neutral", "unrelated"), where


def test_the_first_case_is_not_taught(corpus: Corpus) -> None:
    taught = " ".join(path.read_text("utf-8") for path in (*VOICES, *COMMENTS))
    for _, paragraph in corpus.paragraphs():
        assert len(paragraph.text) < 60 or paragraph.text not in taught


@pytest.mark.parametrize("path", KITS, ids=lambda path: path.stem)
def test_kits_have_both_sides_and_a_slot_for_whoever_takes_them(path: Path) -> None:
    items = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert items
    assert len({item["topic"] for item in items}) == len(items)
    for item in items:
        where = f"{path.name} {item['topic']}"
        for texts in (item["claim"], item["opposite"], item["matter"], *item["actors"]):
            assert set(texts) == {"en", item["lang"]}, where
            assert all(text.strip() for text in texts.values()), where
        for sentence in item["sentences"]:
            has_holder = sentence["voice"] != "author"
            assert sentence["voice"] in ("said", "imputed", "author"), where
            assert sentence["side"] in ("favor", "against", "open", "none"), where
            assert sentence["text"].count("{h}") == has_holder, where
            assert sentence["text"].count("{g}") == ("g" in sentence), where
        for voices in (("author",), ("said", "imputed")):
            sides = {s["side"] for s in item["sentences"] if s["voice"] in voices}
            assert {"favor", "against"} <= sides, where
