"""Which logit of a head means what, decided by the names in its config and never by position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stance.errors import ModelError

_THREE_WAY = {
    "entailment": "entailment",
    "entail": "entailment",
    "entails": "entailment",
    "neutral": "neutral",
    "contradiction": "contradiction",
    "contradict": "contradiction",
    "contradicts": "contradiction",
}
_BINARY = {
    "entailment": "entailment",
    "entail": "entailment",
    "notentailment": "not_entailment",
    "nonentailment": "not_entailment",
    "notentail": "not_entailment",
}


@dataclass(frozen=True)
class LabelOrder:
    """Index of each class among a head's logits.

    Attributes:
        entailment: Index of the entailment logit.
        neutral: Index of neutral, or, in a binary head, of not-entailment.
        contradiction: Index of contradiction; None in a binary head.
    """

    entailment: int
    neutral: int
    contradiction: int | None

    @property
    def is_binary(self) -> bool:
        return self.contradiction is None


def resolve_labels(id2label: Mapping[int, str], model: str) -> LabelOrder:
    """Find the classes of an NLI head by the names in ``id2label``.

    Raises:
        ModelError: If the names are neither entailment / neutral / contradiction nor
            entailment / not_entailment. Nothing is guessed.
    """
    names = {int(index): _plain(name) for index, name in id2label.items()}
    for known, parts in (
        (_THREE_WAY, ("entailment", "neutral", "contradiction")),
        (_BINARY, ("entailment", "not_entailment")),
    ):
        found = {known[name]: index for index, name in names.items() if name in known}
        if len(names) == len(parts) and set(found) == set(parts):
            second = found[parts[1]]
            return LabelOrder(found["entailment"], second, found.get("contradiction"))
    raise ModelError(
        f"{model}: the labels of its head are {dict(id2label)}; expected entailment / neutral / "
        "contradiction or entailment / not_entailment. If you know what they mean, write the "
        "names into id2label of its config.json"
    )


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalpha())
