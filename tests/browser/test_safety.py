"""What articles say stays words, in Chromium and in the files that the page hands out."""

from __future__ import annotations

import csv
import io
from itertools import cycle
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from report.invented import HOSTILE, PROPOSITIONS, REASON, SOURCES, invented, paragraphs

from .conftest import Open, usual

ATTACKS = (
    "</script><script>globalThis.pwned = 1</script>",
    "<!--<script>globalThis.pwned = 1",
    "<svg onload='globalThis.pwned = 1'></svg>",
    "<img src=x onerror='globalThis.pwned = 1'>",
    "<a href='javascript:globalThis.pwned = 1'>here</a>",
    "]]><style>body { display: none }</style>",
    "\u202edesrever\u202c \x00 \x1b[31m \u2028 \\u003cscript>",
    "${globalThis.pwned = 1} {{ 7 * 7 }} {% raw %}",
)
_P = ("p_favor", "p_against", "p_neutral", "p_unrelated")
FORMULAS = ("=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1")


def hostile(words: str) -> dict[str, pd.DataFrame]:
    """The invented analysis with ``words`` wherever an article or its metadata may put them."""
    data = invented()
    named = {SOURCES[0]: f"{SOURCES[0]} {words}"}
    table = data.paragraphs.assign(
        text=data.paragraphs["text"] + words,
        lead_in=words,
        evidence=data.paragraphs["text"] + words,
        language=data.paragraphs["language"].replace("de", f'de" {words}'),
        source=data.paragraphs["source"].replace(named),
        document=data.paragraphs["document"] + words,
    )
    return {
        "paragraphs": table,
        "documents": data.documents.assign(
            title=f"javascript:{words}",
            date=words,
            document=data.documents["document"] + words,
            source=data.documents["source"].replace(named),
        ),
        "sources": data.sources.assign(source=data.sources["source"].replace(named)),
        "standing": data.standing.assign(source=data.standing["source"].replace(named)),
        "frames": data.frames.assign(source=data.frames["source"].replace(named)),
    }


@pytest.mark.parametrize("words", ["".join(ATTACKS), "".join(reversed(ATTACKS))])
def test_hostile_words_are_inert_wherever_they_stand(opened: Open, words: str) -> None:
    page = opened(invented(**hostile(words)))
    page.select_option("#explore-label", "any")
    cards = page.locator("#explore-list > article")
    assert cards.count() == 12
    for summary in page.locator("#explore-list summary").all():
        summary.click()
    page.locator("#figure-heatmap .cover").first.click()
    page.wait_for_timeout(100)
    assert page.evaluate("globalThis.pwned") is None
    assert page.locator("script").count() == 2
    foreign = "#explore :is(script, style, svg, img, a, iframe), main [onload], main [onerror]"
    assert page.locator(foreign).count() == 0
    assert page.locator("[href]:not([href^='#'])").count() == 0
    expect(page.locator("h1")).to_be_visible()
    shown = page.evaluate("document.documentElement.textContent")
    for mark in "\u202e\x00\x1b":
        assert mark not in shown


def test_the_policy_stops_what_would_slip_through(browser: Browser, tmp_path: Path) -> None:
    """The policy itself, without the care of the script: a second wall."""
    path = tmp_path / "report.html"
    path.write_text(usual("full"), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    blocked = page.evaluate(
        """async () => {
          const seen = [];
          document.addEventListener("securitypolicyviolation",
            (event) => seen.push(event.effectiveDirective));
          const script = document.createElement("script");
          try { script.textContent = "globalThis.pwned = 1"; } catch { seen.push("sink"); }
          document.body.append(script);
          try { document.body.innerHTML += "<b>x</b>"; } catch { seen.push("sink"); }
          const image = document.createElement("img");
          image.src = "https://example.invalid/x.png";
          try { await fetch("https://example.invalid/"); } catch { }
          await new Promise((done) => setTimeout(done, 100));
          return seen;
        }"""
    )
    assert page.evaluate("globalThis.pwned") is None
    assert {"sink", "img-src", "connect-src"} <= set(blocked)
    page.close()


def saved(page: Page, button: Locator, folder: Path) -> Path:
    with page.expect_download() as download:
        button.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_the_selection_is_saved_as_the_table_holds_it(opened: Open, tmp_path: Path) -> None:
    page = opened(None)
    page.select_option("#explore-voice", label="any holder")
    path = saved(page, page.locator("#explore-save"), tmp_path)
    assert path.name == "stances-not-validated.csv"
    got = pd.read_csv(path, keep_default_na=False)
    table = paragraphs()
    table = table[table["holder"] != "text"]
    keys = ["document", "paragraph", "proposition", "holder"]
    got, table = (each.sort_values(keys).reset_index(drop=True) for each in (got, table))
    for name in (*keys, "source", "kind", "language", "mode", "label", "lead_in", "evidence"):
        assert list(got[name]) == list(table[name]), name
    for name in ("score", *_P):
        assert list(got[name]) == pytest.approx(list(table[name]), abs=5e-4)


def test_no_saved_cell_is_a_formula(opened: Open, tmp_path: Path) -> None:
    table = paragraphs()
    table["text"] = [f"{words} {HOSTILE}" for words, _ in zip(cycle(FORMULAS), table.index)]
    named = dict(zip(SOURCES, FORMULAS, strict=False))
    tables = {
        name: getattr(invented(), name).assign(
            source=getattr(invented(), name)["source"].replace(named)
        )
        for name in ("documents", "sources", "standing", "frames")
    }
    table["source"] = table["source"].replace(named)
    page = opened(invented(paragraphs=table, **tables))
    page.select_option("#explore-label", "any")
    for button in (page.locator("#explore-save"), page.locator("#table-sources .save")):
        path = saved(page, button, tmp_path)
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        assert any(cell.startswith("'=") for row in rows for cell in row)
        for cell in (cell.lstrip() for row in rows for cell in row):
            number = cell.lstrip("+-").rstrip("%").replace(".", "").isdigit()
            assert number or not cell.startswith(("=", "+", "-", "@", "＝")), cell


def test_a_table_is_saved_with_its_numbers_intervals_and_notes(
    opened: Open, tmp_path: Path
) -> None:
    table = invented().sources.assign(direction_ci_low=-0.5, direction_ci_high=0.75)
    page = opened(invented(sources=table))
    path = saved(page, page.locator("#table-sources .save"), tmp_path)
    got = pd.read_csv(path, keep_default_na=False)
    own = table[table["holder"] == "text"]
    assert len(got) == len(own) == len(SOURCES) * len(PROPOSITIONS)
    assert set(got["Note"]) == {f"Throughout: {REASON}"}
    assert "[-0.50, +0.75]" in set(got["Direction (below)"])
    shown = {value for value in got["Direction"] if value != "–"}
    assert set(map(float, shown)) == set(own["direction"].dropna().round(2))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_figure_is_saved_as_a_file_of_its_own(opened: Open, tmp_path: Path, scheme: str) -> None:
    page = opened(None, color_scheme=scheme)
    path = saved(page, page.locator("#figure-heatmap .save"), tmp_path)
    text = path.read_text("utf-8")
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(" not in text and "cover" not in text and "undefined" not in text
    assert "Bridge toll" in "".join(root.itertext())
    fills = {element.get("fill") for element in root.iter()}
    assert "#1c1b1a" in fills  # ink on paper, in the dark too
