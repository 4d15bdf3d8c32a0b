"""The methods by the names that ``method=`` gives them."""

from __future__ import annotations

from collections.abc import Sequence

from stance.errors import ConfigError
from stance.methods.base import Method, MethodConfig, WordEvidence
from stance.methods.contrast import EntailMinusContradict
from stance.methods.hypotheses import Hypotheses
from stance.methods.pipeline import Pipeline
from stance.methods.staged import Staged

METHODS: dict[str, type[Method]] = {
    "staged": Staged,
    "entail_minus_contradict": EntailMinusContradict,
    "pipeline": Pipeline,
}


def make_method(
    config: MethodConfig,
    hypotheses: Hypotheses,
    propositions: Sequence[str],
    words: WordEvidence | None = None,
) -> Method:
    """The method that a config names.

    Args:
        words: What the words of the set tell, ``KeywordRules``; None leaves all to the model.

    Raises:
        ConfigError: If there is none of that name.
    """
    if config.name not in METHODS:
        raise ConfigError(f"method.name={config.name!r}: expected one of {', '.join(METHODS)}")
    return METHODS[config.name](config, hypotheses, tuple(propositions), words)
