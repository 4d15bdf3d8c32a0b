"""What ``task=`` can be: each takes a configuration and an output folder, returns what it made."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from stance.analysis import AnalysisConfig
from stance.benchmark.items import read_items
from stance.benchmark.run import measure_benchmark, measure_own, trained_on
from stance.coding.codebook import codebook
from stance.coding.gold import Gold, check_gold, named_as_set, read_coding
from stance.coding.intercoder import compare_coders
from stance.coding.label_studio import write_tasks
from stance.coding.sampling import draw_sample
from stance.coding.sheet import write_sheet
from stance.config import StanceConfig
from stance.corpus import Corpus
from stance.doctor import as_text, examine, write_findings
from stance.engine import in_shards, scoring
from stance.errors import ConfigError
from stance.estimates import method_of, units_of
from stance.evaluation.calibration import calibrate
from stance.evaluation.correction import corrected_tables
from stance.evaluation.power import check_power, power_table, relatedness_errors
from stance.evaluation.validation import Validation, validate
from stance.files import Writing
from stance.finished import read_run
from stance.methods.base import TEXT_VOICE, MethodConfig
from stance.nli import NLIModel
from stance.nli.load import EMBEDDED
from stance.report import write_report
from stance.report.evaluation import (
    EvaluationData,
    baseline_labels,
    read_benchmarks,
    read_card,
    read_robustness,
    write_evaluation,
)
from stance.resources import embedded_case
from stance.result import Analysis, text_mode, write_paragraphs
from stance.robustness.rerun import rerun
from stance.robustness.write import write_robustness
from stance.run import (
    corpus_and_model,
    read_and_score,
    run,
)
from stance.shards import join_shards, score_shards, shards_folder
from stance.sweep import write_comparison
from stance.table_files import write_csv
from stance.tables import decision_table, document_table
from stance.terminal import say

log = logging.getLogger(__name__)


def analyse_task(config: StanceConfig, folder: Path) -> Path:
    """Score, compare and report; validated against a gold file where one is given."""
    analysis, _ = validated(config)
    return analysis.write(folder)


def sample_task(config: StanceConfig, folder: Path) -> Path:
    """Draw paragraphs into a blank coding sheet; see ``stance.coding.sampling``."""
    if config.n < 1:
        raise ConfigError(f"n={config.n}: a sample needs at least one paragraph")
    analysis = run(config)
    sample = draw_sample(analysis.paragraphs, config.n, config.seed, config.sample.weights)
    rules = codebook(config.propositions, config.holders)
    sheet = write_sheet(sample, list(config.propositions.items), folder, rules)
    if config.sample.format != "label_studio":
        return sheet
    claims = {
        name: item.statement.get(config.hypothesis_language) or item.statement["en"]
        for name, item in config.propositions.items.items()
    }
    return write_tasks(sample, claims, folder)


def evaluate_task(config: StanceConfig, folder: Path) -> Path:
    """Measure: the method on a filled-in coding sheet, or the model on a public benchmark."""
    if config.benchmark.dataset or config.benchmark.path:
        if config.gold:
            raise ConfigError("gold=… and benchmark=… ask for two evaluations: set one of them")
        return measure_benchmark(config, folder)
    if not config.gold:
        if config.benchmark.name != "none":
            read_items(config.benchmark)  # says what it lacks
        raise ConfigError(
            "task=evaluate needs gold=FILE, a filled-in coding sheet (task=sample), or benchmark=…"
        )
    # Scoring can take hours: what is wrong with these is found before.
    robustness = read_robustness(config.evaluation.robustness)
    benchmarks = read_benchmarks(config.evaluation.benchmarks)
    analysis, found = validated(config)
    report = analysis.write(folder)
    if found is None:
        return report
    gold, validation = found
    validation.write(folder)
    data = EvaluationData(
        report=analysis.report_data(),
        corpus=analysis.corpus,
        gold=gold.labels,
        measures=validation.found.measures,
        baselines=baseline_labels(
            analysis.corpus, config.propositions, config.holders, gold.labels
        ),
        coders=analysis.coders,
        card=read_card(EMBEDDED if config.model.id == "embedded" else Path(config.model.id)),
        trained_on=trained_on(config),
        settings=AnalysisConfig(seed=config.seed),
        text=text_mode(config),
        robustness=robustness,
        benchmarks=benchmarks,
    )
    if config.benchmark.name != "none":
        cells = data.cells(data.method, TEXT_VOICE).table
        measure_own(config, folder, cells, analysis.paragraphs, analysis.record["model"])
    return write_evaluation(data, folder)


def calibrate_task(config: StanceConfig, folder: Path) -> Path:
    """Fit thresholds and temperature of the method to a coding sheet, cross-fitted."""
    _in_one_piece(config, "task=calibrate")
    if not config.gold:
        raise ConfigError("task=calibrate needs gold=FILE, a filled-in coding sheet (task=sample)")
    check_gold(_gold(config))
    corpus, model = corpus_and_model(config)
    documents = document_table(corpus)
    gold = _read_gold(config, documents).labels
    coded = set(gold["document"])
    read = Corpus(tuple(d for d in corpus.documents if d.id in coded))
    units = units_of(config, read, model)
    with scoring(model, config.engine) as scorer:

        def decide(settings: MethodConfig) -> pd.DataFrame:
            return decision_table(method_of(config, settings).decide(units, scorer))

        found = calibrate(decide, config.method, gold, documents, config.seed)
    log.info("fitted on every coded document: %s", " ".join(found.overrides))
    return found.write(folder)


def power_task(config: StanceConfig, folder: Path) -> Path:
    """How many documents it takes to see a difference, from what a pilot corpus looks like."""
    check_power(config.power)
    if config.gold:
        check_gold(_gold(config))
    analysis = run(config)
    settings = replace(config.analysis, seed=config.analysis.seed + config.seed)
    errors = None
    if config.gold:
        coded = _read_gold(config, analysis.documents).labels
        keys = ["document", "paragraph", "proposition", "holder"]
        both = coded[coded["holder"] == TEXT_VOICE].merge(
            analysis.paragraphs, on=keys, suffixes=("_gold", "")
        )
        errors = relatedness_errors(both["label_gold"], both["label"], both["probability"])
    table = power_table(analysis.paragraphs, analysis.documents, config.power, settings, errors)
    path = folder / "power.csv"
    with Writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_csv(path, table)
    return path


def score_task(config: StanceConfig, folder: Path) -> Path:
    """Score every paragraph and write its stances; no comparison, no report."""
    mode = text_mode(config)
    if in_shards(config.engine):
        return join_shards(score_shards(config), shards_folder(config.engine), folder, mode)
    found = read_and_score(config)
    return write_paragraphs(folder, mode, found.corpus, found.paragraphs, found.frames, found.pairs)


def compare_task(config: StanceConfig, folder: Path) -> Path:
    """One comparison over the output folders of several runs."""
    if len(config.runs) < 2:
        raise ConfigError("task=compare needs two output folders or more: 'runs=[FOLDER,FOLDER]'")
    runs = [Path(name) for name in config.runs]
    texts = set()
    for run_folder in runs:
        try:
            record = json.loads((run_folder / "results.json").read_text("utf-8"))
            texts.add(record["corpus_fingerprint"])
            complete = "source_stance" in record["tables"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            complete = False
        if not complete or not (run_folder / "paragraph_stance.parquet").is_file():
            raise ConfigError(
                f"runs: {run_folder} is not the output folder of a finished run (results.json with "
                "its tables, paragraph_stance.parquet)"
            )
    if len(texts) > 1:
        log.warning("the runs did not read the same texts: only cells that they share are compared")
    with Writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return write_comparison(folder, runs, config.name, names=[str(path) for path in runs])


def report_task(config: StanceConfig, folder: Path) -> Path:
    """Write the report of a finished run anew, out of its folder and without scoring."""
    mode = text_mode(config)
    if len(config.runs) != 1:
        raise ConfigError("task=report needs the output folder of one run: 'runs=[FOLDER]'")
    return write_report(read_run(Path(config.runs[0])), folder, mode)


def doctor_task(config: StanceConfig, folder: Path) -> Path:
    """Say what is installed, which devices and models there are, what the corpus would cost."""
    findings = examine(config)
    say(as_text(findings))
    return write_findings(findings, folder)


def robustness_task(config: StanceConfig, folder: Path) -> Path:
    """The experiment under other wordings, languages, windows and without quotes; what survives."""
    _in_one_piece(config, "task=robustness")
    return write_robustness(folder, config.name, rerun(config))


def _in_one_piece(config: StanceConfig, task: str) -> None:
    if in_shards(config.engine):
        raise ConfigError(
            f"{task} scores in one piece, not in shards: use engine=local "
            "engine.shard_documents=null"
        )


def _gold(config: StanceConfig) -> Any:
    """What holds the gold labels; see ``embedded_case`` for the sheets in the package."""
    case = embedded_case(str(config.gold))
    return case / "gold.csv" if case else config.gold


def validated(
    config: StanceConfig, corpus: Corpus | None = None, model: NLIModel | None = None
) -> tuple[Analysis, tuple[Gold, Validation] | None]:
    """``run``, and what the configured gold labels say of it; None without any."""
    # Scoring can take hours: what is wrong with its use is found before.
    text_mode(config)
    if config.gold:
        check_gold(_gold(config))
    analysis = run(config, corpus, model)
    if not config.gold:
        return analysis, None
    gold = _read_gold(config, analysis.documents)
    settings = replace(config.analysis, seed=config.analysis.seed + config.seed)
    tables = corrected_tables(gold.labels, analysis.paragraphs, analysis.documents, settings)
    validation = validate(gold.labels, analysis.paragraphs, analysis.documents, seed=config.seed)
    coders = compare_coders(gold.coding, gold.settled, analysis.documents, config.seed)
    summary = validation.summary() | coders.summary()
    validated = analysis.with_validation(summary, *tables, coders.table, coders.ties)
    return validated, (gold, validation)


def _read_gold(config: StanceConfig, documents: pd.DataFrame) -> Gold:
    gold = read_coding(_gold(config), documents, list(config.propositions.items))
    return named_as_set(gold, config.holders.holders)


TASKS: dict[str, Callable[[StanceConfig, Path], Path]] = {
    "analyse": analyse_task,
    "sample": sample_task,
    "evaluate": evaluate_task,
    "calibrate": calibrate_task,
    "power": power_task,
    "robustness": robustness_task,
    "score": score_task,
    "report": report_task,
    "compare": compare_task,
    "doctor": doctor_task,
}
