"""Shards scored by the configured engine, and a whole corpus put together from finished ones."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from stance.config import StanceConfig
from stance.corpus.read import nothing_read
from stance.corpus.readers import check_path
from stance.nli import ModelIdentity
from stance.provenance import Clock
from stance.run import Scored, check_settings, corpus_config, load_corpus, warn_of_fallback
from stance.scoring import ScoredPairs, ScoringCounts
from stance.scoring.answers import Answers
from stance.shards.join import FRAMES, SCORES, STANCES, read_joined
from stance.shards.shard import shards_of
from stance.shards.worker import ShardRecord, ShardWorker, refusals, shards_folder
from stance.tables import baseline_table

log = logging.getLogger(__name__)


def score_shards(config: StanceConfig) -> list[ShardRecord]:
    """Score every shard that is not finished yet, in the configured engine.

    Returns:
        The records of all shards, in reading order.

    Raises:
        CorpusError: If the corpus cannot be read, or holds nothing readable.
        StanceError: If a shard cannot be scored or written; those that are finished stay.
    """
    check_settings(config)
    check_path(corpus_config(config).path)
    if config.engine.name == "ray":
        # Imported here: an extra, which takes seconds to load.
        from stance.shards.ray_engine import score_with_ray as scored
    else:
        scored = _score_here
    records = []
    hide_bar = None if config.engine.progress else True
    with tqdm(unit=" shards", desc="scoring", disable=hide_bar) as bar:
        for record in scored(config):
            records.append(record)
            bar.update()
            log.info(
                "shard %d: %d documents, %d paragraphs, scored in %.1f s by %s",
                *(record.number, record.documents, record.paragraphs),
                *(record.seconds, record.worker),
            )
    records.sort(key=lambda record: record.number)
    _remove_drafts(config, records)
    if not any(record.documents for record in records):
        left_out = [language for record in records for language in record.left_out]
        raise nothing_read(corpus_config(config), left_out, refusals(records))
    return records


def scored_in_shards(config: StanceConfig, clock: Clock) -> Scored:
    """The same as ``read_and_score``, through shards: finished ones are not scored again.

    The corpus is read whole as well, since what compares its documents needs all of them: groups
    of near-duplicates and translations, terms.
    """
    with clock("score"):
        records = score_shards(config)
    with clock("read"):
        corpus = load_corpus(config)
    warn_of_fallback(config, corpus)
    with clock("join"):
        folder = shards_folder(config.engine)
        paragraphs = read_joined(records, folder, STANCES)
        return Scored(
            corpus=corpus,
            paragraphs=paragraphs,
            frames=read_joined(records, folder, FRAMES),
            baselines=baseline_table(corpus, paragraphs, config.propositions, config.method.name),
            pairs=_pairs([folder / record.digest for record in records]),
            model=ModelIdentity(**records[0].model),
            counts=ScoringCounts(
                scored=sum(record.pairs_scored for record in records),
                reused=sum(record.pairs_reused for record in records),
            ),
        )


def _score_here(config: StanceConfig) -> Iterator[ShardRecord]:
    """One shard after another in this process."""
    worker = ShardWorker(config)
    for shard in shards_of(config):
        yield worker(shard)


def _pairs(shards: Sequence[Path]) -> ScoredPairs:
    """The pairs of all shards, each once."""
    answers = Answers()
    for shard in shards:
        table = pd.read_parquet(shard / f"{SCORES}.parquet")
        for premise, rows in table.groupby("premise", sort=False):
            logits = rows[["entailment", "neutral", "contradiction"]].to_numpy(np.float32)
            found = dict(zip(rows["hypothesis"], logits, strict=True))
            answers.unanswered(str(premise), list(found))  # makes room for them
            answers.fill(str(premise), found)
    return answers.pairs()


def _remove_drafts(config: StanceConfig, records: Sequence[ShardRecord]) -> None:
    """What killed workers left of shards that are finished now."""
    folder = shards_folder(config.engine)
    finished = {record.digest for record in records}
    for draft in folder.glob(".*-*"):
        if draft.name[1:].rpartition("-")[0] in finished:
            shutil.rmtree(draft, ignore_errors=True)
