"""The settings of ``task=robustness``."""

from __future__ import annotations

from dataclasses import dataclass

from stance.errors import ConfigError


@dataclass
class RobustnessConfig:
    """What ``task=robustness`` runs beside the configured experiment.

    Attributes:
        variants: Names of the variants, as ``variants.csv`` lists them; null for all.

    Raises:
        ConfigError: If the list is empty.
    """

    variants: list[str] | None = None

    def __post_init__(self) -> None:
        if self.variants is not None and not self.variants:
            raise ConfigError(
                "robustness.variants is empty; name at least one variant, or null for all of them"
            )
