"""Kill a real run at random moments, fill its disk, take its memory; compare what it leaves.

After each fault the same command is run again, and its files must equal those of a run that
nobody disturbed, time stamps and counts of scored and reused pairs aside. Prints Markdown.

    python scripts/fault_injection.py --kills 40 --cold-kills 10 --seed 1
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from real_runs import PARAGRAPHS, Cold, Run, Warm, differences, make_run, results, stored

STAGES = (
    "reading, loading the model", "before the first score was kept", "between scores",
    "deciding, comparing", "writing files", "done before",
)  # fmt: skip
# Makes a new run, by a name for its folder.
Making = Callable[[str], Run]


def kill_points(n: int, seconds: float, seed: int) -> list[float]:
    """Moments of a run of so many seconds, one at random in each of as many equal parts of it.

    They come in random order, so that a test that is stopped has seen all of the run.
    """
    draw = random.Random(seed)
    moments = [seconds * (part + draw.random()) / n for part in range(n)]
    draw.shuffle(moments)
    return moments


@dataclass(frozen=True)
class Killed:
    """What one kill left, and what the next run made of it."""

    stage: str
    scores: int
    files: int
    differences: list[str]


def stage_of(run: Run, undisturbed: Run, killed: bool) -> str:
    """How far a run came, by what it left."""
    scores = stored(run)
    if not killed:
        return STAGES[5]
    if results(run):
        return STAGES[4]
    if not scores:
        return STAGES[0 if scores is None else 1]
    return STAGES[2 if scores < (stored(undisturbed) or 0) else 3]


def kill_once(kind: type[Cold] | type[Warm], run: Run, after: float, undisturbed: Run) -> Killed:
    """Start, kill -9 after so many seconds of processor time, run again, compare."""
    killed = kind(run).kill_after(after) == -signal.SIGKILL
    stage = stage_of(run, undisturbed, killed)
    scores, files = stored(run) or 0, len(results(run))
    return Killed(stage, scores, files, _again(run, undisturbed))


def _again(run: Run, undisturbed: Run) -> list[str]:
    """What the next run of the same command leaves otherwise."""
    code = Warm(run).ended()
    if code != 0:
        return [f"exit code {code}: {run.said.read_text('utf-8')[-200:]}"]
    return differences(run, undisturbed)


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


def complaint(code: int | None, said: str) -> str:
    """The one line of an error, or what there was instead."""
    lines = [line for line in said.splitlines() if line.startswith("stance: ")]
    if code == 2 and len(lines) == 1 and "Traceback" not in said:
        return f"exit code 2, “{lines[0].removeprefix('stance: ')[:60]}…”"
    last = "" if lines or not said.strip() else f": {said.strip().splitlines()[-1][:90]}"
    return f"exit code {code}, {'a traceback' if 'Traceback' in said else 'no traceback'}{last}"


def full_disk(make: Making, undisturbed: Run) -> list[tuple[str, str, str]]:
    """A disk that is too small for the scores, and one for the results; then room again."""
    rows = []
    for what, part, size in (("scores", "store", "48k"), ("results", "out", "640k")):
        run = make(f"disk-{part}")
        unmount = small_disk(run.folder / part, size)
        if unmount is not None:
            means = f"tmpfs of {size} for the {what}"
            code = Cold(run).ended()
            unmount()
        else:
            means = f"no file over {size} (RLIMIT_FSIZE), for the {what}"
            # Without this a process that writes beyond the limit is killed by a signal.
            code = Cold(run, limited(resource.RLIMIT_FSIZE, int(size[:-1]) * 1024)).ended()
        end = complaint(code, run.said.read_text("utf-8"))
        rows.append((means, end, "; ".join(_again(run, undisturbed)) or "equal"))
    return rows


def little_memory(make: Making, undisturbed: Run, sizes: list[int]) -> list[tuple[str, str, str]]:
    """Runs that may not have the memory they need; then one that may."""
    rows = []
    for size in sizes:
        run = make(f"memory-{size}")
        code = Cold(run, limited(resource.RLIMIT_AS, size * 2**20)).ended()
        end = "done" if code == 0 else complaint(code, run.said.read_text("utf-8"))
        again = "; ".join(_again(run, undisturbed)) or "equal"
        rows.append((f"RLIMIT_AS {size} MB", end, again))
    return rows


def measured(kind: type[Cold] | type[Warm], run: Run) -> tuple[Run, float]:
    """A run that nobody disturbs, and its seconds of processor time."""
    code, seconds = kind(run).measured()
    if code != 0:
        raise SystemExit(run.said.read_text("utf-8"))
    return run, seconds


def kills(
    kind: type[Cold] | type[Warm], n: int, seed: int, make: Making, undisturbed: Run
) -> tuple[Counter[str], int]:
    """Kill so many runs, a line as each is done; in which stage, and how many went wrong."""
    name = kind.__name__.lower()
    _, seconds = measured(kind, make(f"{name}-timed"))
    stages, wrong = Counter[str](), 0
    for number, after in enumerate(kill_points(n, seconds, seed)):
        run = make(f"{name}-{number}")
        one = kill_once(kind, run, after, undisturbed)
        stages[one.stage] += 1
        wrong += bool(one.differences)
        left = f"{one.stage}: {one.scores} scores, {one.files} files"
        what = f"kill -9 after {after:.1f} of {seconds:.1f} s, {name} start"
        print(f"| {what} | {left} | {'; '.join(one.differences) or 'equal'} |", flush=True)
        if not one.differences:
            shutil.rmtree(run.folder)
    return stages, wrong


def main() -> None:
    """Run the faults, a line as each is done, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=40, help="after start-up")
    parser.add_argument("--cold-kills", type=int, default=10, help="from start-up on")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--paragraphs", type=int, default=PARAGRAPHS, help="of an article: more make scoring longer"
    )
    parser.add_argument("--memory", type=int, nargs="*", default=[900, 1600, 2400], help="MB")
    parser.add_argument("--no-disk", action="store_true")
    given = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="faults-"))

    def make(name: str) -> Run:
        return make_run(base / name, given.paragraphs)

    undisturbed, _ = measured(Warm, make("undisturbed"))
    print(f"An undisturbed run keeps {stored(undisturbed)} scores and ", end="")
    print(f"writes {len(results(undisturbed))} files.\n", flush=True)
    print("| fault | what it left | files of the next run |\n|---|---|---|", flush=True)
    stages, wrong = Counter[str](), 0
    for kind, n in ((Warm, given.kills), (Cold, given.cold_kills)):
        if n:
            fell, failed = kills(kind, n, given.seed, make, undisturbed)
            stages, wrong = stages + fell, wrong + failed
    others = [] if given.no_disk else [*full_disk(make, undisturbed)]
    for means, end, found in [*others, *little_memory(make, undisturbed, given.memory)]:
        wrong += found != "equal"
        print(f"| {means} | {end} | {found} |", flush=True)
    print("\nWhere the kills fell: " + "; ".join(f"{stage} {stages[stage]}" for stage in STAGES))
    if wrong:
        raise SystemExit(f"{wrong} runs went wrong; their folders are in {base}")
    shutil.rmtree(base)


if __name__ == "__main__":
    main()
