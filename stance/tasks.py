"""What ``task=`` can be: each takes a configuration and an output folder, returns what it made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stance.config import StanceConfig
from stance.errors import ConfigError
from stance.evaluation.gold import Validation, check_gold, read_gold, validate
from stance.evaluation.sheet import draw_sample, write_sheet
from stance.result import Analysis, text_mode
from stance.run import run


def analyse_task(config: StanceConfig, folder: Path) -> Path:
    """Score, compare and report; validated against a gold file where one is given."""
    return _validated(config).write(folder)


def sample_task(config: StanceConfig, folder: Path) -> Path:
    """Draw paragraphs into a blank coding sheet, stratified by predicted relevance."""
    if config.n < 1:
        raise ConfigError(f"n={config.n}: a sample needs at least one paragraph")
    analysis = run(config)
    sample = draw_sample(analysis.paragraphs, config.n, config.seed)
    return write_sheet(sample, list(config.propositions.items), folder)


def evaluate_task(config: StanceConfig, folder: Path) -> Path:
    """Compare a filled-in coding sheet with what the method finds on the same texts."""
    if not config.gold:
        raise ConfigError("task=evaluate needs gold=FILE, a filled-in coding sheet (task=sample)")
    analysis = _validated(config)
    analysis.write(folder)
    validation = _validation(config, analysis)
    return validation.write(folder)


def _validated(config: StanceConfig) -> Analysis:
    # Scoring can take hours: what is wrong with its use is found before.
    text_mode(config)
    if config.gold:
        check_gold(Path(config.gold))
    analysis = run(config)
    if not config.gold:
        return analysis
    return analysis.with_validation(_validation(config, analysis).summary())


def _validation(config: StanceConfig, analysis: Analysis) -> Validation:
    gold = read_gold(Path(str(config.gold)), analysis.documents, list(config.propositions.items))
    return validate(gold, analysis.paragraphs, analysis.documents, seed=config.seed)


TASKS: dict[str, Callable[[StanceConfig, Path], Path]] = {
    "analyse": analyse_task,
    "sample": sample_task,
    "evaluate": evaluate_task,
}
