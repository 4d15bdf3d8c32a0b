"""What a report is made from: the tables of an analysis and the record of the run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from stance.report.words import holder_label

TextMode = Literal["full", "excerpt", "none"]
TEXT_MODES: tuple[TextMode, ...] = ("full", "excerpt", "none")

TEXT_VOICE = "text"
LABELS = ("favor", "against", "neutral", "unrelated")
COUNTED_KINDS = ("body", "list_item", "quote")
FEW_RELATED = 5
"""With fewer paragraphs that are related, or take a side, a cell says next to nothing."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_QUANTITIES = ("salience", "side_taking", "direction", "mean_score")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "paragraphs": (
        *("source", "document", "paragraph", "kind", "language", "text", "lead_in"),
        *("proposition", "holder", "mode", "p_favor", "p_against", "p_neutral", "p_unrelated"),
        *("score", "label", "evidence", "n_windows"),
    ),
    "documents": (*("document", "source", "title", "group", "language", "date", "duplicate_of"),),
    "sources": (
        *("source", "proposition", "holder", "n_documents", "n_independent", "n_paragraphs"),
        *("n_related", "n_sided"),
        *(f"{name}{end}" for name in _QUANTITIES for end in ("", "_ci_low", "_ci_high")),
        *("interval", "interval_reason"),
    ),
    "comparisons": (
        *("source_a", "source_b", "proposition", "holder", "quantity", "difference"),
        *("ci_low", "ci_high", "p", "p_adjusted", "family", "n_a", "n_b", "reason"),
    ),
    "standing": (
        *("source", "holder", "proposition", "n_paragraphs", "share", "said", "imputed"),
        *("share_said", "n_documents"),
    ),
    "frames": (
        *("source", "frame", "n_documents", "n_paragraphs", "share"),
        *("share_ci_low", "share_ci_high", "interval_reason"),
    ),
    "terms": ("language", "source", "term", "count", "count_others", "log_odds", "z"),
    "baselines": ("method", "proposition", "related", *LABELS, "agreement", "agreement_related"),
    "dropped": ("document", "text", "rule"),
    "quarantine": ("path", "row", "reason"),
}
"""The columns each table must have. Further columns are let through and not shown."""

WORDS = (
    *("source", "document", "kind", "language", "text", "lead_in", "proposition", "holder"),
    *("mode", "label", "evidence", "title", "group", "date", "duplicate_of", "interval"),
    *("interval_reason", "source_a", "source_b", "quantity", "family", "reason", "frame"),
    *("term", "method", "rule", "path"),
)
"""The columns that hold words; the others hold numbers."""


def _checked(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The table with its columns proven and its words never missing."""
    wanted = COLUMNS[name]
    if frame.empty and not len(frame.columns):
        return pd.DataFrame({column: pd.Series(dtype=object) for column in wanted})
    missing = [column for column in wanted if column not in frame.columns]
    if missing:
        raise ValueError(
            f"table {name!r} of the report lacks the columns {missing}; "
            f"it has {list(frame.columns)} and needs {list(wanted)}"
        )
    words = {column: _words(frame[column]) for column in wanted if column in WORDS}
    return frame.assign(**words).reset_index(drop=True)


def _words(column: pd.Series) -> pd.Series:
    """The column as strings, without lone surrogates: neither pandas nor any file holds them."""
    if isinstance(column.dtype, pd.StringDtype):
        # It cannot hold any. A text stands in many rows: in memory once, however they are chosen.
        places, texts = pd.factorize(column.fillna(""))
        return pd.Series(np.asarray(texts, object)[places], index=column.index, dtype=object)
    there = column.notna()
    values = [
        _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", str(value)) if is_there else ""
        for value, is_there in zip(column, there, strict=True)
    ]
    return pd.Series(values, index=column.index, dtype=object)


@dataclass(frozen=True, eq=False)
class ReportData:
    """All that a report shows; nothing is computed from anything else.

    Tables may be empty (``pd.DataFrame()`` too); :data:`COLUMNS` lists what each must hold.

    Attributes:
        paragraphs: One row per paragraph × proposition × holder; ``text`` is the outlet's voice.
        documents: One row per document; translations and near-copies share a ``group``.
        propositions: Name → statement, in the order of the report.
        frame_labels: Frame name → label. ``frame_definitions``: name → what counts.
        run: The record of results.json, every key optional: ``package_version``, ``experiment``,
            ``method``, ``git`` {commit, dirty}, ``config``, ``model`` {id, revision,
            weights_sha256, backend, device, dtype}, ``corpus_fingerprint``, ``counts``,
            ``timings`` (seconds per stage), ``libraries``, ``command``, and ``validation``: None,
            or {n, then name → figure}.
        holder_labels: Holder → name to print; what is missing is made from the key.
        kinds: The kinds of paragraph that the shares count; the rest is left out of them.
        corrected: Figures corrected for the method's errors, and ``corrected_differences``
            between sources; empty unless there are gold labels.
    """

    paragraphs: pd.DataFrame
    documents: pd.DataFrame
    sources: pd.DataFrame
    comparisons: pd.DataFrame
    standing: pd.DataFrame
    frames: pd.DataFrame
    terms: pd.DataFrame
    baselines: pd.DataFrame
    dropped: pd.DataFrame
    quarantine: pd.DataFrame
    propositions: Mapping[str, str]
    frame_labels: Mapping[str, str]
    frame_definitions: Mapping[str, str]
    run: Mapping[str, Any]
    holder_labels: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = COUNTED_KINDS
    corrected: pd.DataFrame = field(default_factory=pd.DataFrame)
    corrected_differences: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __post_init__(self) -> None:
        for name in COLUMNS:
            object.__setattr__(self, name, _checked(name, getattr(self, name)))

    @cached_property
    def source_names(self) -> tuple[str, ...]:
        """Every source, in alphabetical order whatever the order of the rows."""
        names = {*self.documents["source"], *self.sources["source"], *self.paragraphs["source"]}
        return tuple(sorted(names, key=lambda name: (name.casefold(), name)))

    @cached_property
    def proposition_names(self) -> tuple[str, ...]:
        """The propositions as declared, then any that only a table knows."""
        known = list(self.propositions)
        extra = sorted({*self.sources["proposition"], *self.paragraphs["proposition"]} - {*known})
        return (*known, *extra)

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The rows of ``paragraphs`` whose kind the shares count."""
        return self.paragraphs[self.paragraphs["kind"].isin(self.kinds)]

    @cached_property
    def text_rows(self) -> pd.DataFrame:
        """Counted rows of the outlet's own voice: one per paragraph × proposition."""
        return self.counted[self.counted["holder"] == TEXT_VOICE]

    @cached_property
    def attributed(self) -> pd.DataFrame:
        """Counted rows in which a holder is given a stance."""
        rows = self.counted
        return rows[(rows["holder"] != TEXT_VOICE) & rows["label"].isin(LABELS[:3])]

    @cached_property
    def holder_names(self) -> tuple[str, ...]:
        """Holders with a stance, the most quoted first; the text voice is not among them."""
        counts = self.attributed["holder"].value_counts()
        return tuple(sorted((str(name) for name in counts.index), key=lambda h: (-counts[h], h)))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the documents."""
        return tuple(sorted({*self.documents["language"]} - {""}))

    @property
    def n_documents(self) -> int:
        """Documents read, in every language version."""
        return len(self.documents)

    @cached_property
    def n_independent(self) -> int:
        """Distinct groups: translations of one article and near-copies count once."""
        own = self.documents["group"].where(
            self.documents["group"] != "", self.documents["document"]
        )
        return int(own.nunique())

    @cached_property
    def n_paragraphs(self) -> int:
        """Paragraphs read, of every kind."""
        return len(self.paragraphs[["document", "paragraph"]].drop_duplicates())

    @cached_property
    def n_counted(self) -> int:
        """Paragraphs that the shares count."""
        return len(self.counted[["document", "paragraph"]].drop_duplicates())

    @property
    def validation(self) -> Mapping[str, Any] | None:
        """Figures against the user's own coding; None until a coding sheet was read back."""
        found = self.run.get("validation")
        return found if isinstance(found, Mapping) and found else None

    @property
    def alpha(self) -> float:
        """The level that the run declared, or the customary 0.05."""
        node: Any = self.run.get("config")
        for key in ("analysis", "alpha"):
            node = node.get(key) if isinstance(node, Mapping) else None
        return float(node) if isinstance(node, int | float) else 0.05

    def holder_label(self, holder: str) -> str:
        """The name to print for a holder."""
        return self.holder_labels.get(holder) or holder_label(holder)
