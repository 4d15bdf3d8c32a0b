"""What runs the network of the embedded model: torch on its device, or ONNX Runtime on the CPU."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from stance.errors import ConfigError, ModelError
from stance.nli.compact import expand_blocks, load_compact, read_compact
from stance.nli.onepass import OnePassConfig, Packed


class Network(Protocol):
    """Maps packed rows to logits.

    Attributes:
        config: Shape of the network and its special tokens.
        info: The whole of its config.json.
    """

    config: OnePassConfig
    info: dict[str, Any]

    def __call__(self, packed: Packed) -> NDArray[np.float32]:
        """Logits ``[rows, n_hypotheses, 3]``; see ``OnePassNLI.forward``."""


class TorchNetwork:
    """The network as a torch module, on one device."""

    def __init__(self, folder: Path, device: torch.device, dtype: torch.dtype) -> None:
        network, self.info = load_compact(folder)
        self.config = network.config
        self._network = network.to(device=device, dtype=dtype)
        self._device = device

    @torch.inference_mode()
    def __call__(self, packed: Packed) -> NDArray[np.float32]:
        logits: torch.Tensor = self._network(
            packed.input_ids.to(self._device),
            packed.positions.to(self._device),
            packed.segments.to(self._device),
            packed.n_hypotheses,
        )
        return np.asarray(logits.float().cpu().numpy())


class OnnxNetwork:
    """The network in ONNX Runtime; its word embeddings stay in 4-bit blocks.

    Raises:
        ConfigError: If ONNX Runtime is not installed, or the precision is unknown.
        ModelError: If the folder does not hold a model of the shipped format.
    """

    def __init__(self, folder: Path, precision: str) -> None:
        try:
            import onnxruntime

            from stance.nli.onnx_graph import PRECISIONS, onepass_graph
        except ImportError as error:
            raise ConfigError(
                f"backend='onnx' needs {error.name}, which is not installed: "
                "pip install 'stance[onnx]'"
            ) from error
        if precision not in PRECISIONS:
            raise ConfigError(
                f"dtype={precision!r}: with backend='onnx' expected {' or '.join(PRECISIONS)}"
            )
        self.config, tensors, self.info = read_compact(folder)
        self._blocks = tensors.pop("word_embeddings.q4")
        try:
            graph = onepass_graph(
                {k: v.numpy() for k, v in tensors.items()}, self.config, precision
            )
        except KeyError as error:
            raise ModelError(f"{folder}: no weights {error}") from error
        options = onnxruntime.SessionOptions()
        # As many as torch uses, so that engine.threads means one thing.
        options.intra_op_num_threads = torch.get_num_threads()
        self._session = onnxruntime.InferenceSession(
            graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, packed: Packed) -> NDArray[np.float32]:
        tokens, place = torch.unique(packed.input_ids, return_inverse=True)
        (logits,) = self._session.run(
            None,
            {
                "word_states": expand_blocks(self._blocks[tokens])[place].numpy(),
                "positions": packed.positions.numpy(),
                "segments": packed.segments.numpy(),
                "index": np.arange(packed.n_hypotheses + 1),
            },
        )
        return np.asarray(logits, dtype=np.float32)
