"""Two baselines beside every method: the majority class, and keyword rules from the same YAML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stance.methods.base import Label, Unit
from stance.propositions import PropositionsConfig, word_pattern


def majority_class() -> Label:
    """The class that wins in news about any one proposition: unrelated, nine times in ten."""
    return Label.UNRELATED


class KeywordRules:
    """Related if a topic word occurs; a side if only its words occur beside one.

    Fixed by the YAML alone: no model, no threshold, nothing fitted.
    """

    def __init__(self, propositions: PropositionsConfig) -> None:
        self._items = propositions.items
        self._patterns: dict[tuple[str, str, str], re.Pattern[str] | None] = {}

    def __call__(self, unit: Unit, proposition: str) -> Label:
        """Label of the text voice."""
        found = [self._finds(unit, proposition, part) for part in ("topic", "favor", "against")]
        related, favor, against = found
        if not related:
            return Label.UNRELATED
        if favor == against:
            return Label.NEUTRAL
        return Label.FAVOR if favor else Label.AGAINST

    def _finds(self, unit: Unit, proposition: str, part: str) -> bool:
        language = unit.paragraph.language
        key = (proposition, part, language)
        if key not in self._patterns:
            stems: dict[str, list[str]] = getattr(self._items[proposition].keywords, part)
            self._patterns[key] = word_pattern(
                stems.get(language, stems.get("en", [])), ignore_case=True
            )
        pattern = self._patterns[key]
        return pattern is not None and pattern.search(unit.paragraph.text) is not None


def keyword_labels(
    rules: KeywordRules, units: Sequence[Unit], propositions: Sequence[str]
) -> list[Label]:
    """Labels in the order units × propositions."""
    return [rules(unit, proposition) for unit in units for proposition in propositions]
