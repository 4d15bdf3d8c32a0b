"""The settings of the methods room: the schema of the ``method`` configuration group."""

from __future__ import annotations

from dataclasses import dataclass

from stance.errors import ConfigError
from stance.methods.hypotheses import SIDES

WINDOWS = ("paragraph", "sentence")


@dataclass
class MethodConfig:
    """How logits become stances.

    Attributes:
        name: ``staged``, ``entail_minus_contradict`` or ``pipeline``.
        paraphrases: How many paraphrases of each side stand beside the statement: 0 only the
            statement, -1 all; with ``only_paraphrase`` set, that one alone replaces the statement.
        only_paraphrase: Index of a single paraphrase to use instead of the statement, or null.
        hypotheses: ``both``: claims of both sides are asked. ``favor``: the statement and its
            paraphrases alone. ``against``: the against-paraphrases alone, the first in the place
            of the statement, so that to support it is to be against.
        relevance_threshold: P(entailment) of the topic at which a paragraph counts as related.
        keyword_weight: How much a topic word of the set adds to the log-odds of being related, and
            its absence takes away; 0 leaves relevance to the model alone. Only ``staged`` uses it.
        gate: Whether a paragraph without any topic word of the set is unrelated without the model
            being asked, which is most of the saving in time; only where the set has such words.
        side_keyword_weight: How much a side's word in a sentence that names a holder adds to the
            log-odds of the holder's side, and the want of any to its having none; 0 for none.
        side_threshold: Share of the related mass that a side needs to be taken.
        holder_threshold: Probability of one side (or of leaving it open) from which a stance is
            attributed to a holder.
        temperature: Divides the log-probabilities of sides; above 1 makes them less sure.
        use_lead_in: Whether a list item is read together with the line that introduces it.
        window: ``paragraph``: a premise is the whole paragraph, or as many of its sentences as fit.
            ``sentence``: every sentence is a premise of its own.
        mask_quotes: Whether the model reads "…" in the place of quoted words, save where a
            paragraph is all quotation. Words of the set and names of holders are still looked for
            in the whole paragraph.

    Raises:
        ConfigError: If a value is out of its range; the message names the key.
    """

    name: str = "staged"
    paraphrases: int = 1
    only_paraphrase: int | None = None
    hypotheses: str = "both"
    relevance_threshold: float = 0.5
    keyword_weight: float = 5.0
    gate: bool = True
    side_keyword_weight: float = 2.0
    side_threshold: float = 0.5
    holder_threshold: float = 0.55
    temperature: float = 1.0
    use_lead_in: bool = True
    window: str = "paragraph"
    mask_quotes: bool = False

    def __post_init__(self) -> None:
        for name in ("relevance_threshold", "side_threshold", "holder_threshold"):
            if not 0 < getattr(self, name) < 1:
                raise ConfigError(
                    f"method.{name}={getattr(self, name)}: expected a number between 0 and 1"
                )
        if self.temperature <= 0:
            raise ConfigError(f"method.temperature={self.temperature}: expected more than 0")
        for name in ("keyword_weight", "side_keyword_weight"):
            if getattr(self, name) < 0:
                raise ConfigError(f"method.{name}={getattr(self, name)}: expected at least 0")
        for name, choices in (("hypotheses", SIDES), ("window", WINDOWS)):
            if getattr(self, name) not in choices:
                raise ConfigError(
                    f"method.{name}={getattr(self, name)!r}: expected one of {', '.join(choices)}"
                )
        if self.hypotheses == "against" and not self.paraphrases and self.only_paraphrase is None:
            raise ConfigError(
                "method.hypotheses=against asks only paraphrases, and method.paraphrases=0 leaves "
                "none; raise it, or use hypotheses=favor"
            )
