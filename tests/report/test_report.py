"""The report as files: what it holds, what it hides, and that it is inert."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from lxml import html as lxml_html

from stance.errors import OutputError
from stance.report import ReportData, TextMode, render_html, render_markdown, write_report
from stance.report.content import build
from stance.report.html import SCRIPTS, html_of, template
from stance.report.markdown import escape, markdown_of

from .invented import HOSTILE_EVIDENCE, LEAD_IN, NO_P, REASON, SOURCES, all_texts, invented

_VOID = {"meta", "br", "hr", "img", "link", "input"}
_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.S)
_TABLES = (
    *("paragraphs", "documents", "sources", "comparisons", "standing", "frames", "terms"),
    *("baselines", "dropped", "quarantine"),
)


@pytest.fixture(scope="module")
def data() -> ReportData:
    return invented()


@pytest.fixture(scope="module")
def page(data: ReportData) -> str:
    return render_html(data)


@pytest.fixture(scope="module", params=["full", "none"])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    write_report(invented(), folder, request.param)
    return folder


class _Balance(HTMLParser):
    """Fails on a tag that is closed out of turn, left open, or given one attribute twice."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"<{tag}> repeats an attribute"
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes <{self.open[-1:]}>"
        self.open.pop()


def parsed(page: str) -> _Balance:
    parser = _Balance()
    parser.feed(page)
    parser.close()
    assert not parser.open
    return parser


def test_every_tag_is_closed_in_turn_and_ids_are_unique(page: str) -> None:
    tags = parsed(page).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {value[1:] for _, a in tags if (value := a.get("href")) and value[0] == "#"}
    assert targets <= set(ids)


def test_the_page_loads_nothing_and_runs_its_own_script_alone(page: str) -> None:
    tags = parsed(page).tags
    scripts = [attributes for tag, attributes in tags if tag == "script"]
    assert scripts == [
        {"type": "application/json", "id": "explore-data"},
        {"type": "module"},
    ]
    assert not {"link", "img", "iframe", "object", "embed", "base", "form"} & {
        tag for tag, _ in tags
    }
    for tag, attributes in tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert "src" not in attributes
        assert "style" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    assert style and "url(" not in style[1] and "@import" not in style[1]
    assert "url(http" not in page


def test_the_script_makes_no_markup_and_no_request() -> None:
    script = "".join(map(template, SCRIPTS))
    banned = (
        *("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval("),
        *("Function(", "fetch(", "XMLHttpRequest", "WebSocket", "sendBeacon", "import(", "<!--"),
        *("</script", "localStorage", "cookie"),
    )
    assert not [word for word in banned if word in script]


def test_the_policy_allows_this_style_sheet_and_script_and_nothing_else(page: str) -> None:
    document = lxml_html.fromstring(page)
    (policy,) = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (style,) = document.xpath("//style/text()")
    (script,) = document.xpath("//script[@type='module']/text()")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules == {
        "default-src": "'none'",
        "style-src": f"'{digest(style)}'",
        "script-src": f"'{digest(script)}'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def test_sections_stand_in_the_agreed_order_and_numbers_ascend(page: str) -> None:
    document = lxml_html.fromstring(page)
    assert document.xpath("//section/@id") == [
        *("cannot", "stance", "voices", "uncertainty", "differences", "frames", "terms"),
        *("telling", "languages", "baselines", "data", "method", "reproduce"),
        "explore",
    ]
    for word in ("Figure", "Table"):
        shown = re.findall(rf"<b>{word} (\d+)\.</b>", page)
        assert [int(number) for number in shown] == list(range(1, len(shown) + 1))


def test_the_banner_stays_until_the_texts_are_validated(data: ReportData, page: str) -> None:
    assert "Not validated on your texts" in page
    assert "Not validated on your texts" in render_markdown(data)
    checked = invented(run=dict(data.run) | {"validation": {"n": 120, "macro_f1": 0.61}})
    for output in (render_html(checked), render_markdown(checked)):
        assert "Not validated" not in output
        assert "0.610" in output and "120" in output


def test_a_missing_interval_or_p_shows_its_reason(data: ReportData, page: str) -> None:
    assert page.count(REASON) >= 3  # in words, under the sources, under the frames
    assert page.count(NO_P) >= 2
    assert "[" not in lxml_html.fromstring(page).xpath("string(//table[@class='sources'])")


def test_evidence_is_marked_where_it_stands(page: str) -> None:
    marks = [mark.text_content() for mark in lxml_html.fromstring(page).iter("mark")]
    assert HOSTILE_EVIDENCE in marks
    assert "A toll is the only honest way to pay for the bridge." in marks
    assert LEAD_IN in page


def test_paragraphs_find_their_own_direction(page: str) -> None:
    words = lxml_html.fromstring(page).xpath("//p[contains(@class, 'words')]")
    assert words and all(p.get("dir") == "auto" for p in words)
    assert "ar" in {p.get("lang") for p in words}


@pytest.mark.parametrize("mode", ["full", "excerpt"])
def test_hostile_text_is_inert(mode: TextMode, data: ReportData) -> None:
    page, markdown = _SCRIPT.sub("", render_html(data, mode)), render_markdown(data, mode)
    assert "<script" not in page and "<b onclick" not in page and "<em>" not in page
    for output in (page, markdown):
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", output)
    assert not re.search(r"(?<!\\)<(script|b|i|em)\b", markdown)
    assert not re.search(r"(?<!\\)\]\(http", markdown)


def renamed(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The table with the first source called ``name``."""
    names = [name if source == SOURCES[0] else source for source in table["source"]]
    return table.assign(source=pd.Series(names, dtype=object))


def test_control_characters_in_a_name_do_not_break_the_figures() -> None:
    name = "Bad\x00 \x1b[31m $x_1$ \u202e<&> \ud800"
    table = {
        key: renamed(getattr(invented(), key), name)
        for key in ("paragraphs", "documents", "sources", "standing", "frames")
    }
    content = build(invented(**table), "full")
    for picture in content.pictures.values():
        words = "".join(ElementTree.fromstring(picture.svg).itertext())
        assert "$x_1$" in words and "<&>" in words
        assert not re.search("[\x00\x1b\u202e]", picture.svg)
    parsed(render_html(invented(**table))).close()


def sequences(text: str, words: int = 4) -> set[str]:
    found = re.findall(r"\w+", text.casefold())
    return {" ".join(found[at : at + words]) for at in range(len(found) - words + 1)}


def test_without_text_no_output_holds_any_of_it(written: Path) -> None:
    files = [path for path in written.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".html", ".md", ".svg", ".png"}
    secret = set().union(*map(sequences, all_texts()))
    leaked = set()
    for path in files:
        if path.suffix != ".png":  # drawn by the very calls that drew the SVG
            leaked |= sequences(path.read_text("utf-8")) & secret
    assert bool(leaked) == written.name.startswith("full")


def test_without_text_a_paragraph_is_named_by_offsets_and_hash(data: ReportData) -> None:
    cell = data.paragraphs[data.paragraphs["evidence"] == HOSTILE_EVIDENCE].iloc[0]
    start = cell["text"].index(HOSTILE_EVIDENCE)
    digest = hashlib.sha256(cell["text"].encode()).hexdigest()
    for output in (render_html(data, "none"), render_markdown(data, "none")):
        assert digest in output
        assert f"characters {start} to {start + len(HOSTILE_EVIDENCE)}" in output


def test_an_excerpt_is_the_evidence_and_what_is_next_to_it() -> None:
    filler = "Lorem word " * 40
    table = invented().paragraphs
    text = f"{filler}Here it is decided. {filler}"
    table = table.assign(text=text, evidence="Here it is decided.")
    page = lxml_html.fromstring(render_html(invented(paragraphs=table), "excerpt"))
    for words in page.xpath("//p[contains(@class, 'words')]"):
        before, rest = words.text_content().split("Here it is decided.")
        assert before.startswith("…") and rest.endswith("…")
        assert len(before) <= 121 and len(rest) <= 121


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        shuffled = {
            key: getattr(invented(), key).sample(frac=1, random_state=len(name) + len(key))
            for key in ("paragraphs", "documents", "sources", "standing", "frames", "dropped")
        }
        write_report(invented(**(shuffled if name == "two" else {})), tmp_path / name)
    for path in sorted((tmp_path / "one").rglob("*.*")):
        other = tmp_path / "two" / path.relative_to(tmp_path / "one")
        assert path.read_bytes() == other.read_bytes(), path.name


@pytest.mark.parametrize("empty", _TABLES)
def test_any_one_table_may_be_empty(empty: str) -> None:
    content = build(invented(**{empty: pd.DataFrame()}), "full")
    if empty not in ("paragraphs", "documents", "sources", "frames"):
        content = replace(content, pictures={})  # they draw from none of the others
    parsed(html_of(content))
    assert "nan" not in re.findall(r"[a-z]+", markdown_of(content).casefold())


def test_all_tables_may_be_empty(tmp_path: Path) -> None:
    bare = invented(**{name: pd.DataFrame() for name in _TABLES}, run={}, propositions={})
    path = write_report(bare, tmp_path)
    parsed(path.read_text("utf-8"))
    assert not (tmp_path / "figures").exists()


def test_nothing_related_is_said_in_plain_words() -> None:
    table = invented().paragraphs
    table = table[table["holder"] == "text"].assign(label="unrelated", score=0.0)
    by_source = invented().sources.assign(
        n_related=0, n_sided=0, salience=0.0, side_taking=None, direction=None
    )
    changed = invented(paragraphs=table, sources=by_source, standing=pd.DataFrame())
    page = render_html(changed)
    parsed(page)
    assert "No source takes a side on any proposition in its own voice." in page
    assert "No source attributes a stance to anyone." in page
    assert "No related paragraph:" in page
    assert "none related" in page


def test_markdown_holds_every_cell_that_the_page_holds(data: ReportData) -> None:
    content, markdown = build(data, "full"), render_markdown(data)
    for table in content.tables.values():
        for row in table.rows:
            for cell in row:
                assert escape(cell.text) in markdown, table.key
                assert escape(cell.sub) in markdown and escape(cell.minus) in markdown
    lines = [line for line in markdown.splitlines() if line.startswith("|")]
    widths = [len(re.findall(r"(?<!\\)\|", line)) for line in lines]
    shapes = {len(table.columns) + 1 for table in content.tables.values() if table.rows}
    assert set(widths) == shapes


def test_figures_named_in_markdown_are_there(written: Path) -> None:
    named = re.findall(r"\]\((figures/[^)]+)\)", (written / "report.md").read_text("utf-8"))
    assert len(named) == 3
    for name in named:
        assert (written / name).stat().st_size and (written / name).with_suffix(".png").exists()


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match=r"'terms'.*\['z'\]"):
        invented(terms=invented().terms.drop(columns="z"))


def test_an_unknown_text_mode_is_refused_with_the_choices(data: ReportData) -> None:
    with pytest.raises(ValueError, match="full, excerpt, none"):
        render_html(data, "some")  # type: ignore[arg-type]


def test_a_folder_that_cannot_be_written_is_one_clear_error(
    data: ReportData, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(OutputError, match="taken"):
        write_report(data, tmp_path / "taken")
