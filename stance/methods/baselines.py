"""Two baselines beside every method: the majority class, and keyword rules from the same YAML."""

from __future__ import annotations

import re

from stance.methods.base import Label, Unit
from stance.propositions import MentionFinder, PropositionsConfig, word_pattern


def majority_class() -> Label:
    """The class that wins in news about any one proposition: unrelated, nine times in ten."""
    return Label.UNRELATED


class KeywordRules:
    """Related if a topic word occurs; a side if only its words occur beside one.

    Fixed by the YAML alone: no model, no threshold, nothing fitted.
    """

    def __init__(
        self, propositions: PropositionsConfig, mentions: MentionFinder | None = None
    ) -> None:
        self._items = propositions.items
        self._mentions = mentions
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

    def names_topic(self, unit: Unit, proposition: str) -> bool | None:
        """Whether a topic word occurs in the paragraph or the line that introduces its list.

        None where the set has no topic words for the language.
        """
        pattern = self._pattern(unit, proposition, "topic")
        if pattern is None:
            return None
        return any(pattern.search(part) for part in (unit.paragraph.text, unit.lead))

    def topic_sentences(self, unit: Unit, proposition: str) -> list[str]:
        """The sentences in which a topic word occurs."""
        pattern = self._pattern(unit, proposition, "topic")
        return [s for s in unit.sentences if pattern and pattern.search(s)]

    def names_side(self, unit: Unit, proposition: str, holder: str) -> int | None:
        """Which side's words stand in the sentences that name a holder: +1, -1, or 0 for none.

        None where the words tell nothing: the set has none for the language, words of both sides
        occur, or the holder stands in the line above a list, whose items seldom carry such words.
        """
        favor, against = (self._pattern(unit, proposition, side) for side in ("favor", "against"))
        if self._mentions is None or (favor is None and against is None) or holder in unit.owners:
            return None
        language = unit.paragraph.language
        own = [s for s in unit.sentences if holder in self._mentions(s, language)]
        found = [
            any(pattern.search(sentence) for sentence in own) if pattern else False
            for pattern in (favor, against)
        ]
        return None if all(found) else int(found[0]) - int(found[1])

    def _finds(self, unit: Unit, proposition: str, part: str) -> bool:
        pattern = self._pattern(unit, proposition, part)
        return pattern is not None and pattern.search(unit.paragraph.text) is not None

    def _pattern(self, unit: Unit, proposition: str, part: str) -> re.Pattern[str] | None:
        language = unit.paragraph.language
        key = (proposition, part, language)
        if key not in self._patterns:
            stems: dict[str, list[str]] = getattr(self._items[proposition].keywords, part)
            self._patterns[key] = word_pattern(stems.get(language, []), ignore_case=True)
        return self._patterns[key]
