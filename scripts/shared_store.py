"""Several processes write to one score store as fast as they can: how long does one ever wait?

A real run scores for seconds between two writes; these do nothing but read and write.

    python scripts/shared_store.py 4 --chunks 200
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stance.scoring import ScoreStore

FINGERPRINT = "shared"
# As many pairs as a run on a CPU keeps at once.
PREMISES, HYPOTHESES = 32, 16


@dataclass(frozen=True)
class Shared:
    """What came of it.

    Attributes:
        waits: Longest opening, reading or writing of each process, in seconds of the clock; the
            work of the disk is in it.
        rows: How many pairs the store holds.
        expected: How many were written.
        sound: Whether the integrity check passes.
    """

    waits: list[float]
    rows: int
    expected: int
    sound: bool


def hammer(folder: Path, number: int, chunks: int) -> float:
    """Write chunks of one's own, and one that all write; the longest wait in seconds."""
    longest = 0.0

    def since(start: float) -> None:
        nonlocal longest
        longest = max(longest, time.monotonic() - start)

    hypotheses = [f"Ship {k} has left." for k in range(HYPOTHESES)]
    logits = np.ones(3, dtype=np.float32)
    start = time.monotonic()
    with ScoreStore(folder, FINGERPRINT) as store:
        since(start)
        for chunk in range(chunks):
            owner = "all" if chunk % 2 else str(number)
            premises = [f"{owner} {chunk} {premise}" for premise in range(PREMISES)]
            for premise in premises:
                start = time.monotonic()
                store.find(premise, hypotheses)
                since(start)
            start = time.monotonic()
            store.keep((premise, dict.fromkeys(hypotheses, logits)) for premise in premises)
            since(start)
    return longest


def share(folder: Path, processes: int, chunks: int) -> Shared:
    """Let so many processes begin at once, each with so many chunks.

    Raises:
        RuntimeError: A process failed: it was locked out, say.
    """
    command = [sys.executable, __file__, str(processes), "--chunks", str(chunks)]
    started = [
        subprocess.Popen(
            [*command, "--folder", str(folder), "--number", str(number)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(processes)
    ]  # fmt: skip
    ended = [process.communicate() for process in started]
    if any(process.returncode for process in started):
        raise RuntimeError("\n".join(err for _, err in ended))
    (path,) = folder.glob("*.sqlite")
    with closing(sqlite3.connect(path)) as database:
        sound = database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (rows,) = database.execute("SELECT count(*) FROM scores").fetchone()
    together, own = chunks // 2, chunks - chunks // 2
    expected = (together + own * processes) * PREMISES * HYPOTHESES
    return Shared([json.loads(out) for out, _ in ended], rows, expected, sound)


def main() -> None:
    """Run, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("processes", type=int, nargs="?", default=4)
    parser.add_argument("--chunks", type=int, default=200)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--number", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.folder:
        print(json.dumps(hammer(given.folder, given.number, given.chunks)))
        return
    with tempfile.TemporaryDirectory() as folder:
        found = share(Path(folder), given.processes, given.chunks)
    waits = ", ".join(f"{seconds:.2f}" for seconds in found.waits)
    print(f"{given.processes} processes, {given.chunks} chunks each: longest waits {waits} s;")
    print(f"{found.rows} of {found.expected} pairs, store {'sound' if found.sound else 'DAMAGED'}")


if __name__ == "__main__":
    main()
