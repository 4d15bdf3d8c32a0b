"""The words of an evaluation: what came out, and what limits it, said from the tables alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from stance.analysis.agreement import HOLDERS
from stance.analysis.intervals import FEW
from stance.analysis.measurements import LABELS, TEXT
from stance.evaluation.scores import UNRELATED
from stance.report.evaluation.baselines import KEYWORD_RULES, USUAL_SIDE
from stance.report.evaluation.beside_tables import other_models, survival
from stance.report.evaluation.data import EvaluationData
from stance.report.evaluation.figures import BASELINE, DIFFERENCE, METHOD, NOISE_FLOOR, Figure
from stance.report.evaluation.mistakes import n_wrong
from stance.report.evaluation.tables import Index
from stance.report.words import count, decimal, interval, join, name, one_line, percent, signed

ENOUGH = 30
"""Independent documents from which the small-sample warning is dropped."""
_FEW_RELATED = 100
_FEW_SIDED = 30
_PART = 30
"""Cells from which a part of the sample is worth naming."""
_APART = 0.03
"""Difference of error between parts from which it is worth naming."""
_SIDES = LABELS[:2]


def title(data: EvaluationData) -> str:
    """The heading of the page."""
    model = data.run.get("model")
    which = model.get("id") if isinstance(model, Mapping) else None
    return f"Evaluation of the {data.method} method with the model {one_line(which or 'used')}"


def banner(data: EvaluationData) -> tuple[str, str]:
    """On how much it all rests."""
    n = data.n_independent
    words = f"Measured on {count(n, 'independent text')}"
    if n < ENOUGH:
        return words, "That is little: read the intervals and the limits with the figures."
    return words, "The figures hold for texts like these; the limits say what they leave open."


def is_well_founded(data: EvaluationData) -> bool:
    """Whether the banner may look calm."""
    return data.n_independent >= ENOUGH


def summary(data: EvaluationData, found: Index) -> tuple[str, ...]:
    """The findings in a few sentences."""
    cells = data.cells(data.method, TEXT)
    related, sided = len(cells.related), int(np.isin(cells.gold, range(len(_SIDES))).sum())
    languages = sorted({*cells.table["language"]})
    sources = cells.table["source"].nunique()
    paragraphs = len(cells.table[["document", "paragraph"]].drop_duplicates())
    documents = cells.table["document"].nunique()
    sentences = [
        f"{count(len(cells), 'cell')} (paragraph × proposition) were coded, in "
        f"{count(paragraphs, 'paragraph')} of {count(documents, 'document')} "
        f"({data.n_independent} independent) from {count(sources, 'source')}, in "
        f"{_languages(languages)}. Gold calls {related} of them related and gives {sided} a side.",
        _said("Whether a paragraph is about a proposition: F1", "relevance_f1", found, data),
        _said("Which label: macro-F1", "macro_f1", found, data),
        _said("The two sides alone: mean F1", "f_avg", found, data),
    ]
    held = found.get((HOLDERS, "side_f1", METHOD, data.method))
    if held and held.estimate == held.estimate:
        usual = found.get((HOLDERS, "side_f1", BASELINE, USUAL_SIDE))
        beside = f"; each holder’s usual side {_value(usual)}" if usual else ""
        sentences.append(f"Who holds which side: strict F1 {_value(held)}{beside}.")
    return tuple(filter(None, sentences))


def _languages(languages: list[str]) -> str:
    if len(languages) > 8:
        return count(len(languages), "language")
    return join([one_line(language) or "an unknown language" for language in languages])


def _said(words: str, figure: str, found: Index, data: EvaluationData) -> str:
    own = found.get((TEXT, figure, METHOD, data.method))
    if own is None or own.estimate != own.estimate:
        return ""
    rules = found.get((TEXT, figure, BASELINE, KEYWORD_RULES))
    beside = f"; keyword rules {_value(rules)}" if rules else ""
    return f"{words} {_value(own)}{beside}."


def _value(figure: Figure) -> str:
    limits = interval(figure.low, figure.high, decimal)
    return f"{decimal(figure.estimate)} {limits}".rstrip()


def limits(data: EvaluationData, figures: tuple[Figure, ...], found: Index) -> tuple[str, ...]:
    """What the figures do not show, from what was found."""
    return tuple(
        (
            *_of_sample(data),
            *_of_coding(data),
            *_beside_baselines(data, found),
            *_of_probabilities(data, found),
            *_of_parts(figures),
            *_of_other_tasks(data),
        )
    )


def _of_sample(data: EvaluationData) -> Iterator[str]:
    cells, n = data.cells(data.method, TEXT), data.n_independent
    if n < FEW:
        yield (
            f"Few texts: {count(n, 'independent one')}. Intervals from so few are wide and rough, "
            "or missing, and other texts may fare quite differently."
        )
    elif n < ENOUGH:
        yield f"{n} independent texts: intervals from so few cover less often than they say."
    languages, sources = ({*cells.table[key]} for key in ("language", "source"))
    if len(languages) == 1:
        yield f"One language only ({one_line(*languages)}): of others these figures say nothing."
    uncoded = {d.language for d in data.corpus.documents} - languages
    if uncoded:
        yield f"No text was coded in {join(sorted(map(one_line, uncoded)))}, which the corpus has."
    if len(sources) == 1:
        yield f"One source only ({name(*sources)}): of others these figures say nothing."
    # Versions of a text in several languages carry the same labels.
    own = cells.table.drop_duplicates(["group", "paragraph", "proposition"])
    counts = {label: int((own["label_gold"] == label).sum()) for label in LABELS}
    related = len(own) - counts["unrelated"]
    if related < _FEW_RELATED:
        yield (
            f"Gold calls {count(related, 'cell')} related, language versions not counted; every "
            "figure but the share of all cells right rests on those."
        )
    rare = [f"{side} in {counts[side]}" for side in _SIDES if counts[side] < _FEW_SIDED]
    if rare:
        yield (
            f"The own voice is {join(rare)} of these cells: too few to tell how well sides are "
            "found."
        )
    if not (data.gold["holder"] != TEXT).any():
        yield "Not validated for holders: gold names none."
    probabilities = data.gold.loc[data.gold["holder"] == TEXT, "probability"].dropna()
    if probabilities.empty and len(cells) < (data.report.paragraphs["holder"] == TEXT).sum():
        yield (
            "The sheet has no sampling probabilities. The figures are those of the coded cells, "
            "and of the corpus only if these are like a random sample of it."
        )
    elif probabilities.nunique() > 1:
        yield (
            "Cells were drawn with unequal probabilities and count alike here: the figures are "
            "those of the sample. What rests on the probabilities is corrected below."
        )


def _of_coding(data: EvaluationData) -> Iterator[str]:
    sizes = data.report.validation or {}
    config = data.run.get("config")
    if isinstance(config, Mapping) and config.get("gold") == "embedded":
        yield (
            "The labels of the embedded corpus were given by one language model in two passes, not "
            "by people, and thresholds of the default method were chosen on three of its five "
            "articles: the figures flatter."
        )
    elif sizes.get("coders", 1) == 1:
        yield (
            "One coder: how far two people would agree on these cells is not known, and a method "
            "can hardly be asked to agree with one of them better than that."
        )
    if sizes.get("coders, ties"):
        yield f"Left out because coders are tied: {one_line(sizes['coders, ties'])}."
    unmatched = sizes.get("coded cells that the run does not have")
    if unmatched:
        yield f"{count(unmatched, 'coded cell')} are not in this run and count nowhere."


def _beside_baselines(data: EvaluationData, found: Index) -> Iterator[str]:
    plan = (
        (TEXT, KEYWORD_RULES, {"relevance_f1": "relevance", "macro_f1": "the labels",
                               "f_avg": "the two sides"}),
        (HOLDERS, USUAL_SIDE, {"side_f1": "who holds which side"}),
    )  # fmt: skip
    for voice, baseline, wanted in plan:
        worse: list[str] = []
        unclear: list[str] = []
        for figure, said in wanted.items():
            gap = found.get((voice, figure, DIFFERENCE, baseline))
            if gap is None or gap.estimate != gap.estimate or gap.low > 0:
                continue
            (worse if gap.high < 0 else unclear).append(f"{said} ({signed(gap.estimate)})")
        if worse:
            yield f"Worse than the {baseline} in {join(worse)}."
        if unclear:
            yield f"Not shown to be better than the {baseline} in {join(unclear)}."


def _of_probabilities(data: EvaluationData, found: Index) -> Iterator[str]:
    def own(figure: str) -> float:
        there = found.get((TEXT, figure, METHOD, data.method))
        return there.estimate if there else float("nan")

    if own("brier_skill") < 0:
        yield (
            "The probabilities are worse than giving every cell the frequencies of the labels "
            f"(Brier skill {decimal(own('brier_skill'))})."
        )
    error, floor = own("classwise_ece"), own(NOISE_FLOOR)
    if error > floor:
        yield (
            f"The probabilities are not calibrated: error {decimal(error, 3)}, where calibrated "
            f"ones would show {decimal(floor, 3)}. stance task=calibrate fits a temperature."
        )


def _of_parts(figures: tuple[Figure, ...]) -> Iterator[str]:
    for scope in ("language", "source"):
        errors = [f for f in figures if f.section == TEXT and f.name == "error"]
        own = [f for f in errors if f.scope == scope and f.n >= _PART]
        if len(own) < 2:
            continue
        best, worst = (f(own, key=lambda figure: figure.estimate) for f in (min, max))
        if worst.estimate - best.estimate >= _APART:
            yield (
                f"Errors differ by {scope}: {percent(best.estimate)} of the cells of "
                f"{name(best.value)}, {percent(worst.estimate)} of {name(worst.value)}. A "
                "difference that the results show between those may be the method’s."
            )


def _of_other_tasks(data: EvaluationData) -> Iterator[str]:
    kept, concluded = survival(data)
    if data.robustness is None:
        yield "How far the results hang on wording, language and windows was not looked at."
    elif kept < concluded:
        yield (
            f"{concluded - kept} of {count(concluded, 'conclusion')} on sources "
            f"{'is' if concluded - kept == 1 else 'are'} lost under some variant."
        )
    if data.trained_on is None:
        yield (
            "Nobody says what the model was trained on: figures on public sets, and on texts that "
            "were public before, may be too good."
        )
    others = other_models(data)
    if others:
        yield f"Benchmarks of another model than the one here: {join(others)}."


def mistakes_words(data: EvaluationData, n_shown: int) -> str:
    """What the list of mistakes is."""
    text, holders = n_wrong(data, TEXT), n_wrong(data, HOLDERS)
    cells = data.cells(data.method, HOLDERS)
    missed = int(((cells.gold != UNRELATED) & (cells.predicted == UNRELATED)).sum())
    return (
        f"{count(text, 'cell')} of the own voice and {holders} of holders are wrong, of the latter "
        f"{missed} because a stance was not found. Shown are {n_shown}: the surest of every source "
        "and language in turn, one version of a text. p is the probability of the label found; a "
        "stance that was not found has none."
    )
