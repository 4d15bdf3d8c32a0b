"""A model whose answers are written down in a table, for the logic that stands on its logits.

A whole implementation of the interface: only its knowledge is small. Tests of numbers that a
network computes use the tiny checkpoints instead.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stance.errors import ModelError
from stance.nli import Logits, ModelIdentity, NLIModel

# Entailment, neutral, contradiction.
ENTAILED = (0.90, 0.08, 0.02)
NEUTRAL = (0.03, 0.94, 0.03)
CONTRADICTED = (0.02, 0.08, 0.90)

Answer = tuple[float, float, float]
Rule = tuple[str, str, Answer]


class TableModel(NLIModel):
    """Answers with the first rule whose two texts occur in premise and hypothesis.

    Args:
        rules: Part of the premise, part of the hypothesis, probabilities. Else ``NEUTRAL``.
        binary: Answer as a binary head: entailment against the rest, no contradiction.
        max_premise_tokens: A token is a word.
    """

    def __init__(self, *rules: Rule, binary: bool = False, max_premise_tokens: int = 1000) -> None:
        self.rules = rules
        self.max_premise_tokens = max_premise_tokens
        self.asked: list[tuple[str, str]] = []
        self.identity = ModelIdentity(
            id="table",
            revision="",
            weights_sha256="",
            architecture="table",
            head="binary" if binary else "three-way",
            backend="table",
            device="cpu",
            dtype="float32",
        )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def score_each(
        self, premises: Sequence[str], hypotheses: Sequence[Sequence[str]]
    ) -> list[Logits]:
        longest = max(self.count_tokens(premises), default=0)
        if longest > self.max_premise_tokens:
            raise ModelError(f"a premise of {longest} words exceeds {self.max_premise_tokens}")
        self.asked += [(p, h) for p, texts in zip(premises, hypotheses, strict=True) for h in texts]
        return [
            np.array([self._logits(p, h) for h in texts], dtype=np.float32).reshape(-1, 3)
            for p, texts in zip(premises, hypotheses, strict=True)
        ]

    def _logits(self, premise: str, hypothesis: str) -> list[float]:
        answers = (answer for p, h, answer in self.rules if p in premise and h in hypothesis)
        entailment, neutral, contradiction = next(answers, NEUTRAL)
        if self.is_binary:
            return [np.log(entailment), np.log(neutral + contradiction), np.nan]
        return list(np.log([entailment, neutral, contradiction]))
