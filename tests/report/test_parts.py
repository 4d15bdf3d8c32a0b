"""The parts of a report: words and numbers, notes, figures in the page, paragraphs to show."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from stance.report import palette, render_html, render_markdown, words
from stance.report.canvas import svg_of
from stance.report.difference_tables import comparison_table
from stance.report.heatmap import CELL, heatmap
from stance.report.markdown import escape
from stance.report.parallel import parallel
from stance.report.reasons import per_quantity
from stance.report.summary import summary, unsaid
from stance.report.svg import inline
from stance.report.table import Cell, Notes
from stance.report.tables import sources_table, standing_table
from stance.report.telling import MARGIN, locate, split, telling_cells
from stance.report.voices import MAX_SOURCES, shown_sources, sided_counts

from .invented import HOLDERS, NO_P, PROPOSITIONS, SOURCES, invented, paragraphs


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0%"), (0.004, "<1%"), (0.12, "12%"), (0.996, ">99%"), (1, "100%"), (math.nan, "–")],
)
def test_a_small_share_never_reads_as_none_nor_a_large_one_as_all(value: float, shown: str) -> None:
    assert words.percent(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(-0.5, "−0.50"), (0.5, "+0.50"), (-0.001, "0.00"), (None, "–")]
)
def test_signed_numbers_have_a_real_minus_and_zero_no_sign(value: object, shown: str) -> None:
    assert words.signed(value) == shown


def test_words_agree_in_number() -> None:
    assert words.count(1, "document") == "1 document"
    assert words.count(0, "document") == "no documents"
    assert words.count(20000, "document") == "20,000 documents"
    assert words.join(["a", "b", "c"]) == "a, b and c"


@given(st.text())
def test_plain_text_is_fit_for_xml_and_utf8(text: str) -> None:
    shown = words.plain(text)
    ElementTree.fromstring(f"<t>{shown.translate({38: '&amp;', 60: '&lt;', 62: '&gt;'})}</t>")
    assert words.plain(shown) == shown


@given(st.text(alphabet="-=+.)1 |<>[]()`*_#~$!&\\\n\tab/:w"))
def test_escaped_markdown_holds_no_cell_border_and_no_line_end(text: str) -> None:
    shown = escape(text)
    assert "\n" not in shown and "<" not in shown.replace("\\<", "")
    odd = [len(run) % 2 for run in _backslashes_before(shown, "|")]
    assert all(odd)


def _backslashes_before(text: str, mark: str) -> list[str]:
    runs = []
    for at, character in enumerate(text):
        if character == mark:
            start = at
            while start and text[start - 1] == "\\":
                start -= 1
            runs.append(text[start:at])
    return runs


def test_one_reason_for_all_rows_is_said_once_without_letters() -> None:
    notes = Notes()
    rows = [(Cell("x", notes=notes.mark("too few")),)] * 2
    settled, listed = notes.settle(rows, throughout=True)
    assert listed == (("", "Throughout: too few"),)
    assert all(cell.notes == () for row in settled for cell in row)


def test_letters_go_on_after_z_and_only_used_ones_are_listed() -> None:
    notes = Notes()
    marks = [notes.mark(f"reason {n}") for n in range(28)]
    assert (marks[0], marks[25], marks[26], marks[27]) == (("a",), ("z",), ("aa",), ("ab",))
    _, listed = notes.settle([(Cell("x", notes=marks[27]),)], throughout=False)
    assert listed == (("ab", "reason 27"),)


@pytest.mark.parametrize("place", np.linspace(0, 1, 11))
def test_words_on_every_colour_of_the_heat_map_can_be_read(place: float) -> None:
    ground = palette.DIRECTION(float(place))
    ink = palette.readable_on(ground)
    light, dark = sorted((palette._luminance(ground), palette._luminance(ink)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2, level AA
    assert to_hex(ground) not in palette.THEMED


def test_a_figure_in_the_page_has_no_style_namespace_or_foreign_id() -> None:
    drawing = inline(svg_of(heatmap(invented()).figure), "heatmap", 'a "map" <of> it')
    root = ElementTree.fromstring(drawing)
    assert root.get("aria-label") == 'a "map" <of> it'
    assert "http" not in drawing and "style" not in drawing
    for element in root.iter():
        assert (element.get("id") or "heatmap-").startswith("heatmap-")
    assert "var(--ink)" in drawing


@pytest.mark.parametrize(("n_sided", "filled"), [(4, False), (5, True)])
def test_a_cell_of_few_sided_paragraphs_is_framed_and_not_filled(
    n_sided: int, filled: bool
) -> None:
    data = invented()
    own = data.sources["holder"] == "text"
    data.sources.loc[own, ["n_related", "n_sided", "direction"]] = [9, n_sided, -1.0]
    cells = {
        patch.get_gid(): to_hex(patch.get_facecolor())
        for patch in heatmap(data).figure().axes[0].patches
        if (patch.get_gid() or "").startswith(CELL)
    }
    ground = to_hex(palette.DIRECTION(0.0)) if filled else palette.NO_SIDE
    assert set(cells.values()) == {ground}
    frames = [
        patch
        for patch in heatmap(data).figure().axes[0].patches
        if not patch.get_fill() and to_hex(patch.get_edgecolor()) == to_hex(palette.DIRECTION(0.0))
    ]
    assert len(frames) == (0 if filled else len(cells))


def test_the_font_shorthand_of_older_matplotlib_is_taken_apart() -> None:
    old = "<svg viewBox='0 0 1 1'><text style=\"font: italic 700 9px 'DejaVu Sans'\">x</text></svg>"
    text = ElementTree.fromstring(inline(old, "k", "")).find("text")
    assert text is not None
    assert text.attrib == {"font-style": "italic", "font-weight": "700", "font-size": "9px"}


def test_evidence_is_found_despite_other_white_space() -> None:
    assert locate("One.\n Two  three. Four.", "Two three.") == (6, 17)
    assert locate("One.", "Two.") is None
    assert locate("One.", "") is None


@given(st.text(), st.text(min_size=1), st.text())
def test_an_excerpt_never_holds_more_than_its_margin(before: str, mark: str, after: str) -> None:
    text = before + mark + after
    parts = split(text, (len(before), len(before) + len(mark)), "excerpt")
    assert parts[1] == words.plain(mark)
    assert len(parts[0]) <= MARGIN + 1 and len(parts[2]) <= MARGIN + 1
    assert split(text, (0, 1), "none") == ("", "", "")


def test_telling_paragraphs_put_the_outlets_own_side_first() -> None:
    cells = {(cell.source, cell.proposition): cell for cell in telling_cells(invented(), "full")}
    toll = cells[SOURCES[0], "bridge_toll"]
    assert [item.own.label for item in toll.shown] == ["favor", "against"]  # |0.75| before |0.70|
    assert toll.shown[0].document == "post-en"  # of two equal versions the English one
    assert toll.shown[0].versions == ("de",)
    ferry = cells[SOURCES[2], "night_ferry"]
    assert [(c.holder, c.label, c.mode) for c in ferry.shown[0].holders] == [
        ("Mayor", "against", "said")
    ]
    assert toll.n_related == 2


def test_language_versions_are_compared_paragraph_by_paragraph() -> None:
    found = parallel(invented())
    assert found is not None
    # post-en and post-de: 3 paragraphs × 2 propositions; only the third paragraph's toll differs.
    assert (found.n_cells, found.n_languages, found.n_related) == (6, 2, 3)
    assert found.same == pytest.approx(5 / 6)
    assert found.same_related == pytest.approx(2 / 3)
    assert found.same_relevance == pytest.approx(2 / 3)


def test_versions_with_other_paragraphs_are_not_compared() -> None:
    table = paragraphs()
    shorter = table[~((table["document"] == "post-de") & (table["paragraph"] == 2))]
    assert parallel(invented(paragraphs=shorter)) is None


def test_one_holder_alone_has_its_share_said_once() -> None:
    standing = invented().standing
    data = invented(standing=standing[standing["holder"] == "mayor"])
    text = " ".join(summary(data))
    assert f"to {data.holder_label('mayor')} alone" in text
    assert text.count("imputed") == 1


def test_the_summary_counts_what_the_tables_hold() -> None:
    text = " ".join(summary(invented()))
    assert "4 documents from 3 sources in 3 languages (ar, de, en): 12 paragraphs." in text
    assert "3 independent texts" in text
    assert "“Bridge toll” 42% (5 of 12)" in text and "“Night ferry” 33% (4 of 12)" in text
    assert f"{SOURCES[1]} on “Night ferry” (1 of 1 related paragraph, always in favor)" in text
    # mayor: post-en, post-de, mirat-ar; public: gazette-en, imputed
    assert "attributed 4 times to 2 holders, 25% of them imputed" in text
    assert "None of the 24 differences" in text


def test_the_summary_tells_how_many_differences_hold() -> None:
    table = invented().comparisons
    primary = table["family"].str.startswith("primary")
    tested = table.assign(p_adjusted=[0.01 if own else None for own in primary], reason="")
    assert "Of 24 differences between sources 24 can be tested; 24 of these are larger" in " ".join(
        summary(invented(comparisons=tested))
    )


def test_what_cannot_be_said_has_a_reason_each() -> None:
    items = unsaid(invented())
    assert any(NO_P in item and "differences" in item for item in items)
    assert any("no coded sample" in item for item in items)
    checked = unsaid(invented(run={"validation": {"n": 10}}))
    assert not any("no coded sample" in item for item in checked)


def test_untested_exploratory_differences_are_counted_not_listed() -> None:
    table = comparison_table(invented(), exploratory=True)
    n = 3 * len(PROPOSITIONS) * len(HOLDERS) * 4
    assert not table.rows
    assert table.empty.startswith(f"None of the {n} differences")
    assert NO_P in table.empty


def test_tested_differences_come_first_with_interval_and_p() -> None:
    data = invented()
    table = data.comparisons.copy()
    hit = (
        (table["proposition"] == "night_ferry")
        & (table["holder"] == "text")
        & (table["quantity"] == "salience")
        & (table["source_b"] == SOURCES[1])
    )
    table.loc[hit, ["ci_low", "ci_high", "p", "p_adjusted"]] = [-0.2, 0.1, 0.01, 0.02]
    table.loc[hit, "reason"] = ""
    shown = comparison_table(invented(comparisons=table), exploratory=False)
    first = shown.rows[0]
    assert first[0].text == "Night ferry"
    assert first[3].sub == "[−20, +10], p = .020"
    assert first[3].notes == () and first[4].notes == ("a",)
    assert len(shown.rows) == 3 * len(PROPOSITIONS)


def test_an_interval_stands_under_its_figure_with_its_caution() -> None:
    table = invented().sources.copy()
    own = (table["source"] == SOURCES[0]) & (table["holder"] == "text")
    table.loc[own, ["salience_ci_low", "salience_ci_high"]] = [0.1, 0.6]
    table.loc[own, "interval_reason"] = "few documents (3): treat with care"
    shown = sources_table(invented(sources=table))
    cells = {row[0].text: row for row in shown.rows if row[1].text == "Bridge toll"}
    assert cells[SOURCES[0]][3].sub == "[10%, 60%]"
    assert dict(shown.notes)[cells[SOURCES[0]][3].notes[0]].startswith("few documents (3)")
    assert cells[SOURCES[1]][3].sub == ""


def test_a_reason_in_clauses_is_told_quantity_by_quantity() -> None:
    said = "salience, mean score: one document; alone: x; direction: no paragraph takes a side"
    assert per_quantity(said) == {
        "salience": "one document; alone: x",
        "side_taking": "",
        "direction": "no paragraph takes a side",
        "mean_score": "one document; alone: x",
    }
    whole = "few documents (3): treat with care"
    assert set(per_quantity(whole).values()) == {whole}
    assert set(per_quantity("").values()) == {""}


def test_standing_counts_said_and_imputed() -> None:
    shown = standing_table(invented())
    assert [column.label for column in shown.columns] == ["Source", "All", "Mayor", "Public"]
    by_source = {row[0].text: row for row in shown.rows}
    assert (by_source[SOURCES[0]][2].text, by_source[SOURCES[0]][2].sub) == (
        "2 (100%)",
        "2 said, 0 imp.",
    )
    assert by_source[SOURCES[1]][3].sub == "0 said, 1 imp."


def test_drawn_counts_are_those_of_the_paragraphs() -> None:
    counts = sided_counts(invented()).set_index(["source", "proposition", "holder", "label"])["n"]
    assert counts[SOURCES[0], "bridge_toll", "text", "favor"] == 2
    assert counts[SOURCES[1], "bridge_toll", "public", "against"] == 1


def test_figures_of_many_sources_keep_those_with_most_paragraphs() -> None:
    base = paragraphs()
    many = [
        base.assign(source=f"s{n:02}", document=base["document"] + f"-{n}").head(20 - n)
        for n in range(MAX_SOURCES + 3)
    ]
    data = invented(paragraphs=pd.concat(many), sources=pd.DataFrame(), documents=pd.DataFrame())
    assert len(shown_sources(data)) == MAX_SOURCES
    assert shown_sources(data)[0] == "s00"


def test_two_names_from_right_to_left_keep_their_order_around_the_minus() -> None:
    data = invented()
    a, b = SOURCES[1], SOURCES[2]
    table = data.comparisons[data.comparisons["source_a"] == a].replace(a, "الأول")
    changed = invented(comparisons=table)
    assert f"<bdi>الأول</bdi> − <bdi>{b}</bdi>" in render_html(changed)
    assert f"الأول\u200e − \u200e{b}" in render_markdown(changed)
    assert words.name("الأول") == "الأول\u200e" and words.name("a") == "a"
