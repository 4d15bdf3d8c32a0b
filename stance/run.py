"""One run, from texts to tables: read, score, decide, compare."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import torch

from stance.analysis import (
    Measurements,
    compare_sources,
    distinctive_terms,
    frame_shares,
    source_stance,
    standing,
)
from stance.config import StanceConfig, compose_config
from stance.corpus import Corpus, read_corpus
from stance.corpus.config import CorpusConfig
from stance.corpus.readers import check_path
from stance.engine import in_shards, scoring
from stance.errors import ConfigError
from stance.estimates import method_of, stances_and_frames
from stance.frames import FrameCoder
from stance.nli import ModelIdentity, NLIModel, load_nli
from stance.propositions import check_holders, check_propositions
from stance.provenance import Clock, describe_run
from stance.resources import embedded_case
from stance.result import Analysis
from stance.scoring import ScoredPairs, Scorer, ScoringCounts
from stance.tables import baseline_table, document_table, text_table

log = logging.getLogger(__name__)


def analyse(
    corpus: Corpus | str | Path,
    propositions: str = "alaska_summit",
    model: NLIModel | str = "embedded",
    *,
    overrides: Sequence[str] = (),
) -> Analysis:
    """Score a corpus against propositions and compare its sources.

    Args:
        corpus: What ``read_corpus`` returned, or a path that it reads.
        propositions: A proposition set, as in ``stance propositions=…``.
        model: What ``load_nli`` returned, or a name that it loads.
        overrides: Further ``key=value`` or ``group=choice`` settings, as on the command line;
            with ``gold=FILE`` the analysis is validated and corrected by these labels.

    Returns:
        The tables; ``.report(path)`` writes them up, ``.write(folder)`` writes every output.

    Raises:
        StanceError: If input, configuration or environment is wrong; the message says how to mend.
    """
    settings = [f"propositions={propositions}", *overrides]
    if isinstance(model, str):
        settings.append(f"model.id={model!r}")
    if not isinstance(corpus, Corpus):
        settings.append(f"corpus.path={str(corpus)!r}")
    from stance.tasks import validated  # here, since the tasks use what stands below

    analysis, _ = validated(
        compose_config(settings),
        corpus=corpus if isinstance(corpus, Corpus) else None,
        model=None if isinstance(model, str) else model,
    )
    return analysis


def run(
    config: StanceConfig,
    corpus: Corpus | None = None,
    model: NLIModel | None = None,
    scorer: Scorer | None = None,
) -> Analysis:
    """Carry out a composed configuration; nothing is written but the score store.

    A corpus, model or scorer that is given is used instead of the configured one. Such a scorer
    stays open, and its counts and pairs are those of every run that shared it.
    """
    clock = Clock()
    found = read_and_score(config, corpus, model, scorer, clock)
    with clock("analyse"):
        measured = Measurements(
            found.paragraphs, document_table(found.corpus), found.frames, text_table(found.corpus)
        )
        settings = replace(config.analysis, seed=config.analysis.seed + config.seed)
        analysis = Analysis(
            config=config,
            corpus=found.corpus,
            paragraphs=found.paragraphs,
            documents=measured.documents,
            sources=source_stance(measured, settings),
            comparisons=compare_sources(measured, settings),
            standing=standing(measured, settings),
            frames=frame_shares(measured, settings),
            paragraph_frames=found.frames,
            terms=distinctive_terms(measured, settings),
            baselines=found.baselines,
            scores=found.pairs,
            record={},
        )
    record = describe_run(config, found.corpus, found.model, found.counts, clock.seconds)
    return replace(analysis, record=record)


@dataclass(frozen=True)
class Scored:
    """What was read and scored, before anything is compared."""

    corpus: Corpus
    paragraphs: pd.DataFrame
    frames: pd.DataFrame
    baselines: pd.DataFrame
    pairs: ScoredPairs
    model: ModelIdentity
    counts: ScoringCounts


def read_and_score(
    config: StanceConfig,
    corpus: Corpus | None = None,
    model: NLIModel | None = None,
    scorer: Scorer | None = None,
    clock: Clock | None = None,
) -> Scored:
    """The first half of ``run``, with the same arguments."""
    clock = clock or Clock()
    if in_shards(config.engine):
        if corpus is not None or model is not None or scorer is not None:
            raise ConfigError(
                "shards are read and scored by processes of their own: give corpus and model by "
                "name, or use engine=local engine.shard_documents=null"
            )
        # Imported here: a shard is scored by the functions of this module.
        from stance.shards import scored_in_shards

        return scored_in_shards(config, clock)
    corpus, model = corpus_and_model(config, corpus, model, clock)
    with nullcontext(scorer) if scorer is not None else scoring(model, config.engine) as scorer:
        with clock("score"):
            paragraphs, frames = stances_and_frames(config, corpus, model, scorer)
            return Scored(
                corpus=corpus,
                paragraphs=paragraphs,
                frames=frames,
                baselines=baseline_table(
                    corpus, paragraphs, config.propositions, config.method.name
                ),
                pairs=scorer.pairs(),
                model=model.identity,
                counts=scorer.counts,
            )


def corpus_and_model(
    config: StanceConfig,
    corpus: Corpus | None = None,
    model: NLIModel | None = None,
    clock: Clock | None = None,
) -> tuple[Corpus, NLIModel]:
    """What a run scores and with what, each loaded unless it is given.

    A corpus may take hours to read: it comes last, after all that may be wrong with the settings,
    the place of the corpus and the model.

    Raises:
        StanceError: The first thing that is wrong, in this order.
    """
    clock = clock or Clock()
    check_settings(config)
    if corpus is None:
        check_path(corpus_config(config).path)
    with clock("load model"):
        if config.engine.threads:
            torch.set_num_threads(config.engine.threads)
        model = model if model is not None else load_model(config)
        method_of(config).check(model)
    with clock("read"):
        corpus = corpus if corpus is not None else load_corpus(config)
    warn_of_fallback(config, corpus)
    return corpus, model


def check_settings(config: StanceConfig) -> None:
    """Refuse settings of which method, propositions, holders or frames cannot be made.

    Raises:
        ConfigError: Naming the first key that is wrong.
    """
    check_propositions(config.propositions)
    check_holders(config.holders)
    method_of(config)
    FrameCoder(config.frames, config.hypothesis_language)


def warn_of_fallback(config: StanceConfig, corpus: Corpus) -> None:
    """Say which paragraphs are asked in English though the language of the source was wanted."""
    if config.hypothesis_language != "source":
        return
    items = config.propositions.items.values()
    found = Counter(p.language for _, p in corpus.paragraphs())
    lacking = [
        f"{language or '?'} ({count} paragraphs)"
        for language, count in sorted(found.items())
        if not all(language in item.statement for item in items)
    ]
    if lacking:
        log.warning(
            "hypothesis_language=source: not every proposition is written in %s; those that are "
            "not are asked in English, see the column hypothesis_language",
            ", ".join(lacking),
        )


def corpus_config(config: StanceConfig) -> CorpusConfig:
    """How to read the corpus of a run; ``embedded_case`` finds the package's own."""
    case = embedded_case(config.corpus.path)
    return replace(config.corpus, path=str(case / "articles")) if case else config.corpus


def load_corpus(config: StanceConfig) -> Corpus:
    """Read the corpus that a configuration names."""
    settings = corpus_config(config)
    return read_corpus(settings.path, settings)


def load_model(config: StanceConfig) -> NLIModel:
    """Load the model that a configuration names."""
    settings = config.model
    return load_nli(
        settings.id,
        revision=settings.revision,
        backend=settings.backend,
        device=settings.device,
        dtype=settings.dtype,
    )
