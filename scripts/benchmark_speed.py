#!/usr/bin/env python
"""How fast stance scores, beside the other ways to do it, in one run on one machine.

    pip install -e '.[bench]'
    scripts/benchmark_speed.py FOLDER [--parts pairs,base,int8,staged,store,scale] [--paragraphs 12]

- pairs: texts of the embedded corpus under 6, 18 and 66 hypotheses, all pairs. stance's one-pass
  model in torch and in 8 bits; peers on a joint checkpoint of the same shape: transformers'
  zero-shot pipeline in batches of 1, 8 and 32, CrossEncoder.predict of sentence-transformers, plain
  ONNX Runtime in 8 bits, and stance's own way with a joint checkpoint.
- base: a joint checkpoint of the shape of XLM-R base, 18 hypotheses, pipeline and stance.
- int8: how far the model in 8 bits is from itself in fp32, 66 hypotheses.
- staged: the default method on the embedded corpus, once, with and without its gate of topic words;
  and how long the pipeline would take to ask 66 hypotheses of every paragraph. That ratio holds two
  things: a faster model, and fewer questions.
- store: a second run over 66 hypotheses, everything kept.
- scale: `stance` over 2,000 and 20,000 paragraphs of the length distribution of the corpus, once.

In the first two parts contestants take turns, ``--repeats`` times after a round to warm up; given
are medians and ranges.
The share of the limit is the operations that the unpadded tokens need, over those that the machine
does in the best matrix product of the same type, in the same time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from speed_page import as_markdown, draw
from speed_parts import MOST, int8_part, scale_part, staged_part, store_part
from speed_peers import Shape, cross_encoder, joint_checkpoint, onnx_int8, zero_shot_pipeline
from speed_work import (
    BASE_SHAPE,
    EMBEDDED_SHAPE,
    corpus_units,
    hypotheses_of,
    matmul_peak,
    operations,
    take_turns,
    texts_of,
)

from stance.nli import load_nli
from stance.nli.model import NLIModel

HYPOTHESES = (6, 18, MOST)
BATCH_SIZES = (1, 8, 32)
PIPELINE = "pipeline"


@dataclass(frozen=True)
class Timed:
    """One contestant: pairs per second over the repeats, and the share of the limit if known."""

    part: str
    name: str
    hypotheses: int
    pairs_per_second: float
    slowest: float
    fastest: float
    against_pipeline: float | None = None
    share_of_peak: float | None = None
    largest_difference: float | None = None  # in P(entailment), to the pipeline on its checkpoint


def main() -> None:
    """Run the parts asked for; write FOLDER/speed.json, speed.md and speed.svg."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parts", default="pairs,base,int8,staged,store,scale")
    parser.add_argument("--paragraphs", type=int, default=12)
    parser.add_argument("--agreeing", type=int, default=60, help="paragraphs of the part int8")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    torch.set_grad_enabled(False)
    machine = {
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "peak_gflops": round(matmul_peak() / 1e9, 1),
    }
    print(json.dumps(machine), flush=True)
    found: dict[str, Any] = {"machine": machine}
    for part in given.parts.split(","):
        found[part] = PARTS[part](given, found)
        plain = json.loads(json.dumps(found, default=asdict))
        (given.folder / "speed.json").write_text(json.dumps(plain, indent=1) + "\n", "utf-8")
        (given.folder / "speed.md").write_text(as_markdown(plain), "utf-8")
        if "pairs" in plain:
            draw(plain, given.folder / "speed.svg")


# The parts


def pairs_part(given: argparse.Namespace, found: Mapping[str, Any]) -> list[Timed]:
    """Every pair, by stance and by its peers, with few hypotheses and with many."""
    texts = texts_of(corpus_units(), given.paragraphs)
    torch_model = load_nli("embedded", device="cpu")
    bytes_model = load_nli("embedded", backend="onnx", dtype="int8")
    with tempfile.TemporaryDirectory() as folder:
        joint = joint_checkpoint(Path(folder), EMBEDDED_SHAPE)
        peers = {f"{PIPELINE}, batch {n}": zero_shot_pipeline(joint, n) for n in BATCH_SIZES}
        peers |= {"CrossEncoder": cross_encoder(joint), "ONNX Runtime int8": onnx_int8(joint)}
        ours = {
            "stance one-pass": torch_model,
            "stance one-pass int8": bytes_model,
            "stance joint": load_nli(str(joint), device="cpu"),
        }
        rows: list[Timed] = []
        for n in HYPOTHESES:
            rows += _contest("pairs", n, texts, ours, peers, EMBEDDED_SHAPE, given, found)
    return rows


def base_part(given: argparse.Namespace, found: Mapping[str, Any]) -> list[Timed]:
    """A joint checkpoint of the shape of XLM-R base."""
    texts = texts_of(corpus_units(), max(4, given.paragraphs // 2))
    with tempfile.TemporaryDirectory() as folder:
        joint = joint_checkpoint(Path(folder), BASE_SHAPE)
        peers = {f"{PIPELINE}, batch {n}": zero_shot_pipeline(joint, n) for n in BATCH_SIZES}
        ours = {"stance joint": load_nli(str(joint), device="cpu")}
        return _contest("base", 18, texts, ours, peers, BASE_SHAPE, given, found)


def _contest(
    part: str,
    n: int,
    texts: Sequence[str],
    ours: Mapping[str, NLIModel],
    peers: Mapping[str, Callable[[Sequence[str], Sequence[str]], Any]],
    shape: Shape,
    given: argparse.Namespace,
    found: Mapping[str, Any],
) -> list[Timed]:
    claims = hypotheses_of(n)
    contestants: dict[str, Callable[[], Any]] = {
        **{name: (lambda m=m: _entailed(m, texts, claims)) for name, m in ours.items()},
        **{name: (lambda run=run: run(texts, claims)) for name, run in peers.items()},
    }
    seconds, results = take_turns(contestants, given.repeats)
    pairs = len(texts) * n
    best = min(statistics.median(seconds[name]) for name in peers if name.startswith(PIPELINE))
    reference = results[f"{PIPELINE}, batch 1"]
    counter = load_nli("embedded", device="cpu")
    of_texts, of_claims = ([n + 2 for n in counter.count_tokens(x)] for x in (texts, claims))
    rows = []
    for name, taken in seconds.items():
        median, joint = statistics.median(taken), "one-pass" not in name
        needed = operations(shape, of_texts, of_claims, joint)
        rows.append(
            Timed(
                part=part,
                name=name,
                hypotheses=n,
                pairs_per_second=round(pairs / median, 1),
                slowest=round(pairs / max(taken), 1),
                fastest=round(pairs / min(taken), 1),
                against_pipeline=round(best / median, 2),
                share_of_peak=None
                if "int8" in name
                else round(needed / median / (found["machine"]["peak_gflops"] * 1e9), 3),
                largest_difference=float(f"{np.abs(results[name] - reference).max():.2g}")
                if joint
                else None,
            )
        )
        print(json.dumps(asdict(rows[-1])), flush=True)
    return rows


def _entailed(model: NLIModel, texts: Sequence[str], claims: Sequence[str]) -> Any:
    """Entailment against contradiction, as the pipeline has it."""
    model.forget()  # what a round has encoded must not help the next
    logits = np.stack(model.score_each(texts, [claims] * len(texts))).astype(np.float64)
    return 1 / (1 + np.exp(logits[..., 2] - logits[..., 0]))


def best_rate(found: Mapping[str, Any]) -> float | None:
    """Pairs per second of the pipeline at its best, with the most hypotheses."""
    rates = [
        row.pairs_per_second
        for row in found.get("pairs", [])
        if row.name.startswith(PIPELINE) and row.hypotheses == HYPOTHESES[-1]
    ]
    return max(rates, default=None)


PARTS: dict[str, Callable[[argparse.Namespace, Mapping[str, Any]], Any]] = {
    "pairs": pairs_part,
    "base": base_part,
    "int8": lambda given, found: int8_part(given.agreeing),
    "staged": lambda given, found: staged_part(best_rate(found)),
    "store": lambda given, found: store_part(given.repeats),
    "scale": lambda given, found: scale_part(),
}

if __name__ == "__main__":
    main()
