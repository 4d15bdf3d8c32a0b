"""An evaluation report's content, numbered and in order, before it is a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd
from matplotlib.figure import Figure as Drawing

from stance.analysis.agreement import HOLDERS
from stance.analysis.intervals import Floats
from stance.analysis.measurements import TEXT
from stance.evaluation.scores import risk_coverage_curve
from stance.report import corrected_tables, record_tables
from stance.report.content import Picture
from stance.report.data import TextMode
from stance.report.evaluation import beside_tables, card_tables, summary, tables
from stance.report.evaluation.baselines import USUAL_SIDE
from stance.report.evaluation.curves import Reliability, reliability_curves
from stance.report.evaluation.data import Cells, EvaluationData
from stance.report.evaluation.drawings import draw_reliability, draw_risk_coverage
from stance.report.evaluation.figures import SCOPES, all_figures
from stance.report.evaluation.long_table import long_table
from stance.report.evaluation.mistakes import Mistake, mistakes
from stance.report.prose import method_paragraphs
from stance.report.table import Table, numbered
from stance.report.words import count, one_line


@dataclass(frozen=True, eq=False)
class EvaluationContent:
    """All that the templates set; they decide only how it looks."""

    title: str
    subtitle: str
    text: TextMode
    banner: tuple[str, str]
    is_well_founded: bool
    summary: tuple[str, ...]
    method: tuple[str, ...]
    command: str
    pictures: Mapping[str, Picture]
    tables: Mapping[str, Table]
    mistakes_words: str
    mistakes: tuple[Mistake, ...]
    limits: tuple[str, ...]
    long: pd.DataFrame


def build(data: EvaluationData) -> EvaluationContent:
    """Everything an evaluation report says."""
    figures = all_figures(data)
    found = tables.index_of(figures)
    cells = data.cells(data.method, TEXT)
    curves = reliability_curves(cells.gold, cells.probabilities, data.settings.seed)
    shown = mistakes(data)
    made = [
        card_tables.measured_table(data),
        record_tables.model_table(data.report),
        card_tables.card_table(data),
        card_tables.training_table(data),
        card_tables.seen_table(data),
        card_tables.corpus_table(data),
        card_tables.gold_table(data),
        tables.figures_table(data, found),
        tables.holders_table(data, found),
        tables.confusion_table(data, TEXT),
        tables.confusion_table(data, HOLDERS),
        *(tables.scope_table(data, figures, scope) for scope in SCOPES),
        beside_tables.spread_table(data),
        beside_tables.conclusions_table(data),
        beside_tables.variants_table(data),
        tables.agreement_table(data),
        beside_tables.benchmarks_table(data),
        beside_tables.commands_table(data),
        *([corrected_tables.corrected_table(data.report)] if len(data.report.corrected) else []),
        record_tables.run_table(data.report),
    ]
    return EvaluationContent(
        title=summary.title(data),
        subtitle=one_line(data.run.get("experiment") or ""),
        text=data.text,
        banner=summary.banner(data),
        is_well_founded=summary.is_well_founded(data),
        summary=summary.summary(data, found),
        # The last one is about shares of sources, which are no figures here.
        method=method_paragraphs(data.run.get("method"))[:-1],
        command=one_line(data.run.get("command") or ""),
        pictures=_pictures(data, cells, curves),
        tables=numbered(made),
        mistakes_words=summary.mistakes_words(data, len(shown)),
        mistakes=shown,
        limits=summary.limits(data, figures, found),
        long=long_table(data, figures, curves),
    )


def _pictures(
    data: EvaluationData, cells: Cells, curves: Mapping[str, Reliability]
) -> dict[str, Picture]:
    parts = _risk_parts(data, cells)
    n = count(len(cells), "cell")
    plan: list[tuple[str, Callable[[], Drawing], str, str]] = [
        (
            "reliability",
            partial(draw_reliability, curves),
            (
                "Reliability of the probabilities, own voice: of the cells given about this "
                "probability, the share in which the class is right; on the dashed line they are "
                "equal. Grey bars: where 95% of the shares would lie if the probabilities were "
                "right and cells independent. Below: how many cells, on a logarithmic scale. "
                f"{n}, ten bins. Unrelated is the mirror image of related."
            ),
            "Reliability diagrams; the figures are in evaluation_figures.csv.",
        ),
        (
            "risk-coverage",
            partial(draw_risk_coverage, parts),
            (
                "Risk and coverage, own voice: the share of wrong cells (likeliest label) among "
                "the surest ones, as ever more are kept. A curve that rises to the right says that "
                "the method knows where it is unsure. Dotted: the errors of baselines, which give "
                "no probabilities, over all cells of the panel."
            ),
            "Curves of risk against coverage; the figures are in evaluation_figures.csv.",
        ),
    ]
    if not len(cells):
        return {}
    return {
        key: Picture(f"evaluation-{key}", number, caption, alt, draw)
        for number, (key, draw, caption, alt) in enumerate(plan, start=1)
    }


def _risk_parts(
    data: EvaluationData, cells: Cells
) -> list[tuple[str, Floats, Mapping[str, float]]]:
    names = [name for name in data.baselines if name != USUAL_SIDE]
    parts: list[tuple[str, Floats, Mapping[str, float]]] = []
    for title, part in (
        ("All cells", cells),
        ("Cells related by gold or the method", cells.related_by_either),
    ):
        if not len(part):
            continue
        # Cells of the text are the same for every classifier, row by row.
        others = {
            name: float(Cells(data.cells(name, TEXT).table.loc[part.table.index]).wrong.mean())
            for name in names
        }
        risks = risk_coverage_curve(part.gold, part.probabilities)
        parts.append((f"{title} ({len(part):,})", risks, others))
    return parts
