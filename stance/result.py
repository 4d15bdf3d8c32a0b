"""The result of a run: tables in memory, and every output file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from stance.config import StanceConfig
from stance.corpus import Corpus
from stance.dataset import TABLES, to_datasets, write_datasets
from stance.errors import ConfigError
from stance.files import Writing, sha256_of_text, whole
from stance.finished import as_report_data
from stance.plots import Plots
from stance.report import ReportData, TextMode, write_report
from stance.report.notebook import as_html, as_line
from stance.scoring import ScoredPairs
from stance.table_files import write_csv, write_parquet
from stance.tables import PARAGRAPH_COLUMNS

if TYPE_CHECKING:
    import datasets

# Characters of the longest entry of a metadata column that may go where article text may not.
LONGEST_METADATA = 30
# What of dropped.jsonl and quarantine.jsonl holds words of the input.
QUOTING = ("text", "found")
_IN_RESULTS = (
    "source_stance", "comparisons", "baselines", "corrected", "corrected_differences",
)  # fmt: skip


@dataclass(frozen=True)
class Analysis:
    """Everything one run found.

    Attributes:
        paragraphs: One row per paragraph × proposition × holder.
        documents: One row per document.
        sources: Source × proposition × holder, with intervals.
        comparisons: Differences between sources.
        standing: Who is given a voice, by source.
        frames: Frame shares by source; ``paragraph_frames`` holds them per paragraph.
        terms: Distinctive terms per source within a language.
        baselines: The method beside majority class and keyword rules.
        scores: Raw logits of every pair.
        record: All of results.json but the tables.
        corrected: Figures of the sources beside what they are once corrected for the method's
            errors, and ``corrected_differences`` between sources; empty without gold labels.
        coders: Agreement between coders, and ``ties``, a blank sheet of what they left open; empty
            where no cell has two coders.
    """

    config: StanceConfig
    corpus: Corpus
    paragraphs: pd.DataFrame
    documents: pd.DataFrame
    sources: pd.DataFrame
    comparisons: pd.DataFrame
    standing: pd.DataFrame
    frames: pd.DataFrame
    paragraph_frames: pd.DataFrame
    terms: pd.DataFrame
    baselines: pd.DataFrame
    scores: ScoredPairs = field(repr=False)
    record: dict[str, Any] = field(repr=False)
    corrected: pd.DataFrame = field(default_factory=pd.DataFrame)
    corrected_differences: pd.DataFrame = field(default_factory=pd.DataFrame)
    coders: pd.DataFrame = field(default_factory=pd.DataFrame)
    ties: pd.DataFrame = field(default_factory=pd.DataFrame)

    def with_validation(
        self,
        summary: dict[str, Any],
        corrected: pd.DataFrame,
        differences: pd.DataFrame,
        coders: pd.DataFrame,
        ties: pd.DataFrame,
    ) -> Analysis:
        """The same analysis, validated against a user's gold labels and corrected by them."""
        return replace(
            self,
            record=self.record
            | {"validated": f"validated on {summary['texts']} texts", "validation": summary},
            corrected=corrected,
            corrected_differences=differences,
            coders=coders,
            ties=ties,
        )

    def report_data(self) -> ReportData:
        """The tables in the shape that the report reads."""
        tables = {
            "paragraphs": self.paragraphs,
            "documents": self.documents,
            "sources": self.sources,
            "comparisons": self.comparisons,
            "standing": self.standing,
            "frames": self.frames,
            "terms": self.terms,
            "baselines": self.baselines,
            "corrected": self.corrected,
            "corrected_differences": self.corrected_differences,
            "dropped": pd.DataFrame([vars_of(unit) for unit in self.corpus.dropped]),
            "quarantine": pd.DataFrame([vars_of(refused) for refused in self.corpus.quarantine]),
        }
        return as_report_data(self.config, self.record, tables)

    @property
    def plot(self) -> Plots:
        """The figures of the report on a matplotlib axis: ``analysis.plot.heatmap(ax=ax)``."""
        return Plots(self.report_data())

    def __repr__(self) -> str:
        return as_line(self.report_data())

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return as_html(self.report_data())

    def to_datasets(self, text: TextMode | None = None) -> dict[str, datasets.Dataset]:
        """The tables as datasets of Hugging Face, by name; see ``stance.dataset``.

        Args:
            text: How much article text they carry; the configured amount by default.
        """
        mode = text or text_mode(self.config)
        return to_datasets(self.report_data(), self._shareable(mode), mode)

    def write_datasets(self, folder: str | Path, text: TextMode | None = None) -> Path:
        """Write a folder that ``datasets.load_dataset(folder, "paragraphs")`` reads.

        It holds a table per folder and a dataset card, README.md, fit for the hub.

        Args:
            text: As for ``to_datasets``.

        Returns:
            The path of the card.

        Raises:
            OutputError: If the folder cannot be written.
        """
        mode = text or text_mode(self.config)
        with Writing(Path(folder)):
            return write_datasets(self.report_data(), self._shareable(mode), mode, Path(folder))

    def _shareable(self, mode: TextMode) -> dict[str, pd.DataFrame]:
        """The tables that have rows, with as much article text as the mode allows."""
        tables = {name: getattr(self, name) for name in TABLES}
        if mode != "full":
            tables["paragraphs"] = without_text(self.paragraphs, mode)
            tables["documents"] = without_titles(self.documents)
        return {name: table for name, table in tables.items() if len(table)}

    def report(self, path: str | Path, text: TextMode | None = None) -> Path:
        """Write the report: ``report.html`` at ``path``, Markdown and figures beside it.

        Args:
            path: A file named ``….html``, or a folder.
            text: ``full``, ``excerpt`` or ``none``; the configured one by default.

        Raises:
            OutputError: If the folder cannot be written.
        """
        path = Path(path)
        folder = path.parent if path.suffix == ".html" else path
        with Writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            written = write_report(self.report_data(), folder, text or text_mode(self.config))
            if path.suffix == ".html" and path != written:
                written = written.replace(path)
        return written

    def write(self, folder: str | Path) -> Path:
        """Write every output file into a folder and return the path of the report.

        A file appears whole or not at all.

        Raises:
            OutputError: If the folder cannot be written or the disk is full.
        """
        folder, mode = Path(folder), text_mode(self.config)
        write_paragraphs(
            folder, mode, self.corpus, self.paragraphs, self.paragraph_frames, self.scores
        )
        tables: dict[str, pd.DataFrame] = {
            "documents": self.documents if mode == "full" else without_titles(self.documents),
            "source_stance": self.sources,
            "comparisons": self.comparisons,
            "standing": self.standing,
            "frames": self.frames,
            "terms": self.terms,
            "baselines": self.baselines,
        }
        if len(self.corrected):
            tables["corrected"] = self.corrected
            tables["corrected_differences"] = self.corrected_differences
        tables |= {n: t for n, t in (("coders", self.coders), ("ties", self.ties)) if len(t)}
        with Writing(folder):
            for name, table in tables.items():
                write_csv(folder / f"{name}.csv", table)
            record = self.record | {
                "tables": {
                    name: json.loads(table.to_json(orient="records"))
                    for name, table in tables.items()
                    if name in _IN_RESULTS
                }
            }
            text = json.dumps(record, indent=1, ensure_ascii=False, default=str)
            whole(folder / "results.json", lambda path: path.write_text(text + "\n", "utf-8"))
            return self.report(folder)


def write_paragraphs(
    folder: Path,
    mode: TextMode,
    corpus: Corpus,
    paragraphs: pd.DataFrame,
    frames: pd.DataFrame,
    scores: ScoredPairs,
) -> Path:
    """Write what was read and scored, without any comparison of sources.

    Returns:
        The path of the stances per paragraph.

    Raises:
        OutputError: If the folder cannot be written or the disk is full.
    """
    stances = paragraphs if mode == "full" else without_text(paragraphs, mode)
    path = folder / "paragraph_stance.parquet"
    with Writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_parquet(path, stances)
        whole(folder / "scores.parquet", partial(_write_scores, scores, mode))
        write_parquet(folder / "paragraph_frames.parquet", frames)
        for name, records in (("quarantine", corpus.quarantine), ("dropped", corpus.dropped)):
            _write_lines(folder / f"{name}.jsonl", records, hide=() if mode == "full" else QUOTING)
    return path


_SCORES = pa.schema(
    [("premise", pa.string()), ("hypothesis", pa.string())]
    + [(name, pa.float32()) for name in ("entailment", "neutral", "contradiction")]
)
_ROWS_AT_ONCE = 50_000


def _write_scores(scores: ScoredPairs, mode: TextMode, path: Path) -> None:
    """Raw logits, part by part; premises as digests unless the text may be passed on."""
    pairs = iter(scores)
    with pq.ParquetWriter(path, _SCORES) as file:
        while part := list(islice(pairs, _ROWS_AT_ONCE)):
            premises = [
                pair.premise if mode == "full" else sha256_of_text(pair.premise) for pair in part
            ]
            logits = np.array([pair.logits for pair in part], dtype=np.float32)
            columns = [premises, [pair.hypothesis for pair in part], *logits.T]
            file.write_table(pa.table(columns, schema=_SCORES))


def text_mode(config: StanceConfig) -> TextMode:
    """How much article text the outputs carry.

    Raises:
        ConfigError: If it is none of the modes.
    """
    mode = config.report.text
    if mode not in get_args(TextMode):
        choices = ", ".join(get_args(TextMode))
        raise ConfigError(f"report.text={mode!r}: expected one of {choices}")
    return mode  # type: ignore[return-value]


def without_text(paragraphs: pd.DataFrame, mode: TextMode) -> pd.DataFrame:
    """Replace article text by what identifies it: digest, and where the evidence stands.

    Titles go too, and every metadata column that holds more than a few words in any row, since it
    may be a summary or a subtitle. In mode ``excerpt`` the evidence sentence stays.
    """
    table = paragraphs.copy()
    starts = [
        text.find(evidence) if evidence else -1
        for text, evidence in zip(table["text"], table["evidence"], strict=True)
    ]
    table["text_sha256"] = table["text"].map(sha256_of_text)
    table["evidence_start"] = starts
    table["evidence_end"] = [
        start + len(evidence) if start >= 0 else -1
        for start, evidence in zip(starts, table["evidence"], strict=True)
    ]
    hidden = ["text", "lead_in", "title"] + ([] if mode == "excerpt" else ["evidence"])
    hidden += [
        column
        for column, characters in longest_metadata(paragraphs).items()
        if characters > LONGEST_METADATA
    ]
    return table.drop(columns=[column for column in hidden if column in table])


def without_titles(documents: pd.DataFrame) -> pd.DataFrame:
    """The table of documents as it may go where article text may not: an event is a name here."""
    hidden = ["title"]
    if "event" in documents and documents["event"].str.len().max() > LONGEST_METADATA:
        hidden.append("event")
    return documents.drop(columns=hidden, errors="ignore")


def longest_metadata(paragraphs: pd.DataFrame) -> dict[str, int]:
    """Metadata column → characters of its longest entry."""
    extra = [str(column) for column in paragraphs if column not in PARAGRAPH_COLUMNS]
    return {
        column: max(map(len, paragraphs[column].dropna().astype(str)), default=0)
        for column in extra
    }


def vars_of(record: Any) -> dict[str, Any]:
    """Fields of a slotted dataclass."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _write_lines(path: Path, records: tuple[Any, ...], hide: tuple[str, ...] = ()) -> None:
    rows: list[Mapping[str, Any]] = [
        {key: value for key, value in vars_of(record).items() if key not in hide}
        for record in records
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    whole(path, lambda temporary: temporary.write_text(lines, "utf-8"))
