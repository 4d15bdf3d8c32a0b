"""Kill a real run at random moments, fill its disk, take its memory; compare what it leaves.

After each fault the same command is run again, and its files must equal those of a run that
nobody disturbed, time stamps and counts of scored and reused pairs aside. Prints Markdown.

    python scripts/fault_injection.py --kills 50 --seed 1
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
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
NEVER_SECONDS = 600


@dataclass(frozen=True)
class Run:
    """One command, with its own folders."""

    folder: Path

    @property
    def out(self) -> Path:
        """Where its results go."""
        return self.folder / "out"

    def command(self) -> list[str]:
        """What is run."""
        code = "from stance.app import main; main()"
        return [
            *(sys.executable, "-c", code, "task=analyse", "propositions=alaska_summit"),
            *(f"corpus.path={self.folder / 'corpus'}", f"output_dir={self.out}"),
            *(f"engine.store={self.folder / 'store'}", "engine.threads=1"),
        ]

    def start(self, limit: Callable[[], None] | None = None) -> subprocess.Popen[str]:
        """Start the command, under a limit set in the new process."""
        environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(
            self.command(),
            cwd=self.folder,
            env=environment,
            preexec_fn=limit,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, limit: Callable[[], None] | None = None) -> tuple[int, str]:
        """Run the command to its end: exit code, and what it said."""
        process = self.start(limit)
        _, said = process.communicate(timeout=NEVER_SECONDS)
        return process.returncode, said


def make_run(folder: Path) -> Run:
    """The folders of a run, with the corpus in them."""
    (folder / "corpus").mkdir(parents=True)
    for name in ARTICLES:
        text = (ROOT / "seeds" / "articles" / name).read_text("utf-8")
        head, body = text.split("\n---\n", 1)
        short = "\n\n".join(body.strip().split("\n\n")[:PARAGRAPHS])
        (folder / "corpus" / name).write_text(f"{head}\n---\n\n{short}\n", "utf-8")
    return Run(folder)


def differences(run: Run, undisturbed: Run) -> list[str]:
    """What the files of a run have otherwise than those of the undisturbed one."""
    found = []
    names = [
        {path.relative_to(r.out).as_posix() for path in r.out.rglob("*") if path.is_file()}
        for r in (run, undisturbed)
    ]
    names = [
        {n for n in some if not n.startswith(".hydra/") and n != "stance.log"} for some in names
    ]
    if names[0] != names[1]:
        found.append(f"files {sorted(names[0] ^ names[1])}")
    for name in sorted(names[0] & names[1]):
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


def stored(run: Run) -> int:
    """Rows of the score store, which must be sound; 0 where there is none yet."""
    rows = 0
    for path in (run.folder / "store").glob("*.sqlite"):
        with closing(sqlite3.connect(path, timeout=60)) as database:
            (sound,) = database.execute("PRAGMA integrity_check").fetchone()
            if sound != "ok":
                raise SystemExit(f"{path}: {sound}")
            tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            rows += database.execute("SELECT count(*) FROM scores").fetchone()[0] if tables else 0
    return rows


def kill_points(n: int, seconds: float, seed: int) -> list[float]:
    """Moments of a run: half anywhere, half in its second part, where scores and files appear."""
    draw = random.Random(seed)
    return [
        draw.uniform(0, seconds) if k % 2 else draw.uniform(seconds / 2, seconds) for k in range(n)
    ]


@dataclass(frozen=True)
class Killed:
    """What one kill left, and what the next run made of it."""

    after: float
    was_running: bool
    scores: int
    differences: list[str]


def kill_once(run: Run, after: float, undisturbed: Run) -> Killed:
    """Start, kill -9, run again, compare."""
    process = run.start()
    try:
        process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    left = stored(run)
    code, said = run.finish()
    found = differences(run, undisturbed) if code == 0 else [f"exit code {code}: {said[-200:]}"]
    return Killed(after, process.returncode == -signal.SIGKILL, left, found)


def small_disk(folder: Path, size: str) -> Callable[[], None] | None:
    """Mount a small file system at the folder; None where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode != 0:
        return None
    return lambda: (
        subprocess.run(["umount", str(folder)], check=False, capture_output=True) and None
    )


def limited(kind: int, size: int) -> Callable[[], None]:
    """A limit of the new process."""
    return lambda: resource.setrlimit(kind, (size, size))


def complaint(code: int, said: str) -> str:
    """The one line of an error, or what there was instead."""
    lines = [line for line in said.splitlines() if line.startswith("stance: ")]
    if code == 2 and len(lines) == 1 and "Traceback" not in said:
        return "exit code 2 and one line"
    return f"exit code {code}, {len(lines)} lines" + (
        ", a traceback" if "Traceback" in said else ""
    )


def full_disk(base: Path, undisturbed: Run) -> list[tuple[str, str, str]]:
    """A disk that is too small for the scores, and one for the results; then room again."""
    rows = []
    for what, part, size in (("scores", "store", "48k"), ("results", "out", "900k")):
        run = make_run(base / f"disk-{part}")
        unmount = small_disk(run.folder / part, size)
        if unmount is not None:
            means = f"tmpfs of {size} for the {what}"
            code, said = run.finish()
            unmount()
        else:
            means = f"no file over {size} (RLIMIT_FSIZE), for the {what}"
            # Without this a process that writes beyond the limit is killed by a signal.
            code, said = run.finish(limited(resource.RLIMIT_FSIZE, int(size[:-1]) * 1024))
        again, _ = run.finish()
        found = differences(run, undisturbed) if again == 0 else [f"exit code {again}"]
        rows.append((means, complaint(code, said), "; ".join(found) or "equal"))
    return rows


def little_memory(base: Path, undisturbed: Run, sizes: list[int]) -> list[tuple[str, str, str]]:
    """Runs that may not have the memory they need; then one that may."""
    rows = []
    for size in sizes:
        run = make_run(base / f"memory-{size}")
        code, said = run.finish(limited(resource.RLIMIT_AS, size * 2**20))
        last = said.strip().splitlines()[-1][:90] if said.strip() else ""
        end = complaint(code, said) if code in (0, 2) else f"exit code {code}: {last}"
        again, _ = run.finish()
        found = differences(run, undisturbed) if again == 0 else [f"exit code {again}"]
        rows.append((f"RLIMIT_AS {size} MB", end, "; ".join(found) or "equal"))
    return rows


def main() -> None:
    """Run the faults, a line as each is done, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--memory", type=int, nargs="*", default=[900, 1600, 2400], help="MB")
    parser.add_argument("--no-disk", action="store_true")
    given = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="faults-"))
    undisturbed = make_run(base / "undisturbed")
    start = time.monotonic()
    code, said = undisturbed.finish()
    seconds = time.monotonic() - start
    if code:
        raise SystemExit(said)
    scores = stored(undisturbed)
    print(f"An undisturbed run takes {seconds:.1f} s and keeps {scores} scores.\n", flush=True)
    print("| fault | how it ended | scores kept | files of the next run |\n|---|---|--:|---|")
    wrong = 0
    for number, after in enumerate(kill_points(given.kills, seconds, given.seed)):
        run = make_run(base / f"kill-{number}")
        one = kill_once(run, after, undisturbed)
        wrong += bool(one.differences)
        ended = "killed" if one.was_running else "was done before"
        found = "; ".join(one.differences) or "equal"
        print(f"| kill -9 after {after:.1f} s | {ended} | {one.scores} | {found} |", flush=True)
    others = [] if given.no_disk else [*full_disk(base, undisturbed)]
    for means, end, found in [*others, *little_memory(base, undisturbed, given.memory)]:
        wrong += found != "equal"
        print(f"| {means} | {end} | | {found} |", flush=True)
    if wrong:
        raise SystemExit(f"{wrong} runs went wrong; their folders are in {base}")
    shutil.rmtree(base)


if __name__ == "__main__":
    main()
