"""Feed single huge or deep texts to the readers: read in bounded time and memory, or refused.

python scripts/huge_texts.py               # all
python scripts/huge_texts.py Parquet JSON  # those whose names hold one of the words
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from fuzz_mutated import SOUND
from fuzz_process import Reader

MB = 2**20


def _repeated(path: Path) -> None:
    word = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), ["y" * 3 * MB])
    pq.write_table(pa.table({"text": word}), path)


HUGE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a line of 200 MB": ("txt", lambda path: path.write_bytes(b"word " * (40 * MB))),
    "a million short paragraphs": ("txt", lambda path: path.write_bytes(b"Fog.\n\n" * 1_000_000)),
    "the longest text allowed, one line": (
        "txt",
        lambda path: path.write_bytes(b"word " * 399_999),
    ),
    "the most lines allowed": ("txt", lambda path: path.write_bytes(b"Fog.\n\n" * 30_000)),
    "HTML, 100,000 levels deep": (
        "html",
        lambda path: path.write_text("<div>" * 100_000 + SOUND + "</div>" * 100_000),
    ),
    "HTML, 9,000 links in each other": (
        "html",
        lambda path: path.write_text("<a>" * 9_000 + SOUND),
    ),
    "a CSV cell of 100 MB": (
        "csv",
        lambda path: path.write_bytes(b"text\n" + b"word " * (20 * MB) + b"\nA short one.\n"),
    ),
    "JSON, 10,000 levels deep": (
        "jsonl",
        lambda path: path.write_text('{"text": ' + "[" * 10_000 + "]" * 10_000 + "}\n"),
    ),
    "Parquet, 3 TB out of a small file": ("parquet", _repeated),
    "Markdown, marks that never close": (
        "md",
        lambda path: path.write_bytes(b"**a <!-- ![" * 180_000),
    ),
}


def main() -> None:
    """Read each beside a sound text, in a process of its own, and print a table."""
    print("| text | MB | processor s | memory MB | outcome |\n|---|--:|--:|--:|---|", flush=True)
    for name, (suffix, write) in HUGE.items():
        if not any(word in name for word in sys.argv[1:] or [name]):
            continue
        base = Path(tempfile.mkdtemp(prefix="huge-"))
        folder = base / "corpus"
        folder.mkdir()
        (folder / "sound.txt").write_text(SOUND, "utf-8")
        write(folder / f"huge.{suffix}")
        size = (folder / f"huge.{suffix}").stat().st_size / MB
        reader = Reader()
        answer = reader(folder)
        reader.close()
        shutil.rmtree(base)
        read = f"{answer.get('documents', 0)} read"
        refused = "; ".join(answer.get("refused", []))[:90]
        outcome = answer.get("crash") or answer.get("hang") or f"{read}; {refused}".rstrip("; ")
        seconds, memory = answer.get("seconds", 0), answer.get("memory", 0) / MB
        print(f"| {name} | {size:.1f} | {seconds:.1f} | {memory:.0f} | {outcome} |", flush=True)


if __name__ == "__main__":
    main()
