"""Whole runs: killed, side by side, without a network, in another order."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring import work

from stance.nli import NLIModel, load_nli
from stance.scoring import Request, Scorer, ScoreStore

ROOT = Path(__file__).parents[2]
NOISE = 1e-4


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a test import what lies in scripts/."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))


@pytest.mark.slow
@pytest.mark.usefixtures("scripts")
def test_after_a_kill_at_any_moment_the_files_equal_those_of_an_undisturbed_run(
    tmp_path: Path,
) -> None:
    from fault_injection import kill_once, kill_points
    from real_runs import Cold, make_run

    undisturbed = make_run(tmp_path / "undisturbed")
    code, seconds = Cold(undisturbed).measured()
    assert code == 0, undisturbed.said.read_text("utf-8")
    for number, after in enumerate(kill_points(2, seconds, seed=5)):
        run = make_run(tmp_path / f"kill-{number}")
        assert not kill_once(Cold, run, after, undisturbed).differences


@pytest.mark.usefixtures("scripts")
def test_processes_that_write_to_one_store_at_once_lose_nothing_and_are_not_locked_out(
    tmp_path: Path,
) -> None:
    from shared_store import share

    found = share(tmp_path, processes=2, chunks=40)
    assert found.sound
    assert found.rows == found.expected
    # Far above what was measured, docs/trust.md, and what is promised there.
    assert max(found.waits) < 30


def test_two_runs_share_a_store_at_once(
    one_pass_folder: Path, one_pass: NLIModel, tmp_path: Path
) -> None:
    command = [sys.executable, work.__file__, str(one_pass_folder), str(tmp_path)]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate()[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    with ScoreStore(tmp_path, one_pass.identity.fingerprint) as store:
        (sound,) = store._database.execute("PRAGMA integrity_check").fetchone()
        (rows,) = store._database.execute("SELECT count(*) FROM scores").fetchone()
        with Scorer(one_pass, store, progress=False) as scorer:
            shared = scorer(work.requests())
    assert (sound, rows) == ("ok", work.PAIRS)
    assert scorer.counts.scored == 0, "a pair was lost"
    np.testing.assert_allclose(
        shared, Scorer(one_pass, progress=False)(work.requests()), atol=NOISE
    )


WATCHED = """
import json, sys
seen = []
def watch(event, arguments):
    if event.startswith("socket."):
        seen.append([event, repr(arguments[1:])[:100]])
sys.addaudithook(watch)
from stance.app import main
try:
    main()
finally:
    print("SEEN " + json.dumps(seen), file=sys.stderr)
"""


@pytest.mark.slow
def test_a_run_with_the_embedded_model_opens_no_socket(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "Moscow insists that Ukraine must cede the coal basin.", "utf-8"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "TRANSFORMERS"))}
    ran = subprocess.run(
        [
            *(sys.executable, "-c", WATCHED, f"corpus.path={tmp_path / 'a.txt'}", "frames=none"),
            *(f"output_dir={tmp_path / 'out'}", "engine.store=off", "engine.threads=1"),
        ],
        env=environment | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    (line,) = (line for line in ran.stderr.splitlines() if line.startswith("SEEN "))
    assert json.loads(line.removeprefix("SEEN ")) == []
    assert (tmp_path / "out" / "report.html").exists()


@pytest.fixture(scope="module")
def embedded() -> NLIModel:
    return load_nli("embedded", device="cpu")


PREMISES = [
    "Moscow insists that Ukraine must cede the coal basin.",
    "NATO повинна тримати бригади.",
    "Nein.",
    "Swapping orchards for quarries would reward the invader and shame everyone who signs. " * 4,
]
CLAIMS = ("Ukraine should cede territory.", "NATO should stay strong.", "It rains.")


@settings(max_examples=6)
@given(
    order=st.permutations(range(len(PREMISES))),
    claims=st.permutations(CLAIMS),
    threads=st.sampled_from([1, 2]),
    alone=st.booleans(),
)
def test_scores_of_the_embedded_model_do_not_depend_on_order_company_or_threads(
    embedded: NLIModel, order: list[int], claims: list[str], threads: int, alone: bool
) -> None:
    expected = embedded.score(PREMISES, CLAIMS)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        asked = [Request(PREMISES[i], tuple(claims)) for i in order]
        if alone:
            found = [Scorer(embedded, progress=False)([request])[0] for request in asked]
        else:
            found = Scorer(embedded, progress=False)(asked)
    finally:
        torch.set_num_threads(before)
    columns = [CLAIMS.index(claim) for claim in claims]
    for place, i in enumerate(order):
        np.testing.assert_allclose(found[place], expected[i][columns], atol=NOISE)


def test_an_adapter_or_code_of_the_hub_named_by_a_checkpoint_is_refused(
    checkpoint: Any, tmp_path: Path
) -> None:
    from stance.errors import ModelError

    adapter = shutil.copytree(checkpoint("bert"), tmp_path / "adapter")
    base = {"base_model_name_or_path": "evil/base", "peft_type": "LORA"}
    (adapter / "adapter_config.json").write_text(json.dumps(base), "utf-8")
    with pytest.raises(ModelError, match="is an adapter"):
        load_nli(str(adapter))
    kernel = shutil.copytree(checkpoint("bert"), tmp_path / "kernel")
    config = json.loads((kernel / "config.json").read_text("utf-8"))
    config["attn_implementation"] = "evil/kernel"
    (kernel / "config.json").write_text(json.dumps(config), "utf-8")
    with pytest.raises(ModelError, match="evil/kernel"):
        load_nli(str(kernel))
    # A tokenizer that names another place is read from the folder all the same.
    elsewhere = shutil.copytree(checkpoint("bert"), tmp_path / "elsewhere")
    settings = elsewhere / "tokenizer_config.json"
    named = json.loads(settings.read_text("utf-8")) | {
        "name_or_path": "evil/tokenizer", "tokenizer_file": "/etc/passwd",
        "auto_map": {"AutoTokenizer": ["evil/code--tok.Tok", None]},
    }  # fmt: skip
    settings.write_text(json.dumps(named), "utf-8")
    one, other = load_nli(str(elsewhere)), load_nli(str(checkpoint("bert")))
    assert one.count_tokens(PREMISES) == other.count_tokens(PREMISES)
