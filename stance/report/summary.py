"""The findings in words, written from the tables alone, and what they cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from stance.report.data import FEW_RELATED, TEXT_VOICE, ReportData
from stance.report.reasons import per_quantity, ranked
from stance.report.words import (
    count,
    heading,
    integer,
    is_number,
    join,
    lean,
    name,
    one_line,
    percent,
    signed,
)

_NAMED_CELLS = 4
_NAMED_HOLDERS = 3
_NAMED_REASONS = 3


def title(data: ReportData) -> str:
    """The heading of the report."""
    sources = count(len(data.source_names), "source")
    return f"Stance and framing: {sources}, {count(len(data.proposition_names), 'proposition')}"


def summary(data: ReportData) -> tuple[str, ...]:
    """The findings, a sentence or two each: corpus, relevance, sides, voices, differences."""
    return (
        _corpus(data),
        _relevance(data),
        _sides(data),
        _voices(data),
        _differences(data),
        _standing_of_labels(data),
    )


def _corpus(data: ReportData) -> str:
    independent = count(data.n_independent, "independent text")
    text = (
        f"This report reads {count(data.n_documents, 'document')} from "
        f"{count(len(data.source_names), 'source')} in {count(len(data.languages), 'language')}"
    )
    if data.languages:
        text += f" ({', '.join(map(one_line, data.languages))})"
    text += f": {count(data.n_paragraphs, 'paragraph')}"
    if data.n_counted != data.n_paragraphs:
        text += f", of which {integer(data.n_counted)} count (headings and questions do not)"
    if data.n_independent != data.n_documents:
        text += (
            f". They are {independent}: translations and near-copies of one text are no further "
            "evidence and count once"
        )
    return f"{text}."


def _relevance(data: ReportData) -> str:
    shares = []
    for proposition in data.proposition_names:
        labels = data.text_rows.loc[data.text_rows["proposition"] == proposition, "label"]
        if len(labels):
            related = int((labels != "unrelated").sum())
            share = percent(related / len(labels))
            sizes = f"{integer(related)} of {integer(len(labels))}"
            shares.append(f"“{heading(proposition)}” {share} ({sizes})")
    if not shares:
        return "No paragraph was scored on any proposition."
    return (
        "The share of paragraphs related to each proposition, over all language versions: "
        f"{join(shares)}."
    )


def _sides(data: ReportData) -> str:
    rows = data.sources[data.sources["holder"] == TEXT_VOICE]
    sided = rows[rows["n_sided"] > 0].sort_values(
        ["n_sided", "source", "proposition"], ascending=[False, True, True]
    )
    silent = [source for source in data.source_names if source not in set(sided["source"])]
    if sided.empty:
        return "No source takes a side on any proposition in its own voice."
    named = [
        f"{name(row['source'])} on “{heading(row['proposition'])}” "
        f"({integer(row['n_sided'])} of {count(row['n_related'], 'related paragraph')}, "
        f"{_direction(row['direction'])})"
        for row in sided.head(_NAMED_CELLS).to_dict("records")
    ]
    text = f"Sides taken in the outlet’s own voice: {join(named)}"
    if len(sided) > len(named):
        text += f", and {count(len(sided) - len(named), 'further cell')}"
    if silent:
        few = len(silent) <= _NAMED_CELLS
        names = join([name(source) for source in silent]) if few else f"{len(silent)} sources"
        text += f". {names} {'takes' if len(silent) == 1 else 'take'} none"
    return f"{text}."


def _direction(value: object) -> str:
    words = lean(value)
    whole = words.startswith("always") or not is_number(value)
    return words if whole else f"{words}: direction {signed(value)}"


def _voices(data: ReportData) -> str:
    rows = data.standing[data.standing["proposition"] == ""]
    totals = rows.groupby("holder")[["said", "imputed"]].sum()
    totals = totals.assign(stances=totals["said"] + totals["imputed"])
    totals = totals[totals["stances"] > 0]
    total = int(totals["stances"].sum())
    if not total:
        return "No source attributes a stance to anyone."
    ranked = sorted(
        totals.to_dict("index").items(), key=lambda item: (-item[1]["stances"], item[0])
    )
    named = [
        f"{data.holder_label(str(holder))} ({integer(row['stances'])}, "
        f"{percent(row['stances'] / total)}; {percent(row['imputed'] / row['stances'])} "
        "of them imputed)"
        for holder, row in ranked[:_NAMED_HOLDERS]
    ]
    imputed = percent(totals["imputed"].sum() / total)
    if len(ranked) == 1:
        alone = data.holder_label(str(ranked[0][0]))
        return (
            f"Stances are attributed {count(total, 'time')}, to {alone} alone; {imputed} of them "
            "are imputed rather than said."
        )
    return (
        f"Stances are attributed {count(total, 'time')} to {count(len(ranked), 'holder')}, "
        f"{imputed} of them imputed rather than said; most often to {join(named)}."
    )


def _differences(data: ReportData) -> str:
    rows = data.comparisons[data.comparisons["family"].str.startswith("primary")]
    if rows.empty:
        return "There are no two sources to compare."
    tested = pd.to_numeric(rows["p_adjusted"], errors="coerce")
    n, n_tested = len(rows), int(tested.notna().sum())
    if not n_tested:
        return (
            f"None of the {count(n, 'difference')} between sources can be tested, for the reasons "
            "given below; what the tables show of them is description."
        )
    found = int((tested < data.alpha).sum())
    verb = "is" if found == 1 else "are"
    return (
        f"Of {count(n, 'difference')} between sources {integer(n_tested)} can be tested; "
        f"{'none' if not found else integer(found)} of these {verb} larger than chance would "
        f"give (adjusted p below {data.alpha:g})."
    )


def _standing_of_labels(data: ReportData) -> str:
    if data.validation is None:
        return (
            "All labels are a model’s, and nobody has checked them on these texts: the figures "
            "say how the model reads the sources, which may not be what the sources say."
        )
    covered = coded(data)
    return "All labels are a model’s, checked on your own coding" + (
        f", which covers {covered}." if covered else "."
    )


def coded(data: ReportData) -> str:
    """How much of the texts the user's coding covers; empty where the results do not say."""
    sizes = data.validation or {}
    texts, documents, paragraphs = (sizes.get(k) for k in ("texts", "documents", "paragraphs"))
    if not (is_number(texts) and is_number(documents) and is_number(paragraphs)):
        return ""
    covered = f"{count(paragraphs, 'paragraph')} in {count(documents, 'document')}"
    return covered if documents == texts else f"{covered} ({count(texts, 'independent text')})"


def unsaid(data: ReportData) -> tuple[str, ...]:
    """What cannot be said from these texts, and why; never empty."""
    return tuple(_unsaid(data))


def _unsaid(data: ReportData) -> Iterator[str]:
    own = data.sources[data.sources["holder"] == TEXT_VOICE]
    bare: list[str] = []
    flagged: list[str] = []
    for row in own.to_dict("records"):
        for quantity, reason in per_quantity(row["interval_reason"]).items():
            if is_number(row[quantity]):
                bounded = is_number(row[f"{quantity}_ci_low"])
                (flagged if bounded else bare).append(reason)
    yield from _items(bare, "own-voice figure", "How much {} would change with other texts")
    yield from _items(flagged, "own-voice figure", "How far to trust the intervals of {}")
    silent = [
        proposition
        for proposition in data.proposition_names
        if not (own.loc[own["proposition"] == proposition, "n_related"] > 0).any()
    ]
    if silent:
        named = join([f"“{heading(proposition)}”" for proposition in silent])
        yield f"Anything on {named}: no paragraph is related."
    thin = own[(own["n_related"] > 0) & (own["n_related"] < FEW_RELATED)]
    if len(thin):
        yield (
            f"Much about direction in {count(len(thin), 'cell')} of source × proposition: fewer "
            f"than {FEW_RELATED} related paragraphs each."
        )
    primary = data.comparisons[data.comparisons["family"].str.startswith("primary")]
    there = primary["difference"].map(is_number).astype(bool)
    tested = primary["p_adjusted"].map(is_number).astype(bool)
    yield from _items(
        primary.loc[there & ~tested, "reason"],
        "difference",
        "Whether {} between sources could be chance",
    )
    if not there.all():
        missing = count((~there).sum(), "difference")
        yield f"Anything on {missing} between sources: one of the two has no such paragraph."
    if data.validation is None:
        yield "How often the labels are right on these texts: no coded sample was given."
    yield "Anything about texts of these sources that were not read: this is no sample of them."


def _items(reasons: Iterable[str], noun: str, about: str) -> Iterator[str]:
    """A sentence per reason, the most frequent first, and one for the rest."""
    most, rest = ranked(reasons, _NAMED_REASONS)
    for reason, n in most:
        yield f"{about.format(count(n, noun))}: {reason}."
    if rest:
        yield f"{about.format(count(rest, f'further {noun}'))}: the notes under the tables say why."
