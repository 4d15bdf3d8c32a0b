"""Propositions and holders, as a researcher writes them in YAML, and the texts made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stance.errors import ConfigError

Texts = dict[str, str]
TextLists = dict[str, list[str]]


@dataclass
class KeywordsConfig:
    """Word stems per language for the keyword baseline; a trailing ``*`` matches any ending."""

    topic: TextLists = field(default_factory=dict)
    favor: TextLists = field(default_factory=dict)
    against: TextLists = field(default_factory=dict)


@dataclass
class PropositionConfig:
    """One claim: what it says, what it is about, and other ways of saying both sides of it."""

    statement: Texts = field(default_factory=dict)
    topic: Texts = field(default_factory=dict)
    favor: TextLists = field(default_factory=dict)
    against: TextLists = field(default_factory=dict)
    keywords: KeywordsConfig = field(default_factory=KeywordsConfig)


@dataclass
class PropositionsConfig:
    """A named set of claims.

    Attributes:
        name: Name of the set, as it stands in results.json.
        description: What the claims are about, for those who read the file.
        items: Name of a proposition → its statement, topic, paraphrases and keywords.
    """

    name: str = "custom"
    description: str = ""
    items: dict[str, PropositionConfig] = field(default_factory=dict)


@dataclass
class HolderConfig:
    """An actor to whom stances are attributed: its name, and how texts call it."""

    name: Texts = field(default_factory=dict)
    aliases: TextLists = field(default_factory=dict)


@dataclass
class HoldersConfig:
    """A named set of holders.

    Attributes:
        name: Name of the set, as it stands in results.json.
        holders: Name of a holder, as it stands in the tables → how texts call it.
    """

    name: str = "none"
    holders: dict[str, HolderConfig] = field(default_factory=dict)


def in_language(texts: Mapping[str, str], language: str, key: str) -> str:
    """The text in one language.

    Raises:
        ConfigError: If the language is missing or the text empty; the message names the key.
    """
    if language not in texts:
        have = ", ".join(sorted(texts)) or "none"
        mend = "add it" if language == "en" else "add it, or use hypothesis_language=en"
        raise ConfigError(f"{key}.{language} is missing (languages there: {have}); {mend}")
    if not texts[language].strip():
        raise ConfigError(f"{key}.{language} is empty; write the sentence or remove the language")
    return texts[language]


def list_in_language(texts: Mapping[str, Sequence[str]], language: str, key: str) -> list[str]:
    """The texts in one language, each checked like ``in_language``."""
    if language not in texts:
        in_language({name: "" for name in texts}, language, key)
    if not texts[language]:
        raise ConfigError(
            f"{key}.{language} is empty; write at least one sentence or remove the language"
        )
    for index, text in enumerate(texts[language]):
        if not text.strip():
            raise ConfigError(
                f"{key}.{language}[{index}] is empty; write the sentence or remove the line"
            )
    return list(texts[language])


def check_propositions(config: PropositionsConfig) -> None:
    """Refuse a set that could not be scored: no items, no statement, no topic, empty texts.

    Raises:
        ConfigError: Naming the first key that is wrong.
    """
    if not config.items:
        raise ConfigError("propositions.items is empty: a set needs at least one proposition")
    for name, item in config.items.items():
        key = f"propositions.items.{name}"
        languages = set(item.statement) | {"en"}
        for language in sorted(languages):
            in_language(item.statement, language, f"{key}.statement")
            in_language(item.topic, language, f"{key}.topic")
            for side, texts in (("favor", item.favor), ("against", item.against)):
                if texts:
                    list_in_language(texts, language, f"{key}.{side}")


def word_pattern(stems: Sequence[str], *, ignore_case: bool) -> re.Pattern[str] | None:
    """Match any of the stems at the start of a word; ``*`` at the end of one matches any ending.

    Returns None where there are no stems.
    """
    parts = [
        re.escape(stem[:-1]) + r"\w*" if stem.endswith("*") else re.escape(stem) + r"(?!\w)"
        for stem in stems
        if stem.strip("* ")
    ]
    if not parts:
        return None
    # Longest first, so that a short stem does not shadow a longer one.
    parts.sort(key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})", re.IGNORECASE if ignore_case else 0)


class MentionFinder:
    """Finds which holders a text names, by the aliases of its language and the English ones."""

    def __init__(self, config: HoldersConfig) -> None:
        self._holders = config.holders
        self._patterns: dict[tuple[str, str], re.Pattern[str] | None] = {}

    def __call__(self, text: str, language: str) -> tuple[str, ...]:
        """Names of the holders mentioned, in the order of the config."""
        return tuple(name for name in self._holders if self._mentions(name, text, language))

    def _mentions(self, name: str, text: str, language: str) -> bool:
        key = (name, language)
        if key not in self._patterns:
            aliases = self._holders[name].aliases
            # International names (Putin, NATO, Rutte) appear in English spelling anywhere.
            stems = dict.fromkeys([*aliases.get(language, []), *aliases.get("en", [])])
            self._patterns[key] = word_pattern(list(stems), ignore_case=False)
        pattern = self._patterns[key]
        return pattern is not None and pattern.search(text) is not None
