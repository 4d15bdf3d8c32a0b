"""Feed generated and mutated files to every reader, and count what goes wrong.

Each file lies in a folder beside a sound one, as in a real corpus, and is read in a process of its
own with limits of memory and of processor time. It must not stop the corpus: the sound file is
read, and the other is read or refused with a reason; what was read can be written as a table.

    python scripts/fuzz_readers.py 5000 --seed 1
"""

from __future__ import annotations

import argparse
import random
import shutil
import string
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fuzz_generated import GENERATED
from fuzz_mutated import SOUND, mutate, sound_files
from fuzz_process import Reader
from hypothesis import HealthCheck, Phase, given, seed, settings

KINDS = ("txt", "md", "html", "csv", "tsv", "jsonl", "parquet", "dataset")


@dataclass
class Found:
    """What came of the files read so far."""

    files: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0
    memory: int = 0

    def take(self, kind: str, answer: dict[str, Any], kept: Path) -> None:
        """Count an answer; a file that went wrong is kept and named."""
        self.files[kind] += 1
        self.refused[kind] += bool(answer.get("refused"))
        self.seconds = max(self.seconds, answer.get("seconds", 0.0))
        self.memory = max(self.memory, answer.get("memory", 0))
        for what in ("crash", "hang"):
            if what in answer:
                self.wrong.append(f"{what}: {kept}: {answer[what]}")


def _mutated(
    n: int, sound: dict[str, list[bytes]], rng: random.Random
) -> Iterator[tuple[str, Any]]:
    for number in range(n):
        kind = KINDS[number % len(KINDS)]
        if kind != "dataset":
            yield kind, mutate(rng.choice(sound[kind]), rng)
            continue
        hit = rng.randrange(len(sound[kind]))
        files = dict(zip(sound["dataset names"], sound[kind], strict=True))
        name = sound["dataset names"][hit]
        yield kind, files | {name: mutate(files[name], rng)}


def fuzz(n: int, start: int, folder: Path) -> Found:
    """Read ``n`` files, half of them generated and half mutated, over all readers in turn.

    Args:
        n: How many.
        start: Seed; the same gives the same files.
        folder: For the files; those that went wrong stay there.
    """
    found, reader, rng = Found(), Reader(), random.Random(start)

    def read(kind: str, content: Any) -> None:
        at = folder / f"{sum(found.files.values())}" / ("dataset" if kind == "dataset" else kind)
        at.mkdir(parents=True)
        if kind == "dataset":
            for name, data in content.items():
                (at / name.decode()).write_bytes(data)
        else:
            (at / f"other.{kind}").write_bytes(content)
            (at / "sound.txt").write_text(SOUND, "utf-8")
        before = len(found.wrong)
        found.take(kind, reader(at), at)
        if len(found.wrong) == before:
            shutil.rmtree(at.parent)

    try:
        for kind, content in _mutated(n - n // 2, sound_files(folder), rng):
            read(kind, content)
        kinds = list(GENERATED)
        for place, kind in enumerate(kinds):
            examples = (n // 2) // len(kinds) + (place < (n // 2) % len(kinds))
            if examples:
                _generate(kind, examples, start, read)
    finally:
        reader.close()
    return found


def _generate(kind: str, n: int, start: int, read: Callable[[str, Any], None]) -> None:
    left = n

    @seed(start)
    @settings(
        max_examples=n,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(GENERATED[kind])
    def one(data: bytes) -> None:
        nonlocal left
        if left > 0:
            left -= 1
            read(kind, data)

    one()
    # Where a strategy has fewer examples than were asked for, accidents make up the number.
    rng = random.Random(start)
    for _ in range(left):
        read(kind, mutate(string.printable.encode(), rng))


def main() -> None:
    """Run, print a table, and fail if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=int, nargs="?", default=5000)
    parser.add_argument("--seed", type=int, default=1)
    given_ = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    found = fuzz(given_.files, given_.seed, folder)
    print("| reader | files | with a refusal |\n|---|--:|--:|")
    for kind in KINDS:
        print(f"| {kind} | {found.files[kind]} | {found.refused[kind]} |")
    print(f"\n{sum(found.files.values())} files: {len(found.wrong)} crashes or hangs; longest")
    print(f"{found.seconds:.1f} s of processor time, {found.memory / 2**20:.0f} MB at most")
    for line in found.wrong:
        print(line)
    if not found.wrong:
        shutil.rmtree(folder)
    raise SystemExit(1 if found.wrong else 0)


if __name__ == "__main__":
    main()
