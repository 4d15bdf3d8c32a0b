"""Quoted spans follow the marks of each language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.quotes import quoted_spans


def quoted(text: str, language: str = "en") -> list[str]:
    return [text[s.start : s.end] for s in quoted_spans(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "She said “we won’t go” and left.", ["“we won’t go”"]),
        ("en", 'He called it "a start" and "no more".', ['"a start"', '"no more"']),
        ("en", "A so-called “partner”.", ["“partner”"]),
        ("en", "“He told me ‘never’ twice,” she said.", ["“He told me ‘never’ twice,”"]),
        ("en", "The boys’ dogs don’t bark.", []),
        ("en", "The minister said ‘never again’ twice.", ["‘never again’"]),
        ("en", 'A 6" pipe and a 10" pipe.', []),
        ("en", 'He said it is"far off," she said.', ['"far off,"']),
        ("de", "Er sagte: „Wir gehen nicht.“ Dann ging er.", ["„Wir gehen nicht.“"]),
        ("de", "Das ist »unser Haus«, sagte sie.", ["»unser Haus«"]),
        ("de", "Er nannte es „einen ‚guten‘ Tag“.", ["„einen ‚guten‘ Tag“"]),
        ("de", "Sie sagte ‚nein‘ und ging.", ["‚nein‘"]),
        ("pl", "Premier: „Nie oddamy ziemi”. Koniec.", ["„Nie oddamy ziemi”"]),
        ("pl", "To „tylko «początek» drogi”.", ["„tylko «początek» drogi”"]),
        ("uk", "«П’ять днів» — так він сказав.", ["«П’ять днів»"]),
        ("uk", 'Це "перемога", каже він.', ['"перемога"']),
        ("ru", "Газета «Утро «Севера» закрыта.", ["«Утро «Севера»"]),
        ("ru", "Он сказал: „Хватит“.", ["„Хватит“"]),
        ("fr", "Il a dit : « Nous restons » hier.", ["« Nous restons »"]),
        ("fr", "L’homme n’a rien dit d’autre.", []),
        ("fr", "Le ‹ mot › compte.", ["‹ mot ›"]),
        ("es", "Dijo: «No nos vamos». Y se fue.", ["«No nos vamos»"]),
        ("it", "Ha detto: «Restiamo qui» e “basta”.", ["«Restiamo qui»", "“basta”"]),
        ("en", "'Never,' she said, 'shall we go.'", ["'Never,'", "'shall we go.'"]),
        ("en", "He calls it 'the boys' dream' and won't say why.", ["'the boys' dream'"]),
        ("en", "His 'partners' and the dogs' master.", ["'partners'"]),
        ("en", "'Tis the boys' dream, rock 'n' roll of the '90s' kind; don't ask 'em' why.", []),
        ("fr", "L'homme d'hier parle de l'Ukraine, d'un 'accord' qu'il n'a pas lu.", ["'accord'"]),
        ("it", "Un po' di 'pace' e un po' d'aria.", ["'pace'"]),
        ("uk", "П'ять сіл, сім'я й об'єднання.", []),
        ("de", "Er sagte: ,,Wir gehen nicht.'' Dann ging er.", [",,Wir gehen nicht.''"]),
        ("pl", 'Premier: ,,Nie oddamy ziemi". Koniec,, tak.', [',,Nie oddamy ziemi"']),
        ("en", "He said ``we stay'' and ''no'' twice.", ["``we stay''", "''no''"]),
    ],
)
def test_marks_the_outermost_quotation(language: str, text: str, expected: list[str]) -> None:
    assert quoted(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "pl",
            "— Nie oddamy ziemi — powiedział prezydent. — Nigdy.",
            ["— Nie oddamy ziemi", "— Nigdy."],
        ),
        (
            "pl",
            "- Nie oddamy ziemi - podkreślił szef MSZ - ani morza.",
            ["- Nie oddamy ziemi", "- ani morza."],
        ),
        ("pl", "– Rosja – jak mówi sąsiad – czeka.", ["– Rosja – jak mówi sąsiad – czeka."]),
        (
            "uk",
            "— Ми, — сказав він тихо, — не підемо. Він замовк.",
            ["— Ми", "— не підемо. Він замовк."],
        ),
        ("uk", "— Ні! — відповіла вона. Потім «мовчала» довго.", ["— Ні!", "«мовчала»"]),
        ("ru", "— Это «наша» земля, — и точка.", ["— Это «наша» земля, — и точка."]),
        ("ru", "— Хватит, — заявил посол — глава делегации.", ["— Хватит"]),
        ("fr", "— Jamais, a déclaré le maire, vendredi.", ["— Jamais"]),
        ("fr", "– Vous partez ? demande-t-il. – Non ! dit-elle.", ["– Vous partez ?", "– Non !"]),
        ("fr", "— La guerre, déclarée en hiver, dure.", ["— La guerre, déclarée en hiver, dure."]),
        ("es", "—No nos vamos —dijo la alcaldesa—. Nunca.", ["—No nos vamos", "—. Nunca."]),
        ("it", "– Restiamo qui – ha detto il sindaco.", ["– Restiamo qui"]),
        ("it", "— Restiamo qui, ha detto il sindaco.", ["— Restiamo qui"]),
        ("de", "– Wir bleiben – sagte er. – Immer.", ["– Wir bleiben", "– Immer."]),
    ],
)
def test_a_dash_opens_speech_and_the_clause_of_the_writer_is_left_out(
    language: str, text: str, expected: list[str]
) -> None:
    assert quoted(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "— Talks about the port went on until the evening."),
        ("de", "– Die Gespräche im Hafen dauerten bis zum Abend."),
        ("pl", "- Rozmowy w porcie trwały do wieczora."),
        ("ru", "— признание новых районов на востоке"),
        ("ru", "— Признание новых районов на востоке"),
        ("uk", "–5 градусів показав термометр на вежі."),
        ("uk", "Порт — каже мер — закрито, і рибалки чекають."),
        ("fr", "Le port — a dit le maire — reste fermé."),
    ],
)
def test_an_item_of_a_list_and_a_pause_are_no_speech(language: str, text: str) -> None:
    assert quoted(text, language) == []


def test_a_quotation_left_open_at_the_start_runs_to_the_end_of_the_paragraph() -> None:
    text = "“We will go on, and on."
    assert quoted(text) == [text]


def test_a_quotation_left_open_elsewhere_is_ignored() -> None:
    assert quoted("He said “we will go on.") == []
    assert quoted('He "never said it. She said "yes".') == ['"yes"']


def test_a_closing_mark_alone_opens_nothing() -> None:
    assert quoted("and that was all.” He left.") == []
    assert quoted("et c’est tout ». Il part.", "fr") == []


def test_many_open_marks_take_no_quadratic_time() -> None:
    assert quoted("x" + " «a" * 100_000, "ru") == []
    assert quoted("x" + " 'as' b" * 50_000 + " 'as b" * 50_000) != []
    assert len(quoted("— Так" + ", — каже мер, — ні" * 20_000, "uk")) == 20_001
    assert len(quoted("— Oui" + ", a dit le maire – «non»" * 20_000, "fr")) == 20_001


MARKS = st.text(alphabet="ab .,'\"“”„«»‚‘’‹›—\n", max_size=200)


@given(text=MARKS, language=st.sampled_from(["en", "de", "pl", "uk", "fr", "sv", ""]))
def test_spans_are_ordered_disjoint_and_open_with_a_mark(text: str, language: str) -> None:
    position = 0
    for span in quoted_spans(text, language):
        assert position <= span.start < span.end <= len(text)
        assert text[span.start] in "“”„«»‚‘‹›\"',—"
        position = span.end
