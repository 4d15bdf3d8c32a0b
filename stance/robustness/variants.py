"""The same experiment put otherwise: one setting changed at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stance.config import StanceConfig
from stance.errors import ConfigError
from stance.estimates import method_of

BASE = "base"
_LANGUAGES = {"en": "english_hypotheses", "source": "source_hypotheses"}
_SIDES = {side: f"{side}_hypotheses" for side in ("both", "favor", "against")}
_WINDOWS = {"paragraph": "paragraph_windows", "sentence": "sentence_windows"}
_QUOTES = {False: "unmasked_quotes", True: "masked_quotes"}


@dataclass(frozen=True)
class Variant:
    """One way to put the experiment.

    Attributes:
        name: As ``robustness.variants`` and the tables call it.
        setting: What it changes, as the command would take it; empty for the base.
        config: The whole configuration; None where it cannot be run.
        left_out: Why it is not run; empty if it is.
    """

    name: str
    setting: str
    config: StanceConfig | None
    left_out: str = ""


def variants_of(config: StanceConfig, languages: Sequence[str]) -> list[Variant]:
    """Every variant of an experiment, or those that ``robustness.variants`` names.

    Args:
        config: The base.
        languages: Of the corpus: a variant is left out where the set does not serve one of them.

    Raises:
        ConfigError: If a name is unknown; the message lists those that there are.
    """
    offered = [_variant(config, languages, *change) for change in _changes(config)]
    wanted = config.robustness.variants
    if wanted is None:
        return offered
    names = [variant.name for variant in offered]
    unknown = [name for name in wanted if name not in names]
    if unknown:
        raise ConfigError(
            f"robustness.variants: no variant {', '.join(unknown)} of this experiment; expected "
            f"some of {', '.join(names)}"
        )
    return [variant for variant in offered if variant.name in wanted]


def _changes(config: StanceConfig) -> Iterator[tuple[str, str, object]]:
    """Name, key and value of everything that could be otherwise."""
    own = config.method
    if own.only_paraphrase is not None:
        yield "statement", "method.only_paraphrase", None
    lists = [
        texts
        for item in config.propositions.items.values()
        for side in (item.favor, item.against)
        for texts in side.values()
    ]
    # Up to the longest list, and the first in any case, so that what is left out is said.
    for index in range(max([1, *map(len, lists)])):
        if index != own.only_paraphrase:
            yield f"paraphrase_{index}", "method.only_paraphrase", index
    choices: tuple[tuple[str, dict[Any, str], object], ...] = (
        ("hypothesis_language", _LANGUAGES, config.hypothesis_language),
        ("method.hypotheses", _SIDES, own.hypotheses),
        ("method.window", _WINDOWS, own.window),
        ("method.mask_quotes", _QUOTES, own.mask_quotes),
    )
    for key, names, chosen in choices:
        for value, name in names.items():
            if value != chosen:
                yield name, key, value


def _variant(
    config: StanceConfig, languages: Sequence[str], name: str, key: str, value: object
) -> Variant:
    shown = "null" if value is None else str(value).lower()
    setting = f"{key}={shown}"
    part, _, field = key.rpartition(".")
    change: dict[str, Any] = {field: value}
    try:
        if part:
            change = {part: replace(getattr(config, part), **change)}
        changed = replace(config, **change)
        hypotheses_of(changed, languages)
    except ConfigError as error:
        return Variant(name, setting, None, str(error))
    return Variant(name, setting, changed)


def hypotheses_of(config: StanceConfig, languages: Sequence[str]) -> list[str]:
    """Every hypothesis that paragraphs of these languages could be asked.

    Raises:
        ConfigError: If the set lacks a sentence or a paraphrase for one of them.
    """
    made = method_of(config).hypotheses
    texts: list[str] = []
    for language in languages:
        for proposition in config.propositions.items:
            texts.append(made.other_topic(proposition, language))
            texts.append(made.topic(proposition, language))
            texts += (sided.text for sided in made.text_sides(proposition, language))
            for holder in config.holders.holders:
                about = (proposition, holder, language)
                texts += (sided.text for sided in made.holder_sides(*about))
                texts += (made.about_holder(t, *about) for t in ("holder_open", "said", "imputed"))
    return texts
