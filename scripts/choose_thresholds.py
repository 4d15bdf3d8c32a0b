#!/usr/bin/env python
"""Choose the thresholds of the staged method on the three development articles of seeds/.

Two articles (meridian-review, wisla-dziennik) are never read here. Every combination of the grid
is run on stored scores; relevance is chosen first (F1 of relatedness, mean over languages read),
then the side of the text voice (macro-F1), then side words and threshold of holders together
(strict holder-side F1), since what the words add is what the threshold is held against.

    scripts/choose_thresholds.py [language ...]
"""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import product

import numpy as np

from stance.coding import read_gold
from stance.config import compose_config
from stance.corpus import Corpus, read_corpus
from stance.engine import scoring
from stance.evaluation import validate
from stance.methods import Hypotheses, MethodConfig, make_method, make_units
from stance.methods.baselines import KeywordRules
from stance.nli import load_nli
from stance.propositions import MentionFinder
from stance.resources import SEEDS
from stance.tables import document_table, paragraph_table

DEVELOPMENT = ("global-ledger", "chatty-planet", "anchorage-brief")
RELEVANCE = (0.3, 0.4, 0.5, 0.6, 0.7)
KEYWORDS = (2.0, 3.0, 4.0, 5.0)
SIDE_WORDS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
SIDE = (0.4, 0.5, 0.6)
HOLDER = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)


def main() -> None:
    """Print the figure of every grid point, and the choice."""
    config = compose_config(["output_dir=unused"])
    languages = sys.argv[1:] or ["en", "uk"]
    everything = read_corpus(SEEDS / "articles", languages=languages)
    corpus = Corpus(tuple(d for d in everything.documents if d.id.startswith(DEVELOPMENT)))
    documents, names = document_table(corpus), list(config.propositions.items)
    gold = read_gold(SEEDS / "gold.csv", document_table(everything), names)
    gold = gold[gold["document"].isin(documents["document"])]
    model, rules = (
        load_nli("embedded"),
        KeywordRules(config.propositions, MentionFinder(config.holders)),
    )
    hypotheses = Hypotheses(config.propositions, config.holders, config.templates)
    units = make_units(corpus.paragraphs(), model, MentionFinder(config.holders), use_lead_in=True)
    with scoring(model, config.engine) as scorer:

        def measure(settings: MethodConfig, voice: str, name: str) -> float:
            method = make_method(settings, hypotheses, names, rules)
            table = paragraph_table(method(units, scorer))
            return validate(gold, table, documents).figure(
                voice, name, "all" if voice == "text" else "related by either"
            )

        chosen = replace(config.method)
        for keys, grid, voice, name in (
            (("keyword_weight",), [(v,) for v in KEYWORDS], "text", "relevance_f1"),
            (("relevance_threshold",), [(v,) for v in RELEVANCE], "text", "relevance_f1"),
            (("side_threshold",), [(v,) for v in SIDE], "text", "macro_f1"),
            (
                ("side_keyword_weight", "holder_threshold"),
                list(product(SIDE_WORDS, HOLDER)),
                "holders",
                "side_f1",
            ),
        ):
            points = [dict(zip(keys, values, strict=True)) for values in grid]
            figures = [measure(replace(chosen, **point), voice, name) for point in points]
            for point, figure in zip(points, figures, strict=True):
                print(f"{point}: {voice} {name} {figure:.3f}")
            chosen = replace(chosen, **points[int(np.nanargmax(figures))])
        print(chosen)


if __name__ == "__main__":
    main()
