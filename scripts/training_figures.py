"""Dev figures of a training: NLI accuracy, forced sides on held sets, voices of held topics."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from composed_examples import composed_examples
from kit_examples import kit_examples
from omegaconf import DictConfig
from sklearn.metrics import average_precision_score, f1_score
from tokenizers import Tokenizer
from training_data import (
    CONTRADICTION,
    ENTAILMENT,
    NOT_ENTAILMENT,
    Example,
    nli_examples,
    read_rows,
    voice_examples,
)
from training_mixture import Mixture

from stance.nli.compact import TOKENIZER
from stance.nli.layouts import Unpadded
from stance.nli.onepass import OnePassNLI


class Encoder:
    """Token ids of premises and hypotheses, cut to the lengths of training."""

    def __init__(self, folder: Path, config: DictConfig) -> None:
        self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self.premise_limit = config.max_premise_tokens
        self.hypothesis_limit = config.max_hypothesis_tokens

    def __call__(self, examples: Sequence[Example]) -> tuple[list[Any], list[Any]]:
        def ids(texts: list[str], limit: int) -> list[list[int]]:
            encoded = self.tokenizer.encode_batch(texts, add_special_tokens=False)
            return [e.ids[:limit] for e in encoded]

        premises = ids([e.premise for e in examples], self.premise_limit)
        flat = ids([text for e in examples for text, _ in e.hypotheses], self.hypothesis_limit)
        stream = iter(flat)
        return premises, [[next(stream) for _ in e.hypotheses] for e in examples]


@torch.inference_mode()
def probabilities(
    model: OnePassNLI, examples: Sequence[Example], encode: Encoder, budget: int
) -> list[np.ndarray]:
    """Class probabilities per example, ``[n_hypotheses, 3]`` each, in the order given."""
    premises, hypotheses = encode(examples)
    order = sorted(range(len(examples)), key=lambda i: len(premises[i]))
    result: list[Any] = [None] * len(examples)
    size = max(1, budget // 200)
    for start in range(0, len(order), size):
        group = order[start : start + size]
        batch = Unpadded.of(
            [premises[i] for i in group], [hypotheses[i] for i in group], model.config
        )
        found = model(batch).softmax(-1).split([len(hypotheses[i]) for i in group])
        for i, values in zip(group, found, strict=True):
            result[i] = values.numpy()
    return result


def evaluate(
    model: OnePassNLI, data: Mixture, encode: Encoder, config: DictConfig
) -> dict[str, float]:
    """Dev figures: XNLI accuracy, forced side on held sets, voices on held topics."""
    model.eval()
    figures: dict[str, float] = {}
    root, limit, budget = Path(config.data), config.dev.rows, config.tokens_per_batch
    for language in config.dev.xnli:
        rows = read_rows(root / "nli" / f"xnli.{language}.dev.jsonl.gz")[:limit]
        examples = nli_examples(rows)
        predicted = probabilities(model, examples, encode, budget)
        hits = [
            p.argmax() == label
            for example, ps in zip(examples, predicted, strict=True)
            for p, (_, label) in zip(ps, example.hypotheses, strict=True)
        ]
        figures[f"xnli_{language}"] = float(np.mean(hits))
    for name in config.dev.stance:
        rows = [
            r
            for r in read_rows(root / "stance" / f"{name}.jsonl.gz")
            if r["label"] in ("favor", "against")
        ]
        rows = random.Random(0).sample(rows, min(limit, len(rows)))
        examples = [
            Example(row["text"], _forced(data, row["target"]), "stance", row["lang"])
            for row in rows
        ]
        sides = _forced_sides(model, examples, encode, budget)
        figures[f"side_{name.split('.')[0]}"] = float(
            f1_score([row["label"] for row in rows], sides, average="macro")
        )
    if data.held_comments:
        figures["side_comments"] = _comment_figure(model, data, encode, budget)
    figures |= _voice_figures(model, data, encode, budget)
    figures |= {f"probe_{k}": v for k, v in probe(model, data, encode, budget).items()}
    summary = {
        "xnli_mean": [v for k, v in figures.items() if k.startswith("xnli_")],
        "side_mean": [
            v for k, v in figures.items() if k.startswith("side_") and "comments" not in k
        ],
    }
    return figures | {key: float(np.mean(values)) for key, values in summary.items()}


def _comment_figure(model: OnePassNLI, data: Mixture, encode: Encoder, budget: int) -> float:
    """Forced side on the targets of the held-out comments, asked in English."""
    examples, gold = [], []
    for row in data.held_comments:
        for entry in row["targets"]:
            if entry["stance"] in ("favor", "against"):
                pairs = _forced(data, entry["target"]["en"])
                examples.append(Example(row["text"], pairs, "comment", row["lang"]))
                gold.append(entry["stance"])
    sides = _forced_sides(model, examples, encode, budget)
    return float(f1_score(gold, sides, average="macro"))


def side_figure(
    model: OnePassNLI, examples: Sequence[Example], encode: Encoder, budget: int
) -> float:
    """Share of the hypotheses with a side that get the right one (chance: .5)."""
    hits = [
        (p[0] > p[2]) == (label == ENTAILMENT)
        for example, ps in zip(
            examples, probabilities(model, examples, encode, budget), strict=True
        )
        for p, (_, label) in zip(ps, example.hypotheses, strict=True)
        if label in (ENTAILMENT, CONTRADICTION)
    ]
    return float(np.mean(hits))


def probe(model: OnePassNLI, data: Mixture, encode: Encoder, budget: int) -> dict[str, float]:
    """Quick figures on held-out topics: sides in easy and hard composed texts, kits and voices."""
    was_training = model.training
    model.eval()
    drawn = {
        "easy": composed_examples(data.held_voices, data.templates, 40, random.Random(0), 0.0),
        "hard": composed_examples(data.held_voices, data.templates, 40, random.Random(0), 1.0),
        "voices": [
            replace(example, hypotheses=holders)
            for example in voice_examples(data.held_voices[::3], data.templates, random.Random(0))
            if (holders := _without_topics(example, data))
        ],
    }
    if data.held_kits:
        drawn["kits"] = kit_examples(data.held_kits, data.templates, 40, random.Random(0))
        drawn["kits"] = [
            replace(example, hypotheses=holders)
            for example in drawn["kits"]
            if (holders := _without_topics(example, data))
        ]
    figures = {
        name: round(side_figure(model, examples, encode, budget), 3)
        for name, examples in drawn.items()
    }
    model.train(was_training)
    return figures


def _without_topics(example: Example, data: Mixture) -> tuple[tuple[str, int], ...]:
    heads = tuple(form.split("{")[0] for form in data.templates["topic"].values())
    return tuple(pair for pair in example.hypotheses if not pair[0].startswith(heads))


def _forced(data: Mixture, target: str) -> tuple[tuple[str, int], ...]:
    return tuple(
        (data.templates[name]["en"].format(claim=target), ENTAILMENT)
        for name in ("text_favor", "text_against")
    )


def _forced_sides(
    model: OnePassNLI, examples: Sequence[Example], encode: Encoder, budget: int
) -> list[str]:
    """Favor or against per example, by what speaks for either of its two hypotheses."""
    return [
        "favor" if p[0, 0] + p[1, 2] > p[1, 0] + p[0, 2] else "against"
        for p in probabilities(model, examples, encode, budget)
    ]


def _voice_figures(
    model: OnePassNLI, data: Mixture, encode: Encoder, budget: int
) -> dict[str, float]:
    """Accuracy per hypothesis kind on the held topics; average precision of relevance."""
    examples = voice_examples(data.held_voices, data.templates, random.Random(0))
    kinds: dict[str, list[bool]] = defaultdict(list)
    relevance: list[tuple[bool, float]] = []
    starts = {
        name: [form.split("{")[0] for form in forms.values() if not form.startswith("{")]
        for name, forms in data.templates.items()
    }
    for example, ps in zip(examples, probabilities(model, examples, encode, budget), strict=True):
        for (text, label), p in zip(example.hypotheses, ps, strict=True):
            kind = next(
                (n for n, heads in starts.items() if any(text.startswith(h) for h in heads)),
                "holder",
            )
            right = p[0] < 0.5 if label == NOT_ENTAILMENT else p.argmax() == label
            kinds[kind].append(bool(right))
            if kind == "topic":
                relevance.append((label == 0, float(p[0])))
    truth, score = zip(*relevance, strict=True)
    return {f"voice_{kind}": float(np.mean(hits)) for kind, hits in sorted(kinds.items())} | {
        "voice_topic_ap": float(average_precision_score(truth, score))
    }
