"""What the command says where: the path of the result on stdout, all else on stderr, exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from scoring.test_interruption import stored_rows
from tiny import ARTICLES, make_corpus, stance_command

COMMAND = Path(sys.executable).parent / "stance"
PARENT = Path(__file__).resolve().parent.parent
TASKS = ("analyse", "score", "sample", "evaluate", "calibrate", "robustness", "power", "compare",
         "report", "doctor")  # fmt: skip
QUICK = (
    *("analysis.bootstrap=20", "analysis.permutations=20", "power.runs=5", "n=6"),
    *("power.differences=[0.2]", "power.documents=[5]", "power.coded_documents=[2]"),
    "robustness.variants=[masked_quotes]",
)


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A coding sheet of two paragraphs of every article."""
    path = tmp_path_factory.mktemp("gold") / "gold.csv"
    rows = [
        f"{name.removesuffix('.md')},{paragraph},{claim},{label}"
        for name in ARTICLES
        for claim in ("land", "neutrality")
        for paragraph, label in ((0, "favor"), (1, "unrelated"))
    ]
    path.write_text("\n".join(["document,paragraph,proposition,stance", *rows]) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("task", TASKS)
def test_stdout_ends_with_the_path_of_the_result_and_holds_nothing_else(
    task: str, arguments: tuple[str, ...], finished: Path, gold: Path, tmp_path: Path
) -> None:
    more = {
        "evaluate": [f"gold={gold}"],
        "calibrate": [f"gold={gold}"],
        "compare": [f"runs=[{finished},{finished}]"],
        "report": [f"runs=[{finished}]"],
    }
    ran = stance_command(
        *arguments, f"task={task}", *QUICK, *more.get(task, []), f"output_dir={tmp_path / 'out'}"
    )
    assert ran.code == 0, ran.err
    *before, path = ran.out.splitlines()
    assert Path(path).is_file() and Path(path).parent == tmp_path / "out"
    assert bool(before) == (task == "doctor"), "only the doctor says more, that is its result"
    for said in (ran.out, ran.err):
        assert "\r" not in said and "\x1b" not in said and "%|" not in said
    for line in ran.err.splitlines():
        assert " INFO " in line or " WARNING " in line, f"not a line of the log: {line}"


def test_a_sweep_says_a_path_per_run_on_stdout(arguments: tuple[str, ...], tmp_path: Path) -> None:
    ran = stance_command(
        "-m", *arguments, *QUICK, "task=score", "frames=none",
        "method=staged,pipeline", f"hydra.sweep.dir={tmp_path}",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    paths = [tmp_path / str(number) / "paragraph_stance.parquet" for number in (0, 1)]
    assert ran.out.splitlines() == list(map(str, paths))


def test_help_has_an_example_of_every_task() -> None:
    ran = stance_command("--help")
    assert ran.code == 0
    for task in TASKS:
        assert f"stance task={task} " in ran.out


@pytest.mark.slow
def test_ctrl_c_ends_with_130_and_the_same_command_goes_on(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    texts = make_corpus(tmp_path / "texts")
    lines = [
        f"Mayor {n} of harbour {n * 7} spoke of land and of neutrality {n} times that day."
        for n in range(3000)
    ]
    (texts / "long.md").write_text("\n\n".join(lines), "utf-8")
    store, out = tmp_path / "store", tmp_path / "out"
    kept = [a for a in arguments if not a.startswith(("corpus.path=", "engine.store="))]
    command = [str(COMMAND), *kept, f"corpus.path={texts}", f"engine.store={store}"]
    command += ["frames=none", f"output_dir={out}", *QUICK, "method.gate=false"]
    environment = os.environ | {"PYTHONPATH": str(PARENT)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        deadline = time.monotonic() + 240
        while not (store.is_dir() and stored_rows(store)) and process.poll() is None:
            assert time.monotonic() < deadline, "nothing was stored in four minutes"
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said, complaint = process.communicate(timeout=120)
    assert process.returncode == 130, complaint
    assert said == "" and "Traceback" not in complaint
    assert "run the same command again" in complaint
    assert stored_rows(store) > 0
    assert not (out / "results.json").exists()
