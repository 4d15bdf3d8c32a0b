"""Estimates and corpus as DataFrames: the columns that outsiders rely on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from stance.corpus.model import Corpus
from stance.methods.base import TEXT_VOICE, Decision, Label, StanceEstimate, Unit
from stance.methods.baselines import KeywordRules, majority_class

PARAGRAPH_COLUMNS = (
    "source",
    "document",
    "paragraph",
    "kind",
    "language",
    "text",
    "lead_in",
    "proposition",
    "holder",
    "mode",
    "p_favor",
    "p_against",
    "p_neutral",
    "p_unrelated",
    "score",
    "label",
    "evidence",
    "n_windows",
)


def paragraph_table(estimates: Sequence[StanceEstimate]) -> pd.DataFrame:
    """One row per estimate; every metadata column of the input behind the fixed ones."""
    table = pd.DataFrame([_row(estimate) for estimate in estimates])
    if table.empty:
        return pd.DataFrame(columns=list(PARAGRAPH_COLUMNS))
    extra = [column for column in table.columns if column not in PARAGRAPH_COLUMNS]
    return table[[*PARAGRAPH_COLUMNS, *extra]]


def _row(estimate: StanceEstimate) -> dict[str, Any]:
    document, paragraph = estimate.unit.document, estimate.unit.paragraph
    favor, against, neutral, unrelated = (float(p) for p in estimate.probabilities)
    fixed = {
        "source": document.source,
        "document": document.id,
        "paragraph": paragraph.index,
        "kind": str(paragraph.kind),
        "language": paragraph.language,
        "text": paragraph.text,
        "lead_in": paragraph.lead_in,
        "proposition": estimate.proposition,
        "holder": estimate.holder,
        "mode": estimate.mode,
        "p_favor": favor,
        "p_against": against,
        "p_neutral": neutral,
        "p_unrelated": unrelated,
        "score": estimate.score,
        "label": str(estimate.label),
        "evidence": estimate.evidence,
        "n_windows": len(estimate.unit.windows),
    }
    # A metadata column never overwrites a column of the contract.
    named = {"title": document.title, "date": document.date, **document.metadata}
    return fixed | {
        (key if key not in fixed else f"input_{key}"): value for key, value in named.items()
    }


def decision_table(decisions: Sequence[Decision]) -> pd.DataFrame:
    """What of `paragraph_table` is known before modes and evidence are asked for."""
    return pd.DataFrame(
        [
            {
                "document": decision.unit.document.id,
                "paragraph": decision.unit.paragraph.index,
                "proposition": decision.proposition,
                "holder": decision.holder,
                "label": str(decision.label),
                **{
                    f"p_{label}": float(p)
                    for label, p in zip(Label, decision.probabilities, strict=True)
                },
            }
            for decision in decisions
        ]
    )


def document_table(corpus: Corpus) -> pd.DataFrame:
    """One row per document, with what it is statistically one with."""
    return pd.DataFrame(
        [
            {
                "document": document.id,
                "source": document.source,
                "title": document.title,
                "group": document.group or document.id,
                "language": document.language,
                "date": document.date,
                "event": str(document.metadata.get("event", "")),
                "duplicate_of": document.duplicate_of,
                "n_paragraphs": len(document.paragraphs),
            }
            for document in corpus.documents
        ]
    )


def text_table(corpus: Corpus) -> pd.DataFrame:
    """document, paragraph, kind, language, text: for distinctive terms."""
    return pd.DataFrame(
        [
            (document.id, p.index, str(p.kind), p.language, p.text)
            for document, p in corpus.paragraphs()
        ],
        columns=["document", "paragraph", "kind", "language", "text"],
    )


def baseline_table(
    units: Sequence[Unit],
    estimates: Sequence[StanceEstimate],
    rules: KeywordRules,
    method: str,
    propositions: Sequence[str],
) -> pd.DataFrame:
    """Label counts of the text voice by the method, the majority class and the keyword rules.

    ``agreement`` is the share of cells on which a baseline and the method agree, and
    ``agreement_related`` the same over the cells that either calls related.
    """
    found = {
        (e.unit.document.id, e.unit.paragraph.index, e.proposition): e.label
        for e in estimates
        if e.holder == TEXT_VOICE
    }
    rows = []
    for proposition in propositions:
        mine = [found[u.document.id, u.paragraph.index, proposition] for u in units]
        for name, labels in (
            (method, mine),
            ("majority class", [majority_class()] * len(units)),
            ("keyword rules", [rules(unit, proposition) for unit in units]),
        ):
            rows.append({"method": name, "proposition": proposition, **_agree(mine, labels)})
    return pd.DataFrame(rows)


def _agree(mine: Sequence[Label], labels: Sequence[Label]) -> dict[str, float | int | None]:
    counts = Counter(labels)
    equal = [a == b for a, b in zip(mine, labels, strict=True)]
    related = [
        same
        for same, a, b in zip(equal, mine, labels, strict=True)
        if Label.UNRELATED not in (a, b) or a != b
    ]
    return {
        "related": len(labels) - counts[Label.UNRELATED],
        **{str(label): counts[label] for label in Label},
        "agreement": sum(equal) / len(equal) if equal else None,
        "agreement_related": sum(related) / len(related) if related else None,
    }
