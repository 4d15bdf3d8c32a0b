"""What every NLI model offers, whatever its architecture."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stance.nli.windows import split_windows

Logits = NDArray[np.float32]

# Changes whenever the same weights would give other logits (joining of texts, masks, pooling).
SCORING_VERSION = "1"


@dataclass(frozen=True)
class ModelIdentity:
    """What ran: enough to tell two sets of scores apart.

    Attributes:
        id: Name given to ``load_nli``.
        revision: Commit of the hub, or revision of the embedded model; empty for a folder.
        weights_sha256: Over the safetensors files, and the config and tokenizer that go with them.
        head: ``three-way`` or ``binary``.
    """

    id: str
    revision: str
    weights_sha256: str
    architecture: str
    head: str
    backend: str
    device: str
    dtype: str

    @property
    def fingerprint(self) -> str:
        """Key under which scores of this model may be kept and used again."""
        parts = {**asdict(self), "id": "", "scoring": SCORING_VERSION}
        return hashlib.sha256(repr(sorted(parts.items())).encode()).hexdigest()


class NLIModel(ABC):
    """Scores how a premise relates to hypotheses."""

    identity: ModelIdentity
    max_premise_tokens: int

    @property
    def pairs_at_once(self) -> int:
        """How many pairs to hand to ``score_each``: few, so that little is lost if a run is killed,
        but enough to fill the batches of a GPU.
        """
        return 512 if self.identity.device == "cpu" else 16_384

    @property
    def is_binary(self) -> bool:
        """Whether the head has no contradiction class (its logit is NaN)."""
        return self.identity.head == "binary"

    @abstractmethod
    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Number of tokens of each text, special tokens not counted."""

    @abstractmethod
    def score_each(
        self, premises: Sequence[str], hypotheses: Sequence[Sequence[str]]
    ) -> list[Logits]:
        """Score each premise against hypotheses of its own.

        Returns:
            For premise i, float32 logits ``[len(hypotheses[i]), 3]``: entailment, neutral,
            contradiction (NaN for a binary head, whose second logit is not-entailment).

        Raises:
            ModelError: If a text has more tokens than fit; see ``score`` for long premises.
        """

    def forget(self) -> None:  # noqa: B027 - most models keep nothing
        """Drop what is kept of texts scored before, which makes the next call faster."""

    def score(self, premises: Sequence[str], hypotheses: Sequence[str]) -> Logits:
        """Score every premise against every hypothesis.

        A premise longer than ``max_premise_tokens`` is split into windows of whole sentences; for
        each hypothesis the window that decides most (least neutral) speaks for the premise.

        Returns:
            float32 ``[len(premises), len(hypotheses), 3]``: entailment, neutral, contradiction.
        """
        if not premises or not hypotheses:
            return np.zeros((len(premises), len(hypotheses), 3), dtype=np.float32)
        windows = [
            split_windows(premise, "", self.count_tokens, self.max_premise_tokens)
            for premise in premises
        ]
        flat = [window for group in windows for window in group]
        scored = iter(self.score_each(flat, [hypotheses] * len(flat)))
        return np.stack([most_decided(np.stack([next(scored) for _ in g])) for g in windows])


def most_decided(logits: Logits) -> Logits:
    """From ``[windows, hypotheses, 3]`` keep, per hypothesis, the least neutral window."""
    neutral = probabilities(logits)[..., 1]
    chosen = neutral.argmin(axis=0)
    return np.asarray(logits[chosen, np.arange(logits.shape[1])])


def probabilities(logits: Logits) -> NDArray[np.float64]:
    """Softmax over the last axis; the NaN of a binary head's contradiction stays out as 0."""
    values = np.where(np.isnan(logits), -np.inf, logits.astype(np.float64))
    values = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(values / values.sum(axis=-1, keepdims=True))


def sha256_of_files(paths: Sequence[Path]) -> str:
    """One digest over several files, in order of their names."""
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.name):
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()
