"""The files: what they hold, what they hide, and that foreign text in them is inert."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html as lxml_html
from report.test_report import parsed

from stance.errors import OutputError
from stance.report.data import TextMode
from stance.report.evaluation import write_evaluation
from stance.report.evaluation.content import EvaluationContent, build
from stance.report.evaluation.latex import file_of
from stance.report.evaluation.writer import html_of
from stance.report.markdown import markdown_file
from stance.report.words import one_line

from .cases import HOSTILE, all_texts, hostile, sample

SECTIONS = [
    *("measured", "model", "data", "figures", "calibration", "coverage", "confusion", "where"),
    *("robustness", "agreement", "benchmarks", "corrected", "mistakes", "limits", "reproduce"),
]


@pytest.fixture(scope="module")
def content() -> EvaluationContent:
    return build(hostile())


@pytest.fixture(scope="module")
def page(content: EvaluationContent) -> str:
    return html_of(content)


@pytest.fixture(scope="module")
def markdown(content: EvaluationContent) -> str:
    return markdown_file("evaluation.md.j2", content)


@pytest.fixture(scope="module", params=["full", "excerpt", "none"])
def written(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[TextMode, Path]:
    folder = tmp_path_factory.mktemp(request.param)
    assert write_evaluation(hostile(text=request.param), folder) == folder / "evaluation.html"
    return request.param, folder


def test_every_file_is_there(written: tuple[TextMode, Path]) -> None:
    _, folder = written
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    keys, kinds = ("reliability", "risk-coverage"), ("svg", "png")
    assert names == {f"figures/evaluation-{key}.{kind}" for key in keys for kind in kinds} | {
        *("evaluation.html", "evaluation.md", "evaluation.tex", "evaluation_figures.csv"),
    }


def test_no_file_holds_more_text_than_it_may(written: tuple[TextMode, Path]) -> None:
    mode, folder = written
    whole, evidence, title = one_line(HOSTILE), "the ferrymen about it", "and none too soon"
    seen = {whole: False, evidence: False, title: False}
    for path in folder.rglob("*"):
        if path.suffix not in (".html", ".md", ".tex", ".csv", ".svg"):
            continue
        raw = path.read_text("utf-8")
        shown = lxml_html.fromstring(raw).text_content() if path.suffix == ".html" else raw
        # Without the backslashes of Markdown and LaTeX, which would hide a text from this test.
        shown = " ".join(shown.replace("\\", "").split())
        seen = {words: found or words in shown for words, found in seen.items()}
        if mode == "none":
            assert not [text for text in all_texts() if " ".join(text.split())[:30] in shown]
    assert seen == {whole: mode == "full", evidence: mode != "none", title: mode != "none"}


def test_sections_stand_in_the_agreed_order_and_numbers_ascend(page: str) -> None:
    document = lxml_html.fromstring(page)
    assert document.xpath("//section/@id") == SECTIONS
    for word in ("Figure", "Table"):
        shown = re.findall(rf"<b>{word} (\d+)\.</b>", page)
        assert [int(number) for number in shown] == list(range(1, len(shown) + 1))


def test_markdown_has_the_headings_and_tables_of_the_page(page: str, markdown: str) -> None:
    document = lxml_html.fromstring(page)
    heads = [h.text_content() for h in document.xpath("//section/h2")]
    assert re.findall(r"^## (.+)$", markdown, flags=re.M) == heads
    assert markdown.count("**Table ") == len(document.xpath("//table"))


def test_the_page_is_well_formed_and_asks_nothing_of_any_network(page: str) -> None:
    tags = parsed(page).tags
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & {
        tag for tag, _ in tags
    }
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert not {"src", "style", "srcset", "action"} & set(attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(http" not in page and "@import" not in page
    (policy,) = (a["content"] for _, a in tags if a.get("http-equiv"))
    assert policy and policy.startswith("default-src 'none'; ") and "unsafe" not in policy


def test_hostile_text_is_shown_and_does_nothing(page: str, markdown: str) -> None:
    words = " ".join(lxml_html.fromstring(page).text_content().split())
    assert '<script>alert("x")</script> The toll costs $5$' in words, "the mistake is there to read"
    assert "<script" not in page
    assert "\u202e" in HOSTILE and "\u202e" not in page + markdown
    assert "script" in markdown and not re.search(r"(?<!\\)<", markdown)
    assert not re.search(r"(?<!\\)\]\(http", markdown)
    for line in markdown.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == len(
                re.findall(r"(?<!\\)\|", _rule_above(markdown, line))
            ), "a table row has as many cells as its table"


def _rule_above(markdown: str, line: str) -> str:
    block = next(b for b in markdown.split("\n\n") if line in b.splitlines())
    return block.splitlines()[1]


def test_the_surest_mistakes_are_shown_with_gold_found_and_evidence(page: str) -> None:
    document = lxml_html.fromstring(page)
    chips = [
        [" ".join(chip.text_content().split()) for chip in item.xpath(".//li")]
        for item in document.xpath("//ol[@class='mistakes']/li")
    ]
    assert chips == [
        ["Public: coded favor, imputed", "found against, imputed p = 0.75"],
        ["coded neutral", "found against p = 0.75"],
        ["Mayor: coded against, said", "found no stance"],
    ]
    (marked,) = document.xpath("//ol[@class='mistakes']/li[2]//mark")
    assert marked.text_content().startswith("Nobody <i>asked</i>")
    assert "1 cell of the own voice and 2 of holders are wrong, of the latter 1" in page


def test_the_same_data_gives_the_same_files(content: EvaluationContent, page: str) -> None:
    again = build(hostile())
    assert html_of(again) == page
    assert again.long.equals(content.long)
    assert file_of(again.tables.values()) == file_of(content.tables.values())


def test_figures_in_the_page_are_those_of_the_long_table() -> None:
    made = build(sample(16, paragraphs=3))
    rows = made.long.to_dict("records")
    document = lxml_html.fromstring(html_of(made))
    for figure, said in (("macro_f1", "Macro-F1 over the labels in use"), ("brier_skill", "Brier")):
        (row,) = (
            r for r in rows
            if (r["section"], r["name"], r["scope"]) == ("text", figure, "method")
        )  # fmt: skip
        (cell,) = document.xpath(f"//table[@class='figures']//tr[th[contains(., '{said}')]]/td[1]")
        numbers = [float(row[name]) for name in ("estimate", "ci_low", "ci_high")]
        estimate, low, high = (f"{value:z.2f}".replace("-", "−") for value in numbers)
        assert " ".join(cell.text_content().split()) == f"{estimate} [{low}, {high}]"


def test_holders_that_nobody_names_leave_no_hole(tmp_path: Path) -> None:
    data = hostile()
    report = data.report
    own = report.paragraphs[report.paragraphs["holder"] == "text"]
    gold = data.gold[data.gold["holder"] == "text"]
    measures = data.measures[data.measures["voice"] == "text"]
    bare = replace(data, report=replace(report, paragraphs=own), gold=gold, measures=measures)
    content = build(bare)
    assert not content.tables["holders"].rows and not content.tables["confusion-holders"].rows
    assert "Not validated for holders: gold names none." in content.limits
    parsed(html_of(content))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match=re.escape(str(tmp_path / "file"))):
        write_evaluation(hostile(), tmp_path / "file" / "inside")
