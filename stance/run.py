"""One run, from texts to tables: read, score, decide, compare."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
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
from stance.config import EngineConfig, StanceConfig, compose_config
from stance.corpus import Corpus, read_corpus
from stance.corpus.config import CorpusConfig
from stance.errors import ConfigError
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
from stance.nli import ModelIdentity, NLIModel, load_nli
from stance.propositions import MentionFinder, check_propositions
from stance.provenance import describe_run
from stance.resources import cache_folder, embedded_case
from stance.result import Analysis
from stance.scoring import ScoredPairs, Scorer, ScoreStore, ScoringCounts
from stance.tables import baseline_table, document_table, paragraph_table, text_table

ENGINES = ("local", "ray")


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
    check_propositions(config.propositions)
    with clock("read"):
        corpus = corpus if corpus is not None else load_corpus(config)
    with clock("load model"):
        if config.engine.threads:
            torch.set_num_threads(config.engine.threads)
        model = model if model is not None else load_model(config)
    with nullcontext(scorer) if scorer is not None else scoring(model, config.engine) as scorer:
        with clock("score"):
            units = units_of(config, corpus, model)
            estimates, frames = score(config, units, model, scorer)
            paragraphs = paragraph_table(estimates)
            rules = KeywordRules(config.propositions)
            return Scored(
                corpus=corpus,
                paragraphs=paragraphs,
                frames=frames,
                baselines=baseline_table(
                    units, paragraphs, rules, config.method.name, list(config.propositions.items)
                ),
                pairs=scorer.pairs(),
                model=model.identity,
                counts=scorer.counts,
            )


def in_shards(engine: EngineConfig) -> bool:
    """Whether a corpus is scored in shards, rather than in one piece.

    Raises:
        ConfigError: If the engine is unknown or its shards have no size.
    """
    if engine.name not in ENGINES:
        raise ConfigError(f"engine.name={engine.name!r}: expected one of {', '.join(ENGINES)}")
    size = engine.shard_documents
    if size is None and engine.name == "ray":
        raise ConfigError("engine.shard_documents: set it to the documents of a shard, say 500")
    if size is not None and size < 1:
        raise ConfigError(f"engine.shard_documents={size}: a shard needs at least one document")
    if (engine.workers is not None and engine.workers < 1) or engine.cpus < 1 or engine.gpus < 0:
        raise ConfigError(
            f"engine.workers={engine.workers} engine.cpus={engine.cpus} engine.gpus={engine.gpus}: "
            "expected at least one worker with one core, and no fewer than 0 GPUs"
        )
    return size is not None


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
    """Paragraphs made ready for scoring."""
    return make_units(
        corpus.paragraphs(),
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


def store_folder(engine: EngineConfig) -> Path | None:
    """Where scores are kept; None if they are not."""
    if engine.store == "off":
        return None
    return Path(engine.store) if engine.store else cache_folder() / "scores"


@contextmanager
def scoring(model: NLIModel, engine: EngineConfig) -> Iterator[Scorer]:
    """A scorer on the configured store, both closed at the end."""
    with ExitStack() as stack:
        folder, store = store_folder(engine), None
        if folder is not None:
            store = stack.enter_context(ScoreStore(folder, model.identity.fingerprint))
        yield stack.enter_context(Scorer(model, store, engine.progress))


class Clock:
    """Seconds per stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.seconds[stage] = round(time.monotonic() - start, 2)
