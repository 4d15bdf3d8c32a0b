"""The data block of the page: paragraphs, stances and figures as compact, inert JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from stance.corpus import quoted_spans
from stance.report.data import LABELS, TEXT_VOICE, ReportData, TextMode
from stance.report.explore.columns import Columns, Strings
from stance.report.explore.figures import figure_columns
from stance.report.explore.shown import Range, shown
from stance.report.palette import PAPER, THEMED
from stance.report.parallel import aligned_documents
from stance.report.telling import locate, shortened
from stance.report.words import heading, is_number, language_tag, one_line, plain

_P = ("p_favor", "p_against", "p_neutral", "p_unrelated")
_MODES = ("", "said", "imputed")
_ESCAPED = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}

Row = Mapping[Any, Any]


@dataclass(frozen=True, eq=False)
class Exploration:
    """What the script of the page reads; made only when asked for.

    Attributes:
        text: How much article text the block carries: with ``excerpt`` the evidence and what is
            next to it, with ``none`` digests in its place.
    """

    data: ReportData
    text: TextMode

    @cached_property
    def json(self) -> str:
        """The block as JSON that no HTML parser takes for markup and no old script parser breaks.

        ``<``, ``>``, ``&`` and the line separators are escaped; control characters and overrides
        of direction are gone from every string.
        """
        text = json.dumps(self.block, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.translate(_ESCAPED)

    @cached_property
    def block(self) -> dict[str, Any]:
        """The data: names once, tables as columns, probabilities and scores in thousandths."""
        data = self.data
        names = _Names(data)
        documents, places = self._documents(names)
        paragraphs, stances = self._paragraphs(names, places)
        return {
            "text": self.text,
            "validated": data.validation is not None,
            "colours": {value[len("var(--") : -1]: colour for colour, value in THEMED.items()},
            "paper": PAPER,
            "labels": names.labels.listed(),
            "modes": names.modes.listed(),
            "propositions": [
                {"name": plain(name), "label": heading(name)} for name in data.proposition_names
            ],
            "sources": [plain(name) for name in data.source_names],
            "holders": [
                {"name": plain(name), "label": one_line(data.holder_label(name))}
                for name in names.holders.listed()
            ],
            "kinds": [
                {"name": plain(name), "counted": name in data.kinds}
                for name in names.kinds.listed()
            ],
            "languages": [
                {"name": plain(name), "tag": language_tag(name)}
                for name in names.languages.listed()
            ],
            "documents": documents,
            "paragraphs": paragraphs,
            "stances": stances,
            "figures": figure_columns(data),
        }

    def _documents(self, names: _Names) -> tuple[dict[str, Any], dict[str, int]]:
        """A row per document, by source, and the number of each."""
        known = {str(row["document"]): row for row in self.data.documents.to_dict("records")}
        sources = {name: row["source"] for name, row in known.items()}
        rows = self.data.paragraphs
        sources |= dict(zip(rows["document"], rows["source"], strict=True))
        parallel = aligned_documents(self.data)
        groups = Strings()
        table = Columns()
        places: dict[str, int] = {}
        order = sorted(sources, key=lambda name: (names.sources.number(sources[name]), name))
        for name in order:
            row: Row = known.get(name, {})
            places[name] = len(places)
            group = parallel.get(name)
            table.add(
                id=plain(name),
                source=names.sources.number(sources[name]),
                title="" if self.text == "none" else one_line(row.get("title", "")),
                parallel=-1 if group is None else groups.number(group),
            )
            table.add_words(date=one_line(row.get("date", "")))
        return table.as_data(), places

    def _paragraphs(
        self, names: _Names, places: Mapping[str, int]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """A row per paragraph in reading order, and a row per stance in the order of these."""
        paragraphs, stances = Columns(), Columns()
        for rows in _by_paragraph(self.data, names, places):
            first = rows[0]
            text = plain(first["text"])
            spans = [_evidence(text, row) for row in rows]
            seen = shown(text, filter(None, spans), self.text)
            quotes = quoted_spans(text, first["language"]) if seen.text else ()
            paragraphs.add(
                document=places[first["document"]],
                index=int(first["paragraph"]),
                kind=names.kinds.number(first["kind"]),
                language=names.languages.number(first["language"]),
                stances=len(rows),
                text=seen.text,
                quotes=[at for span in quotes for at in seen.places(span.start, span.end)],
            )
            if self.text == "none":
                paragraphs.add(sha256=hashlib.sha256(first["text"].encode("utf-8")).hexdigest())
            paragraphs.add_words(lead_in=self._lead_in(first["lead_in"]))
            for row, span in zip(rows, spans, strict=True):
                stances.add(
                    **names.stance(row),
                    score=_thousandths(row["score"]),
                    **{name: _thousandths(row[name]) for name in _P},
                    evidence=seen.places(*span) if span else [],
                )
        return paragraphs.as_data(), stances.as_data()

    def _lead_in(self, text: str) -> str:
        if self.text == "none":
            return ""
        return plain(text if self.text == "full" else shortened(text[::-1])[::-1])


class _Names:
    """The numbers of every name in the block."""

    def __init__(self, data: ReportData) -> None:
        self.sources = Strings(*data.source_names)
        self.propositions = Strings(*data.proposition_names)
        self.holders = Strings(TEXT_VOICE, *data.holder_names)
        self.labels = Strings(*LABELS)
        self.modes = Strings(*_MODES)
        self.kinds = Strings(*data.kinds)
        self.languages = Strings(*data.languages)

    def stance(self, row: Row) -> dict[str, int]:
        """Who holds which side on what, as numbers."""
        return {
            "proposition": self.propositions.number(row["proposition"]),
            "holder": self.holders.number(row["holder"]),
            "mode": self.modes.number(row["mode"]),
            "label": self.labels.number(row["label"]),
        }


def _by_paragraph(
    data: ReportData, names: _Names, places: Mapping[str, int]
) -> Iterator[list[Row]]:
    """The rows of each paragraph, by proposition and holder, the own voice first."""
    rows = data.paragraphs.assign(
        _place=data.paragraphs["document"].map(places),
        _proposition=data.paragraphs["proposition"].map(names.propositions.number),
        _holder=data.paragraphs["holder"].map(names.holders.number),
    )
    rows = rows.sort_values(["_place", "paragraph", "_proposition", "_holder"], kind="stable")
    # One by one: as a list they would take more memory than the table.
    each = (dict(zip(rows, values, strict=True)) for values in rows.itertuples(False, None))
    for _, part in groupby(each, itemgetter("_place", "paragraph")):
        yield list(part)


def _evidence(text: str, row: Row) -> Range | None:
    """Where the sentence that decided stands; None where nothing was decided by one."""
    return None if row["label"] == "unrelated" else locate(text, plain(row["evidence"]))


def _thousandths(value: Any) -> int | None:
    return round(1000 * float(value)) if is_number(value) else None
