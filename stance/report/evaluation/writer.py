"""The evaluation as files: page, Markdown, LaTeX tables, figures, one long table."""

from __future__ import annotations

from pathlib import Path

from stance.report.evaluation.content import EvaluationContent, build
from stance.report.evaluation.data import EvaluationData
from stance.report.evaluation.latex import file_of
from stance.report.html import page
from stance.report.markdown import markdown_file
from stance.report.writer import write_whole
from stance.table_files import guarded


def write_evaluation(data: EvaluationData, folder: Path) -> Path:
    """Write ``evaluation.html``, ``.md``, ``.tex``, ``evaluation_figures.csv`` and the figures.

    Each file appears whole or not at all; older ones of the same name are replaced.

    Args:
        data: What was found.
        folder: Made if it is not there.

    Returns:
        The path of ``evaluation.html``.

    Raises:
        OutputError: The folder cannot be written to.
    """
    content = build(data)
    files = {
        "evaluation.html": html_of(content),
        "evaluation.md": markdown_file("evaluation.md.j2", content),
        "evaluation.tex": file_of(content.tables.values()),
        "evaluation_figures.csv": guarded(content.long).to_csv(index=False),
    }
    for name, text in files.items():
        write_whole(folder / name, text.encode("utf-8"))
    for picture in content.pictures.values():
        write_whole(folder / "figures" / f"{picture.key}.svg", picture.svg.encode("utf-8"))
        write_whole(folder / "figures" / f"{picture.key}.png", picture.png)
    return folder / "evaluation.html"


def html_of(content: EvaluationContent) -> str:
    """The page."""
    return page("evaluation.html.j2", content, "evaluation.css")
