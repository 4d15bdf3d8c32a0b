"""The page for everybody: by screen reader and keyboard, on a phone, in the dark, on paper."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from report.invented import SOURCES, invented

from stance.report import TextMode

from .conftest import Open

PHONE = {"width": 390, "height": 844}


def violations(page: Page) -> dict[str, list[str]]:
    """What axe-core calls serious or critical, and where."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return {
        each["id"]: [str(node["target"]) for node in each["nodes"]]
        for each in found
        if each["impact"] in ("serious", "critical")
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", ["full", "none"])
def test_axe_finds_nothing_serious(opened: Open, scheme: str, text: TextMode) -> None:
    # Tall, since what is not on the screen is not painted, and so not looked at.
    page = opened(None, text, color_scheme=scheme, viewport={"width": 1200, "height": 15_000})
    assert violations(page) == {}
    page.locator("#figure-heatmap .cover").first.click()
    for summary in page.locator("#explore-list summary").all():
        summary.click()
    assert violations(page) == {}


def test_every_control_has_a_name_and_shows_where_the_focus_is(opened: Open) -> None:
    page = opened(None)
    page.locator(".to-explore a").focus()
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
              const here = document.activeElement;
              const looks = getComputedStyle(here);
              return { id: here.id, tag: here.tagName, outline: looks.outlineStyle,
                width: parseFloat(looks.outlineWidth) };
            }"""
        )
        if at["tag"] == "BODY":
            break
        assert at["outline"] != "none" and at["width"] >= 2, at
        reached.add(at["id"])
    names = ("proposition", "source", "voice", "label", "mode", "language", "sort", "query")
    assert {f"explore-{name}" for name in (*names, "headings", "clear", "save")} <= reached


def test_the_count_is_told_to_those_who_do_not_see_it(opened: Open) -> None:
    page = opened(None)
    expect(page.get_by_role("status")).to_contain_text("paragraphs match")


@pytest.mark.parametrize("text", ["full", "none"])
def test_nothing_sticks_out_on_a_phone(opened: Open, text: TextMode) -> None:
    page = opened(None, text, viewport=PHONE)
    page.locator("#explore-map button").first.click()
    for summary in page.locator("#explore-list summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_long_name_does_not_widen_the_page(opened: Open) -> None:
    data, long = invented(), "Donaudampfschifffahrtsgesellschaftskapitänszeitungsverlagsanstalt"
    tables = {
        name: table.replace(SOURCES[0], long)
        for name, table in vars(data).items()
        if isinstance(table, pd.DataFrame)
    }
    page = opened(replace(data, **tables), viewport=PHONE)
    assert long in page.inner_text("#explore-map")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_paper_carries_the_report_and_no_controls(opened: Open) -> None:
    page = opened(None)
    page.emulate_media(media="print")
    expect(page.locator("#explore")).to_be_hidden()
    assert page.locator("button:visible, select:visible, .hint:visible").count() == 0
    expect(page.locator("#telling")).to_be_visible()
    expect(page.locator("header .banner")).to_be_visible()
    assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")
