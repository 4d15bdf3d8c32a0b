"""The settings of the analysis room: the schema of the ``analysis`` configuration group."""

from __future__ import annotations

from dataclasses import dataclass, field

from stance.errors import ConfigError


@dataclass
class AnalysisConfig:
    """How stance is summed up per source, and how sources are compared.

    Attributes:
        alpha: Error level of intervals (coverage 1 − alpha) and tests; in (0, 1).
        seed: Seed of every interval and permutation; the same seed gives the same tables.
        bootstrap: Number of random weightings of the documents behind an interval.
        permutations: Largest number of relabelings enumerated exactly, and the number drawn
            where there are more.
        weights: ``documents``: every independent document counts the same. ``paragraphs``: every
            paragraph does, so that long and much translated documents weigh more.
        kinds: The kinds of paragraph that are counted.
        duplicates: ``keep`` near-duplicates (they share a group, so they add no evidence) or
            ``drop`` all but the earliest.
        top_terms: Distinctive terms listed per source and language.
        min_term_paragraphs: A rarer term (in paragraphs of its language) is not listed.

    Raises:
        ConfigError: If a value is out of its range; the message names the key.
    """

    alpha: float = 0.05
    seed: int = 0
    bootstrap: int = 2000
    permutations: int = 2000
    weights: str = "documents"
    kinds: list[str] = field(default_factory=lambda: ["body", "list_item", "quote"])
    duplicates: str = "keep"
    top_terms: int = 15
    min_term_paragraphs: int = 3

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if not 0.0 < self.alpha < 1.0:
            raise ConfigError(f"analysis.alpha is {self.alpha}; it must lie between 0 and 1")
        if self.seed < 0:
            raise ConfigError(f"analysis.seed is {self.seed}; it must not be negative")
        for key in ("bootstrap", "permutations", "top_terms", "min_term_paragraphs"):
            if getattr(self, key) < 1:
                raise ConfigError(f"analysis.{key} is {getattr(self, key)}; it must be at least 1")
        for key, choices in _CHOICES.items():
            if getattr(self, key) not in choices:
                raise ConfigError(
                    f"analysis.{key} is {getattr(self, key)!r}; choose {' or '.join(choices)}"
                )
        if not self.kinds:
            raise ConfigError("analysis.kinds is empty; name at least one kind, such as body")


_CHOICES = {"weights": ("documents", "paragraphs"), "duplicates": ("keep", "drop")}
