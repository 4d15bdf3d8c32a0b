"""``engine=ray`` on a real cluster of two nodes on this machine."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny import ARTICLES, stance_command

from stance.shards.join import MANIFEST
from stance.shards.worker import RECORD, finished

from .test_local import assert_same_files

pytestmark = pytest.mark.slow
SHARDS, DOCUMENTS = 16, 4
MEMORY = 100 * 2**20  # of the object store, the least that is roomy


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of a cluster of two nodes with a core each."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": MEMORY}
    cluster = Cluster(initialize_head=False)
    try:
        cluster.add_node(**node, include_dashboard=False)
        cluster.add_node(**node)
        yield cluster.address
    finally:
        cluster.shutdown()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of different documents, among them rows that cannot be read."""
    folder = tmp_path_factory.mktemp("news")
    articles = [(source, texts) for source, _, _, texts in ARTICLES.values()]
    for part in range(SHARDS // 2):
        lines = []
        for n in range(2 * DOCUMENTS):
            source, texts = articles[n % len(articles)]
            paragraphs = [f"{text} ({part}-{n}-{i})" for i, text in enumerate(texts * 2)]
            lines.append(json.dumps({"source": source, "text": "\n\n".join(paragraphs)}))
        lines[part % len(lines)] = json.dumps({"source": "empty", "text": ""})
        (folder / f"part-{part}.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


def killed_after_its_first_shard(
    shards: Path, gone: list[tuple[int, dict[str, int]]], over: threading.Event
) -> None:
    """Kill -9 the worker that finishes first; note it, and when what was finished was written."""
    while not over.wait(0.01):
        # Not in a draft, which holds its record before it is moved into its place.
        records = [path for path in shards.glob(f"*/{RECORD}") if path.parent.name[0] != "."]
        done = {path.parent: path.stat().st_mtime_ns for path in records}
        for folder in done:
            record = finished(folder)
            assert record is not None
            pid = int(record.worker.rpartition(":")[2])
            os.kill(pid, signal.SIGKILL)
            gone.append((pid, {path.name: when for path, when in done.items()}))
            return


def test_a_killed_worker_costs_its_shard_and_the_result_is_that_of_this_process(
    tmp_path: Path, arguments: tuple[str, ...], corpus: Path, address: str
) -> None:
    given = (*arguments, f"corpus.path={corpus}", "task=score")
    shards, gone = tmp_path / "shards", list[tuple[int, dict[str, int]]]()
    over = threading.Event()
    killer = threading.Thread(
        target=killed_after_its_first_shard, args=(shards, gone, over), daemon=True
    )
    killer.start()
    ran = stance_command(
        *given,
        *("engine=ray", f"engine.address='{address}'", f"engine.shard_documents={DOCUMENTS}"),
        *(f"engine.shards={shards}", "engine.store=off", f"output_dir={tmp_path / 'ray'}"),
    )
    over.set()
    killer.join()
    assert ran.code == 0, ran.err
    ((pid, before),) = gone
    lines = (tmp_path / "ray" / MANIFEST).read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["number"] for record in records] == list(range(SHARDS))
    workers = {int(record["worker"].rpartition(":")[2]) for record in records}
    assert pid in workers and len(workers) >= 2
    assert len(before) < SHARDS, "it was killed half way"
    for name, when in before.items():
        assert (shards / name / RECORD).stat().st_mtime_ns == when, "finished, so not redone"
    assert not list(shards.glob(".*")), "no draft is left"

    whole = stance_command(*given, "engine.store=off", f"output_dir={tmp_path / 'whole'}")
    assert whole.code == 0, whole.err
    assert_same_files(tmp_path / "whole", tmp_path / "ray")


def test_what_is_wrong_with_the_corpus_comes_back_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], address: str
) -> None:
    ran = stance_command(
        *(*arguments, f"corpus.path={tmp_path / 'nowhere.jsonl'}", "task=score", "engine=ray"),
        *(f"engine.address='{address}'", "engine.workers=1", f"output_dir={tmp_path / 'out'}"),
    )
    assert f"Nothing at {tmp_path / 'nowhere.jsonl'}" in ran.complaint
