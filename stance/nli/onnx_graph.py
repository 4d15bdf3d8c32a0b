"""The one-pass network as two ONNX graphs, in float32 or with 8-bit products.

The first encodes texts by themselves, the second compares premises with hypotheses.

The block mask is made from segment ids inside the graph, which is cheaper than handing a dense one
over. Word embeddings are looked up outside it, so that they can stay in their 4-bit blocks.

In ``int8`` linear layers multiply bytes: weights as shipped, one scale per output channel;
activations rounded per token, symmetric (Dettmers et al. 2022, vector-wise). Both sides are made
unsigned around 128, since without VNNI the signed product of ONNX Runtime saturates. Queries, keys
and values are left in float32: that halves the number of labels that change, for a tenth of time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from stance.nli.onepass import OnePassConfig

Arrays = Mapping[str, NDArray[np.generic]]
PRECISIONS = ("float32", "int8")
_OPSET = 20  # the first with Gelu
_CLOSED = np.float32(-1e9)


def encode_graph(arrays: Arrays, config: OnePassConfig, precision: str) -> onnx.ModelProto:
    """Build the graph of ``OnePassNLI.encode`` over rows of one text each.

    Args:
        arrays: ``<module>.int8`` ``[out, in]`` and ``<module>.scale`` ``[out]`` of linear layers;
            every other parameter under its own name; without the word embeddings.
        config: Shape of the network.
        precision: ``float32`` or ``int8``.

    Returns:
        A model from word_states float32 ``[rows, tokens, hidden]``, positions and segments int64
        ``[rows, tokens]`` to states float32 ``[rows, tokens, hidden]``.
    """
    graph = _Graph(arrays, precision == "int8")
    places = graph.op("Gather", graph.array("position_embeddings.weight"), "positions")
    states = graph.op("Add", "word_states", places)
    states = graph.norm(states, "embedding_norm", config.layer_norm_eps)
    states = _layers(graph, states, config, range(config.separate_layers))
    return graph.model(states, ["word_states", "positions", "segments"], config.hidden_size)


def compare_graph(arrays: Arrays, config: OnePassConfig, precision: str) -> onnx.ModelProto:
    """Build the graph of ``OnePassNLI.compare``, with arguments as ``encode_graph``.

    Returns:
        A model from states float32 ``[rows, tokens, hidden]``, positions and segments int64
        ``[rows, tokens]`` and index int64 ``[n_hypotheses + 1]`` (0, 1, …) to logits float32
        ``[rows, n_hypotheses, 3]``.
    """
    graph = _Graph(arrays, precision == "int8")
    upper = range(config.separate_layers, config.num_hidden_layers)
    logits = _head(graph, _layers(graph, "states", config, upper))
    return graph.model(logits, ["states", "positions", "segments", "index"], config.hidden_size)


def _layers(graph: _Graph, states: str, config: OnePassConfig, numbers: range) -> str:
    width, heads = config.hidden_size, config.num_attention_heads
    bias = _attention_bias(graph)
    split = graph.constant(np.array([0, 0, 3, heads, width // heads]))
    joined = graph.constant(np.array([0, 0, width]))
    shrink = graph.constant(np.float32((width // heads) ** -0.5))
    for number in numbers:
        layer = f"layers.{number}"
        qkv = graph.linear(states, f"{layer}.query_key_value", exact=True)
        qkv = graph.op("Reshape", qkv, split)
        qkv = graph.op("Transpose", qkv, perm=[2, 0, 3, 1, 4])
        query, key, value = (
            graph.op("Gather", qkv, graph.constant(np.array(part)), axis=0) for part in range(3)
        )
        key = graph.op("Transpose", key, perm=[0, 1, 3, 2])
        weights = graph.op("MatMul", graph.op("Mul", query, shrink), key)
        weights = graph.op("Softmax", graph.op("Add", weights, bias), axis=-1)
        attended = graph.op("Transpose", graph.op("MatMul", weights, value), perm=[0, 2, 1, 3])
        attended = graph.op("Reshape", attended, joined)
        attended = graph.linear(attended, f"{layer}.attention_output")
        states = graph.norm(
            graph.op("Add", states, attended), f"{layer}.attention_norm", config.layer_norm_eps
        )
        changed = graph.op("Gelu", graph.linear(states, f"{layer}.intermediate"))
        changed = graph.linear(changed, f"{layer}.output")
        states = graph.norm(
            graph.op("Add", states, changed), f"{layer}.output_norm", config.layer_norm_eps
        )
    return states


class _Graph:
    """Nodes and constants as they are added."""

    def __init__(self, arrays: Arrays, int8: bool) -> None:
        self._arrays, self._int8 = arrays, int8
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node; return the name of its output."""
        name = f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, value: NDArray[np.generic] | np.generic) -> str:
        """Add a constant; return its name."""
        name = f"constant_{len(self._constants)}"
        # ONNX wants C order, which a transposed matrix is not.
        array = np.array(value, order="C")
        self._constants.append(numpy_helper.from_array(array, name))
        return name

    def array(self, name: str) -> str:
        return self.constant(np.asarray(self._arrays[name], dtype=np.float32))

    def norm(self, states: str, module: str, epsilon: float) -> str:
        scale, shift = self.array(f"{module}.weight"), self.array(f"{module}.bias")
        return self.op("LayerNormalization", states, scale, shift, axis=-1, epsilon=epsilon)

    def linear(self, states: str, module: str, *, exact: bool = False) -> str:
        """Add a linear layer; its product is of bytes where the graph's are, unless ``exact``."""
        weight = np.asarray(self._arrays[f"{module}.int8"], dtype=np.int16).T
        scale = np.asarray(self._arrays[f"{module}.scale"], dtype=np.float32)
        if self._int8 and not exact:
            product = self._bytes_product(states, weight, scale)
        else:
            product = self.op("MatMul", states, self.constant(weight * scale))
        return self.op("Add", product, self.array(f"{module}.bias"))

    def _bytes_product(
        self, states: str, weight: NDArray[np.int16], scale: NDArray[np.float32]
    ) -> str:
        last, least = self.constant(np.array([-1])), self.constant(np.float32(1e-8))
        peak = self.op("ReduceMax", self.op("Abs", states), last, keepdims=1)
        step = self.op("Div", self.op("Max", peak, least), self.constant(np.float32(127)))
        rounded = self.op("Round", self.op("Div", states, step))
        shifted = self.op("Add", rounded, self.constant(np.float32(128)))
        codes = self.op("Cast", shifted, to=TensorProto.UINT8)
        middle = self.constant(np.uint8(128))
        product = self.op(
            "MatMulInteger", codes, self.constant((weight + 128).astype(np.uint8)), middle, middle
        )
        product = self.op("Mul", self.op("Cast", product, to=TensorProto.FLOAT), step)
        return self.op("Mul", product, self.constant(scale))

    def model(self, output: str, inputs: Sequence[str], width: int) -> onnx.ModelProto:
        tokens: list[str | int] = ["rows", "tokens"]
        kinds: dict[str, tuple[int, list[str | int]]] = {
            "word_states": (TensorProto.FLOAT, [*tokens, width]),
            "states": (TensorProto.FLOAT, [*tokens, width]),
            "positions": (TensorProto.INT64, tokens),
            "segments": (TensorProto.INT64, tokens),
            "index": (TensorProto.INT64, ["segments_of_a_row"]),
        }
        graph = helper.make_graph(
            self._nodes,
            "onepass",
            [helper.make_tensor_value_info(name, *kinds[name]) for name in inputs],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["rows", None, None])],
            self._constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)])
        model.ir_version = 10  # read by ONNX Runtime from 1.20
        return model


def _attention_bias(graph: _Graph) -> str:
    """0 where a token may look (the premise, its own segment), else very negative."""
    first, second = graph.constant(np.array([1])), graph.constant(np.array([2]))
    by_query = graph.op("Unsqueeze", "segments", second)
    by_key = graph.op("Unsqueeze", "segments", first)
    premise = graph.op("Equal", by_key, graph.constant(np.array(0)))
    is_open = graph.op("Or", graph.op("Equal", by_query, by_key), premise)
    bias = graph.op("Where", is_open, graph.constant(np.float32(0)), graph.constant(_CLOSED))
    return graph.op("Unsqueeze", bias, first)


def _head(graph: _Graph, states: str) -> str:
    """Pooled features of every hypothesis, and the class from them; see ``Rows.pool``."""
    first, second = graph.constant(np.array([1])), graph.constant(np.array([2]))
    wanted = graph.op(
        "Unsqueeze", graph.op("Unsqueeze", "index", graph.constant(np.array([0]))), second
    )
    member = graph.op("Equal", graph.op("Unsqueeze", "segments", first), wanted)
    member = graph.op("Cast", member, to=TensorProto.FLOAT)
    size = graph.op("ReduceSum", member, graph.constant(np.array([-1])), keepdims=1)
    size = graph.op("Max", size, graph.constant(np.float32(1)))
    means = graph.op("Div", graph.op("MatMul", member, states), size)
    at_start = graph.op("Equal", "positions", graph.constant(np.array(0)))
    at_start = graph.op("Cast", graph.op("Unsqueeze", at_start, first), to=TensorProto.FLOAT)
    starts = graph.op("MatMul", graph.op("Mul", member, at_start), states)
    beyond = graph.constant(np.array([np.iinfo(np.int64).max]))
    zero, one = graph.constant(np.array([0])), graph.constant(np.array([1]))
    hypothesis = graph.op("Slice", means, one, beyond, one)
    start = graph.op("Slice", starts, one, beyond, one)
    premise = graph.op("Slice", means, zero, one, one)
    premise = graph.op("Expand", premise, graph.op("Shape", hypothesis))
    difference = graph.op("Abs", graph.op("Sub", premise, hypothesis))
    product = graph.op("Mul", premise, hypothesis)
    features = graph.op("Concat", start, premise, hypothesis, difference, product, axis=-1)
    return graph.linear(graph.op("Gelu", graph.linear(features, "head_hidden")), "head_output")
