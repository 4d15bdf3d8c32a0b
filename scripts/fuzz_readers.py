"""Feed generated and mutated files to every reader, and count what goes wrong.

Each file lies in a folder beside a sound one, as in a real corpus, and is read in a process of its
own with limits of memory and of processor time. It must not stop the corpus: the sound file is
read, and the other is read or refused with a reason; what was read can be written as a table.

    python scripts/fuzz_readers.py 5000 --seed 1
"""

from __future__ import annotations

import argparse
import io
import json
import random
import resource
import select
import shutil
import signal
import string
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

KINDS = ("txt", "md", "html", "csv", "tsv", "jsonl", "parquet", "dataset")
CPU_SECONDS = 10
# Where a process waits without working; generous, since other work may run on the machine.
WALL_SECONDS = 120
MEMORY = 4 * 2**30
SOUND = "The harbour was quiet and the ships lay still in the morning fog, said the pilot."


# --- sound files, to mutate -----------------------------------------------------------------

_COLUMNS = ("id", "source", "title", "date", "text", "n")
_CELLS = [
    ("a", "Herald", "On fog", "2025-08-15", SOUND, 1),
    ("b", "Bote", "„Nebel“", None, f"Früh. {SOUND}", 2),
    ("c", "Вісник", "", "x", "Туман, сказав лоцман.", 3),
]
ROWS = [dict(zip(_COLUMNS, cells, strict=True)) for cells in _CELLS]
_FRONT = "---\nsource: Herald\ntitle: 'On fog'\ntags: [a, {b: c}]\n---\n"
_HEAD = '<meta charset="utf-8"><meta name="author" content="A."><script>let a = "<p>";</script>'
_MARKDOWN = "# Fog\n\n**Bold** and [link](http://a.b/c_(d)).\n\n- one\n- two\n\n> “A quote.”\n"


def sound_files(folder: Path) -> dict[str, list[bytes]]:
    """A few real small files of every kind, as bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    made: dict[str, list[bytes]] = {
        "txt": [SOUND.encode(), "Ще рано.\n\nТуман.".encode("cp1251"), SOUND.encode("utf-16")],
        "md": [
            f"{_FRONT}{_MARKDOWN}{SOUND}".encode(),
            _MARKDOWN.encode(),
        ],
        "html": [
            f"<html><head>{_HEAD}<title>Fog</title></head><body><article><h1>Fog</h1>"
            f"<p>{SOUND}</p><ul><li>one<li>two</ul><table><tr><td>x</table><!-- c -->"
            f"<p>&quot;A&#8212;b&quot; <a href='x'>said</a></p></article></body></html>".encode()
        ],
        "jsonl": ["".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()],
    }
    for kind, delimiter in (("csv", ";"), ("csv", ","), ("tsv", "\t")):
        lines = [_COLUMNS, *_CELLS]
        text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
        made.setdefault(kind, []).append(text.encode("utf-8-sig"))
    for compression in ("none", "snappy"):
        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(ROWS), buffer, compression=compression)
        made.setdefault("parquet", []).append(buffer.getvalue())
    saved = folder / "sound"
    Dataset.from_list(ROWS).save_to_disk(str(saved))
    made["dataset"] = [path.read_bytes() for path in sorted(saved.iterdir())]
    made["dataset names"] = [path.name.encode() for path in sorted(saved.iterdir())]
    return made


_TOKENS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b'"', b"'", b"\r", b"\n", b"\t",
    b"---\n",
    b"<!--", b"-->", b"<script>", b"</", b"<![CDATA[", b"&#0;", b"&#xD800;", b"{", b"}", b"[", b"]",
    b'{"text":', b"\\ud800", b"\\u0000", b"NaN", b"1e999", b"-0", b"&a [*a]",
    b"!!python/object:os.x",
    b"%", b"=cmd|' /C calc'!A0", b"\x1b[2J", "\u202e".encode(), "\u2028".encode(), b"PAR1",
    b"PK\x03\x04",
    b"**", b"__", b"![", b"](", b";", b",", b"|", b"9" * 400, b"<" * 50, b"[" * 300, b"\xc3",
]  # fmt: skip


def mutate(data: bytes, rng: random.Random) -> bytes:
    """A handful of the accidents that happen to files."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(changed) + 1)
        end = min(len(changed), at + rng.choice((1, 2, 8, 64, 512)))
        match rng.randrange(7):
            case 0 if at < len(changed):
                changed[at] ^= 1 << rng.randrange(8)
            case 1:
                changed[at:at] = rng.choice(_TOKENS) * rng.choice((1, 1, 3, 50))
            case 2:
                del changed[at:end]
            case 3:
                changed[at:at] = changed[at:end] * rng.choice((1, 5))
            case 4:
                del changed[at:]
            case 5:
                changed[at:end] = rng.randbytes(end - at)
            case _:
                changed[at:end] = bytes(reversed(changed[at:end]))
    return bytes(changed)


# --- generated files ------------------------------------------------------------------------

_SIGNS = st.sampled_from(
    [SOUND, "\n\n", "\n", "\r\n", "- ", "* ", "1. ", "Q: ", "A: ", "“", "”", "„", '"', "«", "»",
     "'", "#", "> ", "**", "__", "_", "[", "](", ")", "![", "<!--", "-->", "---\n", ": ", ". ", "…",
     "?",
     "\u00ad", "\u202e", "\u200d", "\x00", "\x1b[31m", "\ufeff", "=1+1", "@x", "Read more", "Share",
     "漢字。", "שלום", "e\u0301", "😀", "Dr. ", "U.S. ", "Photo: AP"]
)  # fmt: skip
_ANY = st.text(st.characters(exclude_categories=()), max_size=30)
_TEXT = st.lists(_SIGNS | _ANY, max_size=40).map("".join)
_SCALAR = (
    st.none() | st.booleans() | st.integers() | st.floats() | _ANY | st.integers(10**300, 10**301)
)
_JSON = st.recursive(
    _SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_ANY, inner, max_size=3)
)
_KEY = (
    st.sampled_from(["text", "title", "source", "id", "date", "language", "translation_of"]) | _ANY
)
_ROW = st.dictionaries(_KEY, _JSON | _TEXT, max_size=6)
_TAG = st.sampled_from(
    "p div article h1 ul li table tr td a b blockquote br title script style svg meta body html "
    "head img template frameset select math xmp plaintext textarea".split()
)
_HTML = st.recursive(
    _TEXT,
    lambda inner: st.builds(
        lambda tag, attributes, children, closed: (
            f"<{tag} {attributes}>{''.join(children)}{f'</{tag}>' if closed else ''}"
        ),
        _TAG, st.sampled_from(["", "class='share'", "href='javascript:1'", 'a="', "hidden"]) | _ANY,
        st.lists(inner, max_size=4), st.booleans(),
    ),
)  # fmt: skip
_ENCODING = st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1251"])


def _encoded(text: str, encoding: str) -> bytes:
    policy = "surrogatepass" if encoding.startswith("utf") else "replace"
    return text.encode(encoding, policy)


def _delimited(delimiter: str) -> Callable[[tuple[list[str], list[list[str]]]], str]:
    def written(table: tuple[list[str], list[list[str]]]) -> str:
        head, rows = table
        lines = [[*head, "text"], *rows]
        return "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)

    return written


def _parquet(columns: dict[str, list[Any]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays: dict[str, Any] = {}
    for name, values in columns.items():
        try:
            arrays[name.encode("utf-8", "replace").decode()] = pa.array([*values, None, None][:2])
        except (pa.ArrowException, ValueError, OverflowError, TypeError):
            continue
    buffer = io.BytesIO()
    pq.write_table(pa.table(arrays), buffer)
    return buffer.getvalue()


_TABLE = st.tuples(st.lists(_ANY, max_size=3), st.lists(st.lists(_TEXT, max_size=5), max_size=5))
_VALUES = st.lists(
    _TEXT | st.binary(max_size=9) | st.dates() | st.datetimes() | st.decimals(allow_nan=False)
    | st.lists(_TEXT, max_size=3) | st.integers() | st.floats() | st.none(),
    min_size=1, max_size=2,
)  # fmt: skip
GENERATED: dict[str, st.SearchStrategy[bytes]] = {
    "txt": st.builds(_encoded, _TEXT, _ENCODING) | st.binary(max_size=300),
    "md": st.builds(
        lambda front, body, encoding: _encoded(f"---\n{front}\n---\n{body}", encoding),
        _TEXT | _ROW.map(lambda row: json.dumps(row, default=str)), _TEXT, _ENCODING,
    ),
    "html": st.builds(_encoded, _HTML, _ENCODING),
    "csv": st.builds(_encoded, _TABLE.map(_delimited(",")), _ENCODING),
    "tsv": st.builds(_encoded, _TABLE.map(_delimited("\t")), _ENCODING),
    "jsonl": st.lists(_ROW.map(lambda row: json.dumps(row, default=str)) | _TEXT, max_size=5).map(
        lambda lines: _encoded("\n".join(lines), "utf-8")
    ),
    "parquet": st.builds(
        lambda text, columns: _parquet({"text": text, **columns}),
        _VALUES, st.dictionaries(_KEY, _VALUES, max_size=4),
    ),
}  # fmt: skip


# --- the process that reads -----------------------------------------------------------------


def is_plain(text: str) -> bool:
    """Whether a text has no control character, line break, half of a character or bidi override."""
    return not any(
        unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in "\u202d\u202e\u2067"
        for sign in text
    )


def read_one(path: Path) -> dict[str, Any]:
    """Read a corpus and write what it gives; a wrong outcome is an AssertionError."""
    import pandas as pd

    from stance.corpus import read_corpus
    from stance.errors import CorpusError
    from stance.table_files import write_csv, write_parquet
    from stance.tables import document_table, text_table

    single = path.name == "dataset"
    try:
        corpus = read_corpus(path)
    except CorpusError as error:
        assert single, f"a folder with a sound file was refused: {error}"
        assert "\n" not in str(error), "an error of several lines"
        return {"refused": [str(error)], "documents": 0}
    read = {document.path for document in corpus.documents}
    refused = {refusal.path for refusal in corpus.quarantine}
    assert single or "sound.txt" in read, "the sound file was lost"
    others = {file.name for file in path.iterdir() if not single} - {"sound.txt"}
    assert others <= read | refused, "a file is neither read nor refused"
    for refusal in corpus.quarantine:
        assert refusal.reason and is_plain(refusal.path + refusal.reason), refusal
    for document in corpus.documents:
        assert is_plain(document.id + document.source + document.title), document.id
        assert document.paragraphs, "a document without a paragraph"
    metadata = pd.DataFrame([dict(document.metadata) for document in corpus.documents])
    tables = {
        "documents": document_table(corpus),
        "texts": text_table(corpus),
        "metadata": metadata,
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, table in tables.items():
            write_parquet(Path(folder) / f"{name}.parquet", table)
            write_csv(Path(folder) / f"{name}.csv", table)
    return {
        "refused": [refusal.reason for refusal in corpus.quarantine],
        "documents": len(corpus.documents) - (not single),
    }


def serve() -> None:
    """Read the paths that come in, one a line; answer each with a line."""
    import logging

    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for line in sys.stdin:
        before = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        try:
            answer = read_one(Path(line.rstrip("\n")))
        except BaseException as error:
            answer = {"crash": f"{type(error).__name__}: {error}"[:500]}
        signal.setitimer(signal.ITIMER_PROF, 0)
        answer["seconds"] = time.process_time() - before
        answer["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


class Reader:
    """A process that reads; started again when it dies."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, path: Path) -> dict[str, Any]:
        """What came of a corpus: its answer, or ``hang`` or ``crash``."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, __file__, "--serve"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(f"{path}\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], WALL_SECONDS)
        line = process.stdout.readline() if ready else ""
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        self.close()
        if not ready or process.returncode == -signal.SIGPROF:
            return {"hang": f"more than {CPU_SECONDS} s of processor time"}
        return {"crash": f"the process died with {process.returncode}"}

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            if self._process.poll() is None:
                self._process.kill()
            self._process.wait()
            self._process = None


# --- the count ------------------------------------------------------------------------------


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
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given_ = parser.parse_args()
    if given_.serve:
        serve()
        return
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
