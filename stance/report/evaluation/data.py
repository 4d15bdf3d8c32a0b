"""What an evaluation report is made from, and its cells as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stance.analysis import AnalysisConfig
from stance.analysis.agreement import (
    HOLDERS,
    compared_cells,
    group_matrices,
    related_by_either,
)
from stance.analysis.intervals import Floats
from stance.analysis.measurements import CELL, LABELS, TEXT
from stance.corpus import Corpus
from stance.evaluation.scores import UNRELATED, Codes
from stance.report.data import ReportData, TextMode
from stance.report.evaluation.beside import Robustness
from stance.report.evaluation.card import ModelCard
from stance.report.words import label

KEY = [*CELL, "holder"]
P = [f"p_{name}" for name in LABELS]
VOICES = (TEXT, HOLDERS)


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of one voice, as gold and one classifier label them.

    Attributes:
        table: As `stance.analysis.agreement.compared_cells` returns them, sorted, with ``p_favor``
            to ``p_unrelated``; for holders NaN where the classifier names none.
    """

    table: pd.DataFrame

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def gold(self) -> Codes:
        """Codes of the gold labels, ``[cells]``."""
        return _codes(self.table["label_gold"])

    @cached_property
    def predicted(self) -> Codes:
        """Codes of the labels found, ``[cells]``."""
        return _codes(self.table["label_predicted"])

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Whether the label found is another than gold, ``[cells]``."""
        return np.asarray(self.gold != self.predicted)

    @cached_property
    def probabilities(self) -> Floats:
        """``[cells, labels]``."""
        return self.table[P].to_numpy(np.float64)

    @cached_property
    def groups(self) -> NDArray[np.str_]:
        """The independent document of each cell, ``[cells]``."""
        return self.table["group"].to_numpy(str)

    @cached_property
    def matrices(self) -> Floats:
        """One confusion matrix per independent document, ``[documents, 16]``, by name."""
        return group_matrices(self.table)

    @cached_property
    def related(self) -> Cells:
        """Those that gold calls related, the same for every classifier."""
        return Cells(self.table[self.gold != UNRELATED])

    @cached_property
    def related_by_either(self) -> Cells:
        """Those that gold or the classifier calls related."""
        return Cells(self.table[related_by_either(self.table)])

    def of(self, scope: str) -> list[tuple[str, Cells]]:
        """The cells of each source, language or proposition."""
        return [(str(name), Cells(part)) for name, part in self.table.groupby(scope, sort=True)]


def _codes(labels: pd.Series) -> Codes:
    return np.asarray(labels.map(LABELS.index), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class EvaluationData:
    """All that an evaluation report shows; nothing is scored for it.

    Attributes:
        report: The tables of the run and its record.
        corpus: What was read, for its languages and licences.
        gold: document, paragraph, proposition, holder, mode, label, probability (of sampling).
        measures: ``measures`` of `stance.analysis.Agreement`, of the method with gold.
        baselines: Name → labels on the same paragraphs: document, paragraph, proposition, holder,
            label. A baseline that has no holder in any row is none for holders.
        coders: Agreement between coders, empty if there is one coder.
        card: What the model says of itself.
        trained_on: Benchmark → what the model has seen of it; None if nobody says.
        settings: Of intervals: alpha, resamples, seed.
        text: How much article text the files carry.
        robustness: What ``task=robustness`` found, if it was run.
        benchmarks: Results of ``task=evaluate benchmark=…``, if there are any.
    """

    report: ReportData
    corpus: Corpus
    gold: pd.DataFrame
    measures: pd.DataFrame
    baselines: Mapping[str, pd.DataFrame]
    coders: pd.DataFrame = field(default_factory=pd.DataFrame)
    card: ModelCard = field(default_factory=ModelCard)
    trained_on: Mapping[str, str] | None = None
    settings: AnalysisConfig = field(default_factory=AnalysisConfig)
    text: TextMode = "full"
    robustness: Robustness | None = None
    benchmarks: tuple[Mapping[str, Any], ...] = ()

    @property
    def run(self) -> Mapping[str, Any]:
        """The record of the run."""
        return self.report.run

    @property
    def method(self) -> str:
        """How the method is called here."""
        return label(str(self.run.get("method") or "method"))

    @cached_property
    def classifiers(self) -> tuple[str, ...]:
        """The method, then the baselines."""
        return (self.method, *self.baselines)

    def classifiers_of(self, voice: str) -> tuple[str, ...]:
        """Those that say something of a voice."""
        return tuple(
            name
            for name in self.classifiers
            if voice == TEXT
            or name == self.method
            or (self.baselines[name]["holder"] != TEXT).any()
        )

    def cells(self, classifier: str, voice: str) -> Cells:
        """The cells of a voice that gold and the run both have; those of the text are the same
        for every classifier, and in the same order."""
        return self._cells[classifier, voice]

    @cached_property
    def _cells(self) -> Mapping[tuple[str, str], Cells]:
        found = {}
        places = self._places
        for name in self.classifiers:
            labels = self._method_labels if name == self.method else self.baselines[name]
            labels = labels.merge(places, on="document")
            cells = compared_cells(self.gold, labels)
            # Whoever gives labels alone is sure of them.
            if not {*P} <= {*labels.columns}:
                labels = labels.assign(**{f"p_{x}": labels["label"].eq(x) * 1.0 for x in LABELS})
            cells = cells.merge(labels[[*KEY, *P]], on=KEY, how="left").sort_values(KEY)
            for voice in VOICES:
                found[name, voice] = Cells(cells[cells["voice"] == voice].reset_index(drop=True))
        return found

    @cached_property
    def _method_labels(self) -> pd.DataFrame:
        return self.report.paragraphs[[*KEY, "label", *P]]

    @cached_property
    def _places(self) -> pd.DataFrame:
        """document, source, language, group."""
        documents = self.report.documents
        group = documents["group"].where(documents["group"] != "", documents["document"])
        places = self.report.paragraphs[["document", "source", "language"]]
        return places.drop_duplicates("document").merge(
            documents[["document"]].assign(group=group), on="document"
        )

    @cached_property
    def n_independent(self) -> int:
        """Independent documents with a coded cell."""
        return len(set(self.cells(self.method, TEXT).groups))
