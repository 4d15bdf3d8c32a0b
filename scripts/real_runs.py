"""Real runs of the command, each in a folder of its own, and what two of them have otherwise."""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
# Two short articles: a run takes seconds, most of them for starting up.
ARTICLES = ("anchorage-brief.en.md", "chatty-planet.de.md")
PARAGRAPHS = 4
KEYS = {
    "paragraph_stance.parquet": ["document", "paragraph", "proposition", "holder"],
    "paragraph_frames.parquet": ["document", "paragraph", "frame"],
    "scores.parquet": ["premise", "hypothesis"],
}
# Batches of another shape round otherwise: a run that goes on scores what is left in others.
NOISE = 1e-4
NUMBERS_OF_A_RUN = ("created", "timings", "command", "git")
NEVER_SECONDS = 3600
# What a run imports, most of it late: a process that has these starts a run at once.
IMPORTED = (
    "stance.app", "stance.tasks", "hydra._internal.utils", "torch._dynamo", "datasketch",
    "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg",
)  # fmt: skip
# A warm run keeps its scores in chunks so small that there are many moments between two of them.
CHUNK_PAIRS = 8


@dataclass(frozen=True)
class Run:
    """One command, with its own folders."""

    folder: Path

    @property
    def out(self) -> Path:
        """Where its results go."""
        return self.folder / "out"

    @property
    def said(self) -> Path:
        """What it wrote on stderr."""
        return self.folder / "said.txt"

    def arguments(self) -> list[str]:
        """What is run."""
        return [
            *("task=analyse", "propositions=alaska_summit"),
            *(f"corpus.path={self.folder / 'corpus'}", f"output_dir={self.out}"),
            *(f"engine.store={self.folder / 'store'}", "engine.threads=1"),
        ]


class Started(ABC):
    """A run in a process of its own."""

    pid: int

    @abstractmethod
    def ended(self, seconds: float = NEVER_SECONDS) -> int | None:
        """The exit code; None if it is still running after so many seconds."""

    def worked(self) -> float:
        """Seconds of processor time so far; on a busy machine they say how far it is."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        except OSError:  # gone
            return math.inf
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill_after(self, seconds: float) -> int | None:
        """Kill -9 after so many seconds of processor time; the exit code."""
        while self.ended(0.002) is None:
            if self.worked() >= seconds:
                os.kill(self.pid, signal.SIGKILL)
                break
        return self.ended()

    def measured(self) -> tuple[int | None, float]:
        """Run to the end: exit code, and seconds of processor time."""
        seconds = 0.0
        while (code := self.ended(0.02)) is None:
            now = self.worked()
            seconds = seconds if now == math.inf else now
        return code, seconds


class Cold(Started):
    """A run started as a user starts it, with a limit set in the new process."""

    def __init__(self, run: Run, limit: Callable[[], None] | None = None) -> None:
        code = "from stance.app import main; main()"
        with run.said.open("w", encoding="utf-8") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-c", code, *run.arguments()],
                cwd=run.folder,
                env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
                preexec_fn=limit,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )
        self.pid = self._process.pid

    def ended(self, seconds: float = NEVER_SECONDS) -> int | None:
        """As above."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None


class Warm(Started):
    """A run in a fresh process that has everything imported: it begins to read at once."""

    def __init__(self, run: Run) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([*IMPORTED, __name__])
        self._process = context.Process(target=_carry_out, args=(run,))
        self._process.start()
        self.pid = self._process.pid or 0

    def ended(self, seconds: float = NEVER_SECONDS) -> int | None:
        """As above."""
        self._process.join(seconds)
        return self._process.exitcode


def _carry_out(run: Run) -> None:
    from stance.app import main
    from stance.nli import NLIModel

    NLIModel.pairs_at_once = CHUNK_PAIRS  # type: ignore[method-assign, assignment]
    os.chdir(run.folder)
    with run.said.open("w", encoding="utf-8") as said, open(os.devnull, "wb") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(said.fileno(), 2)
    sys.argv = ["stance", *run.arguments()]
    main()


def make_run(folder: Path, paragraphs: int = PARAGRAPHS) -> Run:
    """The folders of a run, with the corpus in them: so many paragraphs of every article."""
    (folder / "corpus").mkdir(parents=True)
    for name in ARTICLES:
        text = (ROOT / "seeds" / "articles" / name).read_text("utf-8")
        head, body = text.split("\n---\n", 1)
        short = "\n\n".join(body.strip().split("\n\n")[:paragraphs])
        (folder / "corpus" / name).write_text(f"{head}\n---\n\n{short}\n", "utf-8")
    return Run(folder)


def stored(run: Run) -> int | None:
    """Rows of the score store, which must be sound; None where there is no store yet."""
    rows = None
    for path in (run.folder / "store").glob("*.sqlite"):
        with closing(sqlite3.connect(path, timeout=60)) as database:
            (sound,) = database.execute("PRAGMA integrity_check").fetchone()
            if sound != "ok":
                raise SystemExit(f"{path}: {sound}")
            tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            rows = database.execute("SELECT count(*) FROM scores").fetchone()[0] if tables else 0
    return rows


def results(run: Run) -> set[str]:
    """Names of the files of results, without what Hydra writes as a run begins."""
    names = {path.relative_to(run.out).as_posix() for path in run.out.rglob("*") if path.is_file()}
    return {name for name in names if not name.startswith(".hydra/") and name != "stance.log"}


def differences(run: Run, undisturbed: Run) -> list[str]:
    """What the files of a run have otherwise than those of the undisturbed one."""
    found = []
    names, expected = results(run), results(undisturbed)
    if names != expected:
        found.append(f"files {sorted(names ^ expected)}")
    for name in sorted(names & expected):
        one, other = run.out / name, undisturbed.out / name
        if name.endswith(".parquet"):
            found += _tables(name, pd.read_parquet(one), pd.read_parquet(other))
        elif name.endswith(".csv"):
            found += _tables(name, pd.read_csv(one), pd.read_csv(other))
        elif name.endswith("results.json"):
            found += _records(one, other)
        elif name.endswith(".jsonl") and one.read_bytes() != other.read_bytes():
            found.append(name)
        elif bool(one.stat().st_size) != bool(other.stat().st_size):
            found.append(f"{name} is empty")
    return found


def _tables(name: str, one: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    if list(one) != list(other) or len(one) != len(other):
        return [f"{name}: {len(one)} rows for {len(other)}"]
    keys = [key for key in KEYS.get(name, []) if key in one]
    if keys and one.duplicated(keys).any():
        return [f"{name}: rows doubled"]
    for column in one:
        if pd.api.types.is_numeric_dtype(one[column]):
            if not np.allclose(one[column], other[column], atol=NOISE, equal_nan=True):
                return [f"{name}: {column}"]
        elif not one[column].fillna("").equals(other[column].fillna("")):
            return [f"{name}: {column}"]
    return []


def _records(one: Path, other: Path) -> list[str]:
    def settled(path: Path) -> dict[str, Any]:
        record = json.loads(path.read_text("utf-8"))
        counts = record["counts"]
        counts["pairs"] = counts.pop("pairs_scored") + counts.pop("pairs_reused")
        for key in (*NUMBERS_OF_A_RUN, "config", "tables"):  # tables are compared as CSV
            record.pop(key)
        return record

    return [] if settled(one) == settled(other) else ["results.json"]
