"""Other ways to score texts against hypotheses, as their users run them, for `benchmark_speed.py`.

All read one joint checkpoint: a sequence classifier over text and hypothesis, with the vocabulary
of the embedded model and random weights, whose values cost no time. So the peers can be compared in
their scores with each other, and with stance's own way of running such a checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import processors
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    PreTrainedTokenizerFast,
    pipeline,
)

from stance.nli.compact import TOKENIZER
from stance.nli.load import EMBEDDED

# P(entailment) [texts, hypotheses]
Scores = NDArray[np.float64]
Scoring = Callable[[Sequence[str], Sequence[str]], Scores]
_SPECIAL = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
_TEMPLATE = {"single": "<s> $A </s>", "pair": "<s> $A </s> </s> $B </s>"}
_LABELS = ("entailment", "neutral", "contradiction")


@dataclass(frozen=True)
class Shape:
    """Of an encoder."""

    hidden: int
    layers: int
    heads: int
    intermediate: int


def joint_checkpoint(folder: Path, shape: Shape) -> Path:
    """Save a joint classifier of this shape with random weights."""
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(EMBEDDED / TOKENIZER), model_max_length=512, **_SPECIAL
    )
    special = [(token, tokenizer.convert_tokens_to_ids(token)) for token in ("<s>", "</s>")]
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        **_TEMPLATE, special_tokens=special
    )
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.intermediate,
        pad_token_id=tokenizer.pad_token_id,
        id2label=dict(enumerate(_LABELS)),
        label2id={label: i for i, label in enumerate(_LABELS)},
    )
    torch.manual_seed(0)
    network = BertForSequenceClassification(config)
    with torch.no_grad():
        network.classifier.weight.mul_(40)  # logits of a few units
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def zero_shot_pipeline(
    folder: Path, batch_size: int, device: str = "cpu", dtype: torch.dtype = torch.float32
) -> Scoring:
    """transformers' ``ZeroShotClassificationPipeline``, every label by itself."""
    pipe = pipeline("zero-shot-classification", model=str(folder), device=device, dtype=dtype)

    def score(texts: Sequence[str], hypotheses: Sequence[str]) -> Scores:
        found = pipe(
            list(texts),
            candidate_labels=list(hypotheses),
            hypothesis_template="{}",
            multi_label=True,
            batch_size=batch_size,
        )
        # It sorts by score, and contrasts entailment with contradiction alone.
        place = {text: i for i, text in enumerate(hypotheses)}
        scores = np.empty((len(texts), len(hypotheses)))
        for row, result in zip(scores, found, strict=True):
            for label, value in zip(result["labels"], result["scores"], strict=True):
                row[place[label]] = value
        return scores

    return score


def cross_encoder(folder: Path) -> Scoring:
    """sentence-transformers' ``CrossEncoder.predict`` at its own batch size."""
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(folder), device="cpu")

    def score(texts: Sequence[str], hypotheses: Sequence[str]) -> Scores:
        logits = model.predict(list(product(texts, hypotheses)), show_progress_bar=False)
        return _of_two(np.asarray(logits)).reshape(len(texts), -1)

    return score


def onnx_int8(folder: Path, batch_size: int = 32) -> Scoring:
    """ONNX Runtime over the plain export, quantised dynamically; pairs sorted by length."""
    import onnxruntime
    from onnxruntime.quantization import QuantType, quantize_dynamic

    network = BertForSequenceClassification.from_pretrained(folder).eval()
    tokenizer: Any = PreTrainedTokenizerFast.from_pretrained(folder)
    names = ["input_ids", "attention_mask"]
    example = torch.ones(2, 8, dtype=torch.long)
    exported, quantised = folder / "joint.onnx", folder / "joint.int8.onnx"
    size = torch.export.Dim.AUTO
    torch.onnx.export(
        network,
        (example, example),
        str(exported),
        input_names=names,
        output_names=["logits"],
        dynamic_shapes={name: {0: size, 1: size} for name in names},
        dynamo=True,
        verbose=False,
    )
    quantize_dynamic(exported, quantised, weight_type=QuantType.QInt8, reduce_range=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(quantised, options, providers=["CPUExecutionProvider"])

    def score(texts: Sequence[str], hypotheses: Sequence[str]) -> Scores:
        pairs = list(product(texts, hypotheses))
        order = sorted(range(len(pairs)), key=lambda i: -sum(map(len, pairs[i])))
        logits = np.empty((len(pairs), len(_LABELS)))
        for start in range(0, len(order), batch_size):
            group = order[start : start + batch_size]
            batch = tokenizer([pairs[i] for i in group], padding=True, return_tensors="np")
            logits[group] = session.run(None, {name: batch[name] for name in names})[0]
        return _of_two(logits).reshape(len(texts), -1)

    return score


def _of_two(logits: NDArray[Any]) -> Scores:
    """Entailment against contradiction, as the pipeline has it."""
    return np.asarray(1 / (1 + np.exp(logits[:, 2] - logits[:, 0])), dtype=np.float64)
