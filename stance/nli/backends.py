"""What runs the network of the embedded model: torch on its device, or ONNX Runtime on the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from stance.errors import ConfigError, ModelError
from stance.nli.batching import in_parts
from stance.nli.blocks import expand_blocks
from stance.nli.compact import EMBEDDINGS, load_compact, read_compact
from stance.nli.layouts import Ids, Rows, Unpadded
from stance.nli.onepass import OnePassConfig

# In padded rows, attention grows with the square of the row: past this many tokens of hypotheses,
# a second row with the premise again is cheaper.
_PADDED_ROW_TOKENS = 512


class Network(Protocol):
    """Maps token ids to logits.

    Attributes:
        config: Shape of the network and its special tokens.
        info: The whole of its config.json.
        batch_tokens: How many tokens to hand over at once, about; less once memory was short.
        row_tokens: How many tokens of hypotheses to put behind one premise.
    """

    config: OnePassConfig
    info: dict[str, Any]
    batch_tokens: int
    row_tokens: int

    def __call__(
        self, premises: Sequence[Ids], hypotheses: Sequence[Sequence[Ids]]
    ) -> NDArray[np.float32]:
        """Logits ``[pairs, 3]`` of token ids, without special tokens, of premises and of each
        one's hypotheses; pairs are in order: the hypotheses of the first premise, the second …
        """


class TorchNetwork:
    """The network as a torch module, on one device."""

    def __init__(self, folder: Path, device: torch.device, dtype: torch.dtype) -> None:
        network, self.info = load_compact(folder)
        self.config = network.config
        self._network = network.to(device=device, dtype=dtype)
        self._device = device
        self._layout: type[Rows | Unpadded] = Unpadded if device.type == "cpu" else Rows
        # On a CPU the states of a batch should stay in its caches; a GPU wants to be filled.
        self.batch_tokens, self.row_tokens = (
            (2048, 2048) if device.type == "cpu" else (65536, _PADDED_ROW_TOKENS)
        )

    def __call__(
        self, premises: Sequence[Ids], hypotheses: Sequence[Sequence[Ids]]
    ) -> NDArray[np.float32]:
        asked = list(zip(premises, hypotheses, strict=True))
        return in_parts(self._forward, asked, self._too_many)

    def _too_many(self) -> None:
        self.batch_tokens = max(1, self.batch_tokens // 2)

    @torch.inference_mode()
    def _forward(self, asked: Sequence[tuple[Ids, Sequence[Ids]]]) -> NDArray[np.float32]:
        premises, hypotheses = zip(*asked, strict=True)
        batch = self._layout.of(premises, hypotheses, self.config, self._device)
        return np.asarray(self._network(batch).float().cpu().numpy())


class OnnxNetwork:
    """The network in ONNX Runtime.

    Raises:
        ConfigError: If ONNX Runtime is not installed, or the precision is unknown.
        ModelError: If the folder does not hold a model of the shipped format.
    """

    batch_tokens = 2048
    row_tokens = _PADDED_ROW_TOKENS

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
        try:
            self._blocks = tensors.pop(EMBEDDINGS)
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

    def __call__(
        self, premises: Sequence[Ids], hypotheses: Sequence[Sequence[Ids]]
    ) -> NDArray[np.float32]:
        rows = Rows.of(premises, hypotheses, self.config)
        words, place = torch.unique(rows.input_ids, return_inverse=True)
        (logits,) = self._session.run(
            None,
            {
                "word_states": expand_blocks(self._blocks[words])[place].numpy(),
                "positions": rows.positions.numpy(),
                "segments": rows.segments.numpy(),
                "index": np.arange(rows.asked.shape[1] + 1),
            },
        )
        return np.asarray(logits[rows.asked.numpy()], dtype=np.float32)
