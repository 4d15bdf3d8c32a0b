"""The report as Markdown, with the figures in files beside it."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import Environment

from stance.report.content import Content, build
from stance.report.data import ReportData, TextMode
from stance.report.html import environment
from stance.report.table import Cell, Table
from stance.report.words import one_line

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$#])")
_BLOCK_START = re.compile(r"^([-+=]+|\d{1,9}[.)])(?=\s|$)")


def escape(text: object) -> str:
    """Foreign text as literal Markdown, on one line: no markup, link, table cell or HTML."""
    escaped = _SPECIAL.sub(r"\\\1", one_line(text).replace("&", "&amp;"))
    escaped = _BLOCK_START.sub(lambda m: f"{m[1][:-1]}\\{m[1][-1]}", escaped)
    # Some readers turn bare addresses into links.
    return escaped.replace("://", "\\://").replace("www.", "www\\.")


def cell(value: Cell) -> str:
    """A cell's words, its second line after the first, its notes in brackets."""
    notes = f" ({', '.join(value.notes)})" if value.notes else ""
    words = " ".join(part for part in (value.text, value.sub) if part)
    # The marks keep the order of two names that are written right to left.
    minus = f"\N{LEFT-TO-RIGHT MARK} − \N{LEFT-TO-RIGHT MARK}{escape(value.minus)}"
    return f"{escape(words)}{minus if value.minus else ''}{notes}"


def table_rows(table: Table) -> str:
    """The pipe table of GitHub-flavoured Markdown."""
    head = " | ".join(escape(column.label) or " " for column in table.columns)
    rule = " | ".join("--:" if column.numeric else ":--" for column in table.columns)
    body = [" | ".join(map(cell, row)) for row in table.rows]
    return "\n".join(f"| {line} |" for line in (head, rule, *body))


def render_markdown(data: ReportData, text: TextMode = "full") -> str:
    """The whole Markdown file; ``text`` as for :func:`stance.report.html.render_html`."""
    return markdown_of(build(data, text))


def markdown_of(content: Content) -> str:
    """The Markdown of content already built."""
    return markdown_file("report.md.j2", content)


def templates() -> Environment:
    """Of Markdown, which has its own escapes: every foreign string passes one."""
    return environment(autoescape=False, filters={"md": escape, "rows": table_rows})


def markdown_file(name: str, content: Any) -> str:
    """A Markdown file from its template and what it sets."""
    text = templates().get_template(name).render(content=content)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
