"""The experiment once per variant, by one model on one corpus."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from stance.analysis import Measurements, source_stance
from stance.analysis.measurements import CELL, TEXT
from stance.config import StanceConfig
from stance.corpus import Corpus
from stance.engine import scoring
from stance.errors import ConfigError
from stance.estimates import units_of
from stance.nli import NLIModel
from stance.propositions import FramesConfig
from stance.result import Analysis
from stance.robustness.compare import conclusions, figures, spread
from stance.robustness.variants import BASE, Variant, hypotheses_of, variants_of
from stance.run import corpus_and_model, run
from stance.sweep import label_agreement

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Robustness:
    """What all variants found.

    Attributes:
        variants: variant, setting, left_out (why it was not run, else empty), n_cells, agreement
            (share of the cells that have the same label of the text voice as in base), n_related
            (cells that it or base calls related), agreement_related (the same over these).
        figures: See `stance.robustness.compare.spread`.
        conclusions: See `stance.robustness.compare.conclusions`.
        record: What ran, as in results.json, of the base.
    """

    variants: pd.DataFrame
    figures: pd.DataFrame
    conclusions: pd.DataFrame
    record: dict[str, Any]


@dataclass(frozen=True)
class _Found:
    """What is kept of one run: the rest would fill the memory."""

    figures: pd.Series[Any]
    comparisons: pd.DataFrame
    labels: pd.Series[Any]


def rerun(
    config: StanceConfig, corpus: Corpus | None = None, model: NLIModel | None = None
) -> Robustness:
    """Run an experiment and its variants, and compare them.

    Frames are not asked: nothing that is compared rests on them. A variant that would ask the
    model what base asks is left out, as it would confirm anything.

    Args:
        config: The base, with ``robustness.variants``.
        corpus, model: Used instead of the configured ones, as by ``stance.run.run``.

    Raises:
        ConfigError: If a variant is unknown, or none of those wanted can be run.
    """
    config = replace(config, frames=FramesConfig())
    corpus, model = corpus_and_model(config, corpus, model)
    languages = sorted({paragraph.language for _, paragraph in corpus.paragraphs()})
    variants = variants_of(config, languages)
    _refuse_none(variants)
    variants = _that_differ(config, variants, languages, corpus, model)
    _refuse_none(variants)
    for variant in variants:
        if variant.left_out:
            log.warning("%s is left out: %s", variant.name, variant.left_out)
    chosen = [Variant(BASE, "", config), *variants]
    to_run = [(v.name, v.config) for v in chosen if v.config is not None]
    found: dict[str, _Found] = {}
    record: dict[str, Any] = {}
    with scoring(model, config.engine) as scorer:
        for number, (name, changed) in enumerate(to_run, start=1):
            log.info("variant %d of %d: %s", number, len(to_run), name)
            analysis = run(changed, corpus, model, scorer)
            found[name] = _kept(analysis)
            record = record or analysis.record
    return Robustness(
        _variant_table(chosen, {name: kept.labels for name, kept in found.items()}),
        spread({name: kept.figures for name, kept in found.items()}),
        conclusions(
            {name: kept.comparisons for name, kept in found.items()}, config.analysis.alpha
        ),
        record,
    )


def _refuse_none(variants: Sequence[Variant]) -> None:
    if all(variant.left_out for variant in variants):
        reasons = "; ".join(f"{variant.name}: {variant.left_out}" for variant in variants)
        raise ConfigError(f"robustness: none of the variants can be run: {reasons}")


def _that_differ(
    base: StanceConfig,
    variants: Sequence[Variant],
    languages: Sequence[str],
    corpus: Corpus,
    model: NLIModel,
) -> list[Variant]:
    """The same variants, left out where they put base's own questions to base's own premises."""

    def premises(config: StanceConfig) -> list[tuple[str, ...]]:
        return [unit.windows for unit in units_of(config, corpus, model)]

    own_premises, own_hypotheses = premises(base), hypotheses_of(base, languages)
    checked = []
    for variant in variants:
        changed = variant.config
        if (
            changed is not None
            and hypotheses_of(changed, languages) == own_hypotheses
            and premises(changed) == own_premises
        ):
            reason = "asks the model exactly what base asks, on these texts and with this set"
            variant = replace(variant, config=None, left_out=reason)
        checked.append(variant)
    return checked


def _kept(analysis: Analysis) -> _Found:
    settings = replace(
        analysis.config.analysis, seed=analysis.config.analysis.seed + analysis.config.seed
    )
    # One source of that name for all: its figures are those of the pooled documents.
    pooled = Measurements(
        analysis.paragraphs.assign(source=""), analysis.documents.assign(source="")
    )
    rows = analysis.paragraphs[analysis.paragraphs["holder"] == TEXT]
    return _Found(
        figures(analysis.sources, source_stance(pooled, settings)),
        analysis.comparisons,
        rows.set_index(CELL)["label"],
    )


def _variant_table(variants: Sequence[Variant], labels: dict[str, pd.Series[Any]]) -> pd.DataFrame:
    rows = []
    for variant in variants:
        row: dict[str, object] = {
            "variant": variant.name,
            "setting": variant.setting,
            "left_out": variant.left_out,
        }
        if variant.name in labels:
            found = label_agreement(labels[BASE], labels[variant.name])
            row |= {
                "n_cells": found.cells,
                "agreement": found.same,
                "n_related": found.related,
                "agreement_related": found.same_related,
            }
        rows.append(row)
    table = pd.DataFrame(rows)
    return table.astype({"n_cells": "Int64", "n_related": "Int64"})
