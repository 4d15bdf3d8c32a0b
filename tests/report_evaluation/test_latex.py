"""LaTeX of the tables: balanced, and foreign text in it a text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.report.evaluation.content import build
from stance.report.evaluation.latex import escape, file_of, table
from stance.report.table import Cell, Table, code, columns, number

from .cases import hostile

ATTACK = '\\input{/etc/passwd} \\write18{x} $x_1^2$ & 100% #1 ~ {a} [b] * \\\\ | <c> "q" `b`'
COMMANDS = {
    *("textbackslash", "textasciitilde", "textasciicircum", "textless", "textgreater"),
    *("textbar", "ldots", "times"),
}
LAYOUT = {
    *("begin", "end", "centering", "small", "caption", "label", "toprule", "midrule"),
    *("bottomrule", "scriptsize", "textsuperscript", "texttt", "par", "footnotesize"),
    *("allowbreak", "linewidth"),
}


def is_balanced(text: str) -> bool:
    """Whether groups close in turn; an escaped brace is none."""
    depth = 0
    for brace in re.findall(r"(?<!\\)(?:\\\\)*([{}])", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def test_no_special_character_keeps_its_meaning() -> None:
    assert escape("50 % of $5 & #1_a") == r"50 \% of \$5 \& \#1\_a"
    assert escape("\\x{y}") == r"\textbackslash{}x\{y\}"
    assert escape("[0.1] −2 × 3 – “so”…") == r"{[}0.1{]} $-$2 $\times$ 3 -- ``so''\ldots{}"
    assert escape("a\nb\x07\u202ec") == "a bc"


@given(st.text())
def test_any_text_is_balanced_and_brings_no_command(text: str) -> None:
    escaped = escape(text)
    assert is_balanced(escaped)
    assert set(re.findall(r"\\([A-Za-z]+)", escaped)) <= COMMANDS
    assert not re.search(r"(?<!\\)[&#%_^~]", escaped.replace(r"\\", ""))
    assert "\n" not in escaped
    assert escaped.count("$") - escaped.count(r"\$") == 2 * len(re.findall("[−×]", text))


def test_a_table_of_hostile_cells_is_still_a_table() -> None:
    hostile_table = Table(
        key="x",
        caption=ATTACK,
        columns=columns("Name", ATTACK, numeric=[1]),
        rows=((Cell(ATTACK, minus=ATTACK), number("0.50", "[0.4, 0.6]", ("a",))),
              (code("[first]" + "f" * 64), number("*"))),
        notes=(("a", ATTACK),),
    )  # fmt: skip
    text = table(hostile_table)
    assert is_balanced(text)
    assert set(re.findall(r"\\([A-Za-z]+)", text)) <= COMMANDS | LAYOUT
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}")
    body = text[text.index(r"\midrule") : text.index(r"\bottomrule")]
    lines = body.strip().splitlines()[1:]
    assert len(lines) == 2
    for line in lines:
        # A bracket or star after the end of a line would be read as its option.
        assert line.endswith(r" \\") and line[0] not in "[*"
        assert len(re.findall(r"(?<!\\)&", line)) == 1
    assert r"\allowbreak{}" in lines[1], "a hash may be broken"


def test_the_file_has_every_table_that_has_rows_and_is_balanced() -> None:
    tables = build(hostile()).tables
    text = file_of(tables.values())
    assert is_balanced(text)
    shown = re.findall(r"\\label\{tab:evaluation-([\w-]+)\}", text)
    assert shown == [key for key, t in tables.items() if t.rows]
    assert {"figures", "confusion-text", "by-source", "training"} <= set(shown)
    assert set(re.findall(r"\\([A-Za-z]+)", text.split("\n\n", 1)[1])) <= COMMANDS | LAYOUT


@pytest.mark.parametrize("n", [1, 60])
def test_only_long_words_are_set_in_lines(n: int) -> None:
    made = table(Table("x", "c", columns("Name", "Words"), ((Cell("a"), Cell("w " * n)),)))
    assert (r"p{" in made) == (n > 1)
