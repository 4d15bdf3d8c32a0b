"""What the zero-shot-classification pipeline of transformers computes, as a method.

Four candidate labels per proposition compete: favor, against, neutral, unrelated. The pipeline's
single-label mode is a softmax over the entailment logits of the labels; neutral and contradiction
logits are dropped. It is here for comparison with published work, not for its virtues: it must
choose a label even where nothing fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from stance.methods.base import (
    TEXT_VOICE,
    Decision,
    Floats,
    Label,
    Method,
    Unit,
    softmax,
)
from stance.methods.hypotheses import AGAINST, FAVOR
from stance.nli.model import Logits
from stance.scoring import Request, Scorer

_LABELS = (Label.FAVOR, Label.AGAINST, Label.NEUTRAL, Label.UNRELATED)


class Pipeline(Method):
    """Single-label softmax over entailment logits; text voice only."""

    def opening(self, units: Sequence[Unit]) -> list[Request]:
        return [
            Request(window, self.candidates(proposition, unit.paragraph.language))
            for unit, proposition in product(units, self.propositions)
            for window in unit.windows
        ]

    def decide(self, units: Sequence[Unit], scorer: Scorer) -> list[Decision]:
        logits = iter(scorer(self.opening(units)))
        decisions = []
        for unit, proposition in product(units, self.propositions):
            windows = np.stack([zero_shot(next(logits)) for _ in unit.windows])
            # The window that is least unrelated speaks for the paragraph.
            best = int(windows[:, 3].argmin())
            label = _LABELS[int(windows[best].argmax())]
            decisions.append(
                Decision(unit, proposition, TEXT_VOICE, windows[best], label, unit.windows[best])
            )
        return decisions

    def candidates(self, proposition: str, language: str) -> tuple[str, str, str, str]:
        """The four hypotheses that compete, in the order favor, against, neutral, unrelated."""
        sided = self.hypotheses.text_sides(proposition, language)
        favor = next(s.text for s in sided if s.side == FAVOR)
        against = next(s.text for s in sided if s.side == AGAINST)
        return (
            favor,
            against,
            self.hypotheses.topic(proposition, language),
            self.hypotheses.other_topic(proposition, language),
        )


def zero_shot(logits: Logits) -> Floats:
    """Scores of candidate labels ``[n]`` from logits ``[n, 3]``, as the pipeline gives them."""
    return softmax(np.asarray(logits[:, 0], dtype=np.float64))
