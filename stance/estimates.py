"""Stances and frames of paragraphs, as a configuration has them decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from stance.config import StanceConfig
from stance.corpus import Corpus
from stance.corpus.model import Document, Paragraph
from stance.frames import FrameCoder
from stance.methods import (
    Hypotheses,
    Method,
    MethodConfig,
    StanceEstimate,
    Unit,
    make_method,
    make_units,
)
from stance.methods.baselines import KeywordRules
from stance.nli import NLIModel
from stance.propositions import MentionFinder
from stance.scoring import Scorer
from stance.tables import stance_table, with_metadata

# Few enough for their estimates to take little memory, and enough to be sorted by length.
PARAGRAPHS_AT_ONCE = 2_000


def stances_and_frames(
    config: StanceConfig, corpus: Corpus, model: NLIModel, scorer: Scorer
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`paragraph_table` of a corpus and the frames of its paragraphs.

    Some paragraphs at a time, so that memory grows by what is found, not by how it was found.
    """
    paragraphs = list(corpus.paragraphs())
    total = len(paragraphs)
    stances, frames = [], []
    for start in range(0, max(1, total), PARAGRAPHS_AT_ONCE):
        part = paragraphs[start : start + PARAGRAPHS_AT_ONCE]
        if len(part) < total:
            scorer.describe(f"paragraphs {start + 1:,}–{start + len(part):,} of {total:,}")
        estimates, found = score(config, _units(config, part, model), model, scorer)
        stances.append(stance_table(estimates))
        frames.append(found)
    documents = {document.id: document for document in corpus.documents}
    return with_metadata(_joined(stances), documents), _joined(frames)


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all parts; one without rows has no types, and no say."""
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0]


def score(
    config: StanceConfig, units: Sequence[Unit], model: NLIModel, scorer: Scorer
) -> tuple[list[StanceEstimate], pd.DataFrame]:
    """The stances that the configured method finds in units, and their frames."""
    method = method_of(config)
    method.check(model)
    frames = FrameCoder(config.frames, config.hypothesis_language)
    # What is asked of every unit goes first and together, so that a premise is encoded once for
    # all of it; the method and the frames then find their answers there.
    scorer([*method.opening(units), *frames.requests(units)])
    return method(units, scorer), frames(units, scorer)


def units_of(config: StanceConfig, corpus: Corpus, model: NLIModel) -> list[Unit]:
    """Every paragraph of a corpus made ready for scoring."""
    return _units(config, corpus.paragraphs(), model)


def _units(
    config: StanceConfig, paragraphs: Iterable[tuple[Document, Paragraph]], model: NLIModel
) -> list[Unit]:
    return make_units(
        paragraphs,
        model,
        MentionFinder(config.holders),
        use_lead_in=config.method.use_lead_in,
        window=config.method.window,
        mask_quotes=config.method.mask_quotes,
    )


def method_of(config: StanceConfig, settings: MethodConfig | None = None) -> Method:
    """The configured method, or the same with other settings."""
    settings = settings or config.method
    hypotheses = Hypotheses(
        config.propositions,
        config.holders,
        config.templates,
        config.hypothesis_language,
        settings.paraphrases,
        settings.only_paraphrase,
        settings.hypotheses,
    )
    rules = KeywordRules(config.propositions, MentionFinder(config.holders))
    return make_method(settings, hypotheses, list(config.propositions.items), rules)
