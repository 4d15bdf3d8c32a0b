"""Parts of `benchmark_speed.py` without a peer: what our own ways cost, and what they change."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from speed_work import corpus_units, drawn, hypotheses_of, texts_of

from stance.config import compose_config
from stance.estimates import score, units_of
from stance.nli import load_nli
from stance.nli.model import probabilities
from stance.run import load_corpus
from stance.scoring import Request, Scorer, ScoreStore

MOST = 66  # hypotheses
SCALES = (2_000, 20_000)


def int8_part(paragraphs: int) -> dict[str, Any]:
    """The model in 8 bits against itself in fp32, over texts of the embedded corpus."""
    texts, claims = texts_of(corpus_units(), paragraphs), hypotheses_of(MOST)
    exact, bytes_ = (
        np.concatenate([probabilities(x) for x in model.score_each(texts, [claims] * len(texts))])
        for model in (
            load_nli("embedded", device="cpu"),
            load_nli("embedded", backend="onnx", dtype="int8"),
        )
    )
    gaps = np.abs(exact - bytes_).max(axis=1)
    result = {
        "pairs": len(gaps),
        "difference_in_probability": {
            "median": round(float(np.median(gaps)), 4),
            "99th percentile": round(float(np.quantile(gaps, 0.99)), 4),
            "largest": round(float(gaps.max()), 4),
        },
        "within_0.05": round(float(np.mean(gaps <= 0.05)), 4),
        "same_label": round(float(np.mean(exact.argmax(1) == bytes_.argmax(1))), 4),
    }
    print(json.dumps(result), flush=True)
    return result


def staged_part(pipeline_rate: float | None) -> dict[str, Any]:
    """The default method, and what it would find if its gate closed on no paragraph.

    ``pipeline_rate`` is in pairs per second.
    """
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
    if pipeline_rate is not None:
        alone = n * MOST / pipeline_rate
        result[f"pipeline_seconds_for_{MOST}"] = round(alone)
        result["against_pipeline"] = round(alone / taken, 1)
    print(json.dumps(result), flush=True)
    return result


def _f1(found: set[Any], wanted: set[Any]) -> float | None:
    both = len(found) + len(wanted)
    return round(2 * len(found & wanted) / both, 4) if both else None


def store_part(repeats: int) -> dict[str, Any]:
    """Pairs per second of a second run; scores are random, since their values cost no time."""
    rng = np.random.default_rng(0)
    claims = tuple(hypotheses_of(MOST))
    texts = list(drawn(corpus_units(), 2_000))
    with tempfile.TemporaryDirectory() as folder:
        with ScoreStore(Path(folder), "benchmark") as store:
            store.keep(
                (text, dict(zip(claims, rng.normal(size=(len(claims), 3)), strict=True)))
                for text in texts
            )
        rates = []
        for _ in range(repeats + 1):
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


def scale_part() -> list[dict[str, Any]]:
    """Time and largest resident memory of the command, from texts to report.

    Where other work goes on, read the processor's time and not the clock's.
    """
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
        peak, worked = said.strip().splitlines()[-1].split()
        results.append(
            {
                "paragraphs": counts["paragraphs"],
                "pairs": counts["pairs_scored"],
                "seconds": round(taken, 1),
                "processor_seconds": round(float(worked), 1),
                "peak_mib": int(peak) // 1024,
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
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_maxrss, used.ru_utime + used.ru_stime)
"""
