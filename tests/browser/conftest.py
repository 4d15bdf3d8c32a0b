"""The report in a real Chromium: each page opened here must run without error and ask for nothing.

Playwright drives the Chromium of the system (Debian, Ubuntu: apt-get install chromium).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from report.invented import invented

from stance.report import ReportData, TextMode, render_html

Open = Callable[..., Page]

_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip("no Chromium on this machine: the report is not tested in a browser")
    with sync_playwright() as playwright:
        # Without the sandbox, since tests may run as root in a container.
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


@cache
def usual(text: TextMode) -> str:
    """The report of the invented analysis; its figures take a second to draw."""
    return render_html(invented(), text)


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a report from disk, the usual one for None.

    At the end no page may have complained or asked for anything.
    """
    complaints: list[str] = []
    asked: list[str] = []
    contexts = []

    def open_report(data: ReportData | None, text: TextMode = "full", **looks: Any) -> Page:
        path = tmp_path / f"report-{len(contexts)}.html"
        path.write_text(render_html(data, text) if data else usual(text), encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}} | looks)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_report
    for context in contexts:
        context.close()
    left = [url for url in asked if not url.startswith(("file:", "blob:"))]
    assert not complaints and not left
    assert len([url for url in asked if url.startswith("file:")]) == len(contexts)
