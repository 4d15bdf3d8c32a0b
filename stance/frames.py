"""Frames: how a paragraph presents the matter, from hypotheses of a YAML group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from stance.corpus.model import Kind
from stance.errors import ConfigError
from stance.methods.base import Unit
from stance.nli.model import probabilities
from stance.propositions import FramesConfig, list_in_language
from stance.scoring import Request, Scorer

COLUMNS = ("document", "paragraph", "frame", "p", "present", "hypothesis_language")


class FrameCoder:
    """Codes every paragraph of the configured kinds for every frame.

    Hypotheses are asked in English, or with ``hypothesis_language=source`` in the language of the
    paragraph where the frame has it.

    Raises:
        ConfigError: If a kind or frame is unknown or a hypothesis missing; the message names it.
    """

    def __init__(self, config: FramesConfig, hypothesis_language: str) -> None:
        for key, given, have in (
            ("kinds", config.kinds, [str(kind) for kind in Kind]),
            ("only", config.only or [], list(config.frames)),
        ):
            unknown = sorted(set(given) - set(have))
            if unknown:
                raise ConfigError(f"frames.{key}: {', '.join(unknown)} unknown; expected {have}")
        for name, frame in config.frames.items():
            key = f"frames.frames.{name}.hypotheses"
            for language in ["en", *frame.hypotheses]:
                list_in_language(frame.hypotheses, language, key)
        self._config = config
        self._language = hypothesis_language

    def requests(self, units: Sequence[Unit]) -> list[Request]:
        """What has to be scored, in the order of the coded units' windows."""
        return [
            Request(window, tuple(text for frame in frames for text in frame.hypotheses))
            for unit, frames in self._coded(units)
            for window in unit.windows
        ]

    def __call__(self, units: Sequence[Unit], scorer: Scorer) -> pd.DataFrame:
        """A row per coded unit and frame; p is the largest over its hypotheses and the windows."""
        logits = iter(scorer(self.requests(units)))
        rows = []
        for unit, frames in self._coded(units):
            entailed = np.stack([probabilities(next(logits))[:, 0] for _ in unit.windows])
            place = (unit.document.id, unit.paragraph.index)
            start = 0
            for frame in frames:
                end = start + len(frame.hypotheses)
                p = float(entailed[:, start:end].max())
                start = end
                present = p >= self._config.threshold
                rows.append((*place, frame.name, p, present, frame.language))
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def _coded(self, units: Sequence[Unit]) -> Iterator[tuple[Unit, list[_Asked]]]:
        names = self._config.only if self._config.only is not None else list(self._config.frames)
        for unit in units:
            if names and unit.paragraph.kind in self._config.kinds:
                yield unit, [self._asked(name, unit.paragraph.language) for name in names]

    def _asked(self, name: str, language: str) -> _Asked:
        written = self._config.frames[name].hypotheses
        spoken = language if self._language == "source" and language in written else "en"
        return _Asked(name, spoken, written[spoken])


@dataclass(frozen=True, slots=True)
class _Asked:
    """The hypotheses of a frame in the language in which a paragraph is asked."""

    name: str
    language: str
    hypotheses: list[str]
