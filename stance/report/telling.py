"""The most telling paragraphs of each cell, with the sentence that decided."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from stance.report.data import TEXT_VOICE, ReportData, TextMode
from stance.report.words import label, plain, signed

MARGIN = 120
"""Characters of context either side of the evidence in an excerpt."""
PER_CELL = 2
_MANY_CELLS = 30


@dataclass(frozen=True, slots=True)
class Chip:
    """A stance in a few words: who, which side, in which mode."""

    holder: str
    label: str
    mode: str
    score: str


@dataclass(frozen=True, slots=True)
class Telling:
    """One paragraph to show; with ``text="none"`` all its texts are empty.

    Attributes:
        before, marked, after: The text in three parts; ``marked`` is the evidence.
        start, end: Where the evidence stands in the paragraph, in characters (code points); None
            where the decision rests on no single sentence.
        sha256: Of the paragraph's text as read, in UTF-8.
        versions: Other languages that hold a version of the same paragraph.
    """

    source: str
    document: str
    title: str
    paragraph: int
    language: str
    kind: str
    lead_in: str
    before: str
    marked: str
    after: str
    start: int | None
    end: int | None
    sha256: str
    own: Chip
    holders: tuple[Chip, ...]
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TellingCell:
    """A source × proposition cell and its paragraphs."""

    source: str
    proposition: str
    n_related: int
    shown: tuple[Telling, ...]


def locate(text: str, evidence: str) -> tuple[int, int] | None:
    """Where the evidence stands in the text, differences of white space aside."""
    if not evidence.strip():
        return None
    at = text.find(evidence)
    if at >= 0:
        return at, at + len(evidence)
    pattern = r"\s+".join(map(re.escape, evidence.split()))
    found = re.search(pattern, text)
    return found.span() if found else None


def split(text: str, span: tuple[int, int] | None, mode: TextMode) -> tuple[str, str, str]:
    """The text before the evidence, the evidence, and the text after, as the mode allows."""
    if mode == "none":
        return "", "", ""
    start, end = span or (0, 0)
    before, marked, after = text[:start], text[start:end], text[end:]
    if mode == "excerpt":
        before = shortened(before[::-1])[::-1]
        after = shortened(after)
    return plain(before), plain(marked), plain(after)


def shortened(text: str) -> str:
    """The first :data:`MARGIN` characters, to the last whole word, and an ellipsis."""
    if len(text) <= MARGIN:
        return text
    kept = text[:MARGIN]
    space = kept.rfind(" ")
    return (kept[: space + 1] if space > MARGIN // 2 else kept) + "…"


def telling_cells(data: ReportData, mode: TextMode) -> tuple[TellingCell, ...]:
    """Per proposition and source, the paragraphs that say most.

    First those where the outlet itself takes a side, then those that attribute one, then related
    ones without a side; within each, by |score|, or for the last by how surely related. Versions
    of one paragraph in several languages show once.
    """
    cells = []
    n_cells = len(data.source_names) * len(data.proposition_names)
    most = PER_CELL if n_cells <= _MANY_CELLS else 1
    documents = data.documents.set_index("document")
    groups = {
        str(name): str(row["group"]) or str(name)
        for name, row in documents.to_dict("index").items()
    }
    rows = data.counted[data.counted["label"].isin(("favor", "against", "neutral"))]
    voices = data.text_rows[["document", "paragraph"]].drop_duplicates()
    positions = {str(name): set(part["paragraph"]) for name, part in voices.groupby("document")}
    for proposition in data.proposition_names:
        for source in data.source_names:
            own = rows[(rows["proposition"] == proposition) & (rows["source"] == source)]
            ranked = sorted(own.to_dict("records"), key=_rank)
            seen: set[tuple[str, int]] = set()
            items: list[Telling] = []
            for row in ranked:
                group = groups.get(row["document"], row["document"])
                if (group, row["paragraph"]) in seen:
                    continue
                seen.add((group, row["paragraph"]))
                if len(items) < most:
                    best = _in_english(row, ranked, groups)
                    versions = _versions(documents, groups, positions, best)
                    items.append(_item(data, best, documents, versions, mode))
            cells.append(TellingCell(source, proposition, len(seen), tuple(items)))
    return tuple(cells)


def _in_english(
    row: Mapping[Any, Any], others: Sequence[Mapping[Any, Any]], groups: Mapping[str, str]
) -> Mapping[Any, Any]:
    """The English version of the same row, if there is one with the same label: the report's
    readers are sure to read English."""
    same = ("paragraph", "proposition", "holder", "mode", "label")
    group = groups.get(row["document"], row["document"])
    for other in others:
        if (
            other["language"] == "en"
            and groups.get(other["document"], other["document"]) == group
            and all(other[key] == row[key] for key in same)
        ):
            return other
    return row


def _rank(row: Mapping[Any, Any]) -> tuple[Any, ...]:
    sided = row["label"] != "neutral"
    step = 0 if sided and row["holder"] == TEXT_VOICE else 1 if sided else 2
    weight = abs(float(row["score"])) if sided else 1 - float(row["p_unrelated"])
    return (step, -weight, row["document"], row["paragraph"], row["holder"])


def _versions(
    documents: pd.DataFrame,
    groups: Mapping[str, str],
    positions: Mapping[str, set[int]],
    row: Mapping[Any, Any],
) -> tuple[str, ...]:
    group = groups.get(row["document"])
    same = [
        str(documents.loc[name, "language"])
        for name, other in groups.items()
        if group and other == group and row["paragraph"] in positions.get(name, ())
    ]
    return tuple(sorted({*same} - {row["language"], ""}))


def _item(
    data: ReportData,
    row: Mapping[Any, Any],
    documents: pd.DataFrame,
    versions: tuple[str, ...],
    mode: TextMode,
) -> Telling:
    here = data.counted[
        (data.counted["document"] == row["document"])
        & (data.counted["paragraph"] == row["paragraph"])
        & (data.counted["proposition"] == row["proposition"])
    ]
    chips = [
        Chip(
            data.holder_label(other["holder"]),
            label(other["label"]),
            other["mode"] if other["holder"] != TEXT_VOICE else "",
            signed(other["score"]),
        )
        for other in sorted(here.to_dict("records"), key=_rank)
        if other["holder"] != TEXT_VOICE and other["label"] != "unrelated"
    ]
    voice = here[here["holder"] == TEXT_VOICE].to_dict("records")
    outlet: Mapping[Any, Any] = voice[0] if voice else {"label": "unrelated", "score": None}
    span = locate(row["text"], row["evidence"])
    before, marked, after = split(row["text"], span, mode)
    lead_in = row["lead_in"] if mode == "full" else shortened(row["lead_in"][::-1])[::-1]
    title = documents["title"].get(row["document"], "")
    return Telling(
        source=row["source"],
        document=row["document"],
        title="" if mode == "none" else plain(title),
        paragraph=int(row["paragraph"]),
        language=row["language"],
        kind=label(row["kind"]),
        lead_in="" if mode == "none" else plain(lead_in),
        before=before,
        marked=marked,
        after=after,
        start=span[0] if span else None,
        end=span[1] if span else None,
        sha256=hashlib.sha256(row["text"].encode("utf-8")).hexdigest(),
        own=Chip("own voice", label(outlet["label"]), "", signed(outlet["score"])),
        holders=tuple(chips),
        versions=versions,
    )
