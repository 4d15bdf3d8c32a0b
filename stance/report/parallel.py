"""Do language versions of one paragraph get one label? A check that needs no human coder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from stance.report.data import ReportData

Shape = tuple[tuple[int, str], ...]
"""Number and kind of each paragraph of a document."""


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


def aligned_documents(data: ReportData) -> Mapping[str, str]:
    """Document → group, for language versions that align by paragraph.

    They do if they have the same paragraphs of the same kinds; near-copies in one language are no
    versions.
    """
    documents = data.documents[data.documents["group"] != ""].sort_values("document")
    chosen = documents.drop_duplicates(["group", "language"])
    group_of = dict(zip(chosen["document"], chosen["group"], strict=True))
    rows = data.text_rows[data.text_rows["document"].isin(group_of.keys())]
    rows = rows[["document", "paragraph", "kind"]].sort_values(["document", "paragraph"])
    shapes: dict[str, dict[str, Shape]] = defaultdict(dict)
    for document, part in rows.drop_duplicates().groupby("document"):
        shape = tuple(zip(part["paragraph"], part["kind"], strict=True))
        shapes[group_of[document]][str(document)] = shape
    return {
        document: group
        for group, own in shapes.items()
        if len(own) > 1 and len(set(own.values())) == 1
        for document in own
    }


def parallel(data: ReportData) -> Parallel | None:
    """Compare labels within the groups of :func:`aligned_documents`; None where there are none."""
    group_of = aligned_documents(data)
    if not group_of:
        return None
    rows = data.text_rows[data.text_rows["document"].isin(group_of.keys())]
    table = rows.assign(group=rows["document"].map(group_of), related=rows["label"] != "unrelated")
    cells = table.groupby(["group", "paragraph", "proposition"])
    same = cells["label"].nunique() == 1
    related = cells["related"].any()
    every = cells["related"].all()
    documents = data.documents[data.documents["document"].isin(group_of.keys())]
    n_related = int(related.sum())
    return Parallel(
        n_cells=len(same),
        n_languages=int(documents["language"].nunique()),
        same=float(same.mean()),
        n_related=n_related,
        same_related=float(same[related].mean()) if n_related else float("nan"),
        same_relevance=float(every[related].mean()) if n_related else float("nan"),
    )
