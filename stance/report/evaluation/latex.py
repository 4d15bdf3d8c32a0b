r"""Tables as LaTeX in the style of booktabs, to be \input; every foreign character escaped."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

from stance.report.table import Cell, Column, Table
from stance.report.words import one_line

HEADER = r"""% Tables of an evaluation. In the preamble: \usepackage{booktabs}
% Names in other scripts than Latin need LuaLaTeX or XeLaTeX and a font that has them.
"""

_LINE = 84
"""Characters of small type on a line of an article."""
_BETWEEN = 3
"""The space between two columns, in characters."""
_WIDE = 28
"""Characters from which a column of text is set in lines."""
_HEAD = 12
"""Characters after which the head of a numeric column is broken."""
_UNBROKEN = re.compile(r"\S{24,}")

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    # Active in some languages of babel, and part of ligatures.
    '"': "''",
    "`": "`{}",
    # At the start of a line of a table these would be read as options of its line break.
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    # Not every engine has them in text.
    "−": "$-$",
    "×": r"$\times$",
    "–": "--",
    "—": "---",
    "…": r"\ldots{}",
    "’": "'",
    "“": "``",
    "”": "''",
    "\N{LEFT-TO-RIGHT MARK}": "",
    "\N{NO-BREAK SPACE}": "~",
}
_SPECIAL = re.compile("[" + re.escape("".join(_ESCAPES)) + "]")


def escape(text: object) -> str:
    """Foreign text as literal LaTeX, on one line: no command, group, mathematics or comment."""
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], one_line(text))


def _breakable(text: str) -> str:
    """The same, with places to break a hash or a path."""
    parts = []
    for word in one_line(text).split(" "):
        pieces = textwrap.wrap(word, 16) if _UNBROKEN.fullmatch(word) else [word]
        parts.append(r"\allowbreak{}".join(map(escape, pieces)))
    return " ".join(parts)


def cell(value: Cell, *, is_numeric: bool = False) -> str:
    """A cell's words, its notes raised, its second line small: beneath a number, behind words."""
    words = _breakable(value.text)
    if value.minus:
        words += f" $-$ {escape(value.minus)}"
    if value.kind == "code" and words:
        words = rf"\texttt{{{words}}}"
    if value.notes:
        words += rf"\textsuperscript{{{', '.join(map(escape, value.notes))}}}"
    if not value.sub:
        return words
    small = rf"{{\scriptsize {escape(value.sub)}}}"
    return _stack([words, small], "t") if is_numeric else f"{words} {small}"


def _stack(lines: Sequence[str], align: str) -> str:
    """Lines flush right, one above the other."""
    body = r" \\ ".join(lines)
    return rf"\begin{{tabular}}[{align}]{{@{{}}r@{{}}}}{body}\end{{tabular}}"


def table(value: Table, prefix: str = "evaluation") -> str:
    r"""A ``table`` with caption, rules and notes; empty where the table is.

    Its label is ``tab:PREFIX-KEY``.
    """
    if not value.rows:
        return ""
    numeric = [column.numeric for column in value.columns]
    body = "\n".join(
        " & ".join(cell(c, is_numeric=n) for c, n in zip(row, numeric, strict=True)) + r" \\"
        for row in value.rows
    )
    head = " & ".join(map(_head, value.columns))
    notes = "".join(
        rf"\par\footnotesize {_letter(letter)}{escape(reason)}" + "\n"
        for letter, reason in value.notes
    )
    return (
        f"\\begin{{table}}[htbp]\n\\centering{_type(value)}\n"
        f"\\caption{{{escape(value.caption)}}}\n\\label{{tab:{prefix}-{value.key}}}\n"
        f"\\begin{{tabular}}{{{_columns(value)}}}\n\\toprule\n{head} \\\\\n\\midrule\n"
        f"{body}\n\\bottomrule\n\\end{{tabular}}\n{notes}\\end{{table}}\n"
    )


def _head(column: Column) -> str:
    lines = [escape(line) for line in _head_lines(column)]
    return _stack(lines, "b") if len(lines) > 1 else "".join(lines)


def _head_lines(column: Column) -> list[str]:
    label = one_line(column.label)
    return textwrap.wrap(label, _HEAD, break_long_words=False) if column.numeric else [label]


def _letter(letter: str) -> str:
    return rf"\textsuperscript{{{escape(letter)}}} " if letter else ""


def _type(value: Table) -> str:
    """The size of the type: smaller where numbers leave little of a line."""
    widths = zip(_widths(value), value.columns, strict=True)
    numbers = sum(width for width, column in widths if column.numeric)
    return r"\small" if numbers < _LINE * 3 // 4 else r"\scriptsize\setlength{\tabcolsep}{3pt}"


def _widths(value: Table) -> list[int]:
    return [
        max(
            *(len(line) for line in _head_lines(column)),
            *(_width(row[at], column) for row in value.rows),
            1,
        )
        for at, column in enumerate(value.columns)
    ]


def _columns(value: Table) -> str:
    widths = _widths(value)
    wide = [
        n > _WIDE and not column.numeric for n, column in zip(widths, value.columns, strict=True)
    ]
    narrow = sum(n for n, is_wide in zip(widths, wide, strict=True) if not is_wide)
    left = _LINE - narrow - _BETWEEN * len(widths)
    share = max(0.15, left / _LINE / max(1, sum(wide)))
    return "".join(
        rf"p{{{share:.2f}\linewidth}}" if is_wide else "r" if column.numeric else "l"
        for is_wide, column in zip(wide, value.columns, strict=True)
    )


def _width(value: Cell, column: Column) -> int:
    own = len(value.text) + len(value.minus) + len(value.notes)
    # The second line is in smaller type.
    return max(own, len(value.sub) * 3 // 4) if column.numeric else own + len(value.sub)


def file_of(tables: Iterable[Table]) -> str:
    """The whole file."""
    return HEADER + "".join(f"\n{text}" for text in map(table, tables) if text)
