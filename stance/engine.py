"""How scoring runs, by the settings of the engine: in shards or not, and where scores are kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from stance.config import EngineConfig
from stance.errors import ConfigError
from stance.nli import NLIModel
from stance.resources import cache_folder
from stance.scoring import Scorer, ScoreStore

ENGINES = ("local", "ray")


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
