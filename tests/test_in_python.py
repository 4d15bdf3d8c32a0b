"""An analysis in Python: as it shows itself, drawn on an axis, and as datasets of Hugging Face."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import datasets
import matplotlib
import pandas as pd
import pytest
from huggingface_hub import DatasetCard
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from report.invented import HOSTILE, SOURCES, invented
from tiny import ARTICLES

import stance
from stance.errors import ConfigError
from stance.plots import Plots
from stance.report.notebook import MAX_ROWS, as_html, as_line
from stance.report.reasons import QUANTITIES
from stance.result import Analysis

PIECE = 30


@pytest.fixture(scope="module")
def analysis(
    tiny_corpus: Path,
    one_pass_folder: Path,
    small_sets: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Analysis:
    """The four articles, analysed in this process."""
    sets = [f"hydra.searchpath=[file://{small_sets}]", "holders=small", "frames=small"]
    store = f"engine.store={tmp_path_factory.mktemp('store')}"
    return stance.analyse(tiny_corpus, "small", str(one_pass_folder), overrides=[*sets, store])


@pytest.fixture(autouse=True)
def no_window() -> None:
    """A figure without an axis given is drawn without a display."""
    matplotlib.use("Agg")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_an_analysis_says_what_was_run_and_that_nobody_checked_it(analysis: Analysis) -> None:
    line = repr(analysis)
    for words in ("method staged", "4 documents", "2 sources", "Not validated on your texts"):
        assert words in line
    assert len(line.splitlines()) == 4
    checked = replace(analysis, record=analysis.record | {"validation": {"n": 3}})
    assert "Not validated" not in repr(checked) + checked._repr_html_()


def test_gold_labels_validate_an_analysis_in_python_as_they_do_by_the_command(
    tiny_corpus: Path, one_pass_folder: Path, small_sets: Path, tmp_path: Path
) -> None:
    rows = [f"{name.removesuffix('.md')},0,land,favor" for name in ARTICLES]
    gold = tmp_path / "gold.csv"
    gold.write_text("\n".join(["document,paragraph,proposition,stance", *rows]) + "\n", "utf-8")
    sets = [f"hydra.searchpath=[file://{small_sets}]", "holders=small", "frames=none"]
    checked = stance.analyse(
        tiny_corpus, "small", str(one_pass_folder), overrides=[*sets, f"gold={gold}"]
    )
    assert len(checked.corrected)
    assert "Validated on your own coding" in repr(checked)


def test_a_notebook_shows_every_source_and_proposition_with_its_numbers(analysis: Analysis) -> None:
    page = _Tags()
    page.feed(analysis._repr_html_())
    shown = " ".join(page.words)
    own = analysis.sources[analysis.sources["holder"] == "text"]
    for row in own.to_dict("records"):
        assert row["source"] in shown
        assert f"{row['n_sided']}/{row['n_related']}/{row['n_paragraphs']}" in shown
    assert "Not validated on your texts" in shown
    assert "How often the labels are right on these texts" in shown


def test_hostile_names_stay_words_in_a_notebook() -> None:
    data = invented()
    tables = {
        name: getattr(data, name).replace(SOURCES[0], HOSTILE)
        for name in ("paragraphs", "documents", "sources", "comparisons", "standing", "frames")
    }
    page = _Tags()
    page.feed(as_html(replace(data, **tables)))
    assert {tag for tag, _ in page.tags} <= {
        *("div", "p", "b", "br", "table", "thead", "tbody", "tr", "th", "td", "bdi", "small"),
        *("sup", "details", "summary", "ul", "li", "code"),
    }
    assert {name for _, attributes in page.tags for name in attributes} <= {"style", "role"}
    assert any("<script>" in words for words in page.words), "it is shown, as it is written"
    assert "\u202e" not in "".join(page.words)


def test_a_notebook_shows_no_more_rows_than_fit_and_says_so() -> None:
    data = invented()
    many = [f"Paper {number:02}" for number in range(MAX_ROWS)]
    rows = data.sources[data.sources["source"] == SOURCES[0]]
    longer = replace(data, sources=pd.concat([rows.assign(source=name) for name in many]))
    page = as_html(longer)
    n = len(many) * 2
    assert f"{n - MAX_ROWS} further rows are not shown" in page
    assert as_line(longer)


def texts(figure: Figure) -> list[Text]:
    figure.canvas.draw()
    return [text for text in figure.findobj(Text) if text.get_text()]


@pytest.mark.parametrize("name", ["heatmap", "voices", "frames", "differences"])
def test_a_plot_is_drawn_on_the_axis_given_and_stays_inside_it(
    name: str, analysis: Analysis
) -> None:
    figure = Figure(figsize=(16, 16))
    given, other = figure.subplots(1, 2)
    before = other.get_position().bounds
    assert getattr(analysis.plot, name)(ax=given) is given
    shown = texts(figure)
    within = given.get_window_extent().expanded(1.02, 1.02)
    drawn = [t for t in shown if t.axes is given or t.axes in given.child_axes]
    assert drawn
    for text in drawn:
        box = text.get_window_extent()
        assert within.x0 <= box.x0 and box.x1 <= within.x1, text.get_text()
        assert within.y0 <= box.y0 and box.y1 <= within.y1, text.get_text()
    assert not other.texts and other.get_position().bounds == before


@pytest.mark.parametrize("name", ["heatmap", "voices", "frames", "differences"])
def test_without_an_axis_a_plot_has_a_figure_of_its_own_whatever_the_style(
    name: str, analysis: Analysis
) -> None:
    with matplotlib.style.context("dark_background"):
        axes = getattr(analysis.plot, name)()
        words = [text.get_color() for text in texts(axes.figure)]
    assert isinstance(axes, Axes)
    assert "white" not in words and "w" not in words


def test_no_foreign_name_is_read_as_mathematics() -> None:
    data = invented()
    odd = "The $x_1^$ Post"
    tables = {
        name: getattr(data, name).replace(SOURCES[0], odd)
        for name in ("paragraphs", "documents", "sources", "comparisons", "standing", "frames")
    }
    plots = Plots(replace(data, **tables))
    for draw in (plots.heatmap, plots.voices, plots.frames, plots.differences):
        figure = Figure(figsize=(8, 8))
        draw(ax=figure.subplots())
        shown = texts(figure)
        assert not [text for text in shown if text.get_parse_math()], draw.__name__
        assert any("$x_1" in text.get_text() for text in shown), draw.__name__


def test_type_shrinks_with_the_axis(analysis: Analysis) -> None:
    sizes = []
    for inches in (8, 4):
        figure = Figure(figsize=(inches, 20))
        axes = figure.add_axes((0, 0, 1, 1))
        analysis.plot.heatmap(ax=axes)
        sizes.append(max(float(text.get_fontsize()) for text in texts(figure)))
    assert sizes[0] == pytest.approx(2 * sizes[1])


def test_a_plot_that_cannot_be_drawn_says_what_can(analysis: Analysis) -> None:
    with pytest.raises(ConfigError, match="expected one to 3 of land, neutrality"):
        analysis.plot.voices(propositions=["lands"])
    with pytest.raises(ConfigError, match="expected one of salience"):
        analysis.plot.differences(quantity="tone")
    with pytest.raises(ConfigError, match="frames=none"):
        replace(analysis, frames=pd.DataFrame()).plot.frames()
    assert set(QUANTITIES) == {"salience", "side_taking", "direction", "mean_score"}


def test_datasets_hold_the_tables_and_come_back_from_disk(
    analysis: Analysis, tmp_path: Path
) -> None:
    made = analysis.to_datasets()
    assert {"paragraphs", "documents", "sources", "comparisons", "frames"} <= set(made)
    made["paragraphs"].save_to_disk(str(tmp_path / "paragraphs"))
    back = datasets.load_from_disk(str(tmp_path / "paragraphs"))
    assert isinstance(back, datasets.Dataset)
    pd.testing.assert_frame_equal(back.to_pandas(), analysis.paragraphs, check_dtype=False)
    assert back.info.license == "unknown"
    assert "Not validated on your texts" in back.info.description
    assert len(stance.read_corpus(tmp_path / "paragraphs")), "a dataset is a corpus, too"


def test_a_written_folder_loads_by_the_name_of_its_tables(
    analysis: Analysis, tmp_path: Path
) -> None:
    card = DatasetCard.load(analysis.write_datasets(tmp_path / "set"))
    assert card.data.license == "unknown"
    assert card.data.language == ["de", "en"]
    names = [config["config_name"] for config in card.data.to_dict()["configs"]]
    assert names[0] == "paragraphs"
    for name in names:
        cache = str(tmp_path / "cache")
        table = datasets.load_dataset(str(tmp_path / "set"), name, split="train", cache_dir=cache)
        assert table.num_rows == len(getattr(analysis, name))


def test_the_card_says_where_it_comes_from_and_what_it_must_not_be_used_for(
    analysis: Analysis,
) -> None:
    card = analysis.to_datasets()["sources"].info.description
    model = analysis.record["model"]
    for words in (
        *("Provenance", "Licence", "Unknown", "Limits", "not validated on your texts".capitalize()),
        *("whole paragraphs", "staged", model["weights_sha256"], "Harbour Herald", "4 documents"),
        *("Ukraine should cede land to Russia.", "must not be used for"),
    ):
        assert words in card, words


@pytest.mark.parametrize("mode", ["excerpt", "none"])
def test_datasets_hold_no_more_text_than_is_allowed(
    mode: stance.report.TextMode, analysis: Analysis, tmp_path: Path
) -> None:
    made = analysis.to_datasets(mode)
    analysis.write_datasets(tmp_path, mode)
    said = [json.dumps(table.to_list(), ensure_ascii=False, default=str) for table in made.values()]
    said += [table.info.description for table in made.values()]
    said += [str(pd.read_parquet(path).to_dict("list")) for path in tmp_path.rglob("*.parquet")]
    said.append((tmp_path / "README.md").read_text("utf-8"))
    evidence = set(analysis.paragraphs["evidence"]) - {""}
    titles = [title for _, _, title, _ in ARTICLES.values()]
    bodies = [text.removeprefix("- ") for *_, parts in ARTICLES.values() for text in parts]
    kept = [text for text in bodies if mode == "excerpt" and any(e in text for e in evidence)]
    assert len(kept) < len(bodies)
    for text in (*titles, *(set(bodies) - set(kept))):
        assert not [part for part in said if text[:PIECE] in part], text
    assert "text_sha256" in made["paragraphs"].column_names
    assert "This copy holds" in said[-1] and "**This copy holds whole" not in said[-1]
