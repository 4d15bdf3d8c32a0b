#!/usr/bin/env python
"""What a large corpus costs: rates measured on this machine, and the arithmetic over them.

    scripts/scaling_plan.py measure [--sample 36]
    scripts/scaling_plan.py plan --paragraphs 1e8 --core 2.5 --reading 9000 --kept 2000

``measure`` scores a sample of the embedded corpus, spread evenly over the lengths of its
paragraphs, with the default configuration, one thread and no score store, and prints the options
for ``plan``:

- core: paragraphs scored per second of one core. Time of the processor, not of the clock, so that
  other work on the machine hardly matters.
- reading: paragraphs per second of one core that a reader cuts into shards.
- kept: bytes that a paragraph takes in a finished shard.

``plan`` prints the table of docs/scaling.md.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

DOCUMENTS = 500  # engine.shard_documents of engine=ray
PER_DOCUMENT = 20  # paragraphs; long articles
CORES = (2, 64, 1_000)
GPUS, GPU_RATES = 8, (100, 1_000)


def main() -> None:
    """Measure, or plan."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    measuring = commands.add_parser("measure")
    measuring.add_argument("--sample", type=int, default=36)
    planning = commands.add_parser("plan")
    for name in ("paragraphs", "core", "reading", "kept"):
        planning.add_argument(f"--{name}", type=float, required=True)
    given = parser.parse_args()
    if given.command == "measure":
        print(measure(given.sample))
    else:
        print("\n".join(plan(given.paragraphs, given.core, given.reading, given.kept)))


def measure(sample: int) -> str:
    """Options for ``plan``."""
    import torch

    from stance.config import compose_config
    from stance.run import load_corpus
    from stance.shards.shard import shards_of
    from stance.shards.worker import ShardWorker

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        options = ("engine.store=off", "engine.threads=1", "model.device=cpu")
        shard_size = f"engine.shard_documents={DOCUMENTS}"
        base = compose_config([*options, shard_size, f"engine.shards={folder / 'shards'}"])
        texts = sorted((p.text for _, p in load_corpus(base).paragraphs()), key=len)
        chosen = [texts[int(len(texts) * (n + 0.5) / sample)] for n in range(sample)]
        files = {
            "first.jsonl": [texts[len(texts) // 2]],  # loads the model
            "sample.jsonl": chosen,
            "many.jsonl": ["\n\n".join(random.Random(n).choices(texts, k=PER_DOCUMENT))
                           for n in range(10 * DOCUMENTS)],
        }  # fmt: skip
        for file, documents in files.items():
            lines = (json.dumps({"source": "a", "text": text}) for text in documents)
            (folder / file).write_text("\n".join(lines), "utf-8")
        shards = {
            file: shards_of(replace(base, corpus=replace(base.corpus, path=str(folder / file))))
            for file in files
        }
        worker = ShardWorker(base)
        for shard in shards["first.jsonl"]:
            worker(shard)
        start = time.process_time()
        (record,) = [worker(shard) for shard in shards["sample.jsonl"]]
        core = record.paragraphs / (time.process_time() - start)
        made = (folder / "shards" / record.digest).iterdir()
        kept = sum(file.stat().st_size for file in made) / record.paragraphs
        start = time.process_time()
        cut = sum(len(shard.records()) for shard in shards["many.jsonl"])
        reading = cut * PER_DOCUMENT / (time.process_time() - start)
    return f"--core {core:.2f} --reading {reading:.0f} --kept {kept:.0f}"


def plan(paragraphs: float, core: float, reading: float, kept: float) -> Iterator[str]:
    """Lines of a table in Markdown."""
    shard = DOCUMENTS * PER_DOCUMENT
    yield f"| {paragraphs:,.0f} paragraphs | |"
    yield "|---|---:|"
    yield f"| shards of {DOCUMENTS} documents, {shard:,} paragraphs | {paragraphs / shard:,.0f} |"
    yield f"| work | {paragraphs / core / 3600:,.0f} core-hours |"
    for cores in CORES:
        yield f"| on {cores:,} cores | {spell(paragraphs / core / cores)} |"
    for rate in GPU_RATES:
        supposed = f"on {GPUS} GPUs, if one scored {rate:,} paragraphs/s (assumed, not measured)"
        yield f"| {supposed} | {spell(paragraphs / rate / GPUS)} |"
    yield f"| one shard on one core, the most that a killed worker costs | {spell(shard / core)} |"
    yield f"| reading, one process | {spell(paragraphs / reading)} |"
    yield f"| cores that one reader keeps busy | {reading / core:,.0f} |"
    yield f"| finished shards on disk | {paragraphs * kept / 1e9:,.0f} GB |"


def spell(seconds: float) -> str:
    """A duration in the unit that suits it."""
    units = {"years": 31_557_600, "days": 86_400, "hours": 3_600, "minutes": 60}
    for unit, size in units.items():
        if seconds >= 2 * size:
            return f"{seconds / size:,.1f} {unit}"
    return f"{seconds:.0f} seconds"


if __name__ == "__main__":
    main()
