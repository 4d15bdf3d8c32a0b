"""A process that reads one corpus after another, under limits of memory and of processor time."""

from __future__ import annotations

import json
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path
from typing import Any

CPU_SECONDS = 10
# Where a process waits without working; generous, since other work may run on the machine.
WALL_SECONDS = 900
MEMORY = 4 * 2**30


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
                [sys.executable, __file__],
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
        if not ready:
            return {"hang": f"no answer in {WALL_SECONDS} s"}
        if process.returncode == -signal.SIGPROF:
            return {"hang": f"more than {CPU_SECONDS} s of processor time"}
        return {"crash": f"the process died with {process.returncode}"}

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            if self._process.poll() is None:
                self._process.kill()
            self._process.wait()
            self._process = None


if __name__ == "__main__":
    serve()
