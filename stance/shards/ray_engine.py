"""Shards scored by a pool of Ray actors, through Ray Data.

One task reads the corpus, on the node where the command runs, and hands out shards as they are
asked for; each actor holds a model and scores one shard at a time. What comes back is a record: the
results themselves are written where they are made. If an actor dies, Ray starts another and gives
it the shard again, which is all that is lost.
"""

from __future__ import annotations

import json
import logging
import os
import warnings
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pyarrow as pa

import stance.errors
from stance.config import EngineConfig, StanceConfig
from stance.errors import ConfigError, OutputError, StanceError
from stance.shards.shard import Shard, shards_of
from stance.shards.worker import ShardRecord, ShardWorker, finished, shards_folder

# How often a shard is given to a worker again whose process ended: more, and one shard that no
# worker has the memory for would occupy the cluster for ever.
_RETRIES = 3


def score_with_ray(config: StanceConfig) -> Iterator[ShardRecord]:
    """Records of all shards, in the order in which they are finished.

    Raises:
        ConfigError: If Ray is not installed, or the cluster has no room for a worker.
        StanceError: What went wrong in reading or scoring, as it would here.
    """
    ray = _import_ray()
    mine = not ray.is_initialized()
    if mine:
        _start(ray, config.engine)
    try:
        with warnings.catch_warnings():
            # Of an argument that goes in Ray 2.64; pyproject.toml keeps to versions that have it.
            warnings.simplefilter("ignore", DeprecationWarning)
            dataset = _dataset(ray, config)
        for row in dataset.iter_rows():
            yield _received(row, config.engine)
    except ray.exceptions.RayTaskError:
        raise  # an error of ours, with its traceback
    except ray.exceptions.RayError as error:
        raise StanceError(
            f"engine=ray: a worker ended more than {_RETRIES} times on one shard, or the cluster "
            f"is gone ({_first_line(error)}). Too little memory is the usual reason: lower "
            "engine.shard_documents, or give a worker more room with engine.cpus. Finished shards "
            "are kept; run again to go on"
        ) from error
    finally:
        if mine:
            ray.shutdown()


def _import_ray() -> Any:
    # Read when Ray is imported and when it starts: nothing is reported to anybody.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise ConfigError("engine=ray needs Ray Data: pip install 'stance[ray]'") from error
    return ray


def _start(ray: Any, engine: EngineConfig) -> None:
    own: dict[str, Any] = {} if engine.address else {"include_dashboard": False}
    try:
        ray.init(
            address=engine.address or "local", log_to_driver=False, logging_level="WARNING", **own
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise ConfigError(
            f"engine.address={engine.address}: no Ray cluster answers ({_first_line(error)}); "
            "start one (ray start --head), or leave the address out for one on this machine"
        ) from error


def _dataset(ray: Any, config: StanceConfig) -> Any:
    """Records of shards as a lazy dataset: read, then score."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    pool = ray.data.ActorPoolStrategy(
        size=_workers(ray, config.engine),
        max_tasks_in_flight_per_actor=2,  # the next shard waits at the worker
    )
    logging.getLogger("ray.data").setLevel(logging.WARNING)
    start = ray.data.from_items([{"corpus": config.corpus.path}])
    start.context.enable_progress_bars = False
    # A block is what an actor is given at once: never more than one shard.
    start.context.target_max_block_size = 1
    return start.map_batches(
        _Reader(config),
        batch_size=1,
        num_cpus=0,  # it waits for the workers most of the time, and must not wait for a core
        ray_remote_args_fn=lambda: {"scheduling_strategy": here},
    ).map_batches(
        _Actor,
        fn_constructor_args=(_worker_config(config),),
        batch_size=1,
        batch_format="pyarrow",
        compute=pool,
        num_cpus=config.engine.cpus,
        num_gpus=config.engine.gpus or None,
        ray_remote_args_fn=lambda: {"max_task_retries": _RETRIES},
    )


def _worker_config(config: StanceConfig) -> StanceConfig:
    engine, model = config.engine, config.model
    # Without a GPU of its own, a worker must not take one that belongs to others.
    device = "cpu" if model.device == "auto" and not engine.gpus else model.device
    return replace(
        config,
        engine=replace(engine, threads=engine.threads or engine.cpus),
        model=replace(model, device=device),
    )


def _workers(ray: Any, engine: EngineConfig) -> int:
    """As many as asked for, or as the cluster has room for."""
    if engine.workers is not None:
        return engine.workers
    have = ray.cluster_resources()
    room = have.get("CPU", 0) // engine.cpus
    if engine.gpus:
        room = min(room, have.get("GPU", 0) // engine.gpus)
    if room < 1:
        raise ConfigError(
            f"engine=ray: no room for a worker of engine.cpus={engine.cpus} "
            f"engine.gpus={engine.gpus}; the cluster has {have.get('CPU', 0):g} cores and "
            f"{have.get('GPU', 0):g} GPUs"
        )
    return int(room)


class _Reader:
    """Reads the corpus: a row per shard, or a row that says why it cannot be read."""

    def __init__(self, config: StanceConfig) -> None:
        self._config = config

    def __call__(self, _: object) -> Iterator[pa.Table]:
        try:
            for shard in shards_of(self._config):
                yield _row(shard.number, shard.content)
        except StanceError as error:
            yield _row(-1, _described(error).encode())


def _row(number: int, content: bytes) -> pa.Table:
    return pa.table({"number": [number], "content": pa.array([content], pa.large_binary())})


class _Actor:
    """A worker in a process of its own."""

    def __init__(self, config: StanceConfig) -> None:
        self._worker = ShardWorker(config)

    def __call__(self, shards: pa.Table) -> pa.Table:
        (row,) = shards.to_pylist()
        if row["number"] < 0:
            return pa.table({"record": [""], "error": [row["content"].decode()]})
        try:
            record = self._worker(Shard(row["number"], row["content"]))
        except StanceError as error:
            return pa.table({"record": [""], "error": [_described(error)]})
        return pa.table({"record": [json.dumps(asdict(record))], "error": [""]})


def _described(error: StanceError) -> str:
    """An error as data: as an exception it would come back wrapped in others of Ray's."""
    return json.dumps({"kind": type(error).__name__, "message": str(error)})


def _received(row: dict[str, str], engine: EngineConfig) -> ShardRecord:
    """The record of a row, or the error that it holds."""
    if row["error"]:
        told = json.loads(row["error"])
        kind: type[StanceError] = getattr(stance.errors, told["kind"], StanceError)
        raise kind(told["message"])
    record = ShardRecord(**json.loads(row["record"]))
    folder = shards_folder(engine) / record.digest
    if finished(folder) is None:
        raise OutputError(
            f"engine.shards: {record.worker} has written {folder}, and it is not there; set "
            "engine.shards to a folder on a file system that all nodes share"
        )
    return record


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
