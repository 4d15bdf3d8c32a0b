"""Sweeps as jobs of their own: of Slurm, or processes of this machine by the same plugin."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from stance.app import check_overrides
from stance.config import compose_node


def launcher(*overrides: str, small_sets: Path) -> dict[str, object]:
    small = (f"hydra.searchpath=[file://{small_sets}]", "propositions=small", "holders=small")
    node = compose_node([*small, "frames=small", *overrides], with_hydra=True)
    return dict(node.hydra.launcher.items_ex(resolve=False))


def test_the_launchers_compose_for_the_plugin_that_runs_them(small_sets: Path) -> None:
    slurm = launcher(
        *("hydra/launcher=slurm", "hydra.launcher.partition=gpu"),
        "hydra.launcher.gpus_per_node=1",
        small_sets=small_sets,
    )
    assert str(slurm["_target_"]).endswith("submitit_launcher.SlurmLauncher")
    assert (slurm["partition"], slurm["gpus_per_node"], slurm["array_parallelism"]) == (
        "gpu",
        1,
        16,
    )
    processes = launcher("hydra/launcher=processes", small_sets=small_sets)
    assert str(processes["_target_"]).endswith("submitit_launcher.LocalLauncher")


@pytest.mark.parametrize("name", ["slurm", "processes"])
def test_the_command_lets_them_through(name: str, small_sets: Path, tmp_path: Path) -> None:
    small = ("--config-dir", str(small_sets), "propositions=small", "holders=small")
    sweep = f"hydra.sweep.dir={tmp_path}"
    check_overrides(
        [*small, "frames=small", "-m", f"hydra/launcher={name}", "method=staged,pipeline", sweep]
    )


@pytest.mark.slow
def test_a_sweep_in_jobs_of_its_own_ends_with_a_comparison_and_tells_of_a_member_that_failed(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    ran = subprocess.run(
        [
            *(sys.executable, "-c", "from stance.app import main; main()", "-m", *arguments),
            *("hydra/launcher=processes", f"hydra.sweep.dir={tmp_path / 'sweep'}"),
            "report.text=full,none,some",
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (tmp_path / "sweep" / "comparison.csv").exists(), ran.stderr[-3000:]
    table = pd.read_csv(tmp_path / "sweep" / "comparison.csv")
    assert set(table["run"]) == {0, 1}, ran.stderr
    assert "report.text" in (tmp_path / "sweep" / "2" / "failed.txt").read_text("utf-8")
    assert ran.returncode == 2, ran.stderr
