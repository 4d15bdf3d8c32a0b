"""A small invented analysis: three sources, two propositions, three languages, hostile words."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pandas as pd

from stance.report import ReportData

SOURCES = ("The Harbour Post", "Inland | Gazette", "مرآة الساحل")
PROPOSITIONS = {
    "bridge_toll": "The town should charge a toll on the new bridge.",
    "night_ferry": "The town should keep the night ferry running.",
}
HOLDERS = ("mayor", "public")
REASON = "one independent document (in 2 language versions): no spread can be estimated"
NO_P = "with 1 and 1 documents the smallest attainable p is 1.0"
HOSTILE = (
    '<script>alert("x")</script> The toll costs $5$ and $x_1$ | a pipe, '
    "a [link](http://evil.test), "
    "\u202ea reversed end\u202c, <b onclick='y()'>bold</b> and `code` &amp; more. "
    "Nobody <i>asked</i> the ferrymen about it, the paper complains without naming a soul."
)
HOSTILE_EVIDENCE = "Nobody <i>asked</i> the ferrymen about it, the paper complains"

_TEXTS = {
    "post-en": (
        "The council met on Tuesday in the old salt warehouse by the quay. A toll is the only "
        "honest way to pay for the bridge. Rain fell through most of the long debate.",
        "Keep the boats tied up after dark and save the money for the schools, said the mayor.",
        HOSTILE,
    ),
    "post-de": (
        "Der Rat tagte am Dienstag im alten Salzspeicher am Kai. Eine Maut ist der einzig "
        "ehrliche Weg, die Brücke zu bezahlen. Es regnete fast die ganze lange Debatte hindurch.",
        "Die Boote sollen nachts liegen bleiben, das Geld gehört den Schulen, sagte der "
        "Bürgermeister.",
        "Niemand hat die Fährleute gefragt, und das wird sich im Herbst noch bitter rächen.",
    ),
    "gazette-en": (
        "People inland want nothing to do with a toll, whatever the harbour towns may decide.",
        "The ferry is part of the town as the church bells are, and it ought to stay.",
        "A brass band played two marches and a waltz before the speeches began at noon.",
    ),
    "mirat-ar": (
        "اجتمع المجلس يوم الثلاثاء في المخزن القديم قرب الرصيف. "
        "الرسم هو الطريق الوحيد لدفع ثمن الجسر.",
        "قال رئيس البلدية إن العبارة الليلية يجب أن تتوقف هذا الشتاء بسبب تكلفة الوقود العالية.",
        "كان الجو ممطرا طوال اليوم ولم يحضر إلا عدد قليل من سكان الحي القديم هذه المرة.",
    ),
}
_META = {
    "post-en": (SOURCES[0], "en", "post"),
    "post-de": (SOURCES[0], "de", "post"),
    "gazette-en": (SOURCES[1], "en", "gazette-en"),
    "mirat-ar": (SOURCES[2], "ar", "mirat-ar"),
}
# (paragraph, proposition, holder, mode) → label; every other text-voice cell is unrelated.
_POST = {
    (0, "bridge_toll", "text", ""): "favor",
    (1, "night_ferry", "text", ""): "neutral",
    (1, "night_ferry", "mayor", "said"): "against",
    (2, "bridge_toll", "text", ""): "against",
}
_LABELS: dict[str, dict[tuple[int, str, str, str], str]] = {
    "post-en": _POST,
    "post-de": {key: label for key, label in _POST.items() if key[0] < 2},
    "gazette-en": {
        (0, "bridge_toll", "text", ""): "neutral",
        (0, "bridge_toll", "public", "imputed"): "against",
        (1, "night_ferry", "text", ""): "favor",
    },
    "mirat-ar": {
        (0, "bridge_toll", "text", ""): "favor",
        (1, "night_ferry", "text", ""): "neutral",
        (1, "night_ferry", "mayor", "said"): "against",
    },
}
_EVIDENCE = {
    ("post-en", 0): "A toll is the only honest way to pay for the bridge.",
    ("post-en", 2): HOSTILE_EVIDENCE,
    ("post-de", 0): "Eine Maut ist der einzig ehrliche Weg, die Brücke zu bezahlen.",
    ("mirat-ar", 0): "الرسم هو الطريق الوحيد لدفع ثمن الجسر.",
}
_P = {
    "favor": (0.8, 0.05, 0.1, 0.05),
    "against": (0.05, 0.75, 0.15, 0.05),
    "neutral": (0.1, 0.1, 0.7, 0.1),
    "unrelated": (0.02, 0.03, 0.05, 0.9),
}
LEAD_IN = "The mayor set out three demands before the astonished ferrymen:"
TITLES = {
    "post-en": "A toll for the bridge, <em>and none too soon</em>, says the council",
    "post-de": "Eine Maut für die Brücke, und keinen Tag zu früh",
    "gazette-en": "Why the inland towns will not pay for the harbour bridge",
    "mirat-ar": "رسم على الجسر الجديد يثير الجدل في المدينة القديمة",
}
DROPPED = "You may also like these seven recipes for smoked eel from our kitchen"


def all_texts() -> list[str]:
    """Every article text that must not appear where no text may."""
    return [
        *(text for texts in _TEXTS.values() for text in texts),
        *TITLES.values(),
        LEAD_IN,
        DROPPED,
    ]


def paragraphs() -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for document, texts in _TEXTS.items():
        source, language, _ = _META[document]
        for index, text in enumerate(texts):
            cells = {key: label for key, label in _LABELS[document].items() if key[0] == index} | {
                key: _LABELS[document].get(key, "unrelated")
                for name in PROPOSITIONS
                for key in [(index, name, "text", "")]
            }
            for (_, proposition, holder, mode), label in cells.items():
                p = _P[label]
                rows.append(
                    {
                        "source": source,
                        "document": document,
                        "paragraph": index,
                        "kind": "list_item" if index == 1 else "body",
                        "language": language,
                        "text": text,
                        "lead_in": LEAD_IN if index == 1 else "",
                        "proposition": proposition,
                        "holder": holder,
                        "mode": mode,
                        **dict(zip(_P_COLUMNS, p, strict=True)),
                        "score": p[0] - p[1],
                        "label": label,
                        "evidence": _EVIDENCE.get((document, index), text),
                        "n_windows": 1,
                    }
                )
    return pd.DataFrame(rows)


_P_COLUMNS = ("p_favor", "p_against", "p_neutral", "p_unrelated")


def documents() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "document": name,
                "source": source,
                "title": TITLES[name],
                "group": group,
                "language": language,
                "date": "2024-05-02",
                "duplicate_of": "",
            }
            for name, (source, language, group) in _META.items()
        ]
    )


def sources(table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for source, proposition, holder in itertools.product(SOURCES, PROPOSITIONS, ("text", *HOLDERS)):
        own = table[(table["source"] == source) & (table["proposition"] == proposition)]
        n = int((own["holder"] == "text").sum())
        cell = own[own["holder"] == holder]
        favor, against = (int((cell["label"] == side).sum()) for side in ("favor", "against"))
        related = int((cell["label"] != "unrelated").sum())
        sided = favor + against
        rows.append(
            {
                "source": source,
                "proposition": proposition,
                "holder": holder,
                "n_documents": own["document"].nunique(),
                "n_independent": 1,
                "n_paragraphs": n,
                "n_related": related,
                "n_sided": sided,
                "salience": related / n,
                "side_taking": sided / related if related else None,
                "direction": (favor - against) / sided if sided else None,
                "mean_score": cell["score"].mean() if len(cell) else None,
                **{
                    f"{name}_ci_{end}": None
                    for name in ("salience", "side_taking", "direction", "mean_score")
                    for end in ("low", "high")
                },
                "interval": "none",
                "interval_reason": REASON,
            }
        )
    return pd.DataFrame(rows)


def comparisons(table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    values = table.set_index(["source", "proposition", "holder"])
    for (a, b), proposition, holder, quantity in itertools.product(
        itertools.combinations(SOURCES, 2),
        PROPOSITIONS,
        ("text", *HOLDERS),
        ("salience", "side_taking", "direction", "mean_score"),
    ):
        one, two = (values.loc[(name, proposition, holder), quantity] for name in (a, b))
        rows.append(
            {
                "source_a": a,
                "source_b": b,
                "proposition": proposition,
                "holder": holder,
                "quantity": quantity,
                "difference": None if pd.isna(one) or pd.isna(two) else one - two,
                "ci_low": None,
                "ci_high": None,
                "p": None,
                "p_adjusted": None,
                "family": "primary: text voice" if holder == "text" else "exploratory: holders",
                "n_a": 1,
                "n_b": 1,
                "reason": NO_P,
            }
        )
    return pd.DataFrame(rows)


def standing(table: pd.DataFrame) -> pd.DataFrame:
    given, rows = table[table["holder"] != "text"], []
    for source, proposition, holder in itertools.product(SOURCES, ("", *PROPOSITIONS), HOLDERS):
        own = given[given["source"] == source]
        if proposition:
            own = own[own["proposition"] == proposition]
        cell = own[own["holder"] == holder]
        said = int((cell["mode"] == "said").sum())
        rows.append(
            {
                "source": source,
                "holder": holder,
                "proposition": proposition,
                "n_paragraphs": len(cell),
                "share": len(cell) / len(own) if len(own) else 0.0,
                "said": said,
                "imputed": len(cell) - said,
                "share_said": said / len(cell) if len(cell) else None,
                "n_documents": cell["document"].nunique(),
            }
        )
    return pd.DataFrame(rows)


def frames() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "source": source,
                "frame": frame,
                "n_documents": 1,
                "n_paragraphs": 3,
                "share": place / 3,
                "share_ci_low": None,
                "share_ci_high": None,
                "interval_reason": REASON,
            }
            for place, source in enumerate(SOURCES)
            for frame in ("conflict", "economic")
        ]
    )


def invented(**changes: Any) -> ReportData:
    """The invented analysis, with any of its parts replaced."""
    table = paragraphs()
    by_source = sources(table)
    return replace(
        ReportData(
            paragraphs=table,
            documents=documents(),
            sources=by_source,
            comparisons=comparisons(by_source),
            standing=standing(table),
            frames=frames(),
            terms=pd.DataFrame(
                [("en", SOURCES[1], "inland|", 7, 1, 1.9, 2.4)],
                columns=["language", "source", "term", "count", "count_others", "log_odds", "z"],
            ),
            baselines=pd.DataFrame(
                [("keyword_rules", "bridge_toll", 5, 3, 1, 1, 7, 0.75, 0.4)],
                columns=[
                    *("method", "proposition", "related", "favor", "against", "neutral"),
                    *("unrelated", "agreement", "agreement_related"),
                ],
            ),
            dropped=pd.DataFrame([("post-en", DROPPED, "related_links")], columns=_DROPPED),
            quarantine=pd.DataFrame(
                [("feed.jsonl", 12, "broken JSON", "A brass band played two marches and")],
                columns=["path", "row", "reason", "found"],
            ),
            propositions=PROPOSITIONS,
            frame_labels={"conflict": "Conflict", "economic": "Economic consequences"},
            frame_definitions={"conflict": "Parties against each other.", "economic": "Costs."},
            run={
                "package_version": "0.0.0",
                "experiment": "bridge",
                "method": "staged",
                "git": {"commit": "abc123", "dirty": False},
                "model": {"id": "tiny", "dtype": "float32"},
                "corpus_fingerprint": "feedface",
                "libraries": {"numpy": "2.0"},
                "timings": {"score": 1.25},
                "command": "stance experiment=bridge",
                "validation": None,
            },
        ),
        **changes,
    )


_DROPPED = ["document", "text", "rule"]
