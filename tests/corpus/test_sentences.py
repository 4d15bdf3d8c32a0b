"""Sentences end where a reader would end them, and no character is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.sentences import split_sentences


def parts(text: str, language: str = "en") -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["The envoy left.", "Nobody followed!", "Why?", "He would not say…"]),
        ("en", ["Mr. Bell met Dr. Ames in St. Ives at noon.", "They ate."]),
        ("en", ["The U.S. Senate voted 52.5 to 47.5 percent.", "It was close."]),
        ("en", ["It was made in the U.S. and sold abroad.", "Sales fell."]),
        ("en", ["They left the U.S. in haste."]),
        ("en", ["J. K. Marsh wrote it.", "“We won.”", "She smiled."]),
        ("en", ["“Will it hold?” he asked.", "“Perhaps.”"]),
        ("en", ["He said: “It is over.”", "Then he left (at last).", "Silence."]),
        ("de", ["Am 15. August traf er Prof. Dr. Weiß.", "Es regnete."]),
        ("de", ["Im 19. Jahrhundert war das z. B. üblich.", "Heute nicht."]),
        ("de", ["„Das reicht.“", "Er ging."]),
        ("pl", ["Prof. Nowak przyjechał w 2014 r. do Gdańska.", "Padało."]),
        ("pl", ["To m.in. gen. Kos i dr Lis.", "Inni milczą."]),
        ("uk", ["У 2014 р. Київ мовчав.", "Це сказав проф. Гай."]),
        ("uk", ["Ціна — 5 млн. грн. за все.", "Дорого."]),
        ("ru", ["Это было в 1867 г. на Аляске.", "Так сказал В. В. Лунин."]),
        ("ru", ["— Вы уверены? — спросил он.", "— Да."]),
        ("fr", ["M. Petit a vu Mme Roy.", "« C'est fini. »", "Il part."]),
        ("es", ["El Sr. Ruiz habló.", "¿Quién escucha?", "¡Nadie!"]),
        ("it", ["Il dott. Riva tace.", "Parla il sig. Neri."]),
        ("zh", ["他走了。", "没有人说话！", "为什么？"]),
        ("hi", ["वह गया।", "कोई नहीं बोला।"]),
        ("ar", ["هل انتهى الأمر؟", "لا أحد يعرف."]),
        ("xx", ["It ended.", "Mr. Bell left."]),
    ],
)
def test_splits_at_the_ends_of_sentences(language: str, sentences: list[str]) -> None:
    joiner = "" if language == "zh" else " "
    assert parts(joiner.join(sentences), language) == sentences


def test_a_new_sentence_may_begin_after_a_dotted_abbreviation() -> None:
    assert parts("Talks opened in the U.S. The hosts were late.") == [
        "Talks opened in the U.S.",
        "The hosts were late.",
    ]


def test_a_bracketed_source_belongs_to_the_sentence_before_it() -> None:
    assert parts("The sale was cheap.(example.org) Many regret it.") == [
        "The sale was cheap.(example.org)",
        "Many regret it.",
    ]


def test_a_line_break_ends_a_sentence() -> None:
    assert parts("We will not go\nAnn Lee, mayor") == ["We will not go", "Ann Lee, mayor"]


def test_a_blank_text_has_no_sentence() -> None:
    assert split_sentences(" \n ") == []


def test_long_runs_of_initials_take_no_quadratic_time() -> None:
    text = "J. " * 50_000
    assert len("".join(parts(text)).replace(" ", "")) == 100_000


ALPHABET = st.text(
    alphabet=st.one_of(
        st.sampled_from(" .!?…\"“”„«»()[]\n—-,;:'’aBcZ5。？؟।йЖ"),
        st.characters(exclude_categories=("Cs",)),
    ),
    max_size=300,
)


@given(text=ALPHABET, language=st.sampled_from(["en", "de", "pl", "uk", "ru", "fr", "zh", ""]))
def test_spans_are_ordered_and_lose_nothing(text: str, language: str) -> None:
    spans = split_sentences(text, language)
    position = 0
    for span in spans:
        assert position <= span.start < span.end <= len(text)
        assert not text[position : span.start].strip()
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        position = span.end
    assert not text[position:].strip()
