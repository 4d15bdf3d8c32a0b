"""The one-pass model as an ``NLIModel``: tokens, batches, logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from stance.errors import ModelError
from stance.nli.backends import Network
from stance.nli.batching import token_batches
from stance.nli.compact import CONFIG, TOKENIZER, WEIGHTS
from stance.nli.model import Logits, ModelIdentity, NLIModel, sha256_of_files

_PREMISE_TOKENS = 256


@dataclass(frozen=True)
class Ran:
    """Where and how a network runs, in the words of ``load_nli``."""

    backend: str
    device: str
    dtype: str


class OnePassModel(NLIModel):
    """Scores any number of hypotheses of a premise in one encoder pass."""

    def __init__(self, folder: Path, name: str, network: Network[Any], ran: Ran) -> None:
        self._network, info = network, network.info
        try:
            self._tokenizer: Any = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as error:  # tokenizers raises bare Exception
            raise ModelError(f"{folder}: {TOKENIZER} cannot be read: {error}") from error
        # A tokenizer may have been saved with settings that cut texts silently.
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.max_premise_tokens = _PREMISE_TOKENS
        self.identity = ModelIdentity(
            id=name,
            revision=str(info.get("revision", "")),
            weights_sha256=sha256_of_files([folder / CONFIG, folder / TOKENIZER, folder / WEIGHTS]),
            architecture=str(info["architecture"]),
            head="three-way",
            backend=ran.backend,
            device=ran.device,
            dtype=ran.dtype,
        )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(ids) for ids in self._encode(texts)]

    def _encode(self, texts: Sequence[str]) -> list[list[int]]:
        return [e.ids for e in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def score_each(
        self, premises: Sequence[str], hypotheses: Sequence[Sequence[str]]
    ) -> list[Logits]:
        distinct = list(dict.fromkeys(text for texts in hypotheses for text in texts))
        ids_of = dict(zip(distinct, self._encode(distinct), strict=True))
        encoded = self._encode(premises)
        self._check_lengths(premises, encoded, ids_of)
        rows = [
            (index, part)
            for index, texts in enumerate(hypotheses)
            for part in _rows([len(ids_of[text]) + 2 for text in texts], self._network.row_tokens)
        ]
        lengths = [
            len(encoded[index]) + 2 + sum(len(ids_of[hypotheses[index][k]]) + 2 for k in part)
            for index, part in rows
        ]
        scored: list[Logits] = [np.empty((len(texts), 3), dtype=np.float32) for texts in hypotheses]
        for batch in token_batches(lengths, self._network.batch_tokens):
            values = self._network(
                [encoded[rows[b][0]] for b in batch],
                [[ids_of[hypotheses[rows[b][0]][k]] for k in rows[b][1]] for b in batch],
            )
            done = 0
            for b in batch:
                index, part = rows[b]
                scored[index][part.start : part.stop] = values[done : done + len(part)]
                done += len(part)
        return scored

    def forget(self) -> None:
        self._network.forget()

    def _check_lengths(
        self, premises: Sequence[str], encoded: Sequence[list[int]], ids_of: dict[str, list[int]]
    ) -> None:
        limit = self._network.config.max_position_embeddings - 2
        for text, ids in [*zip(premises, encoded, strict=True), *ids_of.items()]:
            if len(ids) > limit:
                raise ModelError(
                    f"a text of {len(ids)} tokens exceeds the {limit} that fit: “{text[:60]}…”; "
                    "use score(), which splits long premises, and shorten hypotheses"
                )


def _rows(lengths: Sequence[int], limit: int) -> list[range]:
    """Cut a list of hypotheses into runs whose tokens may stand behind one premise."""
    runs: list[range] = []
    start, total = 0, 0
    for index, length in enumerate(lengths):
        if index > start and total + length > limit:
            runs.append(range(start, index))
            start, total = index, 0
        total += length
    if lengths:
        runs.append(range(start, len(lengths)))
    return runs
