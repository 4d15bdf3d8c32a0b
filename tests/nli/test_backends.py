"""The embedded model in ONNX Runtime: the same scores as in torch, and nothing pretended."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from stance.errors import ConfigError, ModelError
from stance.nli import NLIModel, backends, load_nli, probabilities
from stance.nli.compact import WEIGHTS

PREMISES = [
    "The council rejected the plan for the new bridge after a long night of talks.",
    "Rząd chce sprzedać stocznię.",
    "«Ми ніколи не підпишемо цю угоду», — каже міністр.",
]
HYPOTHESES = [
    ["The plan was approved.", "The plan was rejected."],
    ["The shipyard should be sold.", "This text is about shipyards.", "It rained all day."],
    ["The minister supports the agreement."],
]


@pytest.fixture(scope="module")
def torch_model() -> NLIModel:
    return load_nli("embedded", device="cpu")


def test_onnx_in_float32_gives_the_logits_of_torch(torch_model: NLIModel) -> None:
    model = load_nli("embedded", backend="onnx")
    assert (model.identity.backend, model.identity.dtype) == ("onnx", "float32")
    found = model.score_each(PREMISES, HYPOTHESES)
    for values, expected in zip(found, torch_model.score_each(PREMISES, HYPOTHESES), strict=True):
        np.testing.assert_allclose(values, expected, atol=2e-3)


def test_int8_stays_close_in_probability(torch_model: NLIModel) -> None:
    model = load_nli("embedded", backend="onnx", dtype="int8")
    assert model.identity.dtype == "int8"
    assert model.identity.fingerprint != torch_model.identity.fingerprint
    found = model.score_each(PREMISES, HYPOTHESES)
    gaps = [
        np.abs(probabilities(values) - probabilities(expected)).max()
        for values, expected in zip(
            found, torch_model.score_each(PREMISES, HYPOTHESES), strict=True
        )
    ]
    assert 0 < max(gaps) < 0.1  # bytes were used, and hardly matter


@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_scores_do_not_depend_on_what_is_packed_beside(one_pass_folder: Path, dtype: str) -> None:
    model = load_nli(str(one_pass_folder), backend="onnx", dtype=dtype)
    together = model.score_each(PREMISES, HYPOTHESES)
    for premise, hypotheses, expected in zip(PREMISES, HYPOTHESES, together, strict=True):
        for k, hypothesis in enumerate(hypotheses):
            (alone,) = model.score_each([premise], [[hypothesis]])
            np.testing.assert_allclose(alone[0], expected[k], atol=1e-4)


@pytest.mark.parametrize("backend", ["torch", "onnx"])
def test_a_text_is_encoded_once_while_it_is_kept(
    one_pass_folder: Path, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = backends.TorchNetwork if backend == "torch" else backends.OnnxNetwork
    encoded: list[int] = []
    encode = kind.encode

    def counting(self: Any, batch: Any) -> Any:
        encoded.append(len(batch.split(batch.input_ids[..., None])))
        return encode(self, batch)

    monkeypatch.setattr(kind, "encode", counting)
    model = load_nli(str(one_pass_folder), backend=backend)
    first = model.score(PREMISES[:2], HYPOTHESES[0])
    assert sum(encoded) == 4
    again = model.score(PREMISES[:2], HYPOTHESES[0])
    assert sum(encoded) == 4
    np.testing.assert_array_equal(again, first)
    model.score(PREMISES[2:], HYPOTHESES[0])
    assert sum(encoded) == 5
    # Where little is kept, texts are encoded again and the scores stay.
    monkeypatch.setattr(backends, "_KEPT_TOKENS", 20)
    model = load_nli(str(one_pass_folder), backend=backend)
    for premise, expected in zip(PREMISES[:2], first, strict=True):
        np.testing.assert_allclose(model.score([premise], HYPOTHESES[0])[0], expected, atol=1e-5)
    assert sum(encoded) > 5


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"dtype": "float16"}, "float32 or int8"),
        ({"device": "cuda"}, "runs on the CPU"),
    ],
)
def test_what_onnx_cannot_do_is_refused(
    settings: dict[str, str], said: str, one_pass_folder: Path
) -> None:
    with pytest.raises(ConfigError, match=said):
        load_nli(str(one_pass_folder), backend="onnx", **settings)


def test_only_the_embedded_model_runs_in_onnx(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="embedded model only"):
        load_nli(str(tmp_path), backend="onnx")


def test_a_missing_package_is_named_with_the_way_to_install_it(
    monkeypatch: pytest.MonkeyPatch, one_pass_folder: Path
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ConfigError, match=r"onnxruntime, which is not installed: pip install"):
        load_nli(str(one_pass_folder), backend="onnx")


def test_missing_weights_are_named(one_pass_folder: Path, tmp_path: Path) -> None:
    for file in one_pass_folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    arrays = load_file(tmp_path / WEIGHTS)
    del arrays["head_output.int8"]
    save_file(arrays, tmp_path / WEIGHTS)
    with pytest.raises(ModelError, match=r"no weights 'head_output.int8'"):
        load_nli(str(tmp_path), backend="onnx")
