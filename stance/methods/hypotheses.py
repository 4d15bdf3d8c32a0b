"""Hypotheses: claims put into the mouth of the author or of a holder, in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from stance.errors import ConfigError
from stance.propositions import (
    HoldersConfig,
    PropositionsConfig,
    in_language,
    list_in_language,
)

Templates = Mapping[str, Mapping[str, str]]
TEMPLATE_NAMES = (
    "topic",
    "other_topic",
    "text_favor",
    "text_against",
    "holder_favor",
    "holder_against",
    "holder_open",
    "said",
    "imputed",
)
FAVOR, AGAINST = 1, -1
# What can be asked, and the sides whose claims it takes.
SIDES = {"both": (FAVOR, AGAINST), "favor": (FAVOR,), "against": (AGAINST,)}
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Sided:
    """A hypothesis, and the side that its entailment speaks for (+1 favor, -1 against)."""

    text: str
    side: int


class Hypotheses:
    """Makes every hypothesis text from propositions, holders and templates.

    Args:
        language: ``en``: English hypotheses for every paragraph; ``source``: in the language of
            the paragraph, and English ones where a proposition is not written in it.
        paraphrases: Paraphrases per side beside the statement; -1 for all.
        only_paraphrase: Index of the one paraphrase to use instead of the statement.
        sides: ``both``, ``favor`` or ``against``: the side whose claims alone are asked, with
            ``against`` the first paraphrase in the place of the statement.

    Raises:
        ConfigError: If ``language`` or ``sides`` is none of these, or if a proposition, holder or
            template lacks a sentence that could be asked: in English, or with ``source`` in a
            language that a proposition is written in.
    """

    def __init__(
        self,
        propositions: PropositionsConfig,
        holders: HoldersConfig,
        templates: Templates,
        language: str = "en",
        paraphrases: int = 1,
        only_paraphrase: int | None = None,
        sides: str = "both",
    ) -> None:
        if language not in ("en", "source"):
            raise ConfigError(f"hypothesis_language={language!r}: expected en or source")
        absent = [name for name in TEMPLATE_NAMES if name not in templates]
        if absent:
            raise ConfigError(f"templates: {', '.join(absent)} missing")
        if sides not in SIDES:
            raise ConfigError(f"method.hypotheses={sides!r}: expected one of {', '.join(SIDES)}")
        bare = [name for name, item in propositions.items.items() if not any(item.against.values())]
        if sides == "against" and bare:
            raise ConfigError(_nothing_against(f"propositions.items.{bare[0]}.against"))
        self._items = propositions.items
        self._holders = holders.holders
        self._templates = templates
        self._language = language
        self._paraphrases = paraphrases
        self._only = only_paraphrase
        self._sides = SIDES[sides]
        for proposition in self._items:
            self._check(proposition)

    def _check(self, proposition: str) -> None:
        """Make the sentences once: what is missing is found before hours of reading.

        But how many paraphrases a language has matters only where it is asked.
        """
        self.claims(proposition, "en")
        written = self._items[proposition].statement
        for language in ["en", *sorted(written)] if self._language == "source" else ["en"]:
            self.topic(proposition, language)
            for template in TEMPLATE_NAMES:
                self._fill(template, language)
            for holder in self._holders:
                self._holder_name(holder, language)

    def _fill(self, template: str, language: str, **parts: str) -> str:
        text = in_language(self._templates[template], language, f"templates.{template}")
        # Not str.format, and all at once: a claim may hold braces of its own.
        text = _SLOT.sub(lambda slot: parts.get(slot[1], slot[0]), text)
        # A holder's name may begin with an article in lower case.
        return text[:1].upper() + text[1:]

    def spoken(self, proposition: str, language: str) -> str:
        """The language in which a proposition is asked of a paragraph in some language."""
        written = self._items[proposition].statement
        return language if self._language == "source" and language in written else "en"

    def topic(self, proposition: str, language: str) -> str:
        """The hypothesis that a text is about the matter of a proposition."""
        language = self.spoken(proposition, language)
        key = f"propositions.items.{proposition}.topic"
        topic = in_language(self._items[proposition].topic, language, key)
        return self._fill("topic", language, topic=topic)

    def other_topic(self, proposition: str, language: str) -> str:
        """The hypothesis that a text is about something else than a proposition."""
        return self._fill("other_topic", self.spoken(proposition, language))

    def claims(self, proposition: str, language: str) -> list[Sided]:
        """The statement and the paraphrases in use, each with its side.

        Raises:
            ConfigError: If a language is missing, or the paraphrases that are to stand alone.
        """
        item, key = self._items[proposition], f"propositions.items.{proposition}"
        language = self.spoken(proposition, language)
        statement = in_language(item.statement, language, f"{key}.statement")
        favor = list_in_language(item.favor, language, f"{key}.favor") if item.favor else []
        against = list_in_language(item.against, language, f"{key}.against") if item.against else []
        listed = {FAVOR: favor, AGAINST: against}
        if self._only is not None:
            if not 0 <= self._only < min(len(listed[side]) for side in self._sides):
                raise ConfigError(
                    f"method.only_paraphrase={self._only}: {key} has {len(favor)} favor and "
                    f"{len(against)} against paraphrases in {language}, counted from 0"
                )
            return [Sided(listed[side][self._only], side) for side in self._sides]
        count = None if self._paraphrases < 0 else self._paraphrases
        first = [Sided(statement, FAVOR)] if FAVOR in self._sides else []
        claims = [*first, *(Sided(t, side) for side in self._sides for t in listed[side][:count])]
        if not claims:
            raise ConfigError(_nothing_against(f"{key}.against.{language}"))
        return claims

    def text_sides(self, proposition: str, language: str) -> list[Sided]:
        """The author supports each of the claims, or opposes the first."""
        claims = self.claims(proposition, language)
        spoken = self.spoken(proposition, language)
        support = [
            Sided(self._fill("text_favor", spoken, claim=claim.text), claim.side)
            for claim in claims
        ]
        # Opposition as well: support alone would reward a model that says yes to anything.
        opposed = self._fill("text_against", spoken, claim=claims[0].text)
        return [*support, Sided(opposed, -claims[0].side)]

    def holder_sides(self, proposition: str, holder: str, language: str) -> list[Sided]:
        """A holder supports, or opposes, the first claim; paraphrases would cost too much."""
        first = self.claims(proposition, language)[0]
        return [
            Sided(self.about_holder("holder_favor", proposition, holder, language), first.side),
            Sided(self.about_holder("holder_against", proposition, holder, language), -first.side),
        ]

    def about_holder(self, template: str, proposition: str, holder: str, language: str) -> str:
        """A template that names a holder, filled with it and the first claim."""
        spoken = self.spoken(proposition, language)
        return self._fill(
            template,
            spoken,
            holder=self._holder_name(holder, spoken),
            claim=self.claims(proposition, language)[0].text,
        )

    def _holder_name(self, holder: str, language: str) -> str:
        return in_language(self._holders[holder].name, language, f"holders.holders.{holder}.name")


def _nothing_against(key: str) -> str:
    return (
        f"method.hypotheses=against: {key} has no paraphrase to ask; write one, "
        "or use method.hypotheses=favor"
    )
