"""The one interface behind every way of turning logits into stances."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from stance.corpus.model import Document, Paragraph
from stance.errors import ModelError
from stance.methods.config import MethodConfig as MethodConfig
from stance.methods.hypotheses import AGAINST, FAVOR, Hypotheses
from stance.nli.model import NLIModel
from stance.scoring import Request, Scorer

TEXT_VOICE = "text"
Floats = NDArray[np.float64]


class Label(StrEnum):
    """Stance of a voice toward a proposition."""

    FAVOR = "favor"
    AGAINST = "against"
    NEUTRAL = "neutral"
    UNRELATED = "unrelated"


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph made ready for scoring.

    Attributes:
        windows: Premises that together cover the paragraph, each with its lead-in.
        sentences: The paragraph's sentences, as they stand in its text; an overlong one in parts.
        candidates: Holders named in the paragraph or its lead-in; of a list item whose lead-in
            names a single holder, that one.
        owners: Holders named in the lead-in of a list item: what it says is theirs.
        wholly_quoted: Whether every word stands inside quotation marks.
        masked: Sentence → what the model reads of it, where quoted words are masked in it; empty
            if nothing is left.
    """

    document: Document
    paragraph: Paragraph
    windows: tuple[str, ...]
    sentences: tuple[str, ...]
    candidates: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    wholly_quoted: bool = False
    masked: Mapping[str, str] = field(default_factory=dict)

    @property
    def lead(self) -> str:
        """What stands before each window, ending in a space where there is anything."""
        lead_in = self.paragraph.lead_in
        return f"{lead_in} " if lead_in and self.windows[0].startswith(lead_in) else ""

    def reading(self, sentence: str) -> str:
        """What the model reads of one of the sentences, without what stands before it."""
        return self.masked.get(sentence, sentence)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a method found for one voice of one unit toward one proposition.

    Attributes:
        holder: ``text`` for the outlet's own voice, else the name of the holder.
        probabilities: float64 ``[4]``: favor, against, neutral, unrelated; sums to 1.
        window: The premise, lead-in included, on which it was decided.
    """

    unit: Unit
    proposition: str
    holder: str
    probabilities: Floats
    label: Label
    window: str


@dataclass(frozen=True, slots=True)
class StanceEstimate(Decision):
    """A decision with its mode and its evidence.

    Attributes:
        mode: ``said`` or ``imputed``; empty for the text voice.
        evidence: The sentence that decided; empty where nothing in the paragraph is related.
        hypothesis_language: In which language the proposition was asked.
    """

    mode: str
    evidence: str
    hypothesis_language: str

    @property
    def score(self) -> float:
        """Direction and strength: p_favor - p_against."""
        return float(self.probabilities[0] - self.probabilities[1])


class WordEvidence(Protocol):
    """What the words of a proposition set tell about a unit; see ``KeywordRules``."""

    def names_topic(self, unit: Unit, proposition: str) -> bool | None:
        """Whether a topic word occurs; None where the set has none for the language."""

    def names_side(self, unit: Unit, proposition: str, holder: str) -> int | None:
        """Which side's words stand beside a holder: +1, -1, 0; None where they tell nothing."""

    def topic_sentences(self, unit: Unit, proposition: str) -> list[str]:
        """The sentences in which a topic word occurs."""


@dataclass
class Method(ABC):
    """Turns units into estimates; asks the scorer for whatever pairs it needs."""

    config: MethodConfig
    hypotheses: Hypotheses
    propositions: Sequence[str] = field(default_factory=tuple)
    words: WordEvidence | None = None

    needs_contradiction: ClassVar[bool] = False

    def check(self, model: NLIModel) -> None:
        """Refuse a model that the method cannot use, before anything is scored.

        Raises:
            ModelError: If the model's head lacks a class that the method needs.
        """
        if self.needs_contradiction and model.is_binary:
            raise ModelError(
                f"method {self.config.name} needs a contradiction class, and {model.identity.id} "
                "has a binary head; use method=staged or pipeline"
            )

    @abstractmethod
    def opening(self, units: Sequence[Unit]) -> list[Request]:
        """What is asked of every unit whatever the answers: may be scored ahead with the rest."""

    @abstractmethod
    def decide(self, units: Sequence[Unit], scorer: Scorer) -> list[Decision]:
        """Decide every unit × proposition for the text voice, then its holders with a stance."""

    def __call__(self, units: Sequence[Unit], scorer: Scorer) -> list[StanceEstimate]:
        """The method's decisions, each with mode and evidence; order as in ``decide``."""
        self.check(scorer.model)
        decisions = self.decide(units, scorer)
        modes = find_modes(decisions, self.hypotheses, scorer)
        evidence = self._evidence(decisions, scorer)
        return [
            StanceEstimate(
                *(d.unit, d.proposition, d.holder, d.probabilities, d.label, d.window),
                mode=mode,
                evidence=sentence,
                hypothesis_language=self.hypotheses.spoken(
                    d.proposition, d.unit.paragraph.language
                ),
            )
            for d, mode, sentence in zip(decisions, modes, evidence, strict=True)
        ]

    def _evidence(self, decisions: Sequence[Decision], scorer: Scorer) -> list[str]:
        """The sentence that by itself best entails what was decided.

        Of a neutral text voice only the matter was decided, so sentences without a topic word are
        no candidates where others have one. Nor is a sentence of which the model reads nothing.
        """
        requests: list[Request] = []
        candidates: list[list[str]] = []
        for decision in decisions:
            sentences = self._candidates(decision)
            candidates.append(sentences)
            if len(sentences) > 1:
                hypothesis = _deciding(decision, self.hypotheses)
                unit = decision.unit
                requests += [Request(unit.lead + unit.reading(s), (hypothesis,)) for s in sentences]
        logits = iter(scorer(requests))
        evidence = []
        for sentences in candidates:
            if len(sentences) > 1:
                entailed = [log_probabilities(next(logits))[0, 0] for _ in sentences]
                evidence.append(sentences[int(np.argmax(entailed))])
            else:
                evidence.append(sentences[0] if sentences else "")
        return evidence

    def _candidates(self, decision: Decision) -> list[str]:
        if decision.label is Label.UNRELATED:
            return []
        unit = decision.unit
        if decision.label is Label.NEUTRAL and decision.holder == TEXT_VOICE and self.words:
            named = self.words.topic_sentences(unit, decision.proposition)
            named = [sentence for sentence in named if unit.reading(sentence)]
            if named:
                return named
        return [sentence for sentence in unit.sentences if unit.reading(sentence)]


def find_modes(decisions: Sequence[Decision], hypotheses: Hypotheses, scorer: Scorer) -> list[str]:
    """Whether a holder's stance is said or imputed: the hypothesis that is entailed more."""
    held = [d for d in decisions if d.holder != TEXT_VOICE]
    requests = [
        Request(
            d.window,
            tuple(
                hypotheses.about_holder(mode, d.proposition, d.holder, d.unit.paragraph.language)
                for mode in ("said", "imputed")
            ),
        )
        for d in held
    ]
    entailed = iter([log_probabilities(logits)[:, 0] for logits in scorer(requests)])
    modes = []
    for decision in decisions:
        if decision.holder == TEXT_VOICE:
            modes.append("")
        else:
            said, imputed = next(entailed)
            modes.append("said" if said >= imputed else "imputed")
    return modes


def _deciding(decision: Decision, hypotheses: Hypotheses) -> str:
    """The hypothesis whose entailment the label rests on."""
    language = decision.unit.paragraph.language
    if decision.label is Label.NEUTRAL:
        return hypotheses.topic(decision.proposition, language)
    if decision.holder == TEXT_VOICE:
        sided = hypotheses.text_sides(decision.proposition, language)
    else:
        sided = hypotheses.holder_sides(decision.proposition, decision.holder, language)
    wanted = FAVOR if decision.label is Label.FAVOR else AGAINST
    return next(s.text for s in sided if s.side == wanted)


def log_probabilities(logits: NDArray[np.float32]) -> Floats:
    """Log-softmax over the last axis ``[..., 3]``; a binary head's NaN becomes -inf."""
    values = np.where(np.isnan(logits), -np.inf, logits.astype(np.float64))
    values = values - values.max(axis=-1, keepdims=True)
    return np.asarray(values - np.log(np.exp(values).sum(axis=-1, keepdims=True)))


def softmax(values: Floats) -> Floats:
    """Softmax over the last axis."""
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def label_of(probabilities: Floats, side_threshold: float = 0.5) -> Label:
    """Relevance first: unrelated if that is likelier than not, then a side if it has the mass.

    A side needs ``side_threshold`` of what is related; else the voice is neutral.
    """
    favor, against, _, unrelated = probabilities
    related = 1 - unrelated
    if related < 0.5:
        return Label.UNRELATED
    if max(favor, against) / related < side_threshold:
        return Label.NEUTRAL
    return Label.FAVOR if favor >= against else Label.AGAINST


def relevance_of(entailed: Floats, threshold: float, log_odds: float = 0.0) -> Floats:
    """P(related) from P(entailment) of the topic, with ``threshold`` moved to one half.

    So the label and the probabilities agree whatever the threshold. ``log_odds`` of further
    evidence are added, as in naive Bayes.
    """
    entailed = np.clip(entailed, 1e-6, 1 - 1e-6)
    odds = entailed / (1 - entailed) * (1 - threshold) / threshold * np.exp(log_odds)
    return np.asarray(odds / (1 + odds))
