"""The tables of record: languages, baselines, the corpus, what was left out, model and run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from stance.report.data import ReportData, TextMode
from stance.report.table import Cell, Table, code, columns, number
from stance.report.words import (
    NONE,
    count,
    decimal,
    heading,
    integer,
    is_number,
    join,
    label,
    one_line,
    percent,
)

MAX_DOCUMENTS = 200
MAX_REFUSED = 50
_EXAMPLES = 2
_EXAMPLE_LENGTH: Mapping[str, int] = {"full": 200, "excerpt": 60, "none": 0}


def languages_table(data: ReportData) -> Table:
    """Language × proposition: share related and the mix of labels in the text voice."""
    propositions, body = data.proposition_names, []
    for language, part in data.text_rows.groupby("language", sort=True):
        cells = []
        for name in propositions:
            labels = part.loc[part["proposition"] == name, "label"]
            n = {side: int((labels == side).sum()) for side in ("favor", "against", "neutral")}
            related = sum(n.values())
            share = percent(related / len(labels)) if len(labels) else NONE
            mix = f"{n['favor']} / {n['against']} / {n['neutral']}" if related else ""
            cells.append(number(share, mix))
        paragraphs = part[["document", "paragraph"]].drop_duplicates()
        documents = integer(part["document"].nunique())
        body.append(
            (code(str(language)), number(documents), number(integer(len(paragraphs))), *cells)
        )
    return Table(
        key="languages",
        caption=(
            "Languages, own voice. Share of paragraphs related; below, how many are in favor / "
            "against / neutral. Where the texts of the languages are translations of each other, "
            "the rows should agree: what differs is the model's doing. Else they need not."
            f"{_asked_in(data.text_rows)}"
        ),
        columns=columns(
            *("Language", "Documents", "Paragraphs"),
            *(heading(name) for name in propositions),
            numeric=range(1, len(propositions) + 3),
        ),
        rows=tuple(body),
        empty="No paragraph was scored.",
    )


def _asked_in(rows: pd.DataFrame) -> str:
    """In which language the propositions were asked, where the table of paragraphs tells."""
    if "hypothesis_language" not in rows:
        return ""
    asked = rows["hypothesis_language"]
    if (asked == "en").all():
        return " Propositions were asked in English."
    in_english = sorted(set(rows.loc[(asked == "en") & (rows["language"] != "en"), "language"]))
    if not in_english:
        return " Propositions were asked in the language of the paragraph."
    return (
        " Propositions were asked in the language of the paragraph; those not written in it in "
        f"English, in {join([one_line(language) for language in in_english])}."
    )


def baselines_table(data: ReportData) -> Table:
    """The method used beside majority class and keyword rules."""
    counts = ("related", "favor", "against", "neutral", "unrelated")
    body = [
        (
            Cell(heading(row["method"])),
            Cell(heading(row["proposition"])),
            *(number(integer(row[name])) for name in counts),
            number(percent(row["agreement"])),
            number(percent(row["agreement_related"])),
        )
        for row in data.baselines.to_dict("records")
    ]
    return Table(
        key="baselines",
        caption=(
            "Baselines beside the method: cells by label, own voice. Agreement: share of cells "
            "with the label of the method used; then the same over cells that either calls "
            "related. High agreement overall means little where most cells are unrelated, and "
            "agreement with a baseline is no measure of being right."
        ),
        columns=columns(
            *("Method", "Proposition", "Related", "Favor", "Against", "Neutral", "Unrelated"),
            *("Agreement", "on related"),
            numeric=range(2, 9),
        ),
        rows=tuple(body),
        empty="No baseline was run.",
    )


def documents_table(data: ReportData, text: TextMode) -> Table:
    """Every document; titles only where text may be shown."""
    titled = text != "none"
    counts = data.paragraphs[["document", "paragraph"]].drop_duplicates()["document"].value_counts()
    records = sorted(data.documents.to_dict("records"), key=lambda r: (r["source"], r["document"]))
    body = []
    for row in records[:MAX_DOCUMENTS]:
        alone = row["group"] in ("", row["document"])
        group = Cell(NONE, kind="muted") if alone else code(row["group"])
        if row["duplicate_of"]:
            group = Cell(group.text, f"repeats {row['duplicate_of']}", (), group.kind)
        cells = [Cell(row["source"]), code(row["document"])]
        if titled:
            cells.append(Cell(row["title"]))
        cells += [code(row["language"]), Cell(row["date"]), group]
        body.append((*cells, number(integer(counts.get(row["document"], 0)))))
    hidden = len(records) - len(body)
    more = f" {count(hidden, 'further document')} not listed." if hidden else ""
    heads = ("Source", "Document", *(("Title",) if titled else ()), "Language", "Date", "Group")
    return Table(
        key="documents",
        caption=(
            f"The {count(len(records), 'document')} read. Documents of one group are translations "
            f"or near-copies of each other and count as one independent text.{more}"
        ),
        columns=columns(*heads, "Paragraphs", numeric=[len(heads)]),
        rows=tuple(body),
        empty="No document was read.",
    )


def dropped_table(data: ReportData, text: TextMode) -> Table:
    """Web leftovers by the rule that took them."""
    length, body = _EXAMPLE_LENGTH[text], []
    for rule, part in data.dropped.groupby("rule", sort=True):
        examples = [one_line(example) for example in part["text"].drop_duplicates()[:_EXAMPLES]]
        cut = [f"{e[: length - 1]}…" if len(e) > length else e for e in examples]
        cells = [Cell(heading(str(rule))), number(integer(len(part)))]
        cells.append(number(integer(part["document"].nunique())))
        if length:
            cells.append(Cell(" · ".join(cut)))
        body.append(tuple(cells))
    return Table(
        key="dropped",
        caption="Web leftovers taken out before scoring, by rule.",
        columns=columns(
            *("Rule", "Units", "Documents", *(("Examples",) if length else ())), numeric=(1, 2)
        ),
        rows=tuple(body),
        empty="Nothing was taken out.",
    )


def quarantine_table(data: ReportData, text: TextMode) -> Table:
    """Inputs that were refused, and why."""
    body = []
    for row in data.quarantine.to_dict("records")[:MAX_REFUSED]:
        reason = one_line(row["reason"])
        if text == "full" and (found := one_line(row.get("found", ""))):
            reason += f" ({found})"
        line = integer(row["row"]) if is_number(row["row"]) else NONE
        body.append((code(row["path"]), number(line), Cell(reason)))
    hidden = len(data.quarantine) - len(body)
    more = f" {count(hidden, 'further one')} in quarantine.jsonl." if hidden > 0 else ""
    return Table(
        key="quarantine",
        caption=f"Inputs refused, and why.{more}",
        columns=columns("File", "Row", "Reason", numeric=(1,)),
        rows=tuple(body),
        empty="Nothing was refused.",
    )


def model_table(data: ReportData) -> Table:
    """What scored: model, weights, backend, device, number format."""
    model = _mapping(data.run.get("model"))
    fields = (
        ("Model", "id"),
        ("Revision", "revision"),
        ("SHA-256 of the weights", "weights_sha256"),
        ("Backend", "backend"),
        ("Device", "device"),
        ("Number format", "dtype"),
    )
    rows = [(name, _recorded(model.get(key))) for name, key in fields]
    rows.append(("Method", _recorded(data.run.get("method"))))
    return record_table("model", "The model and how it ran.", rows)


def run_table(data: ReportData) -> Table:
    """What a reviewer needs to run it again and know that it is the same."""
    git = _mapping(data.run.get("git"))
    commit = _recorded(git.get("commit"))
    if git.get("commit"):
        commit += ", with uncommitted changes" if git.get("dirty") else ", clean"
    timings = _mapping(data.run.get("timings"))
    spent = [f"{label(str(k))} {decimal(v, 1)} s" for k, v in timings.items() if is_number(v)]
    libraries = _mapping(data.run.get("libraries"))
    counts = _mapping(data.run.get("counts"))
    rows = [
        ("Command", _recorded(data.run.get("command"))),
        ("Corpus fingerprint", _recorded(data.run.get("corpus_fingerprint"))),
        ("stance", _recorded(data.run.get("package_version"))),
        ("Git commit", commit),
        ("Libraries", ", ".join(f"{k} {v}" for k, v in libraries.items()) or "not recorded"),
        ("Counts", ", ".join(f"{label(str(k))} {v}" for k, v in counts.items()) or "not recorded"),
        ("Time spent", ", ".join(spent) or "not recorded"),
    ]
    return record_table("run", "The run. The resolved configuration is in results.json.", rows)


def validation_table(data: ReportData) -> Table:
    """Figures against the user's own coding, one a row."""
    rows = []
    for key, value in (data.validation or {}).items():
        if isinstance(value, str):
            rows.append((heading(str(key)), value))
        elif is_number(value):
            shown = integer(value) if isinstance(value, int) else decimal(value, 3)
            rows.append((heading(str(key)), shown))
    return record_table("validation", "Agreement with your own coding.", rows)


def record_table(
    key: str,
    caption: str,
    rows: Sequence[tuple[str, str]],
    *,
    empty: str = "Not recorded.",
    is_prose: bool = False,
) -> Table:
    """Names and values; values are set as code unless they are prose."""
    return Table(
        key=key,
        caption=caption,
        columns=columns("Field", "Value"),
        rows=tuple(
            (Cell(name), (Cell if is_prose else code)(one_line(value))) for name, value in rows
        ),
        empty=empty,
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _recorded(value: Any) -> str:
    return "not recorded" if value is None or value == "" else str(value)
