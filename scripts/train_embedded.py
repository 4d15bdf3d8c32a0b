#!/usr/bin/env python
"""Train the embedded model from public data and the voices written for this project.

``./scripts/train_embedded.py data=FOLDER`` reads ``configs/train_embedded.yaml``.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import hydra
import numpy as np
import torch
import yaml
from composed_examples import composed_examples
from omegaconf import DictConfig
from safetensors.torch import load_file
from sklearn.metrics import average_precision_score, f1_score
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F
from training_data import (
    NOT_ENTAILMENT,
    Example,
    comment_examples,
    directed_examples,
    nli_examples,
    parallel_examples,
    read_rows,
    split_by_topic,
    stance_examples,
    tone_examples,
    voice_examples,
)

from stance.nli.compact import TOKENIZER, WEIGHTS, load_compact, save_compact
from stance.nli.onepass import OnePassNLI, pack

log = logging.getLogger("train_embedded")
_MATTERS_FOR_NEGATIVES = 400


class Data:
    """Reads the sets once; draws a fresh mixture of examples for every epoch."""

    def __init__(self, config: DictConfig) -> None:
        self.config = config
        root = Path(config.data)
        self.templates = yaml.safe_load(Path(config.templates).read_text("utf-8"))
        self.rows = {
            (task, name): read_rows(
                root / ("nli" if task == "nli" else "stance") / f"{name}.jsonl.gz"
            )
            for task in ("nli", "stance", "tone", "directed")
            for name in config[task]
        }
        # The first rows of XNLI's parallel languages choose, in every language; the rest teach.
        self.parallel = {
            language: read_rows(root / "nli" / f"xnli.{language}.dev.jsonl.gz")[
                config.dev.parallel_rows :
            ]
            for language in config.parallel
        }
        self.voices, self.held_voices = self._own("voices")
        self.comments, self.held_comments = self._own("comments")

    def _own(self, name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Texts written for this project: those that teach, and those of the held-out topics."""
        paths = sorted(Path(self.config.own, name).glob("*.jsonl"))
        rows = [row for path in paths for row in read_rows(path)]
        return split_by_topic(rows, self.config.held_out_topics)

    def epoch(self, number: int) -> list[Example]:
        """All examples of one epoch, shuffled."""
        rng = random.Random(f"{self.config.seed}-{number}")
        matters = [claim["matter"]["en"] for row in self.voices for claim in row["claims"]]
        targets = [
            row["target"]
            for (task, _), rows in self.rows.items()
            if task == "stance"
            for row in rng.sample(rows, min(40, len(rows)))
        ]
        others = targets + rng.sample(matters, min(_MATTERS_FOR_NEGATIVES, len(matters)))
        examples: list[Example] = []
        limits = self.config.rows
        for (task, name), rows in self.rows.items():
            limit = limits.get(name, limits.get(task, len(rows)))
            drawn = rng.sample(rows, min(limit, len(rows)))
            if task == "nli":
                examples += nli_examples(drawn)
            elif task == "stance":
                examples += stance_examples(drawn, self.templates, others, rng)
            elif task == "tone":
                examples += tone_examples(drawn)
            else:
                examples += directed_examples(drawn)
        if self.parallel:
            examples += parallel_examples(self.parallel, limits.parallel, rng)
        for _ in range(self.config.voice_repeats):
            examples += voice_examples(self.voices, self.templates, rng, self.config.renamed)
        examples += composed_examples(self.voices, self.templates, limits.composed, rng)
        for _ in range(self.config.comment_repeats):
            examples += comment_examples(self.comments, self.templates, rng)
        rng.shuffle(examples)
        return examples


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


def batches(
    examples: Sequence[Example], encode: Encoder, budget: int, rng: random.Random
) -> Iterator[tuple[list[Any], list[Any], list[list[int]]]]:
    """Batches of similar length within a token budget, in random order."""
    for start in range(0, len(examples), 4096):
        part = examples[start : start + 4096]
        premises, hypotheses = encode(part)
        lengths = [
            len(p) + 2 + sum(len(h) + 2 for h in hs)
            for p, hs in zip(premises, hypotheses, strict=True)
        ]
        order = sorted(range(len(part)), key=lambda i: lengths[i])
        groups: list[list[int]] = [[]]
        for i in order:
            if groups[-1] and lengths[i] * (len(groups[-1]) + 1) > budget:
                groups.append([])
            groups[-1].append(i)
        rng.shuffle(groups)
        for group in groups:
            yield (
                [premises[i] for i in group],
                [hypotheses[i] for i in group],
                [[label for _, label in part[i].hypotheses] for i in group],
            )


def loss_of(logits: Tensor, labels: Sequence[Sequence[int]], smoothing: float) -> Tensor:
    """Cross-entropy; ``not entailment`` asks only that entailment be improbable."""
    target = torch.full(logits.shape[:2], -1)
    for row, values in enumerate(labels):
        target[row, : len(values)] = torch.tensor(values)
    flat, target = logits.flatten(0, 1), target.flatten()
    three = (target >= 0) & (target < NOT_ENTAILMENT)
    other = target == NOT_ENTAILMENT
    total = F.cross_entropy(flat[three], target[three], label_smoothing=smoothing, reduction="sum")
    entailment = F.softmax(flat[other], dim=-1)[:, 0]
    total = total - torch.log1p(-entailment.clamp(max=1 - 1e-5)).sum()
    return total / (three.sum() + other.sum()).clamp(min=1)


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
        packed = pack([premises[i] for i in group], [hypotheses[i] for i in group], model.config)
        logits = model(packed.input_ids, packed.positions, packed.segments, packed.n_hypotheses)
        for row, i in enumerate(group):
            result[i] = logits[row, : len(hypotheses[i])].softmax(-1).numpy()
    return result


def evaluate(
    model: OnePassNLI, data: Data, encode: Encoder, config: DictConfig
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
            Example(row["text"], _forced_pair(data, row["target"]), "stance", row["lang"])
            for row in rows
        ]
        sides = _forced_sides(model, examples, encode, budget)
        figures[f"side_{name.split('.')[0]}"] = float(
            f1_score([row["label"] for row in rows], sides, average="macro")
        )
    if data.held_comments:
        figures["side_comments"] = _comment_figure(model, data, encode, budget)
    figures |= _voice_figures(model, data, encode, budget)
    figures["composed"] = _composed_figure(model, data, encode, budget, limit)
    summary = {
        "xnli_mean": [v for k, v in figures.items() if k.startswith("xnli_")],
        "side_mean": [
            v for k, v in figures.items() if k.startswith("side_") and "comments" not in k
        ],
    }
    return figures | {key: float(np.mean(values)) for key, values in summary.items()}


def _comment_figure(model: OnePassNLI, data: Data, encode: Encoder, budget: int) -> float:
    """Forced side on the targets of the held-out comments, asked in English."""
    examples, gold = [], []
    for row in data.held_comments:
        for entry in row["targets"]:
            if entry["stance"] in ("favor", "against"):
                pairs = _forced_pair(data, entry["target"]["en"])
                examples.append(Example(row["text"], pairs, "comment", row["lang"]))
                gold.append(entry["stance"])
    sides = _forced_sides(model, examples, encode, budget)
    return float(f1_score(gold, sides, average="macro"))


def _composed_figure(model: OnePassNLI, data: Data, encode: Encoder, budget: int, n: int) -> float:
    """Accuracy on simple texts put together from the claims of held-out topics."""
    examples = composed_examples(data.held_voices, data.templates, n, random.Random(0))
    return float(
        np.mean(
            [
                (p[0] < 0.5) if label == NOT_ENTAILMENT else p.argmax() == label
                for example, ps in zip(
                    examples, probabilities(model, examples, encode, budget), strict=True
                )
                for p, (_, label) in zip(ps, example.hypotheses, strict=True)
            ]
        )
    )


def _forced_pair(data: Data, target: str) -> tuple[tuple[str, int], ...]:
    return tuple(
        (data.templates[name]["en"].format(claim=target), 0)
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


def _voice_figures(model: OnePassNLI, data: Data, encode: Encoder, budget: int) -> dict[str, float]:
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


def optimizer_of(model: OnePassNLI, config: DictConfig) -> torch.optim.AdamW:
    """AdamW over all but the frozen embeddings and lowest layers; a higher rate for the head."""
    frozen = (model.word_embeddings, model.position_embeddings, model.embedding_norm)
    for module in (*frozen, *model.layers[: config.frozen_layers]):
        module.requires_grad_(False)
    groups: dict[tuple[bool, bool], list[Tensor]] = defaultdict(list)
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups[name.startswith("head_"), parameter.dim() > 1].append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "peak": config.head_learning_rate if head else config.learning_rate,
                "lr": 0.0,
                "weight_decay": config.weight_decay if matrix else 0.0,
            }
            for (head, matrix), parameters in groups.items()
        ]
    )


@hydra.main(version_base="1.3", config_path="../configs", config_name="train_embedded")
def main(config: DictConfig) -> None:
    """Train, evaluate and write the model in the shipped format."""
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    start, output = Path(config.start), Path(config.output)
    output.mkdir(parents=True, exist_ok=True)
    model, info = load_compact(start)
    blocks = load_file(start / WEIGHTS)["word_embeddings.q4"]
    encode, data = Encoder(start, config), Data(config)
    optimizer = optimizer_of(model, config)
    average = {n: p.detach().clone() for n, p in model.named_parameters() if p.requires_grad}
    step, epoch, elapsed, pairs = 0, 0, 0.0, 0
    checkpoint = output / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        average = saved["average"]
        step, epoch, elapsed, pairs = saved["progress"]
        epoch += 1  # an epoch cut short is not begun again: its rows would come twice
        log.info("resumed at step %d after %.0f minutes", step, elapsed / 60)
    elif config.dev.before:
        log.info("before: %s", json.dumps(evaluate(model, data, encode, config)))

    def save() -> None:
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "average": average,
            "progress": (step, epoch, elapsed, pairs),
        }
        torch.save(state, checkpoint.with_suffix(".tmp"))
        checkpoint.with_suffix(".tmp").replace(checkpoint)

    budget, last_save, running = config.minutes * 60, elapsed, 0.0
    model.train()
    while elapsed < budget:
        rng = random.Random(f"{config.seed}-{epoch}-order")
        for premises, hypotheses, labels in batches(
            data.epoch(epoch), encode, config.tokens_per_batch, rng
        ):
            clock = time.monotonic()
            done = elapsed / budget
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * min(
                    done / config.warmup, (1 - done) / (1 - config.warmup)
                )
            packed = pack(premises, hypotheses, model.config)
            logits = model(packed.input_ids, packed.positions, packed.segments, packed.n_hypotheses)
            loss = loss_of(logits, labels, config.label_smoothing)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step, pairs = step + 1, pairs + sum(map(len, labels))
            decay = min(config.average_decay, step / (step + 10))
            with torch.no_grad():
                for name, parameter in model.named_parameters():
                    if name in average:
                        average[name].lerp_(parameter, 1 - decay)
            elapsed += time.monotonic() - clock
            running += (loss.item() - running) * max(0.01, 1 / step)
            if step % 100 == 0:
                log.info(
                    "step %d epoch %d loss %.3f, %.1f pairs/s, %.1f of %d minutes",
                    step,
                    epoch,
                    running,
                    pairs / elapsed,
                    elapsed / 60,
                    config.minutes,
                )
            if elapsed - last_save > config.checkpoint_minutes * 60:
                last_save = elapsed
                save()
                model.eval()
                probe = _composed_figure(model, data, encode, config.tokens_per_batch, 40)
                log.info("composed texts of held-out topics: accuracy %.3f", probe)
                model.train()
            if elapsed >= budget:
                break
        epoch += 1
    save()
    model.load_state_dict(model.state_dict() | average)
    save_compact(
        model,
        blocks,
        output / "model",
        {k: v for k, v in info.items() if k in ("name", "revision")},
    )
    (output / "model" / TOKENIZER).write_bytes((start / TOKENIZER).read_bytes())
    shipped, _ = load_compact(output / "model")
    figures = evaluate(shipped, data, encode, config) | {
        "pairs": pairs,
        "steps": step,
        "minutes": elapsed / 60,
    }
    (output / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    log.info("after: %s", json.dumps(figures))


if __name__ == "__main__":
    main()
