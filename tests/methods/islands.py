"""One invented dispute: its claims, its holders, its paragraphs, and a model that reads them."""

from __future__ import annotations

from collections.abc import Sequence

import yaml
from table_model import CONTRADICTED, ENTAILED, Answer, Rule, TableModel

from stance.corpus.model import Document, Kind, Paragraph
from stance.corpus.quotes import quoted_spans
from stance.methods import METHODS, Hypotheses, MethodConfig, StanceEstimate, Unit, make_units
from stance.methods.base import Method
from stance.nli import NLIModel
from stance.propositions import (
    HolderConfig,
    HoldersConfig,
    KeywordsConfig,
    MentionFinder,
    PropositionConfig,
    PropositionsConfig,
)
from stance.resources import CONFIGS
from stance.scoring import Scorer

TEMPLATES = yaml.safe_load((CONFIGS / "templates" / "default.yaml").read_text("utf-8"))

SWAP = PropositionConfig(
    statement={
        "en": "The islands should be swapped.",
        "de": "Die Inseln sollten getauscht werden.",
    },
    topic={"en": "the exchange of the islands", "de": "den Tausch der Inseln"},
    favor={"en": ["A swap is fair.", "A swap brings calm."], "de": ["Ein Tausch ist gerecht."]},
    against={"en": ["A swap is theft.", "No isle may go."], "de": ["Ein Tausch ist Diebstahl."]},
    keywords=KeywordsConfig(
        topic={"en": ["island*", "isle"], "de": ["Insel*"]},
        favor={"en": ["fair", "swap*"], "de": ["gerecht"]},
        against={"en": ["theft", "reject*"], "de": ["Diebstahl"]},
    ),
)
FERRY = PropositionConfig(
    statement={"en": "The ferry should be free.", "de": "Die Fähre sollte kostenlos sein."},
    topic={"en": "the fare of the ferry", "de": "den Preis der Fähre"},
)
PROPOSITIONS = PropositionsConfig("islands", items={"swap": SWAP, "ferry": FERRY})
HOLDERS = HoldersConfig(
    "coasts",
    {
        "north": HolderConfig(
            {"en": "Northland", "de": "Nordland"}, {"en": ["North*", "Bo"], "de": ["Nord*"]}
        ),
        "south": HolderConfig({"en": "Southland", "de": "Südland"}, {"en": ["South*", "US"]}),
    },
)
HYPOTHESES = Hypotheses(PROPOSITIONS, HOLDERS, TEMPLATES)
DOCUMENT = Document("d", "The Gull", "Two coasts", "en", ())


def paragraph(
    text: str, kind: Kind = Kind.BODY, language: str = "en", lead_in: str = "", index: int = 0
) -> Paragraph:
    quotes = quoted_spans(text, language)
    return Paragraph(index, text, kind, language, lead_in=lead_in, quotes=quotes)


def units_of(
    model: NLIModel, *paragraphs: Paragraph | str, use_lead_in: bool = True, **settings: object
) -> list[Unit]:
    made = [paragraph(p, index=i) if isinstance(p, str) else p for i, p in enumerate(paragraphs)]
    mentions = MentionFinder(HOLDERS)
    pairs = [(DOCUMENT, p) for p in made]
    return make_units(pairs, model, mentions, use_lead_in=use_lead_in, **settings)


def method_named(
    name: str, *, propositions: Sequence[str] = ("swap",), **settings: object
) -> Method:
    return METHODS[name](MethodConfig(name=name, **settings), HYPOTHESES, propositions)


def decide(
    name: str,
    model: NLIModel,
    *paragraphs: Paragraph | str,
    propositions: Sequence[str] = ("swap",),
    **settings: object,
) -> list[StanceEstimate]:
    """What a method finds about the swap in paragraphs."""
    method = method_named(name, propositions=propositions, **settings)
    return method(units_of(model, *paragraphs), Scorer(model, progress=False))


def about_the_swap(premise: str = "", answer: Answer = ENTAILED) -> Rule:
    """The premise is about the exchange."""
    return (premise, "This text is about the exchange of the islands", answer)


def takes(voice: str, side: str, premise: str = "") -> list[Rule]:
    """A voice (``The author`` or a holder's name) takes a side, by every hypothesis in use.

    Each hypothesis for the side is entailed, each against it contradicted: the product of experts
    is then ``ENTAILED`` read as side, neither, other side.
    """
    yes, no = (ENTAILED, CONTRADICTED) if side == "favor" else (CONTRADICTED, ENTAILED)
    return [
        (premise, f"{voice} supports this: The islands should be swapped.", yes),
        (premise, f"{voice} supports this: A swap is fair.", yes),
        (premise, f"{voice} supports this: A swap is theft.", no),
        (premise, f"{voice} opposes this: The islands should be swapped.", no),
    ]


def model_of(*rules: Rule | list[Rule], **settings: object) -> TableModel:
    flat = [rule for part in rules for rule in (part if isinstance(part, list) else [part])]
    return TableModel(*flat, **settings)
