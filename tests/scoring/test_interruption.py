"""Runs cut short lose at most the chunk in flight, and the next run goes on."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from table_model import TableModel

from stance.nli import Logits, NLIModel
from stance.scoring import Request, Scorer, ScoreStore

from . import work
from .work import PAIRS, requests

# Batches of another shape round otherwise; see tests/nli/test_score.py.
NOISE = 1e-4


def stored_rows(folder: Path) -> int:
    """How many pairs a store holds, seen from outside."""
    files = list(folder.glob("*.sqlite"))
    if not files:
        return 0
    with closing(sqlite3.connect(files[0], timeout=10)) as database:
        try:
            return int(database.execute("SELECT count(*) FROM scores").fetchone()[0])
        except sqlite3.OperationalError:  # the table is about to be made
            return 0


def test_after_kill_9_the_next_run_goes_on_and_ends_as_if_undisturbed(
    one_pass_folder: Path, one_pass: NLIModel, tmp_path: Path
) -> None:
    command = [sys.executable, work.__file__, str(one_pass_folder), str(tmp_path)]
    with subprocess.Popen(command) as process:
        deadline = time.monotonic() + 120
        while stored_rows(tmp_path) == 0 and process.poll() is None:
            assert time.monotonic() < deadline, "nothing was stored in two minutes"
            time.sleep(0.005)
        process.kill()
    assert process.returncode == -signal.SIGKILL, "it ended before it could be killed"
    kept = stored_rows(tmp_path)
    assert 0 < kept < PAIRS

    with (
        ScoreStore(tmp_path, one_pass.identity.fingerprint) as store,
        Scorer(one_pass, store, progress=False) as scorer,
    ):
        resumed = scorer(requests())
    assert (scorer.counts.reused, scorer.counts.scored) == (kept, PAIRS - kept)
    undisturbed = Scorer(one_pass, progress=False)(requests())
    np.testing.assert_allclose(resumed, undisturbed, atol=NOISE)


class PressesCtrlC(TableModel):
    """Gets a real SIGINT in the middle of its second chunk."""

    calls = 0

    def score_each(
        self, premises: Sequence[str], hypotheses: Sequence[Sequence[str]]
    ) -> list[Logits]:
        self.calls += 1
        if self.calls == 2:
            signal.raise_signal(signal.SIGINT)
        return super().score_each(premises, hypotheses)


def test_ctrl_c_keeps_every_chunk_that_was_finished(tmp_path: Path) -> None:
    hypotheses = tuple(f"h{k}" for k in range(100))
    asked = [Request(f"premise {i}", hypotheses) for i in range(20)]
    model = PressesCtrlC()
    store = ScoreStore(tmp_path, "f")
    with pytest.raises(KeyboardInterrupt), store, Scorer(model, store, progress=False) as scorer:
        scorer(asked)
    kept = stored_rows(tmp_path)
    assert kept == scorer.counts.scored == len(model.asked) > 0
    with ScoreStore(tmp_path, "f") as store, Scorer(model, store, progress=False) as scorer:
        scorer(asked)
    assert scorer.counts.reused == kept
    assert scorer.counts.scored == 20 * 100 - kept
    assert len(set(model.asked)) == len(model.asked) == 20 * 100  # nothing scored twice
