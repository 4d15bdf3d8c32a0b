"""What ``task=robustness`` writes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tiny import ARTICLES, stance_command

from stance.errors import OutputError
from stance.robustness.rerun import Robustness, rerun
from stance.robustness.write import MAX_ROWS, write_robustness

from .gulls import corpus, model, setup

FILES = {"variants.csv", "robustness.csv", "conclusions.csv", "robustness.md", "robustness.html"}
HOSTILE = "<script>x</script>|[a](http://b)"


@pytest.fixture(scope="module")
def found() -> Robustness:
    return rerun(setup("masked_quotes"), corpus(), model())


def test_the_command_runs_the_variants_and_writes_no_article_text(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    ran = stance_command(
        *arguments,
        "task=robustness",
        "robustness.variants=[masked_quotes,paraphrase_0]",
        "analysis.bootstrap=10",
        "analysis.permutations=10",
        "corpus.languages=[en]",
        f"output_dir={folder}",
    )
    assert ran.code == 0, ran.err
    assert ran.out.strip() == str(folder / "robustness.html")
    assert {path.name for path in folder.iterdir() if path.is_file()} >= FILES
    assert "variant 2 of 2: masked_quotes" in ran.err
    # One of the two small claims has no paraphrase.
    assert "paraphrase_0 is left out" in ran.err
    variants = pd.read_csv(folder / "variants.csv").set_index("variant")
    assert list(variants.index) == ["base", "paraphrase_0", "masked_quotes"]
    assert variants["left_out"].notna().tolist() == [False, True, False]
    written = "".join((folder / name).read_text("utf-8") for name in FILES)
    for *_, paragraphs in ARTICLES.values():
        for text in paragraphs:
            assert text[:30] not in written


def test_an_unknown_variant_is_one_clear_line(arguments: tuple[str, ...], tmp_path: Path) -> None:
    ran = stance_command(
        *arguments, "task=robustness", "robustness.variants=[quotes]", f"output_dir={tmp_path}"
    )
    assert "robustness.variants: no variant quotes" in ran.complaint
    assert "masked_quotes" in ran.complaint


def test_page_and_markdown_say_what_survives(found: Robustness, tmp_path: Path) -> None:
    page = write_robustness(tmp_path / "new", "gulls", found)
    texts = [page.read_text("utf-8"), page.with_suffix(".md").read_text("utf-8")]
    verdicts = found.conclusions["survives"].value_counts()
    assert (verdicts["yes"], verdicts["no"], verdicts["not concluded"]) == (1, 1, 2)
    for text in texts:
        assert "Of 4 differences between sources base concludes 2; 1 of these stays" in text
        assert "gulls: how robust" in text
    assert "masked_quotes (missing)" in texts[0]
    assert "masked\\_quotes (missing)" in texts[1]
    assert "default-src &#39;none&#39;" in texts[0] or "default-src 'none'" in texts[0]
    assert "://" not in texts[0]


def test_the_csv_files_hold_the_tables_as_they_are(found: Robustness, tmp_path: Path) -> None:
    write_robustness(tmp_path, "gulls", found)
    for name, table in (("robustness", found.figures), ("conclusions", found.conclusions)):
        read = pd.read_csv(tmp_path / f"{name}.csv", keep_default_na=False, na_values=[""])
        assert list(read.columns) == list(table.columns)
        assert len(read) == len(table)
    read = pd.read_csv(tmp_path / "robustness.csv")
    assert read["base"].tolist() == pytest.approx(found.figures["base"].tolist(), nan_ok=True)


def test_names_of_sources_are_never_markup(found: Robustness, tmp_path: Path) -> None:
    hostile = replace(
        found,
        figures=found.figures.replace("Gull", HOSTILE),
        conclusions=found.conclusions.replace("Gull", HOSTILE),
    )
    page = write_robustness(tmp_path, HOSTILE, hostile)
    html, markdown = page.read_text("utf-8"), page.with_suffix(".md").read_text("utf-8")
    assert "<script>" not in html and "<script>" not in markdown
    assert "&lt;script&gt;" in html
    assert "[a](" not in markdown and "</script>|" not in markdown


def test_rows_that_do_not_fit_the_page_are_counted(found: Robustness, tmp_path: Path) -> None:
    open_rows = found.conclusions[found.conclusions["survives"] == "not concluded"]
    many = pd.concat([open_rows] * MAX_ROWS, ignore_index=True)
    page = write_robustness(tmp_path, "gulls", replace(found, conclusions=many))
    assert f"{len(many) - MAX_ROWS} further rows in conclusions.csv" in page.read_text("utf-8")
    assert "base concludes nothing" in page.read_text("utf-8").lower()


def test_a_single_source_has_nothing_to_conclude(found: Robustness, tmp_path: Path) -> None:
    page = write_robustness(
        tmp_path, "gulls", replace(found, conclusions=found.conclusions.head(0))
    )
    assert "no two sources to compare" in page.read_text("utf-8")


def test_a_folder_that_cannot_be_written_is_named(found: Robustness, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="set output_dir"):
        write_robustness(tmp_path / "file" / "out", "gulls", found)
