"""The shipped format of the embedded model: 4-bit word embeddings, 8-bit linear layers.

Word embeddings are blocks as in `stance.nli.blocks`. Linear weights are int8 with one fp32 scale
per output channel. The rest is fp16. All but the word embeddings is expanded to fp32 when loaded.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from stance.errors import ModelError
from stance.nli.onepass import OnePassConfig, OnePassNLI

ARCHITECTURE = "stance-onepass-nli"
LABELS = ("entailment", "neutral", "contradiction")
WEIGHTS = "model.safetensors"
CONFIG = "config.json"
TOKENIZER = "tokenizer.json"

EMBEDDINGS = "word_embeddings.q4"


def quantise_channels(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Round ``[out, in]`` to int8 with one symmetric scale per output channel."""
    scale = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
    return torch.round(weight / scale).to(torch.int8), scale.squeeze(1)


def is_compact(folder: Path) -> bool:
    """Whether a folder holds a model of this format, judged by its config."""
    try:
        config = json.loads((folder / CONFIG).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and config.get("architecture") == ARCHITECTURE


def save_compact(model: OnePassNLI, folder: Path, info: dict[str, Any]) -> None:
    """Write weights and config; the tokenizer is the caller's to place.

    Args:
        model: The trained network.
        folder: Created if missing.
        info: Further entries of config.json (name, revision, licence, languages).
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors: dict[str, Tensor] = {}
    linear = {name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)}
    for name, tensor in model.state_dict().items():
        module, _, part = name.rpartition(".")
        if name == EMBEDDINGS:
            tensors[name] = tensor
        elif part == "weight" and module in linear:
            tensors[f"{module}.int8"], tensors[f"{module}.scale"] = quantise_channels(tensor)
        else:
            tensors[name] = tensor.half()
    save_file(tensors, folder / WEIGHTS)
    config = {"architecture": ARCHITECTURE, **asdict(model.config), "labels": LABELS, **info}
    (folder / CONFIG).write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read_compact(folder: Path) -> tuple[OnePassConfig, dict[str, Tensor], dict[str, Any]]:
    """Read config and tensors as they are stored.

    Returns:
        Shape of the network, tensors by name, and the whole of config.json.

    Raises:
        ModelError: If a file is missing or cannot be read.
    """
    try:
        info: dict[str, Any] = json.loads((folder / CONFIG).read_text("utf-8"))
        tensors: dict[str, Tensor] = load_file(folder / WEIGHTS)
    except FileNotFoundError as error:
        raise ModelError(
            f"{folder}: {Path(error.filename or WEIGHTS).name} is missing; copy the whole folder"
        ) from error
    except Exception as error:  # safetensors raises its own type for a damaged file
        raise ModelError(f"{folder}: cannot be read as a one-pass model: {error}") from error
    names = {field.name for field in fields(OnePassConfig)}
    try:
        config = OnePassConfig(**{key: value for key, value in info.items() if key in names})
        if not 0 <= config.separate_layers <= config.num_hidden_layers:
            raise TypeError(f"{config.separate_layers} separate of {config.num_hidden_layers}")
    except TypeError as error:
        raise ModelError(f"{folder}: {WEIGHTS} does not fit {CONFIG}: {error}") from error
    return config, tensors, info


def load_compact(folder: Path) -> tuple[OnePassNLI, dict[str, Any]]:
    """Read a model of this format into an fp32 network in evaluation mode.

    Returns:
        The network, and the whole of config.json.

    Raises:
        ModelError: If a file is missing or does not hold what the format says.
    """
    config, tensors, info = read_compact(folder)
    state: dict[str, Tensor] = {}
    try:
        state[EMBEDDINGS] = tensors.pop(EMBEDDINGS)
        if state[EMBEDDINGS].dtype != torch.uint8:
            raise TypeError(f"{EMBEDDINGS} holds {state[EMBEDDINGS].dtype}, not bytes")
        for name, tensor in tensors.items():
            module, _, part = name.rpartition(".")
            if part == "int8":
                state[f"{module}.weight"] = tensor.float() * tensors[f"{module}.scale"][:, None]
            elif part != "scale":
                state[name] = tensor.float()
        # Building on the meta device skips an initialisation that would be overwritten at once.
        with torch.device("meta"):
            model = OnePassNLI(config)
        model.load_state_dict(state, assign=True)
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ModelError(f"{folder}: {WEIGHTS} does not fit {CONFIG}: {reason}") from error
    return model.eval(), info
