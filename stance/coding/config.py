"""The settings of the coding room: the schema of the keys ``sample.…``."""

from __future__ import annotations

from dataclasses import dataclass

from stance.errors import ConfigError

DESIGNS = ("stratified", "uncertainty")
FORMATS = ("csv", "label_studio")


@dataclass
class SampleConfig:
    """How paragraphs are drawn for coding, and what they are written to.

    Attributes:
        weights: ``stratified`` or ``uncertainty``; see ``stance.coding.sampling``.
        format: ``csv``: a coding sheet; ``label_studio``: tasks and labelling set-up as well.
    """

    weights: str = "stratified"
    format: str = "csv"

    def __post_init__(self) -> None:
        for name, known in (("weights", DESIGNS), ("format", FORMATS)):
            if getattr(self, name) not in known:
                raise ConfigError(
                    f"sample.{name}={getattr(self, name)!r}: expected {' or '.join(known)}"
                )
