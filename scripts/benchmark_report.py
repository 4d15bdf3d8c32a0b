"""How fast the report of a large corpus opens and answers, in headless Chromium.

    python scripts/benchmark_report.py --paragraphs 20000

writes a report of synthetic paragraphs through the writer of the package, opens the file in
Chromium, and prints a table for docs/report.md: file size, first contentful paint, time until the
exploration part can be used, and the time of a filter, an order, a search and a page, each from
the event to the frame that shows what follows.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from playwright.sync_api import Page, sync_playwright

from stance.report import ReportData, write_report

PROPOSITIONS = {
    "bridge_toll": "The town should charge a toll on the new bridge.",
    "night_ferry": "The town should keep the night ferry running.",
    "quay_market": "The market should move to the quay.",
}
HOLDERS = ("mayor", "public", "council", "ferrymen")
LANGUAGES = ("en", "de", "uk", "ar")
SOURCES = tuple(f"Gazette {letter}" for letter in "ABCDEFGHIJKL")
PER_DOCUMENT = 20
RELATED = 0.12
_WORDS = (
    "bridge toll ferry harbour council mayor vote winter fuel price quay market boats night "
    "Brücke Maut Fähre Hafen Rat Stadt міст плата пором рада голосування جسر عبارة مدينة رسم"
).split()
_P = ("p_favor", "p_against", "p_neutral", "p_unrelated")
_LABELS = ("favor", "against", "neutral", "unrelated")


def synthetic(n: int, seed: int = 0) -> ReportData:
    """An analysis of ``n`` paragraphs of about 60 words with as many stances as real ones have."""
    rng = np.random.default_rng(seed)
    n_documents = -(-n // PER_DOCUMENT)
    documents = pd.DataFrame(
        {
            "document": [f"document-{at:05d}" for at in range(n_documents)],
            "source": rng.choice(SOURCES, n_documents),
            "title": [_text(rng, 8) for _ in range(n_documents)],
            "group": [f"group-{at // len(LANGUAGES)}" for at in range(n_documents)],
            "language": [LANGUAGES[at % len(LANGUAGES)] for at in range(n_documents)],
            "date": [f"2024-{1 + at % 12:02d}-{1 + at % 28:02d}" for at in range(n_documents)],
            "duplicate_of": "",
        }
    )
    paragraphs = pd.DataFrame(
        [row for at in range(n) for row in _stances(rng, at, documents.iloc[at // PER_DOCUMENT])]
    )
    return ReportData(
        paragraphs=paragraphs,
        documents=documents,
        sources=_sources(paragraphs),
        **{
            name: pd.DataFrame()
            for name in ("comparisons", "standing", "frames", "terms", "baselines")
        },
        dropped=pd.DataFrame(),
        quarantine=pd.DataFrame(),
        propositions=PROPOSITIONS,
        frame_labels={},
        frame_definitions={},
        run={"method": "staged"},
    )


def _text(rng: np.random.Generator, words: int) -> str:
    return " ".join(rng.choice(_WORDS, words)).capitalize() + "."


def _stances(rng: np.random.Generator, at: int, document: pd.Series) -> list[dict[str, object]]:
    sentences = [_text(rng, 20) for _ in range(3)]
    head = {
        **{name: document[name] for name in ("source", "document", "language")},
        "paragraph": at % PER_DOCUMENT,
        "kind": "body" if at % PER_DOCUMENT else "heading",
        "text": " ".join(sentences),
        "lead_in": "",
        "n_windows": 1,
    }
    rows = []
    for proposition in PROPOSITIONS:
        related = rng.random() < RELATED
        label = str(rng.choice(_LABELS[:3])) if related else "unrelated"
        voices = [("text", "", label)]
        if related and rng.random() < 0.6:
            mode = str(rng.choice(["said", "imputed"]))
            voices.append((str(rng.choice(HOLDERS)), mode, str(rng.choice(_LABELS[:3]))))
        for holder, mode, own in voices:
            p = rng.dirichlet(1 + 12 * (np.array(_LABELS) == own))
            rows.append(
                {
                    **head,
                    **dict(zip(_P, p, strict=True)),
                    **{"proposition": proposition, "holder": holder, "mode": mode, "label": own},
                    "score": p[0] - p[1],
                    "evidence": sentences[1] if own != "unrelated" else "",
                }
            )
    return rows


def _sources(rows: pd.DataFrame) -> pd.DataFrame:
    """Counts and shares of every cell, as a table of results has them; no intervals."""
    counted = rows[rows["kind"] == "body"]
    found = []
    for (source, proposition), part in counted.groupby(["source", "proposition"]):
        for holder, own in part.groupby("holder"):
            n, related = int((part["holder"] == "text").sum()), own[own["label"] != "unrelated"]
            favor, against = (int((own["label"] == side).sum()) for side in _LABELS[:2])
            found.append(
                {
                    **{"source": source, "proposition": proposition, "holder": holder},
                    "n_documents": part["document"].nunique(),
                    "n_independent": part["document"].nunique(),
                    **{"n_paragraphs": n, "n_related": len(related), "n_sided": favor + against},
                    "salience": len(related) / n,
                    "side_taking": (favor + against) / len(related) if len(related) else None,
                    "direction": (favor - against) / max(1, favor + against),
                    "mean_score": own["score"].mean(),
                    **{
                        f"{name}_ci_{end}": None
                        for name in ("salience", "side_taking", "direction", "mean_score")
                        for end in ("low", "high")
                    },
                    **{"interval": "none", "interval_reason": "synthetic"},
                }
            )
    return pd.DataFrame(found)


_TIMED = """async ([name, value]) => {
  const element = document.getElementById(`explore-${name}`);
  const list = document.getElementById("explore-list");
  const changed = new Promise((done) => {
    new MutationObserver((_, self) => { self.disconnect(); done(); })
      .observe(list, { childList: true });
  });
  const start = performance.now();
  if (element.tagName === "BUTTON") element.click();
  else {
    element.value = value;
    element.dispatchEvent(new Event(element.tagName === "INPUT" ? "input" : "change"));
  }
  await changed;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  return performance.now() - start;
}"""
_READY = """() => performance.timing.domContentLoadedEventEnd
  - performance.timing.navigationStart"""
_PAINT = """() => new Promise((done) => new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    if (entry.name === "first-contentful-paint") done(entry.startTime);
}).observe({ type: "paint", buffered: true }))"""


class Reader:
    """Somebody who uses the page, and how long it takes to answer.

    Wall time is what a reader waits; processor time of the page's main thread is the same on a
    machine that has other work.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def processor(self) -> float:
        """Milliseconds that the main thread has computed since the page was opened."""
        found = self.session.send("Performance.getMetrics")["metrics"]
        return float(1000 * next(m["value"] for m in found if m["name"] == "TaskDuration"))

    def open(self, path: Path) -> tuple[float, float, float]:
        """First contentful paint, time until all can be used, and processor time of both."""
        before = self.processor()
        self.page.goto(path.as_uri())
        paint = float(self.page.evaluate(_PAINT))
        ready = float(self.page.evaluate(_READY))
        return paint, ready, self.processor() - before

    def change(self, name: str, values: list[str]) -> list[tuple[float, float]]:
        """Wall and processor time from each change to the frame that shows what follows."""
        times = []
        for value in values:
            before = self.processor()
            wall = float(self.page.evaluate(_TIMED, [name, value]))
            times.append((wall, self.processor() - before))
        return times


def measure(path: Path, chromium: str, repetitions: int) -> list[tuple[str, str]]:
    """Rows of the table."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened = []
        for _ in range(repetitions):
            reader = Reader(browser.new_page(viewport={"width": 1280, "height": 900}))
            opened.append(reader.open(path))
        matching = reader.page.text_content("#explore-count")
        change = reader.change
        filters = change("label", ["any", "unrelated", "favor", "against", "related"])
        filters += change("proposition", ["1", "2", "-1"]) + change("voice", ["0", "-2", "-1"])
        filters += change("language", ["1", "-1"]) + change("source", ["3", "-1"])
        orders = change("sort", ["favor", "surest", "newest", "reading"])
        searches = change("query", ["ferry", "ferry toll", '"toll ferry"', "zzz", ""])
        pages = change("next", [""] * 5)
        rows = [
            ("matching at first", str(matching)),
            ("first contentful paint", _spread([(paint, None) for paint, _, _ in opened])),
            ("exploration part ready", _spread([(ready, cpu) for _, ready, cpu in opened])),
            ("a filter", _spread(filters)),
            ("another order", _spread(orders)),
            ("a search, with its pause of 120 ms after the last key", _spread(searches)),
            ("the next page", _spread(pages)),
            ("browser", f"Chromium {browser.version}"),
        ]
        browser.close()
    return rows


def _spread(times: Sequence[tuple[float, float | None]]) -> str:
    walls = [wall for wall, _ in times]
    shown = f"{median(walls):.0f} ms, slowest of {len(walls)} {max(walls):.0f} ms"
    busy = [cpu for _, cpu in times if cpu is not None]
    return f"{shown}; processor {median(busy):.0f} ms, most {max(busy):.0f} ms" if busy else shown


def _load() -> str:
    """Processes that wanted a core in the last minute, where the system says so."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"


def main() -> None:
    """Write the report, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--paragraphs", type=int, default=20_000)
    parser.add_argument("--text", choices=("full", "excerpt", "none"), default="full")
    parser.add_argument("--repetitions", type=int, default=5, help="how often the file is opened")
    parser.add_argument("--chromium", default=shutil.which("chromium") or "chromium")
    parser.add_argument("--keep", type=Path, help="a folder for the report; else it is thrown away")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        data = synthetic(arguments.paragraphs)
        started = time.perf_counter()
        path = write_report(data, arguments.keep or Path(temporary), arguments.text)
        rows = [
            ("paragraphs", f"{data.n_paragraphs:,}"),
            ("rows of stances", f"{len(data.paragraphs):,}"),
            ("article text", arguments.text),
            ("report written in", f"{time.perf_counter() - started:.1f} s"),
            ("file size", f"{path.stat().st_size / 1e6:.1f} MB"),
            *measure(path.resolve(), arguments.chromium, arguments.repetitions),
            ("machine", f"{platform.machine()}, {os.cpu_count()} cores; load {_load()}"),
        ]
    print("| what | measured |\n|---|---|")
    for what, measured in rows:
        print(f"| {what} | {measured} |")


if __name__ == "__main__":
    main()
