"""Items of lists with the line that introduces them; lines with a dash that are speech."""

from __future__ import annotations

import pytest

from stance.corpus.layout import lay_out
from stance.corpus.model import Kind

from .laid_out import LONG, OTHER, page, rows


def test_list_items_carry_the_line_that_introduces_them() -> None:
    text = f"{LONG}\n\nThe captain asks for:\n\n- a new engine\n- two more hands\n\n{OTHER}"
    units = page(text).units
    assert [(str(u.kind), u.text, u.lead_in) for u in units] == [
        ("body", LONG, ""),
        ("body", "The captain asks for:", ""),
        ("list_item", "a new engine", "The captain asks for:"),
        ("list_item", "two more hands", "The captain asks for:"),
        ("body", OTHER, ""),
    ]


def test_a_dash_alone_on_a_line_is_the_bullet_of_the_next_line() -> None:
    items = "-\nNo pay rise.\n-\nNo new ships before spring."
    text = f"{LONG}\nThe owners now insist on this:\n{items}\n{OTHER}"
    units = page(text).units
    assert [(str(u.kind), u.text, u.lead_in) for u in units[1:]] == [
        ("body", "The owners now insist on this:", ""),
        ("list_item", "No pay rise.", "The owners now insist on this:"),
        ("list_item", "No new ships before spring.", "The owners now insist on this:"),
        ("body", OTHER, ""),
    ]


def test_a_heading_above_a_list_introduces_it() -> None:
    units = page(f"{LONG}\n\nKey points\n\n  • The port stays shut.\n  • Talks go on.").units
    assert [u.lead_in for u in units if u.kind is Kind.LIST_ITEM] == ["Key points", "Key points"]


def test_a_finished_sentence_above_a_list_does_not_introduce_it() -> None:
    units = page(f"{LONG}\n\n{OTHER}\n\n• The port stays shut.\n• Talks go on.").units
    assert [u.lead_in for u in units if u.kind is Kind.LIST_ITEM] == ["", ""]


@pytest.mark.parametrize("markers", ["- -", "– –", "* *", "• •", "1. 2.", "1) 2)", "a) b)", "· ·"])
def test_bullets_of_many_kinds(markers: str) -> None:
    one, two = markers.split()
    text = f"{LONG}\n\n{OTHER}\n\n{one} The port stays shut\n{two} Talks go on"
    assert rows(text)[2:] == [("list_item", "The port stays shut"), ("list_item", "Talks go on")]


@pytest.mark.parametrize(
    "line",
    [
        "- For weeks the owners have stalled, says the harbour master.",
        "1. Division: the club of the port town won again on Saturday evening.",
        "– Nie wierzę w to – powiedział rybak z portu.",
    ],
)
def test_one_line_with_a_marker_is_no_list(line: str) -> None:
    assert rows(f"{LONG}\n\n{line}\n\n{OTHER}")[1] == ("body", line)


@pytest.mark.parametrize(
    "lines",
    [
        ["— Я думаю, всё кончено, — сказал рыбак.", "— Порт закрыт, — ответил ему мэр."],
        ["— Ти пливеш?", "— Ні. Море неспокійне."],
        ["– Kto zapłaci? – zapytał rybak.", "– Wszyscy – odparł burmistrz."],
        ["— Vous partez ?", "— Jamais !"],
    ],
)
def test_dialogue_set_off_by_dashes_is_speech(lines: list[str]) -> None:
    units = page("\n".join([LONG, *lines, OTHER])).units
    assert [u.text for u in units[1:3]] == lines
    assert all(u.kind in (Kind.BODY, Kind.QUESTION) for u in units[1:3])


def test_one_line_with_a_dash_after_a_verb_of_saying_is_speech() -> None:
    said = "— Порт останется закрытым до весны."
    assert rows(f"{LONG}\n\nМэр сказал:\n\n{said}\n\n{OTHER}")[2] == ("body", said)


@pytest.mark.parametrize(
    "line",
    [
        "What does the harbour master want?",
        "The harbour master insists on the following.",
        "Капітан вимагає такого.",
        "The harbour master's demands:",
    ],
)
def test_a_question_or_an_announcement_above_a_list_is_its_lead_in(line: str) -> None:
    units = lay_out(f"{LONG}\n\n{line}\n\n- a longer pier\n- no ferry at night").units
    items = [u for u in units if u.kind is Kind.LIST_ITEM]
    assert [(u.text, u.lead_in) for u in items] == [
        ("a longer pier", line),
        ("no ferry at night", line),
    ]


def test_short_lines_without_marks_below_a_colon_are_a_list_and_speech_is_not() -> None:
    demands = "The town must pay for a longer pier\n\nNo ferry may sail at night"
    units = lay_out(f"{LONG}\n\nThe captain's demands:\n\n{demands}\n\n{OTHER}").units
    assert [(u.kind, u.lead_in) for u in units[2:]] == [
        (Kind.LIST_ITEM, "The captain's demands:"),
        (Kind.LIST_ITEM, "The captain's demands:"),
        (Kind.BODY, ""),
    ]
    said = lay_out(f"{LONG}\n\nThe captain said:\n\nNo ferry sails.\n\nNot tonight.").units
    assert all(u.kind is not Kind.LIST_ITEM for u in said)


def test_a_numbered_list_goes_on_after_a_paragraph_in_between() -> None:
    text = f"{LONG}\n\nDemands:\n1. a pier\n2. a light\n\n{OTHER}\n\n3. a crane\n4. a lock"
    leads = [u.lead_in for u in lay_out(text).units if u.kind is Kind.LIST_ITEM]
    assert leads == ["Demands:"] * 4


def test_a_row_of_a_table_is_an_item_and_never_a_heading() -> None:
    table = (
        "| Region | Held by |\n|---|---|\n| North | Both sides |\n| South | Nobody |\n| | Talks |"
    )
    assert rows(f"{LONG}\n\n{table}\n\n{OTHER}")[1:-1] == [
        ("list_item", "Region | Held by"),
        ("list_item", "North | Both sides"),
        ("list_item", "South | Nobody"),
        ("list_item", "Talks"),
    ]


def test_a_table_of_one_cell_is_the_text_in_it() -> None:
    assert rows(f"{LONG}\n\n| {OTHER} |\n\n{LONG}")[1] == ("body", OTHER)
    assert rows(f"{LONG}\n\n| A short cell |\n\n{LONG}")[1] == ("body", "A short cell")
