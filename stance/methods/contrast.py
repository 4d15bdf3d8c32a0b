"""Entailment minus contradiction, one pass over everything: the score of SummaC (Laban et al.,
TACL 2022, ``use_ent`` and ``use_con``), averaged over paraphrases of both sides.

For each hypothesis s = P(E) - P(C), and for a proposition
score = mean(s over favor - s over against) / 2, in [-1, 1]; relevance is P(E) of the topic.
Then p_favor - p_against = P(related) · score, and what is related but not sided is neutral.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from stance.methods.base import (
    TEXT_VOICE,
    Decision,
    Floats,
    Label,
    Method,
    Unit,
    label_of,
    relevance_of,
)
from stance.methods.hypotheses import Sided
from stance.nli.model import probabilities
from stance.scoring import Request, Scorer


class EntailMinusContradict(Method):
    """Scores every voice of every cell, related or not; see the module."""

    needs_contradiction = True

    def opening(self, units: Sequence[Unit]) -> list[Request]:
        return [
            Request(
                window,
                (
                    self.hypotheses.topic(proposition, unit.paragraph.language),
                    *(s.text for s in sided),
                ),
            )
            for unit, proposition, _, sided in self._voices(units)
            for window in unit.windows
        ]

    def _voices(self, units: Sequence[Unit]) -> Iterator[tuple[Unit, str, str, list[Sided]]]:
        for unit, proposition in product(units, self.propositions):
            language = unit.paragraph.language
            yield unit, proposition, TEXT_VOICE, self.hypotheses.text_sides(proposition, language)
            for holder in unit.candidates:
                sided = self.hypotheses.holder_sides(proposition, holder, language)
                yield unit, proposition, holder, sided

    def decide(self, units: Sequence[Unit], scorer: Scorer) -> list[Decision]:
        logits = iter(scorer(self.opening(units)))
        decisions = []
        for unit, proposition, holder, sided in self._voices(units):
            windows = np.stack([probabilities(next(logits)) for _ in unit.windows])
            best = int(windows[:, 0, 0].argmax())
            p = self._contrast(windows[best], sided)
            if holder == TEXT_VOICE:
                label = label_of(p, self.config.side_threshold)
            else:
                # A holder without a side holds no stance.
                p = np.array([p[0], p[1], 0.0, p[2] + p[3]])
                label = label_of(p)
            if holder == TEXT_VOICE or label is not Label.UNRELATED:
                decisions.append(Decision(unit, proposition, holder, p, label, unit.windows[best]))
        return decisions

    def _contrast(self, p: Floats, sided: Sequence[Sided]) -> Floats:
        related = float(relevance_of(p[0, 0], self.config.relevance_threshold))
        contrast = p[1:, 0] - p[1:, 2]
        sides = np.array([s.side for s in sided])
        score = (contrast[sides > 0].mean() - contrast[sides < 0].mean()) / 2
        return np.array(
            [
                related * max(score, 0.0),
                related * max(-score, 0.0),
                related * (1 - abs(score)),
                1 - related,
            ]
        )
