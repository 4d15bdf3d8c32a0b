"""The report as files: a page, its Markdown, and the figures."""

from __future__ import annotations

from pathlib import Path

from stance.errors import OutputError
from stance.files import whole
from stance.report.content import build
from stance.report.data import ReportData, TextMode
from stance.report.html import html_of
from stance.report.markdown import markdown_of


def write_report(data: ReportData, folder: Path, text: TextMode = "full") -> Path:
    """Write ``report.html``, ``report.md`` and ``figures/*.svg`` and ``*.png`` into ``folder``.

    Each file appears whole or not at all; older ones of the same name are replaced.

    Args:
        folder: Made if it is not there.
        text: How much article text the files carry; see :func:`stance.report.render_html`.

    Returns:
        The path of ``report.html``.

    Raises:
        OutputError: The folder cannot be written to.
        ValueError: ``text`` is not a mode.
    """
    content = build(data, text)
    files = {Path("report.html"): html_of(content).encode("utf-8")}
    files[Path("report.md")] = markdown_of(content).encode("utf-8")
    for key, picture in content.pictures.items():
        files[Path("figures", f"{key}.svg")] = picture.svg.encode("utf-8")
        files[Path("figures", f"{key}.png")] = picture.png
    for name, blob in files.items():
        write_whole(folder / name, blob)
    return folder / "report.html"


def write_whole(path: Path, blob: bytes) -> None:
    """Write a file whole or not at all; folders on the way are made.

    Raises:
        OutputError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        whole(path, lambda part: part.write_bytes(blob))
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}; "
            "free space or choose another folder with output_dir=…"
        ) from error
