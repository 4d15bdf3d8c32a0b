"""The shipped format: what rounding may cost, how blocks are read, and damage that is noticed."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from torch import Tensor

from stance.errors import ModelError
from stance.nli import load_nli
from stance.nli.blocks import expand_blocks
from stance.nli.compact import (
    is_compact,
    load_compact,
    quantise_channels,
    save_compact,
)

seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=40)
@given(seeds, st.integers(1, 9), st.integers(1, 40), st.floats(1e-3, 1e3))
def test_int8_rounding_errs_by_half_a_step_of_its_channel_at_most(
    seed: int, rows: int, columns: int, size: float
) -> None:
    weight = torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed)) * size
    rounded, scale = quantise_channels(weight)
    step = weight.abs().amax(dim=1) / 127
    torch.testing.assert_close(scale, step)
    error = (rounded.float() * scale[:, None] - weight).abs()
    assert (error <= step[:, None] * (0.5 + 1e-4)).all()


def test_a_channel_of_zeros_stays_zero() -> None:
    rounded, scale = quantise_channels(torch.zeros(2, 3))
    assert (rounded == 0).all() and (scale > 0).all()


def decode(block: bytes) -> list[float]:
    """A block as its description says: an fp16 scale, then low nibbles, then high nibbles."""
    (scale,) = struct.unpack("<e", block[:2])
    low = [byte % 16 for byte in block[2:]]
    high = [byte // 16 for byte in block[2:]]
    return [(nibble - 8) * scale for nibble in low + high]


@given(seeds, st.integers(1, 4), st.integers(1, 3))
def test_blocks_expand_to_what_a_plain_decoder_reads(seed: int, rows: int, blocks: int) -> None:
    generator = np.random.default_rng(seed)
    raw = generator.integers(0, 256, (rows, blocks, 18), dtype=np.uint8)
    scales = generator.normal(size=(rows, blocks, 1)).astype("<f2")  # finite, either sign
    raw[..., :2] = scales.view(np.uint8)
    expanded = expand_blocks(torch.from_numpy(raw))
    assert expanded.dtype == torch.float32
    expected = [[w for block in row for w in decode(block.tobytes())] for row in raw]
    np.testing.assert_array_equal(expanded.numpy(), np.array(expected, dtype=np.float32))


@given(seeds)
def test_four_bits_err_by_half_a_step_of_their_block_at_most(seed: int) -> None:
    weight = np.random.default_rng(seed).normal(size=32).astype(np.float32)
    scale = np.float16(np.abs(weight).max() / 7)
    nibbles = (np.round(weight / np.float32(scale)) + 8).astype(np.uint8)
    packed = nibbles[:16] | (nibbles[16:] << 4)
    block = np.concatenate([np.array([scale], dtype="<f2").view(np.uint8), packed])
    expanded = expand_blocks(torch.from_numpy(block)[None, None]).numpy()[0]
    assert np.abs(expanded - weight).max() <= float(scale) / 2 * (1 + 1e-4)


def test_saving_rounds_linear_layers_to_int8_and_the_rest_to_half_precision(
    one_pass_folder: Path, tmp_path: Path
) -> None:
    model, info = load_compact(one_pass_folder)
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator) / 10)
    save_compact(model, tmp_path, {"name": "changed"})
    loaded, described = load_compact(tmp_path)
    assert described == {**info, "name": "changed", "revision": described.get("revision")} or (
        described["name"] == "changed"
    )
    before, after = model.state_dict(), loaded.state_dict()
    assert before.keys() == after.keys()
    linear = {name for name, part in model.named_modules() if isinstance(part, torch.nn.Linear)}
    for name, tensor in before.items():
        module, _, part = name.rpartition(".")
        if name == "word_embeddings.q4":
            torch.testing.assert_close(after[name], tensor, rtol=0, atol=0)
        elif part == "weight" and module in linear:
            step = tensor.abs().amax(dim=1, keepdim=True) / 127
            assert ((after[name] - tensor).abs() <= step * (0.5 + 1e-4)).all()
        else:  # half precision keeps 11 binary digits; below 2^-14 its steps are 2^-24
            torch.testing.assert_close(after[name], tensor, rtol=2**-11, atol=2**-25)


def test_saving_what_was_loaded_changes_no_stored_weight(
    one_pass_folder: Path, tmp_path: Path
) -> None:
    model, _ = load_compact(one_pass_folder)
    stored = load_file(one_pass_folder / "model.safetensors")
    save_compact(model, tmp_path, {})
    again = load_file(tmp_path / "model.safetensors")
    assert stored.keys() == again.keys()
    for name, tensor in stored.items():
        torch.testing.assert_close(again[name], tensor, rtol=1e-6, atol=0)


def test_only_a_config_of_this_format_makes_a_folder_compact(
    one_pass_folder: Path, tmp_path: Path
) -> None:
    assert is_compact(one_pass_folder)
    assert not is_compact(tmp_path)
    for content in ("", "[]", '{"architecture": "BertModel"}'):
        (tmp_path / "config.json").write_text(content)
        assert not is_compact(tmp_path)


def _config(**entries: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "config.json"
        config = {**json.loads(path.read_text()), **entries}
        path.write_text(json.dumps({k: v for k, v in config.items() if v is not None}))

    return change


def _weights(change: Callable[[dict[str, Tensor]], Any]) -> Callable[[Path], None]:
    def rewrite(folder: Path) -> None:
        tensors = load_file(folder / "model.safetensors")
        change(tensors)
        save_file(tensors, folder / "model.safetensors")

    return rewrite


def _half(name: str) -> Callable[[Path], None]:
    def cut(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: len(content) // 2])

    return cut


DAMAGES: dict[str, Callable[[Path], None]] = {
    "weights missing": lambda folder: (folder / "model.safetensors").unlink(),
    "weights cut short": _half("model.safetensors"),
    "tokenizer missing": lambda folder: (folder / "tokenizer.json").unlink(),
    "tokenizer cut short": _half("tokenizer.json"),
    "no vocabulary size": _config(vocab_size=None),
    "a word as vocabulary size": _config(vocab_size="many"),
    "another vocabulary size": _config(vocab_size=10),
    "another width": _config(hidden_size=64),
    "more layers": _config(num_hidden_layers=3),
    "more separate layers than there are": _config(separate_layers=3),
    "a word as separate layers": _config(separate_layers="most"),
    "no embeddings": _weights(lambda tensors: tensors.pop("word_embeddings.q4")),
    "embeddings of another type": _weights(
        lambda tensors: tensors.update({"word_embeddings.q4": torch.zeros(600, 1, 18)})
    ),
    "blocks too short": _weights(
        lambda tensors: tensors.update(
            {"word_embeddings.q4": torch.zeros(600, 1, 1, dtype=torch.uint8)}
        )
    ),
    "no scale": _weights(lambda tensors: tensors.pop("head_output.scale")),
    "no bias": _weights(lambda tensors: tensors.pop("head_output.bias")),
    "a tensor too many": _weights(lambda tensors: tensors.update({"extra": torch.zeros(1)})),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_model_is_refused_in_one_line_that_names_its_folder(
    damage: str, one_pass_folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(one_pass_folder, tmp_path / "damaged"))
    DAMAGES[damage](folder)
    with pytest.raises(ModelError) as refused:
        load_nli(str(folder))
    assert str(folder) in str(refused.value)
    assert "\n" not in str(refused.value)
