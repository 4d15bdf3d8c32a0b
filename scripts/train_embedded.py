#!/usr/bin/env python
"""Train the embedded model from public data and the voices written for this project.

``./scripts/train_embedded.py data=FOLDER`` reads ``configs/train_embedded.yaml``.
"""

from __future__ import annotations

import json
import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import hydra
import torch
from omegaconf import DictConfig
from torch import Tensor
from torch.nn import functional as F
from training_data import NOT_ENTAILMENT, Example
from training_figures import Encoder, evaluate, probe
from training_mixture import Mixture

from stance.nli.compact import TOKENIZER, load_compact, save_compact
from stance.nli.layouts import Unpadded
from stance.nli.onepass import OnePassNLI

log = logging.getLogger("train_embedded")


def batches(
    examples: Sequence[Example], encode: Encoder, budget: int
) -> Iterator[tuple[list[Any], list[Any], list[list[int]]]]:
    """Token ids of premises and hypotheses, and labels, in the order given, cut by a budget."""
    premises, hypotheses = encode(examples)
    labels = [[label for _, label in example.hypotheses] for example in examples]
    start, tokens = 0, 0
    for i, (premise, claims) in enumerate(zip(premises, hypotheses, strict=True)):
        size = sum(len(text) + 2 for text in (premise, *claims))
        if i > start and tokens + size > budget:
            yield premises[start:i], hypotheses[start:i], labels[start:i]
            start, tokens = i, 0
        tokens += size
    if examples:
        yield premises[start:], hypotheses[start:], labels[start:]


def taught_loss(logits: Tensor, taught: Tensor) -> Tensor:
    """Cross-entropy towards the probabilities of the teacher (Hinton et al. 2015)."""
    return F.cross_entropy(logits, taught.softmax(-1))


def loss_of(logits: Tensor, labels: Sequence[Sequence[int]], smoothing: float) -> Tensor:
    """Cross-entropy over pairs; ``not entailment`` asks only that entailment be improbable."""
    target = torch.tensor([label for of_premise in labels for label in of_premise])
    other = target == NOT_ENTAILMENT
    total = F.cross_entropy(
        logits[~other], target[~other], label_smoothing=smoothing, reduction="sum"
    )
    entailment = F.softmax(logits[other], dim=-1)[:, 0]
    total = total - torch.log1p(-entailment.clamp(max=1 - 1e-5)).sum()
    return total / max(1, len(target))


def optimizer_of(model: OnePassNLI, config: DictConfig) -> torch.optim.AdamW:
    """AdamW over all but the frozen embeddings and lowest layers; a higher rate for the head."""
    frozen = (model.position_embeddings, model.embedding_norm)  # word embeddings always are
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
        ],
        fused=True,
    )


@hydra.main(version_base="1.3", config_path="../configs", config_name="train_embedded")
def main(config: DictConfig) -> None:
    """Train, evaluate and write the model in the shipped format."""
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    start, output = Path(config.start), Path(config.output)
    output.mkdir(parents=True, exist_ok=True)
    model, info = load_compact(start)
    # As it starts; where layers are made separate, it teaches what they have to make good.
    teacher = load_compact(start)[0] if config.teacher_weight else None
    model.config = replace(model.config, separate_layers=config.separate_layers)
    encode, data = Encoder(start, config), Mixture(config)
    optimizer = optimizer_of(model, config)
    parameters = dict(model.named_parameters())
    average = {n: p.detach().clone() for n, p in parameters.items() if p.requires_grad}
    started = {n: values.clone() for n, values in average.items()}
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
        for premises, hypotheses, labels in batches(
            data.epoch(epoch, elapsed / budget), encode, config.tokens_per_batch
        ):
            clock = time.monotonic()
            done = elapsed / budget
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * min(
                    done / config.warmup, (1 - done) / (1 - config.warmup)
                )
            batch = Unpadded.of(premises, hypotheses, model.config)
            logits = model(batch)
            loss = loss_of(logits, labels, config.label_smoothing)
            if teacher is not None:
                with torch.inference_mode():
                    taught = teacher(batch)
                loss = torch.lerp(loss, taught_loss(logits, taught), config.teacher_weight)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step, pairs = step + 1, pairs + sum(map(len, labels))
            decay = min(config.average_decay, step / (step + 10))
            with torch.no_grad():
                now = [parameters[name] for name in average]
                torch._foreach_lerp_(list(average.values()), now, 1 - decay)
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
                sides = probe(model, data, encode, config.tokens_per_batch)
                log.info("sides on held-out topics: %s", json.dumps(sides))
            if elapsed >= budget:
                break
        epoch += 1
    save()
    # Half way back to the weights it started from, a training forgets less of what they knew
    # (Wortsman et al. 2022, Robust fine-tuning of zero-shot models).
    kept = {n: torch.lerp(values, started[n], config.start_share) for n, values in average.items()}
    model.load_state_dict(model.state_dict() | kept)
    described = {k: v for k, v in info.items() if k in ("name", "revision")}
    save_compact(model, output / "model", described)
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
