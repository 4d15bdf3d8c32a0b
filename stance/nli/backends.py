"""What runs the network of the embedded model: torch on its device, or ONNX Runtime on the CPU."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stance.errors import ConfigError, ModelError
from stance.nli.batching import in_parts, token_batches
from stance.nli.blocks import expand_blocks
from stance.nli.compact import EMBEDDINGS, load_compact, read_compact
from stance.nli.kept import KeptStates, Key
from stance.nli.layouts import Ids, Rows, Unpadded
from stance.nli.onepass import Layout, OnePassConfig

# In padded rows, attention grows with the square of the row: past this many tokens of hypotheses,
# a second row with the premise again is cheaper.
_PADDED_ROW_TOKENS = 512
# Tokens whose states after the separate layers are kept: some 2,000 hypotheses in 50 MB.
_KEPT_TOKENS = 32_768

# How the batches of a network lie in memory.
Batch = TypeVar("Batch", bound=Layout)


class Network(ABC, Generic[Batch]):
    """Maps token ids to logits; encodes a text once, however often it is asked for.

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

    def __init__(self) -> None:
        self._kept = KeptStates(_KEPT_TOKENS)

    @abstractmethod
    def lay_out(self, premises: Sequence[Ids], hypotheses: Sequence[Sequence[Ids]]) -> Batch:
        """Put token ids of premises and of each one's hypotheses into a batch."""

    @abstractmethod
    def encode(self, batch: Batch) -> Tensor:
        """See ``OnePassNLI.encode``."""

    @abstractmethod
    def compare(self, states: Tensor, batch: Batch) -> Tensor:
        """See ``OnePassNLI.compare``."""

    def __call__(
        self, premises: Sequence[Ids], hypotheses: Sequence[Sequence[Ids]]
    ) -> NDArray[np.float32]:
        """Logits ``[pairs, 3]`` of token ids, without special tokens, of premises and of each
        one's hypotheses; pairs are in order: the hypotheses of the first premise, the second …
        """
        asked = list(zip(premises, hypotheses, strict=True))
        return in_parts(self._forward, asked, self._too_many)

    def _too_many(self) -> None:
        self.batch_tokens = max(1, self.batch_tokens // 2)

    @torch.inference_mode()
    def _forward(self, asked: Sequence[tuple[Ids, Sequence[Ids]]]) -> NDArray[np.float32]:
        premises, hypotheses = zip(*asked, strict=True)
        batch = self.lay_out(premises, hypotheses)
        texts = [tuple(ids) for premise, claims in asked for ids in (premise, *claims)]
        kept = {ids: self._kept.get(ids) for ids in texts}
        new = self._encoded([ids for ids, values in kept.items() if values is None])
        states = {ids: new[ids] if values is None else values for ids, values in kept.items()}
        logits = self.compare(batch.join([states[ids] for ids in texts]), batch)
        for ids in kept:
            if ids in new:
                self._kept.keep(ids, new[ids])
            else:
                self._kept.renew(ids)
        return np.asarray(logits.float().cpu().numpy())

    def forget(self) -> None:
        """Drop the states that are kept."""
        self._kept.clear()

    def _encoded(self, texts: Sequence[Key]) -> dict[Key, Tensor]:
        """States of each of some different texts by itself."""
        states: dict[Key, Tensor] = {}
        for part in token_batches([len(ids) + 2 for ids in texts], self.batch_tokens):
            batch = self.lay_out([texts[i] for i in part], [()] * len(part))
            alone = batch.split(self.encode(batch))
            states |= {texts[i]: values for i, values in zip(part, alone, strict=True)}
        return states


class TorchNetwork(Network[Layout]):
    """The network as a torch module, on one device."""

    def __init__(self, folder: Path, device: torch.device, dtype: torch.dtype) -> None:
        super().__init__()
        network, self.info = load_compact(folder)
        self.config = network.config
        self._network = network.to(device=device, dtype=dtype)
        self._device = device
        self._layout: type[Rows | Unpadded] = Unpadded if device.type == "cpu" else Rows
        # On a CPU the states of a batch should stay in its caches; a GPU wants to be filled.
        self.batch_tokens, self.row_tokens = (
            (2048, 2048) if device.type == "cpu" else (65536, _PADDED_ROW_TOKENS)
        )

    def lay_out(self, premises: Sequence[Ids], hypotheses: Sequence[Sequence[Ids]]) -> Layout:
        return self._layout.of(premises, hypotheses, self.config, self._device)

    def encode(self, batch: Layout) -> Tensor:
        return self._network.encode(batch)

    def compare(self, states: Tensor, batch: Layout) -> Tensor:
        return self._network.compare(states, batch)


class OnnxNetwork(Network[Rows]):
    """The network in ONNX Runtime, as two graphs.

    Raises:
        ConfigError: If ONNX Runtime is not installed, or the precision is unknown.
        ModelError: If the folder does not hold a model of the shipped format.
    """

    batch_tokens = 2048
    row_tokens = _PADDED_ROW_TOKENS

    def __init__(self, folder: Path, precision: str) -> None:
        super().__init__()
        try:
            import onnxruntime

            from stance.nli.onnx_graph import PRECISIONS, compare_graph, encode_graph
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
        options = onnxruntime.SessionOptions()
        # As many as torch uses, so that engine.threads means one thing.
        options.intra_op_num_threads = torch.get_num_threads()
        try:
            self._blocks = tensors.pop(EMBEDDINGS)
            arrays = {k: v.numpy() for k, v in tensors.items()}
            self._encoder, self._comparison = (
                onnxruntime.InferenceSession(
                    graph(arrays, self.config, precision).SerializeToString(),
                    options,
                    providers=["CPUExecutionProvider"],
                )
                for graph in (encode_graph, compare_graph)
            )
        except KeyError as error:
            raise ModelError(f"{folder}: no weights {error}") from error

    def lay_out(self, premises: Sequence[Ids], hypotheses: Sequence[Sequence[Ids]]) -> Rows:
        return Rows.of(premises, hypotheses, self.config)

    def encode(self, batch: Rows) -> Tensor:
        words, place = torch.unique(batch.input_ids, return_inverse=True)
        feed = {"word_states": expand_blocks(self._blocks[words])[place]}
        return self._run(self._encoder, batch, feed)

    def compare(self, states: Tensor, batch: Rows) -> Tensor:
        feed = {"states": states, "index": torch.arange(batch.asked.shape[1] + 1)}
        return self._run(self._comparison, batch, feed)[batch.asked]

    def _run(self, session: Any, batch: Rows, feed: dict[str, Tensor]) -> Tensor:
        feed |= {"positions": batch.positions, "segments": batch.segments}
        (result,) = session.run(None, {name: tensor.numpy() for name, tensor in feed.items()})
        return torch.from_numpy(result)
