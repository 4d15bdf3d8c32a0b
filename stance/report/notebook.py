"""An analysis at a glance: a few lines of text, or an excerpt of the report for a notebook."""

from __future__ import annotations

from stance.report import prose
from stance.report.data import ReportData
from stance.report.html import environment
from stance.report.summary import unsaid
from stance.report.tables import sources_table, standing_table
from stance.report.words import count, integer, join, one_line, plain

MAX_ROWS = 24
"""Rows of a table; the rest is in the tables of the analysis."""


def as_line(data: ReportData) -> str:
    """What was run on what, whether anybody checked it, and what to do next."""
    tables = ("paragraphs", "sources", "comparisons", "frames")
    sizes = ", ".join(f".{name} ({integer(len(getattr(data, name)))} rows)" for name in tables)
    return (
        f"Analysis: {_what(data)}\n"
        f"{_size(data)}\n"
        f"{_validated(data)}.\n"
        f'Tables: {sizes}. Next: .plot.heatmap(), .report("report.html"), .write("folder")'
    )


def as_html(data: ReportData) -> str:
    """The same with own voices, who is given a voice, and what cannot be said, as HTML.

    Everything foreign is escaped; nothing is loaded and nothing runs.
    """
    page = environment(autoescape=True, filters={"plain": plain})
    return page.get_template("notebook.html.j2").render(
        what=_what(data),
        size=_size(data),
        validated=_validated(data),
        why="" if data.validation else prose.NOT_VALIDATED_WHY,
        own=sources_table(data),
        standing=standing_table(data),
        unsaid=unsaid(data),
        most=MAX_ROWS,
    )


def _what(data: ReportData) -> str:
    model = data.run.get("model")
    parts = (
        one_line(data.run.get("experiment") or "without a name"),
        f"method {one_line(data.run.get('method') or 'unknown')}",
        f"model {one_line(model.get('id', 'unknown') if isinstance(model, dict) else 'unknown')}",
    )
    return ", ".join(parts)


def _size(data: ReportData) -> str:
    refused = len(data.quarantine)
    return (
        f"{count(data.n_documents, 'document')} ({integer(data.n_independent)} independent) of "
        f"{count(len(data.source_names), 'source')} in "
        f"{join([one_line(language) for language in data.languages]) or 'no known language'}; "
        f"{count(data.n_paragraphs, 'paragraph')} × "
        f"{count(len(data.proposition_names), 'proposition')}"
        + (f"; {count(refused, 'input')} refused" if refused else "")
    )


def _validated(data: ReportData) -> str:
    return prose.VALIDATED if data.validation else prose.NOT_VALIDATED
