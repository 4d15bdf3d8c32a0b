"""A page falls into the paragraphs that a reader sees, each with its part."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.clean import clean_text
from stance.corpus.layout import Page, lay_out
from stance.corpus.model import Kind

LONG = (
    "The harbour council met for nine hours on Monday, and when it rose at midnight it had agreed "
    "on little more than the date of its next meeting, which will be held behind closed doors."
)
OTHER = "Fishermen from both shores waited outside; they had been promised an answer weeks ago."


def rows(text: str, title: str = "", **options: bool) -> list[tuple[str, str]]:
    return [(str(u.kind), u.text) for u in page(text, title, **options).units]


def page(text: str, title: str = "", **options: bool) -> Page:
    return lay_out(clean_text(text), title, "en", **options)


def test_blocks_between_blank_lines_are_paragraphs() -> None:
    assert rows(f"{LONG}\n\n{OTHER}\n\n\n{LONG}") == [
        ("body", LONG),
        ("body", OTHER),
        ("body", LONG),
    ]


def test_without_blank_lines_each_line_is_a_paragraph() -> None:
    assert rows(f"{LONG}\n{OTHER}\nWhat the fleet wants\n{LONG}") == [
        ("body", LONG),
        ("body", OTHER),
        ("heading", "What the fleet wants"),
        ("body", LONG),
    ]


def test_hard_wrapped_lines_are_joined_with_and_without_blank_lines() -> None:
    def wrap(text: str) -> str:
        lines, line = [], ""
        for word in text.split():
            if len(line) + len(word) + 1 > 70:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        return "\n".join([*lines, line])

    expected = [("body", f"{LONG} {OTHER} {end}") for end in ("So it goes.", "Nobody minds it.")]
    first, second = (wrap(text) for _, text in expected)
    assert rows(f"{first}\n\n{second}") == expected
    assert rows(f"{first}\n{second}") == expected


def test_a_line_broken_in_mid_sentence_is_joined() -> None:
    head, tail = LONG[:95].rsplit(" ", 1)[0], LONG[len(LONG[:95].rsplit(" ", 1)[0]) + 1 :]
    assert rows(f"{OTHER}\n\n{head}\n{tail}") == [("body", OTHER), ("body", LONG)]


def test_one_line_that_is_a_whole_page_is_cut_at_sentence_ends() -> None:
    sentence = "The ferry number {} left the port late and came back empty, as every day this week."
    text = " ".join(sentence.format(n) for n in range(30))
    units = page(text).units
    assert " ".join(u.text for u in units) == text
    assert len(units) == 6
    assert all(u.text.endswith("week.") and len(u.text) <= 900 for u in units)


def test_a_long_paragraph_of_a_normal_text_stays_whole() -> None:
    long = " ".join([LONG] * 10)
    assert rows(f"{OTHER}\n\n{long}\n\n{LONG} {LONG}") == [
        ("body", OTHER),
        ("body", long),
        ("body", f"{LONG} {LONG}"),
    ]


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


def test_a_row_of_a_table_is_an_item_and_never_a_heading() -> None:
    table = (
        "| Region | Held by |\n|---|---|\n| North | Both sides |\n| South | No one |\n| | Talks |"
    )
    assert rows(f"{LONG}\n\n{table}\n\n{OTHER}")[1:-1] == [
        ("list_item", "Region | Held by"),
        ("list_item", "North | Both sides"),
        ("list_item", "South | No one"),
        ("list_item", "Talks"),
    ]


def test_a_table_of_one_cell_is_the_text_in_it() -> None:
    assert rows(f"{LONG}\n\n| {OTHER} |\n\n{LONG}")[1] == ("body", OTHER)
    assert rows(f"{LONG}\n\n| A short cell |\n\n{LONG}")[1] == ("body", "A short cell")


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


def test_quotations_are_quotes() -> None:
    text = f"{LONG}\n\n“We will sail in spring.”\n\n> No ship leaves\n> this port.\n\n{OTHER}"
    assert rows(text)[1:3] == [
        ("quote", "“We will sail in spring.”"),
        ("quote", "No ship leaves this port."),
    ]


def test_a_quotation_inside_a_sentence_makes_no_quote() -> None:
    assert rows(f"{LONG}\n\n“We will sail,” she said.\n\n{OTHER}")[1][0] == "body"


def test_the_name_under_a_pull_quote_stays_with_it() -> None:
    text = f"{LONG}\nNobody can win this strike.\nDr. Ewa Lis, University of Gdynia\n{OTHER}"
    assert rows(text)[1] == (
        "quote",
        "Nobody can win this strike.\nDr. Ewa Lis, University of Gdynia",
    )


def test_the_first_heading_like_line_is_the_title_and_no_paragraph() -> None:
    found = page(f"Harbour talks fail again\n\n{LONG}\n\n{OTHER}")
    assert found.title == "Harbour talks fail again"
    assert [u.text for u in found.units] == [LONG, OTHER]
    assert found.dropped == ()


def test_a_text_that_opens_with_a_sentence_has_no_title() -> None:
    assert page(f"{LONG}\n{OTHER}").title == ""


def test_a_repeated_title_is_dropped_and_a_path_before_it_too() -> None:
    text = (
        f"Home » News » Harbour talks fail\n\nHarbour talks fail\n\nHarbour talks fail\n\n{LONG}"
        f"\n\n{OTHER}"
    )
    found = page(text)
    assert found.title == "Harbour talks fail"
    assert found.dropped == (
        ("Home » News » Harbour talks fail", "breadcrumb"),
        ("Harbour talks fail", "repeated_title"),
    )
    assert [u.text for u in found.units] == [LONG, OTHER]


def test_a_given_title_wins_and_its_repetition_is_dropped() -> None:
    found = page(f"HARBOUR TALKS FAIL!\n\nThe long night\n\n{LONG}", title="Harbour talks fail")
    assert found.title == "Harbour talks fail"
    assert found.dropped == (("HARBOUR TALKS FAIL!", "repeated_title"),)
    assert found.units[0].kind is Kind.HEADING


def test_markdown_headings_lose_their_marks() -> None:
    found = page(f"# Harbour talks\n\n{LONG}\n\n## Who is to blame?\n\n{OTHER}")
    assert found.title == "Harbour talks"
    assert [(str(u.kind), u.text) for u in found.units][1] == ("heading", "Who is to blame?")


def test_leftovers_stay_as_boilerplate_on_request() -> None:
    text = f"{LONG}\n\nLeave a Comment\n\n{OTHER}"
    assert [u.text for u in page(text).units] == [LONG, OTHER]
    kept = page(text, drop_boilerplate=False)
    assert [u.kind for u in kept.units] == [Kind.BODY, Kind.BOILERPLATE, Kind.BODY]
    assert kept.dropped == ()


def test_a_page_of_the_web_in_miniature() -> None:
    text = f"""Ferry strike: what the owners want
by Ann Lee 54 views
{LONG}
A slow start
The owners' terms remain the same:
-
The crews must accept the pay of last year.
-
The night boats must sail again.
{OTHER}
- I have seen worse, says the harbour master, who has seen much.
Conclusion: No End in Sight
{OTHER} As one sailor put it:
“We wish the sea were calmer.”
Leave a Comment
This site uses Akismet to reduce spam. Learn how comment data is processed.
Olena Hai"""
    found = page(text)
    terms = "The owners' terms remain the same:"
    assert found.title == "Ferry strike: what the owners want"
    assert [(str(u.kind), u.text[:16], u.lead_in) for u in found.units] == [
        ("body", LONG[:16], ""),
        ("heading", "A slow start", ""),
        ("body", terms[:16], ""),
        ("list_item", "The crews must a", terms),
        ("list_item", "The night boats ", terms),
        ("body", OTHER[:16], ""),
        ("body", "- I have seen wo", ""),
        ("heading", "Conclusion: No E", ""),
        ("body", OTHER[:16], ""),
        ("quote", "“We wish the sea", ""),
    ]
    assert [rule for _, rule in found.dropped] == ["byline", "comments", "spam_filter", "byline"]


def characters(text: str) -> Counter[str]:
    return Counter(c for c in text if not c.isspace())


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "",
                "-",
                "•",
                "1.",
                "- item",
                "— Слово, — сказал он.",
                "* * *",
                "# Head",
                "> said",
                ">",
                "Q: Why?",
                "A: So.",
                "By Ann Lee",
                "Leave a Comment",
                "You may also like",
                "Terms:",
                "“All of it.”",
                "| one | two |",
                "|---|",
                "1. one",
                "2. two",
                "Dr. Ewa Lis",
                "— Ann Lee",
                OTHER,
                LONG,
                LONG * 12,
                LONG[:70],
                "and then it went on",
            ]
        ),
        st.text(max_size=40),
    ),
    max_size=25,
)


@given(lines=LINES, title=st.sampled_from(["", "Leave", OTHER]), drop=st.booleans())
def test_no_character_is_lost_or_made_up(lines: list[str], title: str, drop: bool) -> None:
    text = clean_text("\n".join(lines))
    found = lay_out(text, title, "en", drop)
    made = "".join(u.marker + u.text for u in found.units)
    made += "".join(dropped for dropped, _ in found.dropped)
    if not title:
        made += found.title
    lost = characters(text) - characters(made)
    # What may be missing: the marker of a title or leftover ("#", "-", "1.").
    assert not any(c.isalpha() for c in lost)
    assert sum(lost.values()) <= 6 * (1 + len(found.dropped))
    assert not characters(made) - characters(text)


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
