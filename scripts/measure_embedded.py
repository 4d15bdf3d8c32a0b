#!/usr/bin/env python
"""Measure a model where the embedded one must hold: relevance, holders, negation, languages.

    scripts/measure_embedded.py [model]

On the held-out topics of seeds/training (the ones that scripts/train_embedded.py leaves out):

- relevance: every paragraph is asked about its own matter and nine others, so that about a tenth
  of the cells are related; beside a keyword rule that was fixed beforehand: related where the text
  has a word that begins like a word of the matter (first five letters, words of five or more).
- holders: strict holder–side F1 over every holder listed for a related claim, those without a
  stance included; beside a table of the side that each holder takes most often in the texts that
  teach, and the majority side.
- negation: a claim and its opposite get opposite signs, both scores above .1 in size, and a text
  without content does not bring that about by itself.

On the embedded corpus, by the default method: agreement of six language versions over the cells
that gold calls related (Krippendorff's alpha), Brier skill on the related cells of the text voice,
classwise ECE on all. Figures are printed as JSON, with 95 % intervals over controversies or
documents.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import yaml
from choose_thresholds import DEVELOPMENT
from training_data import controversy, read_rows, split_by_topic

from stance.analysis.measurements import LABELS
from stance.analysis.reliability import krippendorff_alpha
from stance.coding import read_gold
from stance.config import compose_config
from stance.evaluation import scores
from stance.nli import NLIModel, load_nli
from stance.nli.model import probabilities
from stance.resources import CONFIGS, SEEDS
from stance.run import run

HELD_OUT = float(
    yaml.safe_load((CONFIGS / "train_embedded.yaml").read_text("utf-8"))["held_out_topics"]
)
OTHER_MATTERS = 9
WITHOUT_CONTENT = "This is a text."
Row = Mapping[str, Any]


def main() -> None:
    """Print every figure."""
    name = sys.argv[1] if len(sys.argv) > 1 else "embedded"
    model = load_nli(name)
    voices = [
        row
        for path in sorted((SEEDS / "training" / "voices").glob("*.jsonl"))
        for row in read_rows(path)
    ]
    taught, held = split_by_topic(voices, HELD_OUT)
    templates = yaml.safe_load((CONFIGS / "templates" / "default.yaml").read_text("utf-8"))
    found = {
        "model": name,
        "relevance": relevance(model, held, templates),
        "holders": holders(model, held, taught, templates),
        "negation": negation(model, held, templates),
        "alaska": alaska(name),
    }
    print(json.dumps(found, indent=1))


def premise(row: Row) -> str:
    """What is read of a paragraph: a list item with the line that introduces it."""
    return f"{row['lead_in']} {row['text']}".strip()


def related_claims(row: Row) -> Iterator[Row]:
    """The claims that the paragraph is about."""
    return (claim for claim in row["claims"] if claim["text"] != "unrelated")


def measured(
    statistic: Callable[[np.ndarray], float], groups: Sequence[str], n: int
) -> dict[str, float]:
    """A figure over all rows, with its interval over groups."""
    low, high = scores.bootstrap_interval(statistic, np.asarray(groups))
    return {"figure": statistic(np.arange(n)), "low": low, "high": high, "n": n}


def relevance(model: NLIModel, rows: Sequence[Row], templates: Mapping[str, Any]) -> dict[str, Any]:
    """F1 and average precision at about a tenth of related cells, beside the keyword rule."""
    rng = random.Random(0)
    matters: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        matters[controversy(row)] += [claim["matter"] for claim in related_claims(row)]
    texts, asked, truth, words, groups = [], [], [], [], []
    for row in rows:
        own = [claim["matter"] for claim in related_claims(row)][:1]
        if not own:
            continue
        strangers = rng.sample(sorted(set(matters) - {controversy(row)}), OTHER_MATTERS)
        cells = [*own, *(rng.choice(matters[name]) for name in strangers if matters[name])]
        texts.append(premise(row))
        asked.append([templates["topic"]["en"].format(topic=cell["en"]) for cell in cells])
        for i, cell in enumerate(cells):
            truth.append(i == 0)
            words.append(_word_in_common(cell.get(row["lang"], cell["en"]), texts[-1]))
            groups.append(controversy(row))
    p = np.concatenate([probabilities(x)[:, 0] for x in model.score_each(texts, asked)])
    gold, rule = np.array(truth), np.array(words)

    def f1(given: np.ndarray, rows: np.ndarray) -> float:
        hits = (given[rows] & gold[rows]).sum()
        return float(2 * hits / (given[rows].sum() + gold[rows].sum()))

    n = len(gold)
    return {
        "prevalence": float(gold.mean()),
        "f1": measured(lambda rows: f1(p > 0.5, rows), groups, n),
        "average_precision": measured(
            lambda rows: scores.average_precision(gold[rows], p[rows]), groups, n
        ),
        "keyword_rule_f1": measured(lambda rows: f1(rule, rows), groups, n),
    }


def _word_in_common(matter: str, text: str) -> bool:
    stems = {word[:5] for word in re.findall(r"\w{5,}", matter.casefold())}
    return any(word[:5] in stems for word in re.findall(r"\w{5,}", text.casefold()))


def sides(model: NLIModel, asked: Sequence[tuple[str, str, str]]) -> np.ndarray:
    """p of favor, against and neither, ``[rows, 3]``, for (text, favor, against) hypotheses."""
    logits = model.score_each([a[0] for a in asked], [a[1:] for a in asked])
    p = np.stack([probabilities(values) for values in logits])
    favor = (p[:, 0, 0] + p[:, 1, 2]) / 2
    against = (p[:, 1, 0] + p[:, 0, 2]) / 2
    return np.stack([favor, against, 1 - favor - against], axis=1)


def _pair(templates: Mapping[str, Any], holder: str, claim: str) -> tuple[str, str]:
    return tuple(  # type: ignore[return-value]
        templates[name]["en"].format(holder=holder, claim=claim)
        for name in ("holder_favor", "holder_against")
    )


def holders(
    model: NLIModel, rows: Sequence[Row], taught: Sequence[Row], templates: Mapping[str, Any]
) -> dict[str, Any]:
    """Strict holder–side F1, beside the table of usual sides and the majority side."""
    usual: dict[str, Counter[str]] = defaultdict(Counter)
    for row in taught:
        for claim in row["claims"]:
            for entry in claim["holders"]:
                if entry["stance"] in ("favor", "against"):
                    usual[entry["holder"]["en"]][entry["stance"]] += 1
    asked, gold, table, groups = [], [], [], []
    for row in rows:
        for claim in related_claims(row):
            for entry in claim["holders"]:
                name = entry["holder"]["en"]
                asked.append((premise(row), *_pair(templates, name, claim["claim"]["en"])))
                stance = entry["stance"]
                gold.append({"favor": 0, "against": 1}.get(stance, 2))
                most = usual[name].most_common(1)
                table.append({"favor": 0, "against": 1}[most[0][0]] if most else -1)
                groups.append(controversy(row))
    truth, p = np.array(gold), sides(model, asked)
    sided, known = truth < 2, np.array(table) >= 0
    majority = int(np.bincount(truth[sided]).argmax())
    usual_side = np.where(known, np.array(table), majority)

    def figure(given: np.ndarray) -> dict[str, float]:
        return measured(
            lambda rows: scores.holder_side_f1(truth[rows], given[rows]), groups, len(truth)
        )

    return {
        "sided_triples": int(sided.sum()),
        "in_the_table": float(known[sided].mean()),
        "against_the_table": float((truth != usual_side)[sided & known].mean()),
        "strict_f1": figure(p.argmax(axis=1)),
        "usual_side_f1": figure(usual_side),
        "majority_side_f1": figure(np.full(len(truth), majority)),
        "side_of_sided_accuracy": float((p[sided, :2].argmax(axis=1) == truth[sided]).mean()),
    }


def negation(model: NLIModel, rows: Sequence[Row], templates: Mapping[str, Any]) -> dict[str, Any]:
    """Share of sided cells in which a claim and its opposite get opposite signs, both clearly."""
    texts, pairs, groups = [], [], []
    for row in rows:
        for claim in related_claims(row):
            if "opposite" not in claim:
                continue
            for entry in claim["holders"]:
                if entry["stance"] in ("favor", "against"):
                    name = entry["holder"]["en"]
                    texts.append(premise(row))
                    pairs.append(
                        [_pair(templates, name, claim[key]["en"]) for key in ("claim", "opposite")]
                    )
                    groups.append(controversy(row))

    def signs(premises: Sequence[str]) -> np.ndarray:
        score = [
            np.subtract(
                *sides(model, [(t, *p[k]) for t, p in zip(premises, pairs, strict=True)]).T[:2]
            )
            for k in (0, 1)
        ]
        return (score[0] * score[1] < 0) & (np.abs(score) > 0.1).all(axis=0)

    with_text, without = signs(texts), signs([WITHOUT_CONTENT] * len(texts))
    good = with_text & ~without
    return measured(lambda rows: float(good[rows].mean()), groups, len(good))


def alaska(name: str) -> dict[str, Any]:
    """Agreement of the language versions and calibration, by the default method."""
    config = compose_config([f"model.id={name}", "frames=none", "output_dir=unused"])
    analysis = run(config)
    groups = analysis.documents.set_index("document")["group"]
    languages = analysis.documents.set_index("document")["language"]
    gold = read_gold(SEEDS / "gold.csv", analysis.documents, list(config.propositions.items))
    gold = gold[gold["holder"] == "text"]
    key = ["document", "paragraph", "proposition"]
    found = analysis.paragraphs[analysis.paragraphs["holder"] == "text"]
    both = gold.merge(found, on=key, suffixes=("_gold", ""))
    return {
        name: _alaska_figures(both[mask], groups, languages)
        for name, mask in (
            ("all", both["document"] != ""),
            ("development", both["document"].str.startswith(DEVELOPMENT)),
            ("never chosen on", ~both["document"].str.startswith(DEVELOPMENT)),
        )
    }


def _alaska_figures(both: Any, groups: Any, languages: Any) -> dict[str, float]:
    related = both[both["label_gold"] != "unrelated"].copy()
    related["cell"] = (
        related["document"].map(groups)
        + "/" + related["paragraph"].astype(str)
        + "/" + related["proposition"]
    )  # fmt: skip
    related["coder"] = related["document"].map(languages)
    codes = related.assign(code=related["label"].map(LABELS.index)).pivot(
        index="coder", columns="cell", values="code"
    )

    def arrays(table: Any) -> tuple[np.ndarray, np.ndarray]:
        p = table[[f"p_{label}" for label in LABELS]].to_numpy(float)
        return table["label_gold"].map(LABELS.index).to_numpy(int), p

    return {
        "alpha_of_languages": krippendorff_alpha(codes.to_numpy(float)),
        "related_cells": int(codes.shape[1]),
        "languages": int(codes.shape[0]),
        "brier_skill_related": scores.brier_skill(*arrays(related)),
        "classwise_ece": scores.classwise_ece(*arrays(both)),
        "ece_noise_floor": scores.ece_noise_floor(arrays(both)[1]),
    }


if __name__ == "__main__":
    main()
