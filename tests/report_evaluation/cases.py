"""Invented samples: labels and probabilities at random, and the invented report coded by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from report.invented import HOSTILE, all_texts, invented

from stance.analysis.measurements import LABELS
from stance.corpus import Corpus
from stance.corpus.model import Document, Kind, Paragraph
from stance.evaluation.validation import validate
from stance.report import ReportData
from stance.report.evaluation import EvaluationData, ModelCard

__all__ = ["HOSTILE", "all_texts"]
UNIT = ["document", "paragraph"]
P = [f"p_{label}" for label in LABELS]
CARD = ModelCard(
    facts=(("Licence", "CC BY \\input{x} $5"),),
    training=(("NLI", "SNLI (CC BY-SA 4.0) | \\end{table} [x](http://evil.test)"),),
)


def corpus_of(data: ReportData, **metadata: Any) -> Corpus:
    """The documents of a report, read anew."""
    rows = data.paragraphs[data.paragraphs["holder"] == "text"]
    rows = rows.drop_duplicates(UNIT)
    return Corpus(
        tuple(
            Document(
                id=d["document"],
                source=d["source"],
                title=d["title"],
                language=d["language"],
                group=d["group"],
                date=d["date"],
                metadata=metadata,
                paragraphs=tuple(
                    Paragraph(p["paragraph"], p["text"], Kind(p["kind"]), d["language"])
                    for p in rows[rows["document"] == d["document"]].to_dict("records")
                ),
            )
            for d in data.documents.to_dict("records")
        )
    )


def evaluation_of(
    report: ReportData, gold: pd.DataFrame, baselines: dict[str, pd.DataFrame], **changes: Any
) -> EvaluationData:
    """What the task makes of a report and gold labels."""
    found = validate(gold, report.paragraphs, report.documents)
    report = replace(report, run={**report.run, "validation": found.summary()})
    made = EvaluationData(
        report=report,
        corpus=corpus_of(report, license="CC0-1.0"),
        gold=gold,
        measures=found.found.measures,
        baselines=baselines,
        card=CARD,
        trained_on={"xnli": "trained on dev"},
    )
    return replace(made, **changes)


def hostile(**changes: Any) -> EvaluationData:
    """The invented report, a few of whose cells gold labels otherwise, with hostile texts.

    Wrong are: the hostile paragraph (gold: neutral), a holder's side, and a holder missed.
    """
    report = invented()
    gold = report.paragraphs[[*UNIT, "proposition", "holder", "mode", "label"]].assign(
        probability=np.nan
    )
    cell = (gold["document"] == "post-en") & (gold["proposition"] == "bridge_toll")
    own = cell & (gold["paragraph"] == 2) & (gold["holder"] == "text")
    gold.loc[own, "label"] = "neutral"
    gold.loc[gold["holder"] == "public", "label"] = "favor"
    missed = gold[own].assign(holder="mayor", mode="said", label="against")
    gold = pd.concat([gold, missed], ignore_index=True)
    text = gold[gold["holder"] == "text"].drop(columns=["mode", "probability"])
    nothing = text.assign(label="unrelated")
    baselines = {"keyword rules": text.assign(label="neutral"), "majority class": nothing}
    return evaluation_of(report, gold, baselines, **changes)


def sample(n_documents: int, seed: int = 0, *, paragraphs: int = 6) -> EvaluationData:
    """Documents of their own in two sources and languages, everything about them at random."""
    rng = np.random.default_rng(seed)
    rows, labels = [], []
    for number in range(n_documents):
        name = f"d{number:02}"
        place = {"source": f"S{number % 2}", "document": name, "language": ("en", "de")[number % 2]}
        for index in range(paragraphs):
            p = rng.dirichlet([0.6, 0.5, 1.0, 2.0])
            right = LABELS[rng.choice(4, p=0.5 * p + 0.125)]
            labels.append((name, index, "bridge_toll", "text", "", right))
            cell = place | {"paragraph": index, "kind": "body", "proposition": "bridge_toll"}
            text = {"text": f"{name} {index}", "lead_in": "", "n_windows": 1, "evidence": ""}
            rows.append(cell | text | _found("text", "", p))
            for holder in ("mayor", "public"):
                if rng.random() < 0.4:
                    side = ("favor", "against")[rng.integers(2)]
                    labels.append((name, index, "bridge_toll", holder, "said", side))
                if rng.random() < 0.4:
                    rows.append(cell | text | _found(holder, "said", rng.dirichlet([3, 2, 1, 0.1])))
    documents = pd.DataFrame(
        [
            {
                **{k: row[k] for k in ("document", "source", "language")},
                **{"title": "", "group": row["document"], "date": "", "duplicate_of": ""},
            }
            for row in rows
        ]
    ).drop_duplicates()
    gold = pd.DataFrame(labels, columns=[*UNIT, "proposition", "holder", "mode", "label"]).assign(
        probability=np.nan
    )
    text = gold[gold["holder"] == "text"][[*UNIT, "proposition", "holder", "label"]]
    rules = text.assign(label=[LABELS[i] for i in rng.integers(0, 4, len(text))])
    empty = pd.DataFrame()
    report = invented(
        paragraphs=pd.DataFrame(rows), documents=documents, sources=empty, standing=empty,
        comparisons=empty, frames=empty,
    )  # fmt: skip
    baselines = {"keyword rules": rules, "majority class": text.assign(label="unrelated")}
    return evaluation_of(report, gold, baselines)


def _found(holder: str, mode: str, p: np.ndarray) -> dict[str, Any]:
    code = int(p.argmax() if holder == "text" else p[:2].argmax())
    numbers = dict(zip(P, map(float, p), strict=True))
    return {"holder": holder, "mode": mode, "score": p[0] - p[1], "label": LABELS[code], **numbers}
