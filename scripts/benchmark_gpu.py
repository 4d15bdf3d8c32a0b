#!/usr/bin/env python
"""How near scoring comes to the limit of a GPU, and how far it is ahead of the pipeline there.

    scripts/benchmark_gpu.py FILE.json [--device cuda] [--paragraphs 2000] [--repeats 3]

Paragraphs of the length distribution of the embedded corpus under 18 hypotheses: the embedded
model, and joint checkpoints of the shapes of XLM-R base and large with random weights, all in
bfloat16. Given are tokens and pairs per second, and the share of the device's best matrix product
in the same type. The embedded model also stands against transformers' zero-shot pipeline on a joint
checkpoint of its own shape, in its best batch size. ``--device cpu`` only tries the script.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from speed_peers import Shape, joint_checkpoint, zero_shot_pipeline
from speed_work import (
    BASE_SHAPE,
    EMBEDDED_SHAPE,
    corpus_units,
    drawn,
    hypotheses_of,
    matmul_peak,
    operations,
    take_turns,
)

from stance.nli import NLIModel, load_nli

LARGE_SHAPE = Shape(1024, 24, 16, 4096)
HYPOTHESES = 18
BATCH_SIZES = (8, 32, 128, 512)
PIPELINE_PARAGRAPHS = 100  # it takes long enough with these


@dataclass(frozen=True)
class Timed:
    """Medians over the repeats."""

    name: str
    pairs_per_second: float
    tokens_per_second: float | None = None
    share_of_peak: float | None = None


def main() -> None:
    """Print every line and write all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--paragraphs", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    if given.device != "cpu" and not torch.cuda.is_available():
        raise SystemExit(f"--device {given.device}: torch sees no CUDA device here")
    torch.set_grad_enabled(False)
    sizes = (1024,) if given.device == "cpu" else (4096, 8192)
    peak = matmul_peak(given.device, torch.bfloat16, sizes)
    name = "cpu" if given.device == "cpu" else torch.cuda.get_device_name(given.device)
    found = {"device": name, "peak_tflops_bfloat16": round(peak / 1e12, 2), "rows": []}
    print(json.dumps(found), flush=True)
    texts = list(drawn(corpus_units(), given.paragraphs))
    claims = hypotheses_of(HYPOTHESES)

    def timed(label: str, work: Callable[[], object], n_texts: int) -> float:
        seconds, _ = take_turns({label: work}, given.repeats)
        return n_texts * len(claims) / statistics.median(seconds[label])

    def measured(label: str, model: NLIModel, shape: Shape, joint: bool, n: int) -> None:
        of_texts, of_claims = (
            [size + 2 for size in model.count_tokens(x)] for x in (texts[:n], claims)
        )

        def work() -> object:
            model.forget()  # what a round has encoded must not help the next
            return model.score_each(texts[:n], [claims] * n)

        rate = timed(label, work, n)
        seconds = n * len(claims) / rate
        copies = len(claims) if joint else 1
        tokens = copies * sum(of_texts) + n * sum(of_claims)
        share = operations(shape, of_texts, of_claims, joint) / seconds / peak
        add(Timed(label, round(rate), round(tokens / seconds), round(share, 3)))

    def add(row: Timed) -> None:
        found["rows"].append(asdict(row))
        print(json.dumps(asdict(row)), flush=True)

    half = {"device": given.device, "dtype": "bfloat16"}
    measured("stance, embedded model", load_nli("embedded", **half), EMBEDDED_SHAPE, False,
             len(texts))  # fmt: skip
    few = min(PIPELINE_PARAGRAPHS, len(texts))
    for name, shape in (("embedded", EMBEDDED_SHAPE), ("base", BASE_SHAPE), ("large", LARGE_SHAPE)):
        with tempfile.TemporaryDirectory() as folder:
            joint = joint_checkpoint(Path(folder), shape)
            model = load_nli(str(joint), **half)
            measured(f"stance, joint, {name} shape", model, shape, True, max(few, len(texts) // 10))
            if name != "embedded":
                continue
            for size in BATCH_SIZES:
                pipe = zero_shot_pipeline(joint, size, given.device, torch.bfloat16)
                label = f"pipeline, {name} shape, batch {size}"
                rate = timed(label, lambda pipe=pipe: pipe(texts[:few], claims), few)
                add(Timed(label, round(rate)))
    given.file.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
