"""What the benchmarks of speed score, how they take time, and how much work it is."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import torch
from speed_peers import Shape

from stance.config import compose_config
from stance.estimates import method_of, units_of
from stance.methods import Unit
from stance.nli import load_nli
from stance.nli.compact import CONFIG
from stance.nli.load import EMBEDDED
from stance.run import load_corpus

EMBEDDED_SHAPE = Shape(384, 12, 12, 1536)
BASE_SHAPE = Shape(768, 12, 12, 3072)


def corpus_units() -> list[Unit]:
    """Every paragraph of the embedded corpus, in all of its languages."""
    config = compose_config(["corpus.path=embedded"])
    return units_of(config, load_corpus(config), load_nli("embedded"))


def texts_of(units: Sequence[Unit], n: int) -> list[str]:
    """``n`` windows, evenly spaced by length, so that few stand for the distribution of all."""
    windows = sorted((w for unit in units for w in unit.windows), key=len)
    places = np.linspace(0, len(windows) - 1, n + 2)[1:-1]
    return [windows[round(place)] for place in places]


def hypotheses_of(n: int) -> list[str]:
    """``n`` hypotheses as the methods ask them: topics, sides of the text, sides of holders."""
    config = compose_config(["propositions=alaska_summit_fine"])
    made, names = method_of(config).hypotheses, list(config.propositions.items)
    texts = [made.topic(name, "en") for name in names]
    texts += [sided.text for name in names for sided in made.text_sides(name, "en")]
    for holder, name in product(config.holders.holders, names):
        texts += [sided.text for sided in made.holder_sides(name, holder, "en")]
    distinct = list(dict.fromkeys(texts))
    if len(distinct) < n:
        raise SystemExit(f"only {len(distinct)} hypotheses, {n} asked for")
    return distinct[:n]


def take_turns(
    contestants: Mapping[str, Callable[[], Any]], repeats: int
) -> tuple[dict[str, list[float]], dict[str, Any]]:
    """Seconds per contestant and repeat, and what each returned; the first round warms up."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    results: dict[str, Any] = {}
    for _ in range(repeats + 1):
        for name, work in contestants.items():
            start = time.perf_counter()
            results[name] = work()
            seconds[name].append(time.perf_counter() - start)
    return {name: values[1:] for name, values in seconds.items()}, results


def matmul_peak(
    device: str = "cpu", dtype: torch.dtype = torch.float32, sizes: Sequence[int] = (1024, 3072)
) -> float:
    """Operations per second of the best matrix product of a few sizes."""
    best = 0.0
    for size in sizes:
        left, right = (torch.randn(size, size, device=device, dtype=dtype) for _ in range(2))
        for _ in range(6):
            start = time.perf_counter()
            left @ right
            if device != "cpu":
                torch.cuda.synchronize()
            best = max(best, 2 * size**3 / (time.perf_counter() - start))
    return best


def operations(shape: Shape, premises: Sequence[int], claims: Sequence[int], joint: bool) -> float:
    """Operations of the transformer layers for every pair of texts of so many tokens.

    A multiplication and an addition are two. ``joint`` is an encoder over the two texts of a pair;
    else every text goes once through the separate layers of the embedded model, then every premise
    once, with all claims behind it, through the others.
    """
    pairs = list(product(premises, claims))
    if joint:
        return shape.layers * _of_a_layer(shape, [(p + c, p + c) for p, c in pairs])
    separate = json.loads((EMBEDDED / CONFIG).read_text("utf-8"))["separate_layers"]
    alone = [(text, text) for text in (*premises, *claims)]
    together = [*((p, p) for p in premises), *((c, p + c) for p, c in pairs)]
    return separate * _of_a_layer(shape, alone) + (shape.layers - separate) * _of_a_layer(
        shape, together
    )


def _of_a_layer(shape: Shape, spans: Sequence[tuple[int, int]]) -> float:
    """For so many tokens, each of which looks at so many."""
    linear = 2 * (4 * shape.hidden**2 + 2 * shape.hidden * shape.intermediate)
    # Every token meets the keys open to it twice: for the weights, and for the sum.
    return float(sum(n * linear + n * keys * 4 * shape.hidden for n, keys in spans))


def drawn(units: Sequence[Unit], n: int) -> dict[str, str]:
    """Different texts of the corpus's own words and lengths, words shuffled: text → language."""
    rng = random.Random(1)
    texts: dict[str, str] = {}
    while len(texts) < n:
        paragraph = rng.choice(units).paragraph
        words = paragraph.text.split()
        rng.shuffle(words)
        texts[" ".join(words)] = paragraph.language
    return texts
