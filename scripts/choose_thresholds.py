#!/usr/bin/env python
"""Choose the thresholds of the staged method on the three development articles of seeds/.

Two articles (meridian-review, wisla-dziennik) are never read here. Every combination of the grid
is run on stored scores; relevance is chosen first (F1 of relatedness, mean over languages read),
then the side of the text voice (macro-F1), then holders (strict holder-side F1).

    scripts/choose_thresholds.py [language ...]
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from stance.config import compose_config
from stance.corpus import Corpus, read_corpus
from stance.evaluation import read_gold, validate
from stance.methods import Hypotheses, MethodConfig, make_method, make_units
from stance.methods.baselines import KeywordRules
from stance.nli import load_nli
from stance.propositions import MentionFinder
from stance.resources import SEEDS
from stance.run import scoring
from stance.tables import document_table, paragraph_table

DEVELOPMENT = ("global-ledger", "chatty-planet", "anchorage-brief")
RELEVANCE = (0.3, 0.4, 0.5, 0.6, 0.7)
KEYWORDS = (2.0, 3.0, 4.0, 5.0)
SIDE_WORDS = (0.0, 1.0, 2.0, 3.0)
SIDE = (0.4, 0.5, 0.6)
HOLDER = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


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
        for key, grid, voice, name in (
            ("keyword_weight", KEYWORDS, "text", "relevance_f1"),
            ("relevance_threshold", RELEVANCE, "text", "relevance_f1"),
            ("side_threshold", SIDE, "text", "macro_f1"),
            ("side_keyword_weight", SIDE_WORDS, "holders", "side_f1"),
            ("holder_threshold", HOLDER, "holders", "side_f1"),
        ):
            figures = [measure(replace(chosen, **{key: value}), voice, name) for value in grid]
            for value, figure in zip(grid, figures, strict=True):
                print(f"{key}={value}: {voice} {name} {figure:.3f}")
            chosen = replace(chosen, **{key: grid[int(np.nanargmax(figures))]})
        print(chosen)


if __name__ == "__main__":
    main()
