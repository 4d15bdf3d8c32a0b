"""Scores kept on disk, so that nothing is scored twice and nothing scored is lost.

One SQLite file per model fingerprint. A row is keyed by the digests of premise and hypothesis
and holds three float32 logits, so a score is found again from whatever corpus, proposition set or
method asks for the pair. Transactions make a killed run lose at most the chunk in flight, and
write-ahead logging lets several runs share one store.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from stance.errors import OutputError
from stance.nli.model import Logits

_SCHEMA = """
CREATE TABLE IF NOT EXISTS scores (
    premise BLOB NOT NULL, hypothesis BLOB NOT NULL, logits BLOB NOT NULL,
    PRIMARY KEY (premise, hypothesis)
) WITHOUT ROWID
"""
# What is no three numbers is scored anew.
_FIND = "SELECT hypothesis, logits FROM scores WHERE premise = ? AND length(logits) = 12"
_BUSY_SECONDS = 60


def text_key(text: str) -> bytes:
    """128-bit digest of a text; a clash among 10^9 texts has a chance below 10^-20."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class ScoreStore:
    """Logits of one model, by premise and hypothesis.

    Args:
        folder: Where the files of all models lie; created if missing.
        fingerprint: Of the model, see ``ModelIdentity.fingerprint``.

    Raises:
        OutputError: If the folder or file cannot be written.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.path = folder / f"{fingerprint[:32]}.sqlite"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(self.path, timeout=_BUSY_SECONDS)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.execute(_SCHEMA)
            self._database.commit()
        except (OSError, sqlite3.Error) as error:
            raise OutputError(
                f"the score store {self.path} cannot be used: {error}; set engine.store to a "
                "folder that can be written"
            ) from error

    def find(self, premise: str, hypotheses: Sequence[str]) -> dict[str, Logits]:
        """Stored logits ``[3]`` of a premise, for those of the hypotheses that have any.

        Raises:
            OutputError: If the file is damaged.
        """
        try:
            rows = dict(self._database.execute(_FIND, (text_key(premise),)))
        except sqlite3.Error as error:
            raise OutputError(
                f"the score store {self.path} cannot be read: {error}; if it is damaged, move "
                "it away: its scores are then made again"
            ) from error
        if not rows:
            return {}
        return {
            hypothesis: np.frombuffer(rows[key], dtype="<f4").astype(np.float32)
            for hypothesis in hypotheses
            if (key := text_key(hypothesis)) in rows
        }

    def keep(self, scored: Iterable[tuple[str, Mapping[str, Logits]]]) -> None:
        """Store logits ``[3]`` per premise and hypothesis, in one transaction.

        Raises:
            OutputError: If they cannot be written (a full disk, say); what was stored stays.
        """
        rows = [
            (text_key(premise), text_key(hypothesis), logits.astype("<f4").tobytes())
            for premise, values in scored
            for hypothesis, logits in values.items()
        ]
        try:
            with self._database:
                self._database.executemany("INSERT OR REPLACE INTO scores VALUES (?, ?, ?)", rows)
        except sqlite3.Error as error:
            raise OutputError(
                f"scores cannot be written to {self.path}: {error}; make room or set "
                "engine.store elsewhere, then run again: what was scored before is kept"
            ) from error

    def __enter__(self) -> ScoreStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()
