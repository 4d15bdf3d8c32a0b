"""Do language versions of one paragraph get one label? A check that needs no human coder."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from stance.report.data import ReportData


@dataclass(frozen=True, slots=True)
class Parallel:
    """Agreement of the text voice over language versions.

    Attributes:
        n_cells: Paragraph × proposition cells that exist in two or more languages.
        same: Share of them in which every version has the same label.
        n_related: Those of the cells that at least one version calls related.
        same_related: Share of these in which every version has the same label.
        same_relevance: Share of these in which every version is related.
    """

    n_cells: int
    n_languages: int
    same: float
    n_related: int
    same_related: float
    same_relevance: float


def parallel(data: ReportData) -> Parallel | None:
    """Compare labels within groups whose documents differ in language and align by paragraph.

    Versions align if they have the same paragraphs of the same kinds; near-copies in one language
    are no versions. None where nothing is parallel.
    """
    documents = data.documents[data.documents["group"] != ""].sort_values("document")
    chosen = documents.drop_duplicates(["group", "language"])
    group_of = dict(zip(chosen["document"], chosen["group"], strict=True))
    rows = data.text_rows[data.text_rows["document"].isin(chosen["document"])]
    rows = rows.assign(group=rows["document"].map(group_of))
    kept = [part for _, part in rows.groupby("group") if _aligned(part)]
    if not kept:
        return None
    table = pd.concat(kept)
    cells = table.assign(related=table["label"] != "unrelated").groupby(
        ["group", "paragraph", "proposition"]
    )
    same = cells["label"].nunique() == 1
    related = cells["related"].any()
    every = cells["related"].all()
    names = {name for part in kept for name in part["document"]}
    languages = chosen.loc[chosen["document"].isin(names), "language"].nunique()
    n_related = int(related.sum())
    return Parallel(
        n_cells=len(same),
        n_languages=int(languages),
        same=float(same.mean()),
        n_related=n_related,
        same_related=float(same[related].mean()) if n_related else float("nan"),
        same_relevance=float(every[related].mean()) if n_related else float("nan"),
    )


def _aligned(part: pd.DataFrame) -> bool:
    shapes = {
        tuple(sorted(zip(own["paragraph"], own["kind"], strict=True)))
        for _, own in part.groupby("document")
    }
    return part["document"].nunique() > 1 and len(shapes) == 1
