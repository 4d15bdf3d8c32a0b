"""A corpus: languages, context, near-duplicates, groups, and one bad document among good ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stance.corpus import Corpus, Kind, read_corpus
from stance.corpus import read as reading
from stance.corpus.duplicates import jaccard, mark_groups, shingles
from stance.corpus.language import detect, normalise_code, paragraph_language
from stance.corpus.model import Document, Paragraph

ENGLISH = (
    "The harbour stayed shut on Monday after the crews had walked out at dawn, and the council "
    "could not say when the ferries would sail again or who would pay for the lost week."
)
POLISH = (
    "Port pozostał w poniedziałek zamknięty, ponieważ załogi odeszły o świcie, a rada miasta nie "
    "potrafiła powiedzieć, kiedy promy znów wypłyną ani kto zapłaci za stracony tydzień."
)
UKRAINIAN = (
    "Порт у понеділок залишився зачиненим, бо екіпажі пішли на світанку, а міська рада не змогла "
    "сказати, коли пороми знову вийдуть у море і хто заплатить за втрачений тиждень."
)


def write(folder: Path, name: str, text: str, **front: str) -> None:
    head = "".join(f"{key}: {value}\n" for key, value in front.items())
    (folder / name).write_text(f"---\n{head}---\n\n{text}\n", "utf-8")


def by_id(corpus: Corpus) -> dict[str, Document]:
    return {d.id: d for d in corpus.documents}


def test_a_paragraph_knows_its_predecessor_index_and_quotes(tmp_path: Path) -> None:
    write(tmp_path, "a.md", f"{ENGLISH}\n\nAdvertisement\n\nHe said “we wait” and left the room.")
    (document,) = read_corpus(tmp_path).documents
    first, second = document.paragraphs
    assert (first.index, first.previous) == (0, "")
    assert (second.index, second.previous) == (1, ENGLISH)
    assert [second.text[s.start : s.end] for s in second.quotes] == ["“we wait”"]


def test_boilerplate_is_recorded_with_its_rule_or_kept_by_kind(tmp_path: Path) -> None:
    write(tmp_path, "a.md", f"{ENGLISH}\n\nAdvertisement\n\n{ENGLISH}")
    corpus = read_corpus(tmp_path)
    assert [(d.document, d.text, d.rule) for d in corpus.dropped] == [
        ("a", "Advertisement", "advertisement")
    ]
    kept = read_corpus(tmp_path, drop_boilerplate=False).documents[0].paragraphs
    assert [p.kind for p in kept] == [Kind.BODY, Kind.BOILERPLATE, Kind.BODY]
    assert kept[2].previous == ENGLISH


@pytest.mark.parametrize(
    ("text", "code"), [(ENGLISH, "en"), (POLISH, "pl"), (UKRAINIAN, "uk"), ("12 — 34", "und")]
)
def test_languages_are_detected(text: str, code: str) -> None:
    assert detect(text)[0] == code


def test_a_paragraph_in_another_language_departs_from_the_document(tmp_path: Path) -> None:
    write(tmp_path, "a.md", f"{ENGLISH}\n\n{ENGLISH}\n\n{UKRAINIAN}\n\nТак було.")
    (document,) = read_corpus(tmp_path).documents
    assert document.language == "en"
    assert [p.language for p in document.paragraphs] == ["en", "en", "uk", "en"]
    assert paragraph_language(POLISH, "en", ENGLISH) == "pl"


def test_a_language_given_wins_over_detection(tmp_path: Path) -> None:
    write(tmp_path, "a.md", f"{ENGLISH}\n\n{UKRAINIAN}", language="German")
    (document,) = read_corpus(tmp_path).documents
    assert [document.language, *(p.language for p in document.paragraphs)] == ["de"] * 3
    assert read_corpus(tmp_path, language="fr").documents[0].language == "fr"


@pytest.mark.parametrize(
    ("given", "code"), [("en-US", "en"), ("pt_BR", "pt"), ("Deu", "de"), ("UA", "uk"), ("xx", "xx")]
)
def test_language_codes_are_normalised(given: str, code: str) -> None:
    assert normalise_code(given) == code


def test_the_earliest_of_near_duplicates_is_the_original(tmp_path: Path) -> None:
    copy = f"{ENGLISH} {POLISH}"
    write(tmp_path, "late.md", f"{copy} Amen.", date="2025-08-14")
    write(tmp_path, "early.md", copy, date="2025-08-12")
    write(tmp_path, "undated.md", copy)
    write(tmp_path, "other.md", UKRAINIAN, date="2025-08-11")
    found = by_id(read_corpus(tmp_path))
    assert {i: d.duplicate_of for i, d in found.items()} == {
        "early": "",
        "late": "early",
        "other": "",
        "undated": "early",
    }
    assert {i: d.group for i, d in found.items()} == {
        "early": "early",
        "late": "early",
        "other": "other",
        "undated": "early",
    }
    off = by_id(read_corpus(tmp_path, near_duplicates=0))
    assert all(d.duplicate_of == "" and d.group == i for i, d in off.items())


def test_translations_share_a_group_with_the_original_and_its_duplicates(tmp_path: Path) -> None:
    write(tmp_path, "en.md", ENGLISH, date="2025-08-12")
    write(tmp_path, "pl.md", POLISH, translation_of="en")
    write(tmp_path, "copy.md", POLISH, date="2025-08-15")
    write(tmp_path, "uk.md", UKRAINIAN, translation_of="absent")
    found = by_id(read_corpus(tmp_path))
    assert {i: d.group for i, d in found.items()} == {
        "en": "en",
        "pl": "en",
        "copy": "en",
        "uk": "absent",
    }


def test_the_jaccard_threshold_is_exact() -> None:
    words = [f"w{n}" for n in range(104)]

    def document(identifier: str, tokens: list[str]) -> Document:
        text = " ".join(tokens)
        paragraph = Paragraph(0, text, Kind.BODY, "en")
        return Document(identifier, "s", "", "en", (paragraph,), group=identifier)

    one, two = document("a", words), document("b", [*words[:100], "x", "y", "z", "q"])
    # 100 shingles each; the last four of each differ: 96 shared of 104 in the union.
    similarity = jaccard(shingles(one), shingles(two))
    assert similarity == pytest.approx(96 / 104)
    assert mark_groups([one, two], similarity)[1].duplicate_of == "a"
    assert mark_groups([one, two], similarity + 0.001)[1].duplicate_of == ""


def test_chinese_is_compared_by_characters() -> None:
    text = "港口周一仍然关闭，因为船员在黎明离开了。市议会不知道渡轮何时再次起航。"
    paragraph = Paragraph(0, text, Kind.BODY, "zh")
    assert len(shingles(Document("a", "s", "", "zh", (paragraph,)))) > 20


def test_ids_given_twice_are_told_apart(tmp_path: Path) -> None:
    for n, text in enumerate([ENGLISH, POLISH, UKRAINIAN]):
        write(tmp_path, f"{n}.md", text, id="same")
    assert [d.id for d in read_corpus(tmp_path).documents] == ["same", "same-2", "same-3"]


def test_one_document_that_breaks_the_reader_never_stops_a_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.md", ENGLISH)
    write(tmp_path, "b.md", f"BREAK {POLISH}")
    good = reading.lay_out

    def breaking(text: str, *rest: object) -> object:
        if text.startswith("BREAK"):
            raise ZeroDivisionError("a bug")
        return good(text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "lay_out", breaking)
    corpus = read_corpus(tmp_path)
    assert [d.id for d in corpus.documents] == ["a"]
    refused = corpus.quarantine[0]
    assert ("ZeroDivisionError" in refused.reason, refused.found) == (True, "a bug")


def test_reading_twice_gives_the_same_fingerprint_and_moving_files_too(tmp_path: Path) -> None:
    write(tmp_path, "a.md", ENGLISH, source="Post", id="a")
    first = read_corpus(tmp_path).fingerprint
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.md").rename(tmp_path / "deep" / "a.md")
    assert read_corpus(tmp_path).fingerprint == first


def test_real_texts_fall_into_clean_paragraphs() -> None:
    folder = os.environ.get("STANCE_REAL_TEXTS")
    if not folder:
        pytest.skip("set STANCE_REAL_TEXTS to a folder of real articles")
    corpus = read_corpus(folder)
    assert not corpus.quarantine
    for _, paragraph in corpus.paragraphs():
        assert paragraph.text == paragraph.text.strip()
        assert any(c.isalnum() for c in paragraph.text)
        assert paragraph.text not in ("-", "•")
        assert "akismet" not in paragraph.text.casefold()
    kinds = {p.kind for _, p in corpus.paragraphs()}
    assert {Kind.BODY, Kind.HEADING, Kind.LIST_ITEM} <= kinds
    led = [p for _, p in corpus.paragraphs() if p.kind is Kind.LIST_ITEM and p.lead_in]
    assert len(led) >= 0.5 * sum(p.kind is Kind.LIST_ITEM for _, p in corpus.paragraphs())


ARTICLES = Path(__file__).parents[2] / "seeds" / "articles"
UNITS = {
    "anchorage-brief": 21,
    "chatty-planet": 21,
    "global-ledger": 22,
    "meridian-review": 21,
    "wisla-dziennik": 22,
}


@pytest.mark.parametrize("article", UNITS)
def test_the_translations_of_an_article_fall_into_the_same_units(article: str) -> None:
    documents = by_id(read_corpus(ARTICLES))
    kinds = {
        language: [p.kind for p in documents[f"{article}-{language}"].paragraphs]
        for language in ("en", "de", "pl", "uk", "ru", "fr")
    }
    assert len(kinds["en"]) == UNITS[article]
    assert all(found == kinds["en"] for found in kinds.values())


def test_the_leftovers_of_an_article_are_dropped_by_the_same_rules_in_each_language() -> None:
    corpus = read_corpus(ARTICLES)
    for language in ("en", "de", "pl", "uk", "ru", "fr"):
        rules = [d.rule for d in corpus.dropped if d.document == f"global-ledger-{language}"]
        assert rules == ["breadcrumb", "related", "comments", "spam_filter", "adblock"]
    assert {d.document.rsplit("-", 1)[0] for d in corpus.dropped} == {"global-ledger"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kyiv says no to all demands.", "en"),
        ("Putin demands Donbas for peace", "en"),
        ("Путин требует Донбасс", "ru"),
        ("Путін вимагає Донбас", "uk"),
        ("Poutine exige le Donbass", "fr"),
    ],
)
def test_a_headline_is_in_a_common_language(text: str, code: str) -> None:
    assert detect(text)[0] == code


def test_a_sentence_in_another_script_is_in_another_language_however_short() -> None:
    page = "Президент прибув до Києва у пʼятницю ввечері. " * 5
    assert paragraph_language("The president arrived in Alaska on Friday.", "uk", page) == "en"
    assert paragraph_language("NATO, Trump", "uk", page) == "uk"
