"""What a model says about the rows of a benchmark.

nli: the probabilities of the model's own classes. Where the set only tells entailment from the
rest, neutral and contradiction are added up.

stance: two opposite hypotheses are asked. What entails one or contradicts the other speaks for a
side: p_favor = (E_favor + C_against) ÷ 2, p_against = (E_against + C_favor) ÷ 2, and the rest is
neutral. A binary head knows no contradiction; there p_favor = E_favor · (1 − E_against), and the
mirror.

classes: the entailment probability of each label's hypothesis, divided by their sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from stance.analysis.intervals import Floats
from stance.benchmark.config import BenchmarkConfig
from stance.benchmark.items import Item
from stance.nli.model import NLIModel, most_decided, probabilities
from stance.nli.windows import split_windows
from stance.scoring import Request, Scorer


def labels_of(config: BenchmarkConfig) -> list[str]:
    """The labels that a benchmark tells apart, in the order of its probabilities."""
    told = set(config.labels.values())
    if config.kind == "classes":
        return list(config.hypotheses)
    if config.kind == "nli":
        binary = "not_entailment" in told
        return ["entailment", *(["not_entailment"] if binary else ["neutral", "contradiction"])]
    return ["favor", "against", "neutral"] if "neutral" in told else ["favor", "against"]


def predict(
    config: BenchmarkConfig,
    items: Sequence[Item],
    model: NLIModel,
    scorer: Scorer,
    hypothesis_language: str = "en",
) -> pd.DataFrame:
    """Score every item; long texts in windows, the least neutral of which speaks.

    Returns:
        id, text, target, language, group, gold, predicted, and ``p_LABEL`` for each label of
        `labels_of`; the p of a row sum to 1.
    """
    labels = labels_of(config)
    windows = {
        text: split_windows(text, "", model.count_tokens, model.max_premise_tokens)
        for text in dict.fromkeys(item.text for item in items)
    }
    asked = [_hypotheses(config, item, hypothesis_language) for item in items]
    logits = iter(
        scorer(
            [
                Request(window, texts)
                for item, texts in zip(items, asked, strict=True)
                for window in windows[item.text]
            ]
        )
    )
    decide = _DECIDE[config.kind]
    rows = []
    for item in items:
        values = np.stack([next(logits) for _ in windows[item.text]])
        p = decide(probabilities(most_decided(values)), model.is_binary, labels)
        rows.append(
            {
                "id": item.id,
                "text": item.text,
                "target": item.target,
                "language": item.language,
                "group": item.group,
                "gold": item.gold,
                "predicted": labels[int(p.argmax())],
                **{f"p_{label}": float(value) for label, value in zip(labels, p, strict=True)},
            }
        )
    return pd.DataFrame(rows)


def _hypotheses(config: BenchmarkConfig, item: Item, language: str) -> tuple[str, ...]:
    if config.kind == "nli":
        return (item.target,)
    names = ("favor", "against") if config.kind == "stance" else tuple(config.hypotheses)
    wanted = item.language if language == "source" else "en"
    forms = (config.hypotheses[name] for name in names)
    return tuple(form.get(wanted, form["en"]).replace("{target}", item.target) for form in forms)


def _nli(p: Floats, binary: bool, labels: Sequence[str]) -> Floats:
    entailment = p[0, 0]
    if len(labels) == 2:
        return np.array([entailment, 1 - entailment])
    # A binary head leaves contradiction at 0: it can only be measured on binary sets.
    return np.asarray(p[0])


def _stance(p: Floats, binary: bool, labels: Sequence[str]) -> Floats:
    (favor, _, no_favor), (against, _, no_against) = p
    if binary:
        sides = np.array([favor * (1 - against), against * (1 - favor)])
    else:
        sides = np.array([favor + no_against, against + no_favor]) / 2
    if len(labels) == 2:
        total = sides.sum()
        return sides / total if total > 0 else np.array([0.5, 0.5])
    return np.append(sides, 1 - sides.sum())


def _classes(p: Floats, binary: bool, labels: Sequence[str]) -> Floats:
    entailment = p[:, 0]
    return np.asarray(entailment / entailment.sum())


_DECIDE: dict[str, Callable[[Floats, bool, Sequence[str]], Floats]] = {
    "nli": _nli,
    "stance": _stance,
    "classes": _classes,
}
