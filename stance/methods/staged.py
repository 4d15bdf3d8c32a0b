"""Relevance, then side, then holders only where relevant, said or imputed: the default method.

Each stage asks only about what the stage before left open, since nine paragraphs in ten have
nothing to do with a given proposition.

Relevance is the entailment of the topic, and the topic words of the set as further evidence: a
small model knows the matter of a claim less well than the researcher who listed its words.

A side is a product of experts over the hypotheses of the voice: with log-probabilities E, N, C of
a hypothesis that speaks for favor, E is evidence for favor, C for against, N for neither; a
hypothesis that speaks for against swaps E and C. The evidence is averaged over hypotheses and
normalised by a softmax.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stance.methods.base import (
    TEXT_VOICE,
    Decision,
    Floats,
    Label,
    Method,
    Unit,
    label_of,
    log_probabilities,
    relevance_of,
    softmax,
)
from stance.methods.hypotheses import Sided
from stance.scoring import Request, Scorer


@dataclass(frozen=True)
class _Cell:
    """A unit × proposition, and the window that is most related."""

    unit: Unit
    proposition: str
    related: float
    window: str

    @property
    def is_open(self) -> bool:
        """Whether it is related, so that its voices are to be asked for."""
        return self.related >= 0.5

    def decision(self, holder: str, p: Floats, label: Label) -> Decision:
        return Decision(self.unit, self.proposition, holder, p, label, self.window)


class Staged(Method):
    """The staged method; see the module."""

    def opening(self, units: Sequence[Unit]) -> list[Request]:
        return [
            Request(
                window,
                tuple(
                    self.hypotheses.topic(proposition, unit.paragraph.language)
                    for proposition in self._asked(unit)
                ),
            )
            for unit in units
            for window in unit.windows
        ]

    def _asked(self, unit: Unit) -> list[str]:
        """Propositions of whose matter the model is asked."""
        if self.words is None or not self.config.gate:
            return list(self.propositions)
        return [p for p in self.propositions if self.words.names_topic(unit, p) is not False]

    def decide(self, units: Sequence[Unit], scorer: Scorer) -> list[Decision]:
        cells = self._cells(units, scorer)
        voices = iter(self._voices([cell for cell in cells if cell.is_open], scorer))
        decisions = []
        for cell in cells:
            if not cell.is_open:
                p = np.array([0.0, 0.0, cell.related, 1 - cell.related])
                decisions.append(cell.decision(TEXT_VOICE, p, Label.UNRELATED))
                continue
            decisions += [
                voice
                for voice in next(voices)
                if voice.holder == TEXT_VOICE or voice.label is not Label.UNRELATED
            ]
        return decisions

    def _cells(self, units: Sequence[Unit], scorer: Scorer) -> list[_Cell]:
        """Every unit × proposition with its P(related), on the window where that is largest."""
        logits = iter(scorer(self.opening(units)))
        cells = []
        for unit in units:
            asked = self._asked(unit)
            windows = [log_probabilities(next(logits)) for _ in unit.windows]
            for proposition in self.propositions:
                words = self._word_evidence(unit, proposition)
                if proposition in asked:
                    column = asked.index(proposition)
                    entailed = np.exp([logp[column, 0] for logp in windows])
                else:
                    # Nothing asked, nothing learnt: the words alone decide.
                    entailed = np.full(len(windows), self.config.relevance_threshold)
                related = relevance_of(entailed, self.config.relevance_threshold, words)
                best = int(related.argmax())
                cells.append(_Cell(unit, proposition, float(related[best]), unit.windows[best]))
        return cells

    def _word_evidence(self, unit: Unit, proposition: str) -> float:
        """Log-odds that a topic word, or its absence, adds to those of the model."""
        named = self.words.names_topic(unit, proposition) if self.words else None
        weight = self.config.keyword_weight
        return 0.0 if named is None else weight if named else -weight

    def _voices(self, cells: Sequence[_Cell], scorer: Scorer) -> list[list[Decision]]:
        """For every related cell the text voice and each candidate holder."""
        asked: list[tuple[_Cell, str, list[Sided]]] = []
        requests = []
        for cell in cells:
            language = cell.unit.paragraph.language
            sided = self.hypotheses.text_sides(cell.proposition, language)
            asked.append((cell, TEXT_VOICE, sided))
            requests.append(Request(cell.window, tuple(s.text for s in sided)))
            for holder in cell.unit.candidates:
                about = (cell.proposition, holder, language)
                sided = self.hypotheses.holder_sides(*about)
                left_open = self.hypotheses.about_holder("holder_open", *about)
                asked.append((cell, holder, sided))
                requests.append(Request(cell.window, (*(s.text for s in sided), left_open)))
        voices: list[list[Decision]] = []
        for (cell, holder, sided), logits in zip(asked, scorer(requests), strict=True):
            logp = log_probabilities(logits)
            sides = self._product_of_experts(logp[: len(sided)], sided)
            if holder == TEXT_VOICE:
                voices.append([cell.decision(holder, *self._text_voice(cell, sides))])
            else:
                left_open_p = float(np.exp(logp[-1, 0]))
                sides = self._with_side_words(cell, holder, sides)
                voice = self._holder_voice(cell, sides, left_open_p)
                voices[-1].append(cell.decision(holder, *voice))
        return [_owners_before_text(group) for group in voices]

    def _with_side_words(self, cell: _Cell, holder: str, sides: Floats) -> Floats:
        """Favor, against, neither after the evidence of side words in the holder's sentences."""
        words = self.words
        named = words.names_side(cell.unit, cell.proposition, holder) if words else None
        if named is None:
            return sides
        gain = np.array([named > 0, named < 0, named == 0]) * self.config.side_keyword_weight
        return softmax(np.log(np.clip(sides, 1e-9, None)) + gain)

    def _product_of_experts(self, logp: Floats, sided: Sequence[Sided]) -> Floats:
        """Favor, against and neither ``[3]`` from log-probabilities ``[n, 3]``."""
        entailed, neither, contradicted = logp.T
        if np.isneginf(contradicted).all():
            # A binary head: not-entailment is all that speaks against a hypothesis.
            contradicted = neither
        for_favor = np.array([s.side > 0 for s in sided])
        experts = np.stack(
            [
                np.where(for_favor, entailed, contradicted),
                np.where(for_favor, contradicted, entailed),
                neither,
            ]
        )
        return softmax(experts.mean(axis=1) / self.config.temperature)

    def _text_voice(self, cell: _Cell, sides: Floats) -> tuple[Floats, Label]:
        """By the codebook, a wholly quoted paragraph takes no side in the text's own voice."""
        if cell.unit.wholly_quoted:
            sides = np.array([0.0, 0.0, 1.0])
        p = np.append(sides * cell.related, 1 - cell.related)
        return p, label_of(p, self.config.side_threshold)

    def _holder_voice(self, cell: _Cell, sides: Floats, left_open: float) -> tuple[Floats, Label]:
        """For a holder, neither side means: no stance attributed, unless it is left open."""
        favor, against, neither = sides
        p = np.array([favor, against, neither * left_open, neither * (1 - left_open)])
        p[:3] *= cell.related
        p[3] = 1 - p[:3].sum()
        best = int(p[:3].argmax())
        # One of the three must reach the threshold by itself: mass that is split between opposite
        # sides is a model in doubt, not a holder with a stance.
        if p[best] < self.config.holder_threshold:
            return p, Label.UNRELATED
        return p, (Label.FAVOR, Label.AGAINST, Label.NEUTRAL)[best]


def _owners_before_text(voices: list[Decision]) -> list[Decision]:
    """What a list item says for the holder of its lead-in, it does not say for the outlet.

    "Putin's demands:" then "Ukraine must cede …" is Putin's demand; but "Putin's options:" then a
    judgement of the outlet stays the outlet's, since no stance is attributed to Putin there.
    """
    text, *holders = voices
    owned = {h.label for h in holders if h.holder in text.unit.owners}
    if text.label not in owned or text.label not in (Label.FAVOR, Label.AGAINST):
        return voices
    p = text.probabilities
    neutral = np.array([0.0, 0.0, p[:3].sum(), p[3]])
    return [replace(text, probabilities=neutral, label=Label.NEUTRAL), *holders]
