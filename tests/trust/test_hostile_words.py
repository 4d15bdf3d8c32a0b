"""Words of articles, names and columns do nothing in the programs that open the outputs."""

from __future__ import annotations

import csv
import io
import json
import logging
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import stance_command

from stance.coding.label_studio import write_tasks
from stance.coding.rows import read_sheet
from stance.coding.sheet import SHEET, write_sheet
from stance.errors import OutputError
from stance.report.evaluation.latex import escape as latex
from stance.report.markdown import escape as markdown
from stance.table_files import guard, guarded, unguard, unguarded, write_csv, write_parquet
from stance.terminal import PlainFormatter

FORMULAS = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "'=1",
    "''-1",
]
RUNS = tuple("=+-@\t\r\n＝＋－＠")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_as_a_formula_does_and_all_come_back(text: str) -> None:
    assert not str(guard(text)).startswith(RUNS)
    assert unguard(guard(text)) == text


@given(st.text(st.sampled_from("'=+-@\t\rab1 ＝"), max_size=6) | st.text())
def test_what_is_guarded_comes_back_unchanged(text: str) -> None:
    assert unguard(guard(text)) == text
    assert not str(guard(text)).startswith(RUNS)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00")), min_size=1))
def test_a_table_of_texts_and_numbers_comes_back_from_csv(texts: list[str]) -> None:
    table = pd.DataFrame({"=name": texts, "number": [-1.5] * len(texts)})
    text = guarded(table).to_csv(index=False)
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert not any(cell.startswith(RUNS) for row in rows for cell in row if cell != "-1.5")
    read = unguarded(pd.DataFrame(rows[1:], columns=rows[0]))
    assert list(read["=name"]) == texts
    assert set(read["number"]) == {"-1.5"}, "a negative number stays a number"


def sample_of(text: str) -> pd.DataFrame:
    row = {key: text for key in ("source", "title", "previous", "lead_in", "text", "document")}
    return pd.DataFrame(
        [row | {"paragraph": 0, "language": "en", "kind": "body", "stratum": text,
                "sampling_probability": 1.0}]
    )  # fmt: skip


@pytest.mark.parametrize("text", [f for f in FORMULAS if f.strip() == f])
def test_the_coding_sheet_opens_without_formulas_and_is_read_back(
    text: str, tmp_path: Path
) -> None:
    write_sheet(sample_of(text), ["land"], tmp_path)
    with (tmp_path / SHEET).open(encoding="utf-8-sig", newline="") as file:
        assert not any(cell.startswith(RUNS) for row in csv.reader(file) for cell in row)
    (row,) = read_sheet(tmp_path / SHEET)
    assert row.document == row.stratum == text


def test_a_sheet_that_somebody_filled_in_is_never_overwritten(tmp_path: Path) -> None:
    write_sheet(sample_of("a"), ["land"], tmp_path)
    write_sheet(sample_of("a"), ["land"], tmp_path)  # a blank one may be
    coded = pd.read_csv(tmp_path / SHEET, dtype=str).assign(stance="favor")
    write_csv(tmp_path / SHEET, coded)
    with pytest.raises(OutputError, match="is filled in and stays"):
        write_sheet(sample_of("a"), ["land"], tmp_path)
    assert pd.read_csv(tmp_path / SHEET)["stance"].tolist() == ["favor"]


def test_label_studio_gets_the_words_as_data_not_as_its_own_names(tmp_path: Path) -> None:
    hostile = "$text <View/> =1"
    (task,) = json.loads(
        write_tasks(sample_of(hostile), {"p": hostile}, tmp_path).read_text("utf-8")
    )
    assert task["data"]["text"] == hostile
    setup = (tmp_path / "label_studio.xml").read_text("utf-8")
    assert "$text <View/>" not in setup and setup.count("<View") == 1


def test_a_column_of_mixed_types_is_written(tmp_path: Path) -> None:
    table = pd.DataFrame({"mixed": ["a", 1, None, 2.5, True], "plain": range(5)})
    write_parquet(tmp_path / "t.parquet", table)
    read = pd.read_parquet(tmp_path / "t.parquet")
    assert read["mixed"].fillna("").tolist() == ["a", "1", "", "2.5", "True"]
    assert read["plain"].tolist() == list(range(5))


@pytest.mark.parametrize("sign", r"\{}$&#%_~^")
def test_no_command_survives_in_latex(sign: str) -> None:
    r"""Every sign that LaTeX acts on stands behind a backslash or in a command of our own."""
    written = latex(f"a{sign}input b")
    assert written != f"a{sign}input b"
    assert not written.startswith(f"a{sign}input")


@pytest.mark.parametrize(
    "text", ["[x](javascript:1)", "![x](http://a)", "<img src=x>", "`a`", "| a |", "# a", "- a"]
)
def test_no_markup_survives_in_markdown(text: str) -> None:
    import markdown as renderer

    html = renderer.markdown(markdown(text), extensions=["tables"])
    assert not any(f"<{tag}" in html for tag in ("a ", "img", "code", "h1", "li", "table"))


ESCAPES = "\x1b]0;owned\x07\x1b[2J\u202egnp\u2066\x9b1m"


def test_a_log_line_does_not_command_the_terminal() -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, "read %s", (f"{ESCAPES}\nnext",), None)
    assert PlainFormatter("%(message)s").format(record) == "read ]0;owned[2Jgnp1m\nnext"


def test_an_error_does_not_command_the_terminal(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "gold.csv").write_text(f"document,{ESCAPES}\na,b\n", "utf-8")
    ran = stance_command(*arguments, f"gold={tmp_path / 'gold.csv'}", f"output_dir={tmp_path}/out")
    assert "owned" in ran.complaint
    assert not any(sign in ran.err for sign in "\x1b\x07\u202e\u2066\x9b")


def test_names_in_data_make_no_file_outside_of_the_output_folder(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    names = ["../../up", "/etc/stance", "a/b", "CON", "..", "~", "C:\\x", "\x00", "x" * 300]
    rows = [
        {"id": name, "source": name, "title": name, "language": "en",
         "text": f"Moscow insists that Ukraine must cede land number {number} before a truce."}
        for number, name in enumerate(names)
    ]  # fmt: skip
    corpus = tmp_path / "in" / "rows.jsonl"
    corpus.parent.mkdir()
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    out = tmp_path / "deep" / "er" / "out"
    given = [a for a in arguments if not a.startswith("corpus.path")]
    ran = stance_command(*given, f"corpus.path={corpus}", f"output_dir={out}")
    assert ran.code == 0, ran.err
    outside = {p for p in tmp_path.rglob("*") if p.is_file() and not p.is_relative_to(out)}
    assert outside == {corpus}
    assert not Path("/etc/stance").exists()
    for path in out.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        runs = [cell for cell in cells if cell.startswith(RUNS)]
        assert all(is_number(cell) for cell in runs), (path.name, runs)


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
