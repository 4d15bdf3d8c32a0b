"""What every test runs under, and the tiny models they share."""

from __future__ import annotations

import os

# Before anything imports huggingface_hub, which reads it once.
os.environ["HF_HUB_OFFLINE"] = "1"

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import torch
from checkpoints import LABELS, make_checkpoint
from tiny import make_model

from stance.nli import NLIModel, load_nli

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
