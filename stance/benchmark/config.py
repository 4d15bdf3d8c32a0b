"""What describes a benchmark, all of it in YAML."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Part:
    """One part of a benchmark, such as a language or a target that is a file of its own.

    Attributes:
        config: Name of the configuration of the `datasets` dataset; null for its default.
        language: Language of all its rows; null if a column tells.
        target: Target of all its rows; null if a column tells.
    """

    config: str | None = None
    language: str | None = None
    target: str | None = None


@dataclass
class Columns:
    """Names of the columns; an empty one is not there.

    Attributes:
        text: The text, or the premise.
        target: What a stance is toward, or the hypothesis.
        label: The label as in the set.
        language: The language of a row.
        group: What rows belong together, such as a document; figures are resampled by it.
    """

    text: str = "text"
    target: str = "target"
    label: str = "label"
    language: str = ""
    group: str = ""


@dataclass
class BenchmarkConfig:
    """A labelled set and how a model is asked about it.

    Attributes:
        name: ``none`` for no benchmark.
        kind: ``nli`` (text and target are premise and hypothesis), ``stance`` (favor, against and,
            where the set has it, neutral, from a pair of opposite hypotheses) or ``classes`` (one
            hypothesis per label, the likeliest wins).
        measures: What the labels are about: nli, stance, tone or role. Tone toward somebody is
            not stance toward a claim, and a figure of one says nothing about the other.
        dataset: Id for `datasets`; null for a set that is only had as files.
        revision: Commit, tag or branch of the dataset; null for the newest.
        path: A local file (JSON lines, CSV, TSV or Parquet; .gz too) or a dataset saved to disk,
            read instead; ``{part}`` in it stands for the name of the part.
        split: Split of the dataset.
        parts: Name → part; the parts that have no file under `path` are left out. None: the set is
            one whole.
        columns: Names of the columns.
        labels: Label as in the set → entailment, neutral, contradiction, not_entailment (nli);
            favor, against, neutral (stance); any name that has a hypothesis (classes). Rows with
            other labels are left out and counted.
        hypotheses: Label → language → sentence with ``{target}``; not for nli.
        parallel: Whether the parts hold the same items row by row, as translations do; then a row
            and its translations are of one group.
        first: Only so many rows from the top of each part, such as those that a model was not
            trained on; null for all.
        rows: Most rows per part, drawn with the seed of the run; null for all.
        languages: ISO 639-1 codes; rows in others are left out. Empty for all.
        licence: Of the set, printed beside its figures.
        citation: What to cite, printed beside its figures.
    """

    name: str = "none"
    kind: str = "stance"
    measures: str = "stance"
    dataset: str | None = None
    revision: str | None = None
    path: str | None = None
    split: str = "test"
    parts: dict[str, Part] = field(default_factory=dict)
    columns: Columns = field(default_factory=Columns)
    labels: dict[str, str] = field(default_factory=dict)
    hypotheses: dict[str, dict[str, str]] = field(default_factory=dict)
    parallel: bool = False
    first: int | None = None
    rows: int | None = None
    languages: list[str] = field(default_factory=list)
    licence: str = ""
    citation: str = ""
