"""Choosing, reading and searching paragraphs, by mouse and by keyboard."""

from __future__ import annotations

import pandas as pd
import pytest
from playwright.sync_api import Page, expect
from report.invented import (
    HOSTILE_EVIDENCE,
    LEAD_IN,
    PROPOSITIONS,
    SOURCES,
    all_texts,
    invented,
    paragraphs,
)

from .conftest import Open

SIDED = ("favor", "against")


def found(page: Page) -> int:
    """How many paragraphs match, as the page says."""
    return int(page.inner_text("#explore-count").split(" of ")[0].replace(",", ""))


def matching(rows: pd.DataFrame) -> int:
    return len(rows[["document", "paragraph"]].drop_duplicates())


def choose(page: Page, name: str, label: str) -> None:
    page.select_option(f"#explore-{name}", label=label)


def search(page: Page, query: str) -> None:
    """Types the words and waits until the list is a new one."""
    page.evaluate("document.querySelector('#explore-list').firstElementChild.id = 'stale'")
    page.fill("#explore-query", query)
    expect(page.locator("#stale")).to_have_count(0)


def test_without_script_the_report_is_whole_and_offers_nothing_that_does_not_work(
    opened: Open,
) -> None:
    page = opened(None, java_script_enabled=False)
    expect(page.locator("section#telling mark").first).to_be_visible()
    expect(page.locator("section#explore")).to_be_hidden()
    expect(page.locator(".to-explore")).to_be_hidden()
    assert page.locator("main button:visible, main select:visible").count() == 0


def test_a_click_on_the_heat_map_leads_to_the_paragraphs_of_the_cell(opened: Open) -> None:
    page, data = opened(None), invented()
    for i, source in enumerate(data.source_names):
        for j, proposition in enumerate(data.proposition_names):
            page.locator("#figure-heatmap .cover").nth(i * len(PROPOSITIONS) + j).click()
            row = data.sources.set_index(["source", "proposition", "holder"]).loc[
                (source, proposition, "text")
            ]
            assert found(page) == row["n_related"]
            sizes = f"{row['n_sided']} / {row['n_related']} / {row['n_paragraphs']}"
            expect(page.locator("#explore-figures")).to_contain_text(sizes)
            heads = page.locator("#explore-list h4").all_text_contents()
            assert set(heads) == ({source} if row["n_related"] else set())
    expect(page.locator("#explore-found")).to_be_in_viewport()


def test_the_heat_map_is_used_by_keyboard_alone(opened: Open) -> None:
    page = opened(None)
    page.locator("#figure-heatmap .cover").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Home"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator("#explore-source option:checked")).to_have_text(invented().source_names[2])
    expect(page.locator("#explore-proposition option:checked")).to_have_text("Bridge toll")
    expect(page.locator("#explore-found")).to_be_focused()
    reached = page.evaluate("document.querySelectorAll('.cover[tabindex=\"0\"]').length")
    assert reached == 1  # Tab passes the figure in one step


def test_the_map_of_the_selection_is_used_by_keyboard_alone(opened: Open) -> None:
    page = opened(None)
    page.locator("#explore-map button").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    chosen = page.locator('#explore-map button[aria-pressed="true"]')
    expect(chosen).to_have_count(1)
    expect(chosen).to_be_focused()
    expect(page.locator("#explore-source option:checked")).to_have_text(invented().source_names[1])
    page.keyboard.press("Enter")  # the same cell again: all of them
    expect(chosen).to_have_count(0)
    expect(page.locator("#explore-source option:checked")).to_have_text("any")


@pytest.mark.parametrize(
    ("control", "label", "rows"),
    [
        ("proposition", "Night ferry", "proposition == 'night_ferry' and label != 'unrelated'"),
        ("source", SOURCES[1], f"source == '{SOURCES[1]}' and label != 'unrelated'"),
        ("voice", "own voice", "holder == 'text' and label != 'unrelated'"),
        ("voice", "any holder", "holder != 'text' and label != 'unrelated'"),
        ("voice", "Mayor", "holder == 'mayor' and label != 'unrelated'"),
        ("label", "takes a side", f"label in {SIDED}"),
        ("label", "against", "label == 'against'"),
        ("label", "unrelated", "label == 'unrelated'"),
        ("label", "any", "label == label"),
        ("mode", "imputed", "mode == 'imputed' and label != 'unrelated'"),
        ("language", "Arabic (ar)", "language == 'ar' and label != 'unrelated'"),
    ],
)
def test_a_filter_shows_what_the_table_holds(
    opened: Open, control: str, label: str, rows: str
) -> None:
    page = opened(None)
    choose(page, control, label)
    assert found(page) == matching(paragraphs().query(rows)) > 0
    assert page.locator("#explore-list > article").count() == found(page)
    page.click("#explore-clear")
    assert found(page) == matching(paragraphs().query("label != 'unrelated'"))


def test_no_filter_hides_sizes_small_samples_or_that_nobody_validated(opened: Open) -> None:
    page = opened(None)
    for control, label in (("voice", "Mayor"), ("language", "German (de)"), ("label", "favor")):
        choose(page, control, label)
    search(page, "no such word anywhere")
    expect(page.locator("#explore-list")).to_contain_text("No paragraph matches.")
    cells = page.locator("#explore-map button")
    assert cells.count() == len(SOURCES) * len(PROPOSITIONS)
    for text in cells.all_text_contents():
        assert "small sample" in text and "0 of " in text
    for place in ("#explore .status", "#explore .count"):
        expect(page.locator(place)).to_contain_text("Not validated on your texts")


def test_a_search_finds_all_words_or_a_phrase_and_shows_where(opened: Open) -> None:
    page = opened(None)
    choose(page, "label", "any")
    for query, holds in (
        ("toll BRIDGE", lambda text: "toll" in text and "bridge" in text),
        ('"toll is the only"', lambda text: "toll is the only" in text),
        ("العبارة", lambda text: "العبارة" in text),
    ):
        search(page, query)
        rows = paragraphs()
        titles = invented().documents.set_index("document")["title"]
        words = rows["text"] + "\n" + rows["lead_in"] + "\n" + rows["document"].map(titles)
        assert found(page) == matching(rows[words.str.lower().map(holds)]) > 0
        assert page.evaluate("CSS.highlights.get('hits').size") > 0


def test_orders_follow_the_score_and_the_way_of_reading(opened: Open) -> None:
    page = opened(None)
    choose(page, "proposition", "Bridge toll")
    choose(page, "voice", "own voice")
    choose(page, "sort", "most against first")
    chips = page.locator("#explore-list .chips li:first-child").all_text_contents()
    labels = [text.split("own voice ")[1].split()[0] for text in chips]
    assert labels == sorted(labels, key=["against", "neutral", "favor"].index)
    choose(page, "sort", "most in favor first")
    reverse = page.locator("#explore-list .chips li:first-child").all_text_contents()
    assert "favor" in reverse[0] and "against" in reverse[-1]


def test_evidence_is_marked_and_quotes_are_shaded(opened: Open) -> None:
    table = paragraphs()
    quoting = '"Not one coin," he said. ' + "😀 A toll is folly. “Never!” they cried."
    here = (table["document"] == "gazette-en") & (table["paragraph"] == 0)
    table.loc[here, "text"] = quoting
    table.loc[here, "evidence"] = "😀 A toll is folly."
    page = opened(invented(paragraphs=table))
    search(page, "folly")
    expect(page.locator("#explore-list mark")).to_have_text("😀 A toll is folly.")
    assert page.locator("#explore-list .quoted").all_text_contents() == [
        '"Not one coin,"',
        "“Never!”",
    ]
    search(page, "ferrymen complains")
    expect(page.locator("#explore-list mark")).to_have_text(HOSTILE_EVIDENCE)


def test_a_paragraph_is_read_in_its_context(opened: Open) -> None:
    page = opened(None)
    choose(page, "voice", "Mayor")
    choose(page, "language", "English (en)")
    card = page.locator("#explore-list > article").first
    expect(card.locator(".lead-in")).to_have_text(LEAD_IN)
    expect(card.locator(".previous")).to_contain_text("salt warehouse")
    card.get_by_text("In its text").click()
    expect(card.locator(".whole p")).to_have_count(3)
    expect(card.locator('.whole [aria-current="true"]')).to_contain_text("boats tied up")


def test_language_versions_stand_side_by_side(opened: Open) -> None:
    page = opened(None)
    choose(page, "source", SOURCES[0])
    choose(page, "label", "favor")
    card = page.locator("#explore-list > article").first
    card.get_by_text("In 2 languages").click()
    versions = card.locator(".versions > div")
    expect(versions).to_have_count(2)
    boxes = [versions.nth(at).bounding_box() for at in range(2)]
    assert boxes[0] and boxes[1]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"]
    assert set(card.locator(".versions [lang]").evaluate_all("all => all.map(p => p.lang)")) == {
        "de",
        "en",
    }


def test_words_written_right_to_left_run_so(opened: Open) -> None:
    page = opened(None)
    choose(page, "language", "Arabic (ar)")
    words = page.locator("#explore-list .words").first
    assert words.evaluate("p => [getComputedStyle(p).direction, p.lang]") == ["rtl", "ar"]


def test_many_paragraphs_come_a_page_at_a_time(opened: Open) -> None:
    table = pd.concat(
        [paragraphs().assign(document=lambda t, n=n: t["document"] + str(n)) for n in range(6)]
    )
    page = opened(invented(paragraphs=table, documents=pd.DataFrame()))
    total = found(page)
    seen = []
    while True:
        cards = page.locator("#explore-list > article")
        assert cards.count() <= 20
        seen += cards.locator(".where").all_text_contents()
        if page.locator("#explore-next").is_disabled():
            break
        page.click("#explore-next")
        expect(page.locator("#explore-found")).to_be_focused()
    assert len(seen) == len(set(seen)) == total > 40


def test_an_edition_without_text_can_be_used_and_holds_none(opened: Open) -> None:
    page = opened(None, "none")
    choose(page, "label", "any")
    assert found(page) == matching(paragraphs())
    shown = page.text_content("#explore-list") or ""
    assert "sha256" in shown
    for text in all_texts():
        assert text[:25] not in shown
    expect(page.get_by_text("In its text")).to_have_count(0)


def test_an_excerpt_shows_evidence_and_neighbours_alone(opened: Open) -> None:
    table = paragraphs()
    filler = "lorem ipsum " * 40
    table["text"] = filler + "Here it is decided. " + filler
    table["evidence"] = "Here it is decided."
    page = opened(invented(paragraphs=table), "excerpt")
    choose(page, "label", "any")
    cards = page.locator("#explore-list > article")
    for at in range(cards.count()):
        words = cards.nth(at).locator(".words").text_content() or ""
        assert len(words) < 2 * 120 + 40
        related = cards.nth(at).locator(".chip.unrelated").count() == 0
        assert ("Here it is decided." in words) == related
    expect(page.locator("#explore-list .previous")).to_have_count(0)
