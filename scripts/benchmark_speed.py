#!/usr/bin/env python
"""How fast stance scores, beside the other ways to do it, in one run on one machine.

    pip install -e '.[bench]'
    scripts/benchmark_speed.py FOLDER [--parts pairs,base,staged,store,scale] [--paragraphs 12]

- pairs: texts of the embedded corpus under 6, 18 and 66 hypotheses, all pairs. stance's one-pass
  model in torch and in 8 bits; peers on a joint checkpoint of the same shape: transformers'
  zero-shot pipeline in batches of 1, 8 and 32, CrossEncoder.predict of sentence-transformers, plain
  ONNX Runtime in 8 bits, and stance's own way with a joint checkpoint.
- base: a joint checkpoint of the shape of XLM-R base, 18 hypotheses, pipeline and stance.
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
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from speed_page import as_markdown, draw
from speed_peers import Shape, cross_encoder, joint_checkpoint, onnx_int8, zero_shot_pipeline
from speed_work import (
    BASE_SHAPE,
    EMBEDDED_SHAPE,
    corpus_units,
    drawn,
    hypotheses_of,
    matmul_peak,
    operations,
    take_turns,
    texts_of,
)

from stance.config import compose_config
from stance.estimates import score, units_of
from stance.nli import load_nli
from stance.nli.model import NLIModel
from stance.run import load_corpus
from stance.scoring import Request, Scorer, ScoreStore

HYPOTHESES = (6, 18, 66)
SCALES = (2_000, 20_000)
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
    parser.add_argument("--parts", default="pairs,base,staged,store,scale")
    parser.add_argument("--paragraphs", type=int, default=12)
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


def staged_part(given: argparse.Namespace, found: Mapping[str, Any]) -> dict[str, Any]:
    """The default method, and what it would find if its gate closed on no paragraph."""
    model = load_nli("embedded", device="cpu")
    runs = {}
    for name, extra in {"staged": [], "ungated": ["method.gate=false"]}.items():
        config = compose_config(
            ["corpus.path=embedded", "frames=none", "propositions=alaska_summit_fine", *extra]
        )
        corpus = load_corpus(config)
        with Scorer(model, None, progress=False) as scorer:
            start = time.perf_counter()
            units = units_of(config, corpus, model)
            estimates, _ = score(config, units, model, scorer)
            taken = time.perf_counter() - start
        labels = {
            (e.unit.document.id, e.unit.paragraph.index, e.proposition, e.holder): str(e.label)
            for e in estimates
        }
        runs[name] = (taken, labels, len(units), scorer.counts.scored)
    taken, labels, n, asked = runs["staged"]
    full = runs["ungated"][1]
    result: dict[str, Any] = {
        "paragraphs": n,
        "seconds": round(taken, 1),
        "pairs_asked": asked,
        "ungated_seconds": round(runs["ungated"][0], 1),
        "f1_per_label": {
            label: _f1(
                {key for key, value in labels.items() if value == label},
                {key for key, value in full.items() if value == label},
            )
            for label in ("favor", "against", "neutral")
        },
    }
    rates = [
        row.pairs_per_second
        for row in found.get("pairs", [])
        if row.name.startswith(PIPELINE) and row.hypotheses == HYPOTHESES[-1]
    ]
    if rates:
        alone = n * HYPOTHESES[-1] / max(rates)
        result["pipeline_seconds_for_66"] = round(alone)
        result["against_pipeline"] = round(alone / taken, 1)
    print(json.dumps(result), flush=True)
    return result


def _f1(found: set[Any], wanted: set[Any]) -> float | None:
    both = len(found) + len(wanted)
    return round(2 * len(found & wanted) / both, 4) if both else None


def store_part(given: argparse.Namespace, found: Mapping[str, Any]) -> dict[str, Any]:
    """Pairs per second of a second run; scores are random, since their values cost no time."""
    rng = np.random.default_rng(0)
    claims = tuple(hypotheses_of(HYPOTHESES[-1]))
    texts = list(drawn(corpus_units(), 2_000))
    with tempfile.TemporaryDirectory() as folder:
        with ScoreStore(Path(folder), "benchmark") as store:
            store.keep(
                (text, dict(zip(claims, rng.normal(size=(len(claims), 3)), strict=True)))
                for text in texts
            )
        rates = []
        for _ in range(given.repeats + 1):
            with (
                ScoreStore(Path(folder), "benchmark") as store,
                Scorer(load_nli("embedded", device="cpu"), store, progress=False) as scorer,
            ):
                start = time.perf_counter()
                scorer([Request(text, claims) for text in texts])
                rates.append(len(texts) * len(claims) / (time.perf_counter() - start))
                assert scorer.counts.scored == 0
    result = {
        "pairs": len(texts) * len(claims),
        "pairs_per_second": round(statistics.median(rates)),
    }
    print(json.dumps(result), flush=True)
    return result


def scale_part(given: argparse.Namespace, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Wall time and largest resident memory of the command, from texts to report."""
    units = corpus_units()
    results = []
    for n in SCALES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "texts.jsonl")
            with path.open("w", encoding="utf-8") as lines:
                for i, (text, language) in enumerate(drawn(units, n).items()):
                    row = {"id": str(i), "source": f"s{i % 5}", "language": language, "text": text}
                    lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            command = [
                *(sys.executable, "-c", _MEASURED, f"corpus.path={path}", "frames=none"),
                *(f"output_dir={folder}/out", "engine.store=off", "report.text=none"),
            ]
            start = time.perf_counter()
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            taken = time.perf_counter() - start
            counts = json.loads(Path(folder, "out", "results.json").read_text("utf-8"))["counts"]
        peak = int(said.strip().splitlines()[-1])
        results.append(
            {
                "paragraphs": counts["paragraphs"],
                "pairs": counts["pairs_scored"],
                "seconds": round(taken, 1),
                "peak_mib": peak // 1024,
            }
        )
        print(json.dumps(results[-1]), flush=True)
    return results


_MEASURED = """
import resource
from stance.app import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

PARTS: dict[str, Callable[[argparse.Namespace, Mapping[str, Any]], Any]] = {
    "pairs": pairs_part,
    "base": base_part,
    "staged": staged_part,
    "store": store_part,
    "scale": scale_part,
}

if __name__ == "__main__":
    main()
