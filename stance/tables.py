"""Estimates and corpus as DataFrames: the columns that outsiders rely on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from stance.corpus.model import Corpus, Document
from stance.methods.base import TEXT_VOICE, Decision, Label, StanceEstimate, Unit
from stance.methods.baselines import KeywordRules, majority_class
from stance.propositions import PropositionsConfig

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
    "hypothesis_language",
)


def paragraph_table(estimates: Sequence[StanceEstimate]) -> pd.DataFrame:
    """One row per estimate; every metadata column of the input behind the fixed ones."""
    documents = {estimate.unit.document.id: estimate.unit.document for estimate in estimates}
    return with_metadata(stance_table(estimates), documents)


def stance_table(estimates: Sequence[StanceEstimate]) -> pd.DataFrame:
    """One row per estimate, the fixed columns alone."""
    if not estimates:
        return pd.DataFrame(columns=list(PARAGRAPH_COLUMNS))
    units = [estimate.unit for estimate in estimates]
    documents = [unit.document for unit in units]
    paragraphs = [unit.paragraph for unit in units]
    # Column by column: a row of its own for every estimate would take many times the memory.
    return pd.DataFrame(
        {
            "source": [document.source for document in documents],
            "document": [document.id for document in documents],
            "paragraph": [paragraph.index for paragraph in paragraphs],
            "kind": [str(paragraph.kind) for paragraph in paragraphs],
            "language": [paragraph.language for paragraph in paragraphs],
            "text": _shared([paragraph.text for paragraph in paragraphs]),
            "lead_in": _shared([paragraph.lead_in for paragraph in paragraphs]),
            "proposition": [estimate.proposition for estimate in estimates],
            "holder": [estimate.holder for estimate in estimates],
            "mode": [estimate.mode for estimate in estimates],
            **_probabilities(estimates),
            "score": [estimate.score for estimate in estimates],
            "label": [str(estimate.label) for estimate in estimates],
            "evidence": _shared([estimate.evidence for estimate in estimates]),
            "n_windows": [len(unit.windows) for unit in units],
            "hypothesis_language": [estimate.hypothesis_language for estimate in estimates],
        }
    )


def _shared(texts: Sequence[str]) -> pd.Series:
    """A column that refers to its texts; one of strings would hold a copy of each per row."""
    return pd.Series(texts, dtype=object)


def with_metadata(stances: pd.DataFrame, documents: Mapping[str, Document]) -> pd.DataFrame:
    """A `stance_table` with a column for every metadata key of its documents, by their ids."""
    table, ids = stances.copy(deep=False), stances["document"].tolist()
    named = {
        key: {"title": d.title, "date": d.date, **d.metadata}
        for key, d in ((key, documents[key]) for key in dict.fromkeys(ids))
    }
    for key in dict.fromkeys(key for values in named.values() for key in values):
        # A metadata column never overwrites a column of the contract.
        column = key if key not in PARAGRAPH_COLUMNS else f"input_{key}"
        table[column] = [named[document].get(key) for document in ids]
    return table


def _probabilities(decisions: Sequence[Decision]) -> dict[str, Any]:
    p = np.stack([decision.probabilities for decision in decisions])
    return {f"p_{label}": column for label, column in zip(Label, p.T, strict=True)}


def decision_table(decisions: Sequence[Decision]) -> pd.DataFrame:
    """What of `paragraph_table` is known before modes and evidence are asked for."""
    if not decisions:
        return pd.DataFrame()
    return pd.DataFrame(
        {
            "document": [decision.unit.document.id for decision in decisions],
            "paragraph": [decision.unit.paragraph.index for decision in decisions],
            "proposition": [decision.proposition for decision in decisions],
            "holder": [decision.holder for decision in decisions],
            "label": [str(decision.label) for decision in decisions],
            **_probabilities(decisions),
        }
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
    rows = pd.DataFrame(
        [(document.id, p.index, str(p.kind), p.language) for document, p in corpus.paragraphs()],
        columns=["document", "paragraph", "kind", "language"],
    )
    return rows.assign(text=_shared([p.text for _, p in corpus.paragraphs()]))


def baseline_table(
    corpus: Corpus, paragraphs: pd.DataFrame, propositions: PropositionsConfig, method: str
) -> pd.DataFrame:
    """Label counts of the text voice by the method, the majority class and the keyword rules.

    ``paragraphs`` is the `paragraph_table` of the corpus.
    ``agreement`` is the share of cells on which a baseline and the method agree, and
    ``agreement_related`` the same over the cells that either calls related.
    """
    voice = paragraphs[paragraphs["holder"] == TEXT_VOICE]
    keys = zip(voice["document"], voice["paragraph"], voice["proposition"], strict=True)
    found = dict(zip(keys, map(Label, voice["label"]), strict=True))
    rules = KeywordRules(propositions)
    rows = []
    for proposition in propositions.items:
        mine = [found[document.id, p.index, proposition] for document, p in corpus.paragraphs()]
        # Of a unit, the rules read the paragraph alone.
        ruled = [
            rules(Unit(document, p, (p.text,), ()), proposition)
            for document, p in corpus.paragraphs()
        ]
        for name, labels in (
            (method, mine),
            ("majority class", [majority_class()] * len(mine)),
            ("keyword rules", ruled),
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
