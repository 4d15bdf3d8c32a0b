"""Questions and answers, and what looks like them."""

from __future__ import annotations

import pytest

from stance.corpus.clean import clean_text

from .laid_out import LONG, OTHER, page, rows


def test_question_and_answer_are_units_of_their_own() -> None:
    text = f"{LONG}\n\nQ: Who pays for it?\nA: The city does.\n\nQ: Until when?\nA: {OTHER}"
    assert rows(text)[1:] == [
        ("question", "Q: Who pays for it?"),
        ("body", "A: The city does."),
        ("question", "Q: Until when?"),
        ("body", f"A: {OTHER}"),
    ]


@pytest.mark.parametrize(
    ("asking", "answering"),
    [
        ("Q:", "A:"),
        ("F:", "A:"),
        ("P:", "O:"),
        ("З:", "В:"),
        ("П:", "В:"),
        ("В:", "О:"),
        ("Q :", "R :"),
        ("Q\u00a0:", "R\u00a0:"),
        ("Q\u202f:", "R\u202f:"),
        ("P:", "R:"),
        ("D:", "R:"),
        ("**F:**", "**A:**"),
        ("Frage:", "Antwort:"),
        ("Питання:", "Відповідь:"),
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_the_letters_of_questions_and_answers_in_many_languages(
    asking: str, answering: str, gap: str
) -> None:
    # Long, without a question mark, and answered with a question: the letters decide.
    asked = ["Kto płaci?", f"{OTHER[:-1]}?", f"{LONG[:-1]}?", "Ein Beispiel"]
    answered = ["Miasto.", OTHER, "Хто знає?", LONG]
    pairs = [(f"{asking} {q}", f"{answering} {a}") for q, a in zip(asked, answered, strict=True)]
    text = "\n\n".join([LONG, "## FAQ", *(f"{q}{gap}{a}" for q, a in pairs), OTHER])
    assert rows(text)[2:-1] == [
        (kind, clean_text(unit)) for q, a in pairs for kind, unit in (("question", q), ("body", a))
    ]


@pytest.mark.parametrize("mark", ["F:", "P:", "D:", "В:", "З:", "Q:"])
def test_a_marked_question_is_no_heading_and_no_title(mark: str) -> None:
    found = page(f"{mark} Who pays for it?\n\n{LONG}\n\n## {mark} Why now?\n\n{OTHER}")
    assert found.title == ""
    assert [str(u.kind) for u in found.units] == ["question", "body", "question", "body"]


def test_a_lettered_heading_and_an_initial_are_no_turns() -> None:
    text = f"{LONG}\n\n## A. Background\n\n{OTHER}\n\nP. Kowalski wraca do portu\n\n{LONG}"
    assert [kind for kind, _ in rows(text)] == ["body", "heading", "body", "heading", "body"]


def test_a_short_unit_that_asks_is_a_question() -> None:
    assert rows(f"{LONG}\n\nWhy the harbour?\n\n{OTHER}")[1] == ("question", "Why the harbour?")
