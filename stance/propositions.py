"""Propositions, holders and frames, as a researcher writes them in YAML."""

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


@dataclass
class FrameConfig:
    """One frame: its name to people, its definition, what counts, and its hypotheses."""

    label: Texts = field(default_factory=dict)
    definition: str = ""
    counts: list[str] = field(default_factory=list)
    excludes: list[str] = field(default_factory=list)
    source: str = ""
    hypotheses: TextLists = field(default_factory=dict)


@dataclass
class FramesConfig:
    """A named set of frames, and when one counts as present.

    Attributes:
        name: Name of the set, as it stands in results.json.
        threshold: P(entailment) of a frame's strongest hypothesis from which it is present.
        kinds: Kinds of paragraphs that are coded for frames.
        only: Names of the frames to code; all of the set if left out.
        frames: Name of a frame → its definition, what counts, and its hypotheses.
    """

    name: str = "none"
    threshold: float = 0.5
    kinds: list[str] = field(default_factory=lambda: ["body", "list_item", "quote"])
    only: list[str] | None = None
    frames: dict[str, FrameConfig] = field(default_factory=dict)


ASK_IN_ENGLISH = "use hypothesis_language=en"


def in_language(
    texts: Mapping[str, str], language: str, key: str, instead: str = ASK_IN_ENGLISH
) -> str:
    """The text in one language.

    Args:
        texts: Language → text.
        language: The one that is wanted.
        key: Where the texts stand, for the message.
        instead: What may be done instead of adding the text.

    Raises:
        ConfigError: If the language is missing or the text empty; the message names the key.
    """
    if language not in texts:
        have = ", ".join(sorted(texts)) or "none"
        mend = "add it" if language == "en" else f"add it, or {instead}"
        raise ConfigError(f"{key}.{language} is missing (languages there: {have}); {mend}")
    if not texts[language].strip():
        raise ConfigError(f"{key}.{language} is empty; write the sentence or remove the language")
    return texts[language]


def list_in_language(
    texts: Mapping[str, Sequence[str]], language: str, key: str, instead: str = ASK_IN_ENGLISH
) -> list[str]:
    """The texts in one language, each checked like ``in_language``, with the same arguments."""
    if language not in texts:
        in_language({name: "" for name in texts}, language, key, instead)
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
        if not name.strip():
            raise ConfigError("propositions.items: a proposition has an empty name; give it one")
        key = f"propositions.items.{name}"
        for language in dict.fromkeys(["en", *sorted(item.statement)]):
            instead = f"take {language} out of {key}.statement"
            in_language(item.statement, language, f"{key}.statement")
            in_language(item.topic, language, f"{key}.topic", instead)
            for side, texts in (("favor", item.favor), ("against", item.against)):
                if texts:
                    list_in_language(texts, language, f"{key}.{side}", instead)


def check_holders(config: HoldersConfig) -> None:
    """Refuse names that would be taken for the text's own voice, or not be read back from a sheet.

    Raises:
        ConfigError: Naming the first name that is wrong.
    """
    for name in config.holders:
        if name == "text" or not name.strip() or set(name) & set(":;"):
            raise ConfigError(
                f"holders.holders: {name!r} cannot be the name of a holder; text is the outlet's "
                "own voice, and coding sheets need : and ; for themselves"
            )


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
