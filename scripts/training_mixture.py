"""The mixture of examples that a training draws from, as it changes from easy to hard."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml
from composed_examples import composed_examples
from kit_examples import kit_examples
from omegaconf import DictConfig
from training_data import (
    Example,
    comment_examples,
    directed_examples,
    nli_examples,
    opposed_example,
    parallel_examples,
    read_rows,
    split_by_topic,
    stance_examples,
    tone_examples,
    voice_examples,
)

_OTHER_TARGETS = 400
# Texts on one claim that are drawn one behind the other, and so mostly fall into one batch: what
# tells the sides apart is then what differs between them, and not the claim.
TOGETHER = 3


class Mixture:
    """Reads the sets once; draws a fresh epoch for every stage of the training."""

    def __init__(self, config: DictConfig) -> None:
        self.config = config
        root = Path(config.data)
        self.templates = yaml.safe_load(Path(config.templates).read_text("utf-8"))
        self.nli = {
            name: nli_examples(read_rows(root / "nli" / f"{name}.jsonl.gz")) for name in config.nli
        }
        self.stance, self.tone, self.directed = (
            {name: read_rows(root / "stance" / f"{name}.jsonl.gz") for name in config[task]}
            for task in ("stance", "tone", "directed")
        )
        self.by_target = {name: _by_target(rows) for name, rows in self.stance.items()}
        # The first rows of XNLI's parallel languages choose, in every language; the rest teach.
        self.parallel = {
            language: read_rows(root / "nli" / f"xnli.{language}.dev.jsonl.gz")[
                config.dev.parallel_rows :
            ]
            for language in config.parallel
        }
        self.voices, self.held_voices = self._own("voices")
        self.comments, self.held_comments = self._own("comments")
        self.kits, self.held_kits = self._own("kits")

    def _own(self, name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Texts written for this project: those that teach, and those of the held-out topics."""
        paths = sorted(Path(self.config.own, name).glob("*.jsonl"))
        rows = [row for path in paths for row in read_rows(path)]
        return split_by_topic(rows, self.config.held_out_topics)

    def epoch(self, number: int, progress: float) -> list[Example]:
        """Examples of one epoch, neighbours on one claim, shuffled but for that.

        ``progress`` runs from 0 to 1 over the training.
        """
        rng = random.Random(f"{self.config.seed}-{number}")
        difficulty = min(1.0, progress / self.config.hardest_at)
        runs: list[list[Example]] = []
        for task, (first, last) in self.config.mixture.items():
            share = first + (last - first) * progress
            n = round(share * self.config.examples_per_epoch)
            drawn = getattr(self, f"_draw_{task}")(n, difficulty, rng)
            runs += [drawn[start : start + TOGETHER] for start in range(0, len(drawn), TOGETHER)]
        rng.shuffle(runs)
        examples = [example for run in runs for example in run]
        late = (progress - self.config.opposed_from) / (1 - self.config.opposed_from)
        if late > 0:
            share = late * self.config.opposed
            examples = [opposed_example(e, self.templates, share, rng) for e in examples]
        return examples

    def _names(self, task: str, n: int, rng: random.Random) -> dict[str, int]:
        """How many rows of each set of a task, by the weights of the sets."""
        names = list(self.config[task])
        weights = [self.config.weights.get(name, 1.0) for name in names]
        drawn = rng.choices(names, weights, k=n)
        return {name: drawn.count(name) for name in names}

    def _draw_nli(self, n: int, _: float, rng: random.Random) -> list[Example]:
        return [
            example
            for name, k in self._names("nli", n, rng).items()
            for example in rng.sample(self.nli[name], min(k, len(self.nli[name])))
        ]

    def _draw_parallel(self, n: int, _: float, rng: random.Random) -> list[Example]:
        each = -(-n // len(self.parallel))
        return rng.sample(parallel_examples(self.parallel, each, rng), n)

    def _draw_stance(self, n: int, _: float, rng: random.Random) -> list[Example]:
        examples: list[Example] = []
        others = self._other_targets(rng)
        for name, k in self._names("stance", n, rng).items():
            rows = self._same_targets(name, k, rng)
            examples += stance_examples(rows, self.templates, others, rng)
        return examples

    def _same_targets(self, name: str, n: int, rng: random.Random) -> list[dict[str, Any]]:
        """Rows of a set, neighbours on one target and, where there are any, of other labels."""
        rows: list[dict[str, Any]] = []
        while len(rows) < n:
            first = rng.choice(self.stance[name])
            alike = self.by_target[name][first["target"]]
            others = [row for row in alike if row["label"] != first["label"]] or alike
            rows += [first, *rng.choices(others, k=TOGETHER - 1)]
        return rows[:n]

    def _other_targets(self, rng: random.Random) -> list[str]:
        """Targets and matters of other texts, for hypotheses on what a text is not about."""
        matters = [claim["matter"]["en"] for row in self.voices for claim in row["claims"]]
        targets = [row["target"] for rows in self.stance.values() for row in rng.sample(rows, 20)]
        return targets + rng.sample(matters, min(_OTHER_TARGETS, len(matters)))

    def _draw_tone(self, n: int, _: float, rng: random.Random) -> list[Example]:
        return [
            example
            for name, k in self._names("tone", n, rng).items()
            for example in tone_examples(rng.sample(self.tone[name], k))
        ]

    def _draw_directed(self, n: int, _: float, rng: random.Random) -> list[Example]:
        return [
            example
            for name, k in self._names("directed", n, rng).items()
            for example in directed_examples(rng.sample(self.directed[name], k))
        ]

    def _draw_voices(self, n: int, _: float, rng: random.Random) -> list[Example]:
        rows = rng.sample(self.voices, n)
        return voice_examples(rows, self.templates, rng, self.config.renamed)

    def _draw_comments(self, n: int, _: float, rng: random.Random) -> list[Example]:
        return comment_examples(rng.sample(self.comments, n), self.templates, rng)

    def _draw_composed(self, n: int, difficulty: float, rng: random.Random) -> list[Example]:
        return composed_examples(self.voices, self.templates, n, rng, difficulty)

    def _draw_kits(self, n: int, difficulty: float, rng: random.Random) -> list[Example]:
        if not self.kits:
            return []
        return kit_examples(self.kits, self.templates, n, rng, difficulty, TOGETHER)


def _by_target(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["target"]].append(row)
    return grouped
