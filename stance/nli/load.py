"""Find and load an NLI model: the embedded one, a local folder, or an id of the hub."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch

from stance.errors import ConfigError, DeviceError, ModelError
from stance.nli.backends import OnnxNetwork, TorchNetwork
from stance.nli.compact import is_compact
from stance.nli.embedded import OnePassModel, Ran
from stance.nli.model import NLIModel
from stance.nli.precision import HALF, half_if_close

EMBEDDED = Path(__file__).parent / "embedded_model"

_DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
_BACKENDS = ("auto", "torch", "onnx")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
# Weights and tokenizers only: no Python file and no pickle is ever fetched.
_HUB_FILES = ["*.json", "*.safetensors", "*.model", "*.txt"]


def load_nli(
    name: str = "embedded",
    *,
    revision: str | None = None,
    backend: str = "auto",
    device: str = "auto",
    dtype: str = "auto",
) -> NLIModel:
    """Load a zero-shot NLI model.

    Args:
        name: ``embedded``, a local folder, or a hub id such as ``owner/name``.
        revision: Branch, tag or commit of a hub id.
        backend: ``auto`` (torch), ``torch``, or ``onnx``: ONNX Runtime on the CPU, for the
            embedded model.
        device: ``auto`` (CUDA if there is one), ``cpu``, ``cuda`` or ``cuda:N``.
        dtype: ``auto`` (on CUDA half precision if its probabilities come within .01 of those of
            float32 on a few test pairs, else float32), ``float32``, ``float16`` or ``bfloat16``;
            with ``onnx`` ``float32`` or ``int8``.

    Raises:
        ModelError: If the model is not found, has no safetensors weights, or its head's labels
            do not say which logit is which.
        DeviceError: If CUDA is asked for and absent; nothing falls back silently.
        ConfigError: If an argument has an unknown value.
    """
    if backend not in _BACKENDS:
        raise ConfigError(f"backend={backend!r}: expected {', '.join(_BACKENDS)}")
    folder = EMBEDDED if name == "embedded" else Path(name).expanduser()
    if is_compact(folder):
        if backend == "onnx":
            return _one_pass_onnx(folder, name, device, dtype)
        place = _device(device)
        return _in_precision(dtype, place, partial(_one_pass, folder, name, place))
    if backend == "onnx":
        raise ConfigError(f"backend='onnx' runs the embedded model only, not {name!r}: use torch")
    place = _device(device)
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise ModelError(f"{folder}: no config.json; expected a saved transformers model")
    elif _HUB_ID.fullmatch(name):
        _check_dtype(dtype)  # before anything is fetched
        folder = _fetch(name, revision)
        revision = folder.name
    else:
        raise ModelError(
            f"model {name!r}: neither “embedded”, nor a folder that exists, nor a hub id owner/name"
        )
    return _in_precision(dtype, place, partial(_joint, folder, name, revision or "", place))


def _in_precision(
    dtype: str, device: torch.device, load: Callable[[torch.dtype], NLIModel]
) -> NLIModel:
    _check_dtype(dtype)
    if dtype != "auto":
        return load(_DTYPES[dtype])
    if device.type == "cpu":
        return load(torch.float32)
    # Older cards only imitate bfloat16, slowly.
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    return half_if_close(load, HALF if native else HALF[1:])


def _one_pass(folder: Path, name: str, device: torch.device, dtype: torch.dtype) -> NLIModel:
    ran = Ran("torch", device.type, str(dtype).removeprefix("torch."))
    return OnePassModel(folder, name, TorchNetwork(folder, device, dtype), ran)


def _one_pass_onnx(folder: Path, name: str, device: str, dtype: str) -> NLIModel:
    if device not in ("auto", "cpu"):
        raise ConfigError(f"device={device!r}: backend='onnx' runs on the CPU; use backend=torch")
    precision = "float32" if dtype == "auto" else dtype
    network = OnnxNetwork(folder, precision)
    return OnePassModel(folder, name, network, Ran("onnx", "cpu", precision))


def _joint(
    folder: Path, name: str, revision: str, device: torch.device, dtype: torch.dtype
) -> NLIModel:
    # Imported here: transformers takes seconds that the embedded model need not wait for.
    from stance.nli.joint import JointModel

    return JointModel(folder, name, revision, device, dtype)


def _fetch(name: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=_HUB_FILES))
    except (OSError, HfHubHTTPError, HFValidationError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"model {name!r} cannot be had from the hub: {reason}. Offline, use model=embedded "
            "or model.id=FOLDER with a model saved earlier"
        ) from error


def _device(device: str) -> torch.device:
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        place = torch.device(device)
    except RuntimeError:
        place = torch.device("meta")
    if place.type not in ("cpu", "cuda"):
        raise ConfigError(f"device={device!r}: expected auto, cpu, cuda or cuda:N")
    if place.type == "cuda" and not torch.cuda.is_available():
        raise DeviceError(
            f"device={device!r} was asked for, but torch sees no CUDA device here; "
            "use model.device=cpu or auto"
        )
    return place


def _check_dtype(dtype: str) -> None:
    if dtype not in ("auto", *_DTYPES):
        raise ConfigError(f"dtype={dtype!r}: expected auto, {', '.join(_DTYPES)}")
