"""Twenty mistakes to read: the surest wrong cells, spread over sources and languages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from stance.analysis.agreement import HOLDERS
from stance.analysis.measurements import TEXT
from stance.report.data import TextMode
from stance.report.evaluation.data import KEY, EvaluationData
from stance.report.telling import Chip, Telling, locate, shortened, split
from stance.report.words import decimal, heading, label, one_line, plain

MOST = 20
_COPY = ["group", "paragraph", "proposition", "holder"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong cell: its proposition, and the paragraph with gold and found label as chips."""

    claim: str
    shown: Telling


def mistakes(data: EvaluationData) -> tuple[Mistake, ...]:
    """The surest wrong cells, of all strata in turn; a stratum is a voice in a source and language.

    How sure the method is, is the probability of the label it gives. Of a holder that it missed it
    gives none: such cells come after the others, in the order of the text. Of the language versions
    of one mistake the surest is shown.
    """
    wrong = pd.concat([_wrong(data, voice) for voice in (TEXT, HOLDERS)], ignore_index=True)
    order = ["sure", "document", "paragraph", "proposition", "holder"]
    wrong = wrong.sort_values(order, ascending=[False, True, True, True, True], kind="stable")
    wrong = wrong.drop_duplicates(_COPY)
    # The first of every stratum go before the second of any.
    missed = wrong["sure"].isna()
    turn = wrong.groupby(["voice", "source", "language", missed], sort=False).cumcount()
    chosen = wrong.assign(turn=turn).sort_values("turn", kind="stable").head(MOST).index
    texts = _texts(data)
    return tuple(
        _mistake(data, row, texts[row["document"], row["paragraph"]])
        for row in wrong.loc[wrong.index.isin(chosen)].to_dict("records")
    )


def n_wrong(data: EvaluationData, voice: str) -> int:
    """Wrong cells of a voice."""
    return len(_wrong(data, voice))


def _wrong(data: EvaluationData, voice: str) -> pd.DataFrame:
    """The wrong cells of a voice, with sure, evidence, mode and mode_gold."""
    cells = data.cells(data.method, voice)
    sure = cells.probabilities[np.arange(len(cells)), cells.predicted]
    wrong: pd.DataFrame = cells.table.assign(sure=sure)[cells.wrong]
    found = data.report.paragraphs[[*KEY, "evidence", "mode"]]
    coded = data.gold[[*KEY, "mode"]].rename(columns={"mode": "mode_gold"})
    wrong = wrong.merge(found, on=KEY, how="left").merge(coded, on=KEY, how="left")
    # Who names no holder gives no evidence and no mode.
    words = {name: wrong[name].fillna("") for name in ("evidence", "mode", "mode_gold")}
    return wrong.assign(**words)


def _texts(data: EvaluationData) -> Mapping[tuple[str, int], Mapping[Any, Any]]:
    own = data.report.paragraphs
    own = own[own["holder"] == TEXT].drop_duplicates(["document", "paragraph"])
    return {(row["document"], row["paragraph"]): row for row in own.to_dict("records")}


def _mistake(data: EvaluationData, row: Mapping[Any, Any], paragraph: Mapping[Any, Any]) -> Mistake:
    mode: TextMode = data.text
    text, lead_in = str(paragraph["text"]), str(paragraph["lead_in"])
    span = locate(text, row["evidence"])
    before, marked, after = split(text, span, mode)
    if mode == "excerpt":
        lead_in = shortened(lead_in[::-1])[::-1]
    documents = data.report.documents.set_index("document")
    who = "" if row["holder"] == TEXT else f"{data.report.holder_label(row['holder'])}: "
    sure = f"p = {decimal(row['sure'])}" if row["sure"] == row["sure"] else ""
    shown = Telling(
        source=str(row["source"]),
        document=row["document"],
        title="" if mode == "none" else plain(documents["title"].get(row["document"], "")),
        paragraph=int(row["paragraph"]),
        language=str(row["language"]),
        kind=label(str(paragraph["kind"])),
        lead_in="" if mode == "none" else plain(lead_in),
        before=before,
        marked=marked,
        after=after,
        start=span[0] if span else None,
        end=span[1] if span else None,
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        own=Chip(f"{who}coded", _said(row["label_gold"], row["holder"]), row["mode_gold"], ""),
        holders=(Chip("found", _said(row["label_predicted"], row["holder"]), row["mode"], sure),),
        versions=(),
    )
    return Mistake(_claim(data, row["proposition"]), shown)


def _said(label_: str, holder: str) -> str:
    return "no stance" if label_ == "unrelated" and holder != TEXT else label_


def _claim(data: EvaluationData, proposition: str) -> str:
    statement = one_line(data.report.propositions.get(proposition, ""))
    return f"{heading(proposition)}: {statement}" if statement else heading(proposition)
