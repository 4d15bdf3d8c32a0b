"""A page falls into the paragraphs that a reader sees, each with its part."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.clean import clean_text
from stance.corpus.layout import lay_out
from stance.corpus.model import Kind

from .laid_out import LONG, OTHER, page, rows


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
