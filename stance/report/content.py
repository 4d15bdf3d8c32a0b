"""A report's content, numbered and in order, before it is HTML or Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from matplotlib.figure import Figure

from stance.report import (
    corrected_tables,
    difference_tables,
    prose,
    record_tables,
    summary,
    tables,
)
from stance.report.canvas import png_of, svg_of
from stance.report.data import FEW_RELATED, TEXT_MODES, ReportData, TextMode
from stance.report.explore import Exploration
from stance.report.framing import frame_names, framing
from stance.report.heatmap import CELL, heatmap
from stance.report.parallel import parallel
from stance.report.svg import inline
from stance.report.table import Table, numbered
from stance.report.telling import TellingCell, telling_cells
from stance.report.voices import COLUMNS, MAX_HOLDERS, shown_sources, voices
from stance.report.words import count, heading, integer, one_line, percent


@dataclass(frozen=True)
class Picture:
    """A figure, drawn only when asked for.

    Files hold it as ``svg`` and ``png``, the page as ``inline``.
    """

    key: str
    number: int
    caption: str
    alt: str
    draw: Callable[[], Figure]

    @cached_property
    def svg(self) -> str:
        """The drawing as an SVG file."""
        return svg_of(self.draw)

    @cached_property
    def png(self) -> bytes:
        """The drawing as a PNG file."""
        return png_of(self.draw)

    @property
    def inline(self) -> str:
        """The drawing as an element of the page."""
        return inline(self.svg, self.key, self.alt, named=CELL)


@dataclass(frozen=True)
class Content:
    """All that the templates set; they decide only how it looks."""

    title: str
    subtitle: str
    text: TextMode
    validated: bool
    banner: tuple[str, str]
    summary: tuple[str, ...]
    unsaid: tuple[str, ...]
    propositions: tuple[tuple[str, str, str], ...]
    frames: tuple[tuple[str, str], ...]
    pictures: Mapping[str, Picture]
    tables: Mapping[str, Table]
    telling: tuple[tuple[str, str, tuple[TellingCell, ...]], ...]
    parallel: str
    method: tuple[str, ...]
    limits: tuple[str, ...]
    misuse: tuple[str, ...]
    command: str
    exploration: Exploration

    @property
    def voices(self) -> tuple[Picture, ...]:
        """The figures of who says what, one per three propositions."""
        return tuple(p for key, p in self.pictures.items() if key.startswith("voices"))


def build(data: ReportData, text: TextMode) -> Content:
    """Everything a report of ``data`` says.

    Raises:
        ValueError: ``text`` is none of full, excerpt, none.
    """
    if text not in TEXT_MODES:
        raise ValueError(f"report.text is {text!r}; expected one of {', '.join(TEXT_MODES)}")
    by_proposition: dict[str, list[TellingCell]] = {}
    for cell in telling_cells(data, text):
        by_proposition.setdefault(cell.proposition, []).append(cell)
    statements = data.propositions
    return Content(
        title=summary.title(data),
        subtitle=one_line(data.run.get("experiment") or ""),
        text=text,
        validated=data.validation is not None,
        banner=_banner(data),
        summary=summary.summary(data),
        unsaid=summary.unsaid(data),
        propositions=tuple(
            (name, heading(name), one_line(statements.get(name, "")))
            for name in data.proposition_names
        ),
        frames=tuple(
            (
                one_line(data.frame_labels.get(name) or heading(name)),
                one_line(data.frame_definitions.get(name, "")),
            )
            for name in frame_names(data)
        ),
        pictures=_pictures(data),
        tables=_tables(data, text),
        telling=tuple(
            (heading(name), one_line(statements.get(name, "")), tuple(cells))
            for name, cells in by_proposition.items()
        ),
        parallel=_parallel(data),
        method=prose.method_paragraphs(data.run.get("method")),
        limits=prose.LIMITS,
        misuse=prose.MISUSE,
        command=one_line(data.run.get("command") or ""),
        exploration=Exploration(data, text),
    )


def _banner(data: ReportData) -> tuple[str, str]:
    if data.validation is None:
        return prose.NOT_VALIDATED, prose.NOT_VALIDATED_WHY
    covered = summary.coded(data)
    if not covered:
        return prose.VALIDATED, prose.VALIDATED_WHERE
    texts = count(data.validation["texts"], "text")
    return f"Validated on {texts}", f"Your own coding covers {covered}. {prose.VALIDATED_WHERE}"


def _tables(data: ReportData, text: TextMode) -> dict[str, Table]:
    """The tables in the order in which the report sets and numbers them."""
    made = [
        tables.standing_table(data),
        tables.sources_table(data),
        tables.holders_table(data),
        difference_tables.comparison_table(data, exploratory=False),
        difference_tables.comparison_table(data, exploratory=True),
        *_corrected(data),
        tables.frames_table(data),
        tables.terms_table(data),
        record_tables.languages_table(data),
        record_tables.baselines_table(data),
        record_tables.documents_table(data, text),
        record_tables.dropped_table(data, text),
        record_tables.quarantine_table(data, text),
        record_tables.model_table(data),
        *([record_tables.validation_table(data)] if data.validation else []),
        record_tables.run_table(data),
    ]
    return numbered(made)


def _corrected(data: ReportData) -> list[Table]:
    if not len(data.corrected):
        return []
    return [
        corrected_tables.corrected_table(data),
        corrected_tables.corrected_differences_table(data),
    ]


def _pictures(data: ReportData) -> dict[str, Picture]:
    size = (
        f"n = {count(data.n_counted, 'paragraph')} in {count(data.n_documents, 'document')}, "
        f"{integer(data.n_independent)} independent"
    )
    names = data.proposition_names
    plan: list[tuple[str, Callable[[], Figure], str, str]] = []
    if data.source_names and names:
        plan.append(("heatmap", heatmap(data).figure, *_heatmap_words(data, size)))
    if data.source_names:
        chunks = [names[at : at + COLUMNS] for at in range(0, len(names), COLUMNS)]
        for at, chunk in enumerate(chunks):
            key = "voices" if at == 0 else f"voices-{at + 1}"
            words = _voices_words(data, chunk, size)
            plan.append((key, voices(data, chunk).figure, *words))
    if len(data.frames):
        plan.append(("frames", framing(data).figure, *_frames_words(data, size)))
    return {
        key: Picture(key, number, caption, alt, draw)
        for number, (key, draw, caption, alt) in enumerate(plan, start=1)
    }


def _heatmap_words(data: ReportData, size: str) -> tuple[str, str]:
    caption = (
        "Stance in each outlet's own voice, by source and proposition. In bold the salience: the "
        "share of paragraphs related to the proposition. Colour and signed number the direction, "
        "from −1 (orange, always against) to +1 (blue, always in favor) among paragraphs that take "
        f"a side; where fewer than {FEW_RELATED} do, the cell is framed and not filled. Plain "
        "grey: related, but no side taken. Hatched: nothing related. Last line: paragraphs "
        f"sided / related / all. {size}; salience and direction count independent texts equally."
    )
    rows, across = len(data.source_names), len(data.proposition_names)
    alt = f"Heat map of {count(rows, 'source')} by {count(across, 'proposition')}; the figures "
    return caption, alt + "are in the table of stance in each source's own voice."


def _voices_words(data: ReportData, chunk: tuple[str, ...], size: str) -> tuple[str, str]:
    caption = (
        "Who says what. Paragraphs in which a source gives a holder a stance in favor of the "
        "proposition (right, blue) or against it (left, orange); filled where it is said, hatched "
        "where it is imputed. Above the dashed rule the outlet's own voice. Numbers at the bars "
        f"are paragraphs, over all language versions. {size}."
    )
    if len(shown_sources(data)) < len(data.source_names):
        caption += f" Shown are the {len(shown_sources(data))} sources with the most paragraphs."
    if len(data.holder_names) > MAX_HOLDERS:
        caption += f" Shown are the {MAX_HOLDERS} holders most often given a stance."
    neutral = int((data.attributed["label"] == "neutral").sum())
    if neutral:
        caption += f" Not drawn: {count(neutral, 'stance')} that leave the matter open."
    alt = "Bars of attributed stances by source, holder and side for "
    return caption, alt + ", ".join(map(heading, chunk)) + "."


def _frames_words(data: ReportData, size: str) -> tuple[str, str]:
    caption = (
        "Frames by source: share of paragraphs that carry the frame. Bars are 95% intervals; a "
        f"hollow dot has none, for the reason given in the table of frames. {size}. Exploratory."
    )
    return caption, "Dots of frame shares by source; the figures are in the table of frames."


def _parallel(data: ReportData) -> str:
    found = parallel(data)
    if found is None:
        return "No texts here are translations of each other, so languages cannot be compared."
    related: Any = found.n_related
    text = (
        f"{count(found.n_cells, 'cell')} (paragraph × proposition) exist in "
        f"{count(found.n_languages, 'language')}. All versions get the same label in "
        f"{percent(found.same)} of them"
    )
    if not related:
        return f"{text}; no version of any is related."
    return (
        f"{text}. Of the {count(related, 'cell')} that at least one version calls related, all "
        f"versions agree on the label in {percent(found.same_related)}, and that it is related in "
        f"{percent(found.same_relevance)}."
    )
