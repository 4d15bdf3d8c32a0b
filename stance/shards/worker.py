"""Scoring of one shard, the same in every engine: from its records to a finished folder."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import time
import uuid
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from stance.config import EngineConfig, StanceConfig
from stance.corpus import Corpus
from stance.corpus.model import Refused
from stance.corpus.read import Part, read_part
from stance.engine import scoring
from stance.errors import OutputError
from stance.estimates import score, units_of
from stance.files import Writing
from stance.nli import NLIModel
from stance.provenance import package_version
from stance.resources import cache_folder
from stance.result import longest_metadata, write_paragraphs
from stance.run import load_model
from stance.shards.shard import Shard
from stance.tables import paragraph_table

# Changes whenever the same shard would be written otherwise.
SHARD_VERSION = "2"
RECORD = "shard.json"
# What of the configuration does not change a shard: where the corpus lies, and near-duplicates,
# which are a matter between shards; see ``engine.scored_in_shards``.
_ELSEWHERE = ("path", "split", "near_duplicates", "max_file_bytes")


@dataclass(frozen=True)
class ShardRecord:
    """What is known of a finished shard: a line of the manifest.

    Attributes:
        number: Place in the corpus of this run.
        digest: Of the three that follow; names the folder.
        content: Digest of the documents as they were read.
        configuration: Digest of the settings that have a say in the result.
        fingerprint: Of the model.
        first, last: Ids of its first and last document; empty if all were refused.
        rows: Of paragraph_stance.parquet.
        left_out: Languages of documents that ``corpus.languages`` leaves out.
        refusals: The first few, for an error about the whole corpus.
        longest: Metadata column → characters of its longest entry.
        seconds: Time taken by reading, scoring and writing.
        worker: Host and process.
        model: All that identifies the model.
    """

    number: int
    digest: str
    content: str
    configuration: str
    fingerprint: str
    first: str
    last: str
    documents: int
    paragraphs: int
    rows: int
    refused: int
    left_out: list[str]
    refusals: list[dict[str, Any]]
    longest: dict[str, int]
    pairs_scored: int
    pairs_reused: int
    seconds: float
    worker: str
    model: dict[str, str]


class ShardWorker:
    """Scores shards one after another with one model, loaded when the first is to be scored.

    Args:
        config: The configuration of the run.

    Raises:
        StanceError: On use, if the model cannot be loaded or results cannot be written.
    """

    def __init__(self, config: StanceConfig) -> None:
        # The progress of a run is counted in shards, not in pairs of one.
        self._config = replace(config, engine=replace(config.engine, progress=False))
        self._configuration = configuration_digest(config)

    @cached_property
    def _model(self) -> NLIModel:
        if self._config.engine.threads:
            torch.set_num_threads(self._config.engine.threads)
        return load_model(self._config)

    def __call__(self, shard: Shard) -> ShardRecord:
        """Score a shard and write it, unless it is there already; return its record."""
        fingerprint = self._model.identity.fingerprint
        content = shard.digest
        named = "\n".join((content, self._configuration, fingerprint))
        digest = hashlib.sha256(named.encode()).hexdigest()[:40]
        folder = shards_folder(self._config.engine)
        found = finished(folder / digest)
        if found is not None:
            return replace(found, number=shard.number)
        start = time.monotonic()
        part = read_part(shard.records(), self._config.corpus)
        corpus = Corpus(part.documents, part.dropped, part.refused)
        units = units_of(self._config, corpus, self._model)
        with scoring(self._model, self._config.engine) as scorer:
            estimates, frames = score(self._config, units, self._model, scorer)
            pairs, counts = scorer.pairs(), scorer.counts
        stances = paragraph_table(estimates)

        # Written under another name and moved there, so that what is there is whole. The name is
        # of this attempt: a worker given up for dead may still be writing its own.
        draft = folder / f".{digest}-{uuid.uuid4().hex[:8]}"
        try:
            write_paragraphs(draft, "full", corpus, stances, frames, pairs)
            record = ShardRecord(
                number=shard.number,
                digest=digest,
                content=content,
                configuration=self._configuration,
                fingerprint=fingerprint,
                **_summary(part, stances),
                paragraphs=corpus.n_paragraphs,
                pairs_scored=counts.scored,
                pairs_reused=counts.reused,
                seconds=round(time.monotonic() - start, 3),
                worker=f"{platform.node()}:{os.getpid()}",
                model=asdict(self._model.identity),
            )
            with Writing(folder):
                (draft / RECORD).write_text(json.dumps(asdict(record)) + "\n", "utf-8")
                _move(draft, folder / digest)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return record


def shards_folder(engine: EngineConfig) -> Path:
    """Where finished shards are kept."""
    return Path(engine.shards).expanduser() if engine.shards else cache_folder() / "shards"


def finished(folder: Path) -> ShardRecord | None:
    """The record of a finished shard; None if it is not there, or not whole.

    The record is written last into a folder that is moved there whole, so only a folder that was
    tampered with, or copied in part, has none.
    """
    try:
        return ShardRecord(**json.loads((folder / RECORD).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def configuration_digest(config: StanceConfig) -> str:
    """SHA-256 over the settings that have a say in what is written for a shard."""
    corpus = {k: v for k, v in asdict(config.corpus).items() if k not in _ELSEWHERE}
    settings = {
        "corpus": corpus,
        "hypothesis_language": config.hypothesis_language,
        "templates": config.templates,
        **{
            name: asdict(getattr(config, name))
            for name in ("propositions", "holders", "frames", "method")
        },
        "version": [SHARD_VERSION, package_version()],
    }
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def _summary(part: Part, stances: pd.DataFrame) -> dict[str, Any]:
    documents, refused = part.documents, part.refused
    return {
        "first": documents[0].id if documents else "",
        "last": documents[-1].id if documents else "",
        "documents": len(documents),
        "rows": len(stances),
        "longest": longest_metadata(stances),
        "refused": len(refused),
        "left_out": sorted(set(part.left_out)),
        "refusals": [asdict(refusal) for refusal in refused[:3]],
    }


def refusals(records: list[ShardRecord]) -> list[Refused]:
    """The first refusals of every shard."""
    return [Refused(**refusal) for record in records for refusal in record.refusals]


def _move(draft: Path, folder: Path) -> None:
    """Put a finished folder in its place, unless another worker was faster."""
    if folder.exists() and finished(folder) is None:
        shutil.rmtree(folder)  # half copied
    try:
        draft.rename(folder)
    except OSError as error:
        if finished(folder) is None:
            raise OutputError(
                f"{folder}: a finished shard cannot be put there ({error.strerror or error}); set "
                "engine.shards to a folder that can be written"
            ) from error
