"""How many documents, and how many coded ones, it takes to see a difference between two sources.

Documents are drawn from beta-binomial distributions that have the mean, the length of documents and
the correlation within documents that were observed; two sources differ by what is asked about.
Each simulated study is tested by Welch's t-test over documents, without adjustment for further
tests, or, where labels err, by the corrected difference of `stance.analysis.corrected` over
documents and coding. Power is the share of studies that find the difference at level alpha.

The correlation within documents is the analysis-of-variance estimator of Ridout, Demétrio & Firth
(1999, Biometrics 55:137), between 0 and .9. With few documents it is a rough guess, and power
from it is one too: the table says from how many documents it comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from stance.analysis import AnalysisConfig, Measurements
from stance.analysis.corrected import Corrected, Sample, corrected_difference, corrected_share
from stance.analysis.intervals import Floats
from stance.analysis.units import document_counts, select
from stance.config import PowerConfig
from stance.errors import ConfigError
from stance.methods.base import TEXT_VOICE

COLUMNS = [
    "proposition", "quantity", "difference", "documents", "coded_documents", "power", "mean",
    "correlation", "paragraphs_per_document", "from_documents", "labels",
]  # fmt: skip


def check_power(config: PowerConfig) -> None:
    """Make sure that what is asked can be simulated.

    Raises:
        ConfigError: Naming the key and what was expected.
    """
    if config.runs < 1:
        raise ConfigError(f"power.runs={config.runs}: expected at least 1")
    if not config.differences or any(not 0 < abs(d) < 2 for d in config.differences):
        raise ConfigError(f"power.differences={config.differences}: expected shares or directions")
    for name in ("documents", "coded_documents"):
        sizes = getattr(config, name)
        if any(n < 2 for n in sizes):
            raise ConfigError(f"power.{name}={sizes}: expected numbers of at least 2")


@dataclass(frozen=True)
class Population:
    """What documents are like, of one source with a share of successes.

    Attributes:
        sizes: Trials per document, as observed, ``[documents]``.
        share: Mean share of successes.
        correlation: Within documents.
    """

    sizes: np.ndarray
    share: float
    correlation: float

    def draw(self, n: int, shift: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Trials and successes of ``n`` documents whose mean share is moved by ``shift``."""
        sizes = rng.choice(self.sizes, n)
        share = float(np.clip(self.share + shift, 0.001, 0.999))
        if self.correlation <= 0:
            return sizes, rng.binomial(sizes, share)
        total = 1 / self.correlation - 1
        return sizes, rng.binomial(sizes, rng.beta(share * total, (1 - share) * total, n))


def correlation_within(sizes: np.ndarray, successes: np.ndarray) -> float:
    """Correlation of the paragraphs of a document, by analysis of variance; in [0, .9].

    0 where no document has two trials or all trials have one result.
    """
    keep = sizes > 0
    n, x = sizes[keep].astype(float), successes[keep].astype(float)
    k, total = len(n), n.sum()
    if k < 2 or total <= k:
        return 0.0
    within = (x - x**2 / n).sum() / (total - k)
    between = ((x**2 / n).sum() - x.sum() ** 2 / total) / (k - 1)
    typical = (total - (n**2).sum() / total) / (k - 1)
    spread = between + (typical - 1) * within
    return float(np.clip((between - within) / spread, 0.0, 0.9)) if spread > 0 else 0.0


def power_table(
    paragraphs: pd.DataFrame,
    documents: pd.DataFrame,
    config: PowerConfig,
    analysis: AnalysisConfig,
    errors: tuple[float, float] | None = None,
) -> pd.DataFrame:
    """Power per proposition, quantity (salience, direction), difference and number of documents.

    Args:
        paragraphs: The paragraph table of a pilot run.
        documents: Its document table.
        config: What is asked.
        analysis: Level, kinds, seed.
        errors: Sensitivity and specificity of the method for relatedness, from gold labels. With
            them there are lines for salience with coded documents, by the corrected difference.

    Returns:
        Columns `COLUMNS`; coded_documents is 0 and labels ``as if right`` where errors are left
        out of account, else ``corrected``.
    """
    chosen = select(Measurements(paragraphs, documents), analysis)
    counts = document_counts(chosen)
    # One document of each group: a translation is no further document.
    counts = counts[counts["holder"] == TEXT_VOICE].drop_duplicates(
        ["source", "group", "proposition"]
    )
    rng = np.random.default_rng(analysis.seed)
    rows = []
    for proposition, part in counts.groupby("proposition", sort=True):
        trials = {
            "salience": (part["n_paragraphs"], part["n_related"], 1.0),
            # A direction is 2 p − 1 of the share p of favor among sided paragraphs.
            "direction": (part["n_favor"] + part["n_against"], part["n_favor"], 2.0),
        }
        for quantity, (sizes, successes, scale) in trials.items():
            size, success = sizes.to_numpy(int), successes.to_numpy(int)
            carries = size > 0
            if carries.sum() < 2:
                continue
            share = success.sum() / size.sum()
            correlation = _within_sources(size, success, part["source"])
            for difference in config.differences:
                shift = difference / scale
                # Both shares must fit between 0 and 1: near an end the middle moves away from it.
                room = abs(shift) / 2 + 0.001
                if room > 0.5:
                    continue
                middle = float(np.clip(share, room, 1 - room))
                population = Population(size[carries], middle, correlation)
                about = (
                    scale * middle - (scale - 1),
                    correlation,
                    float(size[carries].mean()),
                    int(carries.sum()),
                )
                for n in config.documents:
                    power = welch_power(population, shift, n, config.runs, analysis.alpha, rng)
                    head = (proposition, quantity, difference, n)
                    rows.append((*head, 0, power, *about, "as if right"))
                    if errors is None or quantity != "salience":
                        continue
                    for coded in (c for c in config.coded_documents if c <= n):
                        power = corrected_power(
                            population, shift, n, coded, errors, config.runs, analysis.alpha, rng
                        )
                        rows.append((*head, coded, power, *about, "corrected"))
    return pd.DataFrame(rows, columns=COLUMNS)


def _within_sources(sizes: np.ndarray, successes: np.ndarray, sources: pd.Series[str]) -> float:
    """`correlation_within` of each source, weighted by its documents.

    Not over all of them at once: what sources differ in is no likeness within documents. Where no
    source has two documents, it is.
    """
    parts = [np.asarray(sources == name) for name in sources.unique()]
    parts = [part for part in parts if (sizes[part] > 0).sum() > 1]
    if not parts:
        return correlation_within(sizes, successes)
    weights = [int((sizes[part] > 0).sum()) for part in parts]
    found = [correlation_within(sizes[part], successes[part]) for part in parts]
    return float(np.average(found, weights=weights))


def welch_power(
    population: Population,
    shift: float,
    n: int,
    runs: int,
    alpha: float,
    rng: np.random.Generator,
) -> float:
    """Share of studies of two times ``n`` documents in which Welch's test finds the shift."""
    found = 0
    for _ in range(runs):
        a, b = (_shares(*population.draw(n, side * shift / 2, rng)) for side in (1, -1))
        if np.ptp(a) == 0 and np.ptp(b) == 0:
            continue  # no spread, no test
        moments = (f(x) for x in (a, b) for f in (np.mean, _spread, len))
        found += stats.ttest_ind_from_stats(*moments, equal_var=False).pvalue < alpha
    return found / runs


def _spread(values: Floats) -> float:
    return float(values.std(ddof=1))


def _shares(sizes: np.ndarray, successes: np.ndarray) -> Floats:
    return np.asarray(successes / sizes, dtype=np.float64)


def corrected_power(
    population: Population,
    shift: float,
    n: int,
    coded: int,
    errors: tuple[float, float],
    runs: int,
    alpha: float,
    rng: np.random.Generator,
) -> float:
    """The same by the corrected difference, with ``coded`` of the ``n`` documents coded whole."""
    found = 0
    for _ in range(runs):
        a, b = (
            _corrected(population, side * shift / 2, n, coded, errors, alpha, rng)
            for side in (1, -1)
        )
        difference = corrected_difference(a, b, 1 - alpha)
        found += bool(difference.low > 0 or difference.high < 0)
    return found / runs


def _corrected(
    population: Population,
    shift: float,
    n: int,
    coded: int,
    errors: tuple[float, float],
    alpha: float,
    rng: np.random.Generator,
) -> Corrected:
    sizes, successes = population.draw(n, shift, rng)
    documents = np.repeat(np.arange(n), sizes)
    truth = _flags(sizes, successes)
    sensitivity, specificity = errors
    right = rng.random(len(truth)) < np.where(truth == 1, sensitivity, specificity)
    predicted = np.where(right, truth, 1 - truth)
    picked = np.isin(documents, rng.permutation(n)[:coded])
    weights = 1 / (n * sizes[documents])
    sample = Sample(documents, weights, picked, np.full(len(truth), coded / n))
    return corrected_share(sample, truth, predicted, 1 - alpha)


def _flags(sizes: np.ndarray, successes: np.ndarray) -> Floats:
    """1 for the first ``successes`` trials of each document, else 0."""
    place = np.concatenate([np.arange(size) for size in sizes])
    return (place < np.repeat(successes, sizes)).astype(np.float64)


def relatedness_errors(
    gold: Sequence[str] | pd.Series[str],
    predicted: Sequence[str] | pd.Series[str],
    probability: Sequence[float] | pd.Series[float] | None = None,
) -> tuple[float, float] | None:
    """Sensitivity and specificity of being related.

    Weighted by 1 ÷ sampling probability: a sample that holds more of the predicted related shows
    too few of those missed. Where a probability is not known, all weigh the same.

    Returns:
        None where gold has only related or only unrelated cells.
    """
    truth = np.asarray(gold) != "unrelated"
    found = np.asarray(predicted) != "unrelated"
    weights = np.ones(len(truth))
    if probability is not None and np.isfinite(np.asarray(probability, dtype=float)).all():
        weights = 1 / np.asarray(probability, dtype=float)
    if truth.all() or not truth.any():
        return None
    return (
        float(np.average(found[truth], weights=weights[truth])),
        float(np.average(~found[~truth], weights=weights[~truth])),
    )
