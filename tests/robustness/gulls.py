"""Two invented papers on one dispute, one for it in quotation marks only, and their reader."""

from __future__ import annotations

from dataclasses import replace

from methods.islands import FERRY, HOLDERS, SWAP, TEMPLATES, about_the_swap, paragraph
from table_model import CONTRADICTED, ENTAILED, Rule, TableModel

from stance.analysis import AnalysisConfig
from stance.config import EngineConfig, StanceConfig
from stance.corpus import Corpus
from stance.corpus.model import Document
from stance.methods import MethodConfig
from stance.propositions import PropositionConfig, PropositionsConfig
from stance.robustness.config import RobustnessConfig

N = 5  # documents of each paper
QUOTING = "Bo spoke. “The isle should be swapped.”"
OWN = "Bo spoke. The isle must never go."


def setup(
    *variants: str, items: dict[str, PropositionConfig] | None = None, **settings: object
) -> StanceConfig:
    """The experiment, with the settings of its method and the variants that are wanted."""
    return StanceConfig(
        name="gulls",
        propositions=PropositionsConfig("islands", items=items or {"swap": SWAP}),
        holders=HOLDERS,
        templates=TEMPLATES,
        method=MethodConfig(**settings),
        engine=EngineConfig(store="off", progress=False),
        # 252 ways to label ten documents: all of them are tried.
        analysis=AnalysisConfig(bootstrap=10, permutations=300),
        robustness=RobustnessConfig(list(variants) or None),
    )


BOTH_CLAIMS = {"swap": SWAP, "ferry": FERRY}
ONE_EACH = {
    "swap": SWAP,
    "fair": replace(SWAP, favor={"en": ["Fair."]}, against={"en": ["Foul."]}),
}


def corpus() -> Corpus:
    """Each paper's documents, a paragraph each."""
    return Corpus(
        tuple(
            Document(f"{source}{i}", source, "", "en", (paragraph(f"{text} It is day {i}."),))
            for source, text in (("Gull", QUOTING), ("Tern", OWN))
            for i in range(N)
        )
    )


def model() -> TableModel:
    """Both papers are on the matter; the words of each speak for a side, if they can be read."""
    rules: list[Rule] = [about_the_swap("isle")]
    favor, against = [SWAP.statement["en"], *SWAP.favor["en"]], SWAP.against["en"]
    for premise, yes, no in (("swapped", favor, against), ("never go", against, favor)):
        for claims, supported, opposed in (
            (yes, ENTAILED, CONTRADICTED),
            (no, CONTRADICTED, ENTAILED),
        ):
            for claim in claims:
                rules.append((premise, f"The author supports this: {claim}", supported))
                rules.append((premise, f"The author opposes this: {claim}", opposed))
    return TableModel(*rules)
