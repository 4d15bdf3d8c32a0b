"""What every test runs under, and the tiny models they share."""

from __future__ import annotations

import os

# Before anything imports huggingface_hub, which reads it once.
os.environ["HF_HUB_OFFLINE"] = "1"

from collections.abc import Callable
from functools import cache
from pathlib import Path

import hypothesis
import pytest
import torch
from checkpoints import LABELS, make_checkpoint
from tiny import make_corpus, make_model, make_sets, stance_command

from stance.nli import NLIModel, load_nli

# A slow example says that the machine is busy, not that the code is wrong.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")

Checkpoint = Callable[..., Path]


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the scores of the user, or of another test."""
    monkeypatch.setenv("STANCE_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Small operations lose more to threads than they gain."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """Folders of tiny checkpoints; see ``make_checkpoint``. Shared: copy before changing one."""

    @cache
    def folder(
        architecture: str, labels: tuple[str, ...] = LABELS, rows: tuple[int, ...] = ()
    ) -> Path:
        place = tmp_path_factory.mktemp(architecture)
        return make_checkpoint(place, architecture, labels, rows)

    return folder


@pytest.fixture(scope="session")
def one_pass_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a tiny one-pass model. Shared: copy before changing it."""
    return make_model(tmp_path_factory.mktemp("one_pass"))


@pytest.fixture(scope="session")
def one_pass(one_pass_folder: Path) -> NLIModel:
    """A tiny one-pass model."""
    return load_nli(str(one_pass_folder))


@pytest.fixture(scope="session")
def tiny_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of four short articles; see ``tiny.ARTICLES``. Shared: copy before changing it."""
    return make_corpus(tmp_path_factory.mktemp("articles"))


@pytest.fixture(scope="session")
def small_sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of configuration groups with a ``small`` choice each; see ``tiny.SETS``."""
    return make_sets(tmp_path_factory.mktemp("sets"))


@pytest.fixture(scope="session")
def arguments(
    tmp_path_factory: pytest.TempPathFactory,
    one_pass_folder: Path,
    small_sets: Path,
    tiny_corpus: Path,
) -> tuple[str, ...]:
    """What every call of the command starts with, to run in about a second."""
    return (
        *("--config-dir", str(small_sets)),
        *("propositions=small", "holders=small", "frames=small"),
        f"corpus.path={tiny_corpus}",
        f"model.id={one_pass_folder}",
        f"engine.store={tmp_path_factory.mktemp('store')}",
        "engine.threads=1",
    )


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, arguments: tuple[str, ...]) -> Path:
    """The output folder of a run of the command over the four articles. Shared: only read it."""
    folder = tmp_path_factory.mktemp("finished")
    ran = stance_command(*arguments, f"output_dir={folder}")
    assert ran.code == 0, ran.err
    assert ran.out.strip() == str(folder / "report.html")
    return folder
