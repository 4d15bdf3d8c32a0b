"""Sequence-classification checkpoints of transformers: one joint sequence per pair."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils.logging import disable_progress_bar

from stance.errors import ModelError
from stance.nli.batching import in_parts, token_batches
from stance.nli.labels import resolve_labels
from stance.nli.model import Logits, ModelIdentity, NLIModel, sha256_of_files

_BATCH_TOKENS = {"cpu": 4096, "cuda": 65536}
# Room kept for the hypothesis beside a premise window.
_HYPOTHESIS_TOKENS = 96
_LONGEST_INPUT = 512
# Any of these holds a vocabulary; without one transformers makes up an empty tokenizer.
_VOCABULARIES = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model")
# What changes scores beside the weights: label names, and how texts become tokens.
_SETTINGS = ("config.json", "tokenizer_config.json", *_VOCABULARIES)


class JointModel(NLIModel):
    """A cross-encoder with a three-way or binary NLI head (DeBERTa, XLM-R, BERT, ModernBERT …)."""

    def __init__(
        self, folder: Path, name: str, revision: str, device: torch.device, dtype: torch.dtype
    ) -> None:
        weights = sorted(folder.glob("*.safetensors"))
        if not weights:
            other = sorted(path.name for path in folder.glob("*.bin"))
            hint = f" ({', '.join(other)} is pickled and is not loaded)" if other else ""
            raise ModelError(
                f"{folder}: no safetensors weights{hint}; save the model with "
                "save_pretrained(..., safe_serialization=True)"
            )
        if not any(list(folder.glob(pattern)) for pattern in _VOCABULARIES):
            raise ModelError(f"{folder}: no tokenizer (tokenizer.json); save it beside the model")
        if (folder / "adapter_config.json").is_file():
            # With the package peft, transformers would fetch the base model that it names.
            raise ModelError(f"{folder}: is an adapter; merge it into its base model and save that")
        disable_progress_bar()  # type: ignore[no-untyped-call]  # ours is the one bar
        # Left unset, transformers asks on the terminal whether to run a repository's code.
        safe = {"trust_remote_code": False}
        try:
            config = AutoConfig.from_pretrained(folder, **safe)
            if "/" in str(getattr(config, "_attn_implementation", None)):
                # With the package kernels, transformers would fetch and import code of that name.
                raise ValueError(f"attention by code of the hub ({config._attn_implementation})")
            self._labels = resolve_labels(config.id2label, name)
            # A tokenizer whose conversion would need a pickle or remote code fails here.
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, use_fast=True, **safe)
            network, found = AutoModelForSequenceClassification.from_pretrained(
                folder,
                config=config,
                use_safetensors=True,
                dtype=dtype,
                output_loading_info=True,
                **safe,
            )
        except ModelError:
            raise
        except Exception as error:  # the libraries below raise types of their own
            reason = " ".join(str(error).split())
            raise ModelError(f"{folder}: cannot be loaded as an NLI model: {reason}") from error
        if found["missing_keys"]:
            # transformers would go on with random weights there.
            raise ModelError(
                f"{folder}: the weights lack {', '.join(sorted(found['missing_keys']))}; "
                "expected a model trained for NLI, not a bare encoder"
            )
        if not self._tokenizer.is_fast:
            raise ModelError(f"{folder}: has no fast tokenizer (tokenizer.json)")
        self._network = network.to(device).eval()
        self._device = device
        self._batch_tokens = _BATCH_TOKENS[device.type]
        self._limit = _input_limit(config, self._tokenizer)
        self._pad = self._tokenizer.pad_token_id or 0
        self.max_premise_tokens = self._limit - _HYPOTHESIS_TOKENS
        self.identity = ModelIdentity(
            id=name,
            revision=revision,
            weights_sha256=sha256_of_files(
                [*weights, *(path for pattern in _SETTINGS for path in folder.glob(pattern))]
            ),
            architecture=str(config.model_type),
            head="binary" if self._labels.is_binary else "three-way",
            backend="torch",
            device=device.type,
            dtype=str(dtype).removeprefix("torch."),
        )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(encoding) for encoding in self._encode(texts)]

    def _encode(self, texts: Sequence[str]) -> list[Any]:
        backend = self._tokenizer.backend_tokenizer
        backend.no_truncation()
        backend.no_padding()
        encodings: list[Any] = backend.encode_batch(list(texts), add_special_tokens=False)
        return encodings

    @torch.inference_mode()
    def score_each(
        self, premises: Sequence[str], hypotheses: Sequence[Sequence[str]]
    ) -> list[Logits]:
        # Each text is tokenised once; the tokenizer's own template then joins the pieces.
        distinct = list(dict.fromkeys(text for texts in hypotheses for text in texts))
        claims = dict(zip(distinct, self._encode(distinct), strict=True))
        texts = self._encode(premises)
        join = self._tokenizer.backend_tokenizer.post_process
        owners = [(i, k) for i, mine in enumerate(hypotheses) for k in range(len(mine))]
        pairs = [join(texts[i], claims[hypotheses[i][k]], True) for i, k in owners]
        for (i, k), pair in zip(owners, pairs, strict=True):
            if len(pair) > self._limit:
                raise ModelError(
                    f"a pair of {len(pair)} tokens exceeds the {self._limit} that fit: "
                    f"“{premises[i][:40]}…” with “{hypotheses[i][k][:40]}…”; use score(), which "
                    "splits long premises, and shorten hypotheses"
                )
        scored = [np.full((len(mine), 3), np.nan, dtype=np.float32) for mine in hypotheses]
        lengths = [len(pair) for pair in pairs]
        for batch in token_batches(lengths, self._batch_tokens):
            values = in_parts(self._forward, [pairs[b] for b in batch], self._too_many)
            for row, b in enumerate(batch):
                i, k = owners[b]
                scored[i][k] = values[row]
        return scored

    def _too_many(self) -> None:
        self._batch_tokens = max(1, self._batch_tokens // 2)

    @torch.inference_mode()
    def _forward(self, pairs: Sequence[Any]) -> Logits:
        width = max(len(pair) for pair in pairs)
        ids = torch.full((len(pairs), width), self._pad)
        mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
        for row, pair in enumerate(pairs):
            ids[row, : len(pair)] = torch.tensor(pair.ids)
            types[row, : len(pair)] = torch.tensor(pair.type_ids)
            mask[row, : len(pair)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask}
        if "token_type_ids" in self._tokenizer.model_input_names:
            inputs["token_type_ids"] = types
        output = self._network(**{key: value.to(self._device) for key, value in inputs.items()})
        logits = output.logits.float().cpu().numpy()
        order = self._labels
        result = np.full((len(pairs), 3), np.nan, dtype=np.float32)
        result[:, 0] = logits[:, order.entailment]
        result[:, 1] = logits[:, order.neutral]
        if order.contradiction is not None:
            result[:, 2] = logits[:, order.contradiction]
        return result


def _input_limit(config: Any, tokenizer: Any) -> int:
    """Most tokens of a joint sequence; some tokenizers state no limit of their own (1e30)."""
    positions = getattr(config, "max_position_embeddings", None) or _LONGEST_INPUT
    # The RoBERTa family starts its positions after the padding index.
    if "roberta" in str(config.model_type):
        positions -= int(config.pad_token_id or 0) + 1
    return int(min(positions, tokenizer.model_max_length, _LONGEST_INPUT))
