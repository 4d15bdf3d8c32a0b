"""What is wrong with settings and model is said before a corpus is read, which may take hours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tiny import Ran, stance_command

Checkpoint = Callable[..., Path]
Stance = Callable[..., Ran]


@pytest.fixture
def stance(arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stance:
    """Calls the command, to which reading the corpus is a bug."""

    def never(*_: object) -> None:
        raise AssertionError("the corpus was read")

    monkeypatch.setattr("stance.run.read_corpus", never)

    def call(*more: str) -> Ran:
        replaced = {part.partition("=")[0] for part in more}
        kept = [part for part in arguments if part.partition("=")[0] not in replaced]
        return stance_command(*kept, f"output_dir={tmp_path / 'out'}", *more)

    return call


@pytest.mark.parametrize("task", ["analyse", "robustness"])
@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("corpus.path=no/where/at.all", "Nothing at no/where/at.all"),
        ("model.id=nowhere", "neither “embedded”, nor a folder that exists"),
        ("method.only_paraphrase=9", "method.only_paraphrase=9: propositions.items.land has 1"),
        ("method.name=guess", "expected one of"),
        ("hypothesis_language=de", "expected en or source"),
    ],
)
def test_a_wrong_setting_is_an_error_at_once(
    task: str, setting: str, said: str, stance: Stance
) -> None:
    assert said in stance(f"task={task}", setting).complaint


def test_a_model_that_does_not_fit_is_an_error_at_once(
    stance: Stance, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    odd = checkpoint("bert", ("yes", "no", "perhaps"))
    assert "the labels of its head are" in stance(f"model.id={odd}").complaint
    binary = checkpoint("bert", ("entailment", "not_entailment"))
    by_contrast = stance(f"model.id={binary}", "method=entail_minus_contradict")
    assert "has a binary head; use method=staged" in by_contrast.complaint
    if not torch.cuda.is_available():
        assert "torch sees no CUDA device" in stance("model.device=cuda").complaint


def test_a_frame_or_holder_without_its_sentence_is_an_error_at_once(
    stance: Stance,
) -> None:
    assert "frames.only: money unknown" in stance("frames.only=[money]").complaint
    nameless = stance("holders.holders.russia.name.en=''")
    assert "holders.holders.russia.name.en is empty" in nameless.complaint
    silent = stance("frames.frames.conflict.hypotheses.de=['']")
    assert "frames.frames.conflict.hypotheses.de[0] is empty" in silent.complaint
