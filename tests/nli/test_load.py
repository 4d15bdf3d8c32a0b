"""Loading: what is found, what is refused, and that nothing foreign is run or guessed."""

from __future__ import annotations

import io
import pickle
import shutil
import sys
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
import torch
from checkpoints import ARCHITECTURES, LABELS, SENTENCES, edit_config
from conftest import Checkpoint
from safetensors.torch import load_file, save_file

from stance.errors import ConfigError, DeviceError, ModelError
from stance.nli import load_nli

PREMISES, HYPOTHESES = SENTENCES[:2], SENTENCES[4:6]
BINARY = ("entailment", "not_entailment")


@pytest.fixture
def copied(checkpoint: Checkpoint, tmp_path: Path) -> Path:
    """A BERT checkpoint that the test may change."""
    return Path(shutil.copytree(checkpoint("bert"), tmp_path / "copied"))


def refusal(name: object, **settings: str) -> str:
    """The message of the ModelError that loading raises: one line, naming the folder."""
    with pytest.raises(ModelError) as refused:
        load_nli(str(name), **settings)
    message = str(refused.value)
    assert "\n" not in message
    assert str(name) in message
    return message


def test_the_embedded_model_loads_says_what_it_is_and_has_learnt_something() -> None:
    model = load_nli("embedded", dtype="float32")
    identity = model.identity
    assert (identity.id, identity.head, identity.backend) == ("embedded", "three-way", "torch")
    assert (identity.architecture, identity.dtype) == ("stance-onepass-nli", "float32")
    assert identity.device == ("cuda" if torch.cuda.is_available() else "cpu")
    assert identity.revision
    assert len(identity.weights_sha256) == len(identity.fingerprint) == 64
    said, denied = "The council rejected the plan.", "The council approved the plan."
    assert model.score([said], [said, denied]).argmax(axis=-1).tolist() == [[0, 2]]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_three_way_head_means_the_same_in_every_label_order(
    architecture: str, checkpoint: Checkpoint
) -> None:
    expected = load_nli(str(checkpoint(architecture))).score(PREMISES, HYPOTHESES)
    assert np.ptp(expected, axis=-1).min() > 0.1  # so that a mix-up of logits shows
    for rows in permutations(range(3)):
        labels = tuple(LABELS[row] for row in rows)
        model = load_nli(str(checkpoint(architecture, labels, rows)))
        np.testing.assert_allclose(model.score(PREMISES, HYPOTHESES), expected, atol=1e-5)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_binary_head_has_no_contradiction_in_either_order(
    architecture: str, checkpoint: Checkpoint
) -> None:
    one = load_nli(str(checkpoint(architecture, BINARY)))
    other = load_nli(str(checkpoint(architecture, BINARY[::-1], (1, 0))))
    expected = one.score(PREMISES, HYPOTHESES)
    assert one.is_binary and one.identity.head == other.identity.head == "binary"
    assert np.isnan(expected[..., 2]).all() and np.isfinite(expected[..., :2]).all()
    np.testing.assert_allclose(other.score(PREMISES, HYPOTHESES), expected, atol=1e-5)


def test_a_local_folder_fills_every_field_of_its_identity(checkpoint: Checkpoint) -> None:
    folder = checkpoint("deberta-v2")
    identity = load_nli(str(folder), device="cpu", dtype="bfloat16", backend="torch").identity
    assert identity.id == str(folder)
    assert (identity.architecture, identity.device) == ("deberta-v2", "cpu")
    assert (identity.dtype, identity.backend) == ("bfloat16", "torch")


def test_a_copy_of_a_model_keeps_its_fingerprint(copied: Path, checkpoint: Checkpoint) -> None:
    original, copy = load_nli(str(checkpoint("bert"))), load_nli(str(copied))
    assert original.identity.id != copy.identity.id
    assert original.identity.fingerprint == copy.identity.fingerprint


def test_whatever_changes_scores_changes_the_fingerprint(
    copied: Path, checkpoint: Checkpoint
) -> None:
    fingerprints = {load_nli(str(copied)).identity.fingerprint}
    fingerprints.add(load_nli(str(copied), dtype="bfloat16").identity.fingerprint)
    edit_config(copied, id2label={"0": LABELS[2], "1": LABELS[1], "2": LABELS[0]})
    fingerprints.add(load_nli(str(copied)).identity.fingerprint)
    for other in ({"labels": LABELS, "rows": (2, 1, 0)}, {"labels": BINARY}):
        fingerprints.add(load_nli(str(checkpoint("bert", **other))).identity.fingerprint)
    assert len(fingerprints) == 5


@pytest.mark.parametrize("labels", [("LABEL_0", "LABEL_1", "LABEL_2"), ("yes", "no")])
def test_odd_labels_are_refused_with_what_was_found(
    labels: tuple[str, ...], checkpoint: Checkpoint
) -> None:
    message = refusal(checkpoint("bert", labels))
    assert all(label in message for label in labels)
    assert "id2label" in message


def test_a_folder_without_weights_is_refused(copied: Path) -> None:
    (copied / "model.safetensors").unlink()
    assert "no safetensors weights" in refusal(copied)


class Bomb:
    """Unpickling it leaves a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def test_pickled_weights_are_refused_and_never_unpickled(copied: Path, tmp_path: Path) -> None:
    (copied / "model.safetensors").unlink()
    trace = tmp_path / "unpickled"
    bomb = pickle.dumps(Bomb(trace))
    (copied / "pytorch_model.bin").write_bytes(bomb)
    message = refusal(copied)
    assert "pytorch_model.bin" in message and "save_pretrained" in message
    assert not trace.exists()
    pickle.load(io.BytesIO(bomb))
    assert trace.exists()  # the bomb is live: it would have shown


def test_a_head_missing_from_the_weights_is_refused_not_made_up(copied: Path) -> None:
    weights = load_file(copied / "model.safetensors")
    body = {name: tensor for name, tensor in weights.items() if not name.startswith("classifier")}
    save_file(body, copied / "model.safetensors", metadata={"format": "pt"})
    assert "classifier.weight" in refusal(copied)


def test_a_head_of_another_width_than_its_labels_is_refused(copied: Path) -> None:
    edit_config(
        copied, id2label=dict(enumerate(BINARY)), label2id={b: i for i, b in enumerate(BINARY)}
    )
    assert "cannot be loaded" in refusal(copied)


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("model.safetensors", lambda content: content[: len(content) // 2]),
        ("model.safetensors", lambda content: b"\x08\0\0\0\0\0\0\0not JSON" + content[16:]),
        ("config.json", lambda content: content[:20]),
        ("config.json", lambda _: b"null"),
        (
            "config.json",
            lambda content: content.replace(b'"num_hidden_layers": ', b'"x": ["], "y": '),
        ),
        ("tokenizer.json", lambda _: b"{}"),
        ("tokenizer.json", lambda content: content.replace(b'"version": "1.0"', b'"version": -1')),
        ("tokenizer_config.json", lambda _: b"[]"),
    ],
    ids=[
        "half the weights",
        "weights without a header",
        "half a config",
        "no config",
        "a config that is no JSON",
        "empty tokenizer",
        "a tokenizer of no version",
        "settings that are a list",
    ],
)
def test_a_damaged_file_is_refused(file: str, damage, copied: Path) -> None:
    path = copied / file
    path.write_bytes(damage(path.read_bytes()))
    assert "cannot be loaded" in refusal(copied)


def test_a_folder_without_config_is_refused(copied: Path) -> None:
    (copied / "config.json").unlink()
    assert "no config.json" in refusal(copied)


def test_a_folder_without_tokenizer_is_refused_rather_than_given_an_empty_one(copied: Path) -> None:
    (copied / "tokenizer.json").unlink()
    assert "no tokenizer" in refusal(copied)


def test_a_name_that_is_no_folder_and_no_hub_id_is_refused() -> None:
    message = refusal("no such model")
    assert "embedded" in message and "owner/name" in message


def test_a_hub_id_offline_says_what_to_do() -> None:
    message = refusal("stance-tests/not-in-any-cache")
    assert "Offline, use model=embedded or model.id=FOLDER" in message


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is there")
@pytest.mark.parametrize("device", ["cuda", "cuda:0"])
def test_cuda_asked_for_but_absent_is_an_error_and_no_fallback(device: str) -> None:
    with pytest.raises(DeviceError, match=f"device='{device}' was asked for"):
        load_nli("embedded", device=device)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("device", "gpu", "auto, cpu, cuda"),
        ("device", "mps", "auto, cpu, cuda"),
        ("dtype", "int8", "float32, float16, bfloat16"),
        ("backend", "jax", "auto, torch, onnx"),
    ],
)
def test_an_unknown_setting_is_refused_with_the_known_ones(
    key: str, value: str, expected: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load_nli("embedded", **{key: value})
    assert f"{key}='{value}'" in str(refused.value) and expected in str(refused.value)


CUSTOM_CODE = """
from pathlib import Path
from transformers import BertConfig, BertForSequenceClassification
Path(__file__).with_name("executed").touch()
class Config(BertConfig):
    model_type = "odd"
class Model(BertForSequenceClassification):
    config_class = Config
"""


@pytest.mark.parametrize("model_type", ["odd", "bert"])
def test_custom_code_of_a_checkpoint_is_never_run_nor_asked_about(
    model_type: str, copied: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (copied / "custom.py").write_text(CUSTOM_CODE)
    # Somebody who would say yes to running it: nobody may be asked.
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n" * 9))
    monkeypatch.setenv("HF_MODULES_CACHE", str(tmp_path / "modules"))
    auto_map = {"AutoConfig": "custom.Config", "AutoModelForSequenceClassification": "custom.Model"}
    edit_config(copied, model_type=model_type, architectures=["Model"], auto_map=auto_map)
    if model_type == "odd":
        refusal(copied)
    else:  # an architecture that transformers knows needs no custom code
        assert load_nli(str(copied)).identity.architecture == "bert"
    assert sys.stdin.read() == "y\n" * 9
    assert not list(tmp_path.rglob("executed"))
