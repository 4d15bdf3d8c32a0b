"""The tables of an analysis as datasets of Hugging Face, with a card that says what they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from huggingface_hub import DatasetCardData

from stance.report import ReportData, TextMode, prose
from stance.report.markdown import templates
from stance.report.words import count, one_line

if TYPE_CHECKING:
    import datasets

TABLES: Mapping[str, str] = {
    "paragraphs": "paragraph × proposition × holder: probabilities, label, mode, evidence",
    "documents": "document: source, language, date, and the group it is one piece of evidence with",
    "sources": "source × proposition × holder: salience, side-taking, direction, with intervals",
    "comparisons": "differences between two sources, with p-values where one is due",
    "standing": "source × holder: who is given a voice, said or imputed",
    "frames": "source × frame: share of paragraphs, with intervals",
    "paragraph_frames": "paragraph × frame: probability, present or not",
    "terms": "distinctive terms of a source within a language",
    "baselines": "the method beside the majority class and keyword rules",
    "corrected": "figures of the sources, naive and corrected for the errors of the method",
    "corrected_differences": "differences between two sources, naive and corrected",
}
"""Table of an analysis → what its rows are."""


def to_datasets(
    data: ReportData, tables: Mapping[str, pd.DataFrame], text: TextMode
) -> dict[str, datasets.Dataset]:
    """Each table as a dataset; the card stands in ``info.description``.

    ``datasets["paragraphs"].save_to_disk(folder)`` keeps one of them.

    Args:
        text: How much article text the tables hold, as the card says it.
    """
    import datasets  # here, since it takes a second that a run need not spend

    info = {"description": dataset_card(data, tables, text), "license": "unknown"}
    return {
        name: datasets.Dataset.from_pandas(
            table, info=datasets.DatasetInfo(**info), preserve_index=False
        )
        for name, table in tables.items()
    }


def write_datasets(
    data: ReportData, tables: Mapping[str, pd.DataFrame], text: TextMode, folder: Path
) -> Path:
    """Write each table as ``NAME/data.parquet`` and the card as ``README.md``; return its path."""
    for name, table in tables.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        table.to_parquet(folder / name / "data.parquet", index=False)
    card = folder / "README.md"
    card.write_text(dataset_card(data, tables, text), "utf-8")
    return card


def dataset_card(data: ReportData, tables: Mapping[str, pd.DataFrame], text: TextMode) -> str:
    """The README.md of a dataset on the hub: front matter, then what a user must know.

    It cannot know the rights to the texts: their licence is given as unknown.
    """
    name = one_line(data.run.get("experiment") or "without a name")
    head = DatasetCardData(
        language=list(data.languages),
        license="unknown",
        pretty_name=f"Stance of news paragraphs: {name}",
        tags=["stance-detection", "framing", "news", "machine-generated-labels"],
        configs=[
            {"config_name": table, "data_files": f"{table}/data.parquet", "default": number == 0}
            for number, table in enumerate(tables)
        ],
    )
    body = (
        templates()
        .get_template("dataset_card.md.j2")
        .render(
            head=head.to_yaml(),
            title=name,
            text=text,
            tables={key: (TABLES[key], count(len(table), "row")) for key, table in tables.items()},
            data=data,
            model=data.run.get("model") or {},
            kinds=", ".join(data.kinds),
            method=prose.method_paragraphs(data.run.get("method")),
            validation=_validation(data.validation),
            limits=prose.LIMITS,
            misuse=prose.MISUSE,
            git=data.run.get("git") or {},
        )
    )
    return f"{body.rstrip()}\n"


def _validation(found: Mapping[str, Any] | None) -> str:
    if not found:
        return f"{prose.NOT_VALIDATED}: no person has coded a sample of these texts to compare with"
    figures = [f"{name} {value}" for name, value in found.items() if value is not None]
    return f"{prose.VALIDATED}: {', '.join(figures)}"
