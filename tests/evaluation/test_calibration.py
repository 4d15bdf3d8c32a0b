"""Thresholds and temperature fitted on coded documents, and what the fit is worth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from stance.analysis.measurements import LABELS
from stance.errors import CorpusError
from stance.evaluation.calibration import Calibration, calibrate, cells_of
from stance.methods.base import MethodConfig

N_DOCUMENTS, N_PARAGRAPHS = 24, 10
Decide = Callable[[MethodConfig], pd.DataFrame]


def gold_rows(labels: np.ndarray, probability: float = float("nan")) -> pd.DataFrame:
    """Text voice of ``[documents, paragraphs]`` of label codes."""
    return pd.DataFrame(
        [
            {"document": f"d{d}", "paragraph": p, "proposition": "land", "holder": "text",
             "mode": "", "label": LABELS[labels[d, p]], "probability": probability}
            for d in range(labels.shape[0])
            for p in range(labels.shape[1])
        ]
    )  # fmt: skip


def documents(n: int = N_DOCUMENTS) -> pd.DataFrame:
    return pd.DataFrame(
        {"document": [f"d{d}" for d in range(n)], "group": [f"d{d}" for d in range(n)]}
    )


def world(seed: int = 0) -> tuple[pd.DataFrame, Decide]:
    """Paragraphs whose relevance score tells related ones best at 0.3, and a method that reads it.

    Probabilities are far too sure of the side: a temperature above 1 is right.
    """
    rng = np.random.default_rng(seed)
    related = rng.random((N_DOCUMENTS, N_PARAGRAPHS)) < 0.4
    score = np.where(
        related, rng.uniform(0.3, 0.5, related.shape), rng.uniform(0, 0.3, related.shape)
    )
    side = rng.integers(0, 2, related.shape)
    truth = np.where(related, np.where(rng.random(related.shape) < 0.7, side, 1 - side), 3)

    def decide(settings: MethodConfig) -> pd.DataFrame:
        rows = []
        for d, p in np.ndindex(related.shape):
            open_ = score[d, p] >= settings.relevance_threshold
            sure = 1 / (1 + np.exp(-6 / settings.temperature))
            sides = np.array([sure, 1 - sure] if side[d, p] == 0 else [1 - sure, sure])
            mass = 0.96 if open_ else 0.04
            found = [*(sides * mass), 0.0, 1 - mass]
            rows.append(
                {"document": f"d{d}", "paragraph": p, "proposition": "land", "holder": "text",
                 "label": LABELS[int(side[d, p])] if open_ else "unrelated"}
                | dict(zip((f"p_{label}" for label in LABELS), found, strict=True))
            )  # fmt: skip
        return pd.DataFrame(rows)

    return gold_rows(truth), decide


@pytest.fixture(scope="module")
def fitted() -> Calibration:
    gold, decide = world()
    return calibrate(decide, MethodConfig(), gold, documents(), seed=1)


def test_a_threshold_and_a_temperature_that_are_off_are_put_right(fitted: Calibration) -> None:
    settings = fitted.settings.set_index("setting")
    for column in ("half 1", "half 2", "all"):
        assert settings.loc["relevance_threshold", column] == 0.3
        assert settings.loc["temperature", column] > 1
    figures = fitted.figures.set_index("figure")
    assert figures.loc["relevance_f1", "configured"] < 0.1
    assert figures.loc["relevance_f1", "cross_fitted"] == 1.0
    assert figures.loc["log_loss", "ci_high"] < 0
    assert "method.relevance_threshold=0.3" in fitted.overrides


def test_a_setting_without_effect_stays_as_configured(fitted: Calibration) -> None:
    settings = fitted.settings.set_index("setting")
    for name in ("side_threshold", "holder_threshold"):
        assert (settings.loc[name] == settings.loc[name, "configured"]).all()


def test_no_half_is_tested_under_what_it_chose_itself() -> None:
    """Labels without any relation to the decisions: in-sample choice gains, cross-fitting not."""
    rng = np.random.default_rng(3)
    shape = (N_DOCUMENTS, N_PARAGRAPHS)
    _, decide = world()
    gains = []
    for _ in range(12):
        gold = gold_rows(np.where(rng.random(shape) < 0.5, rng.integers(0, 2, shape), 3))
        figures = calibrate(
            decide, MethodConfig(relevance_threshold=0.2), gold, documents()
        ).figures
        gains.append(float(figures.set_index("figure").loc["macro_f1", "difference"]))
    assert np.mean(gains) < 0.02


def test_figures_are_weighted_by_the_inverse_sampling_probability() -> None:
    gold, decide = world()
    gold["probability"] = np.where(np.arange(len(gold)) % 3 == 0, 1.0, 0.2)
    settings = MethodConfig(relevance_threshold=0.4)
    cells = cells_of(gold, decide(settings), documents().set_index("document")["group"])
    found = calibrate(decide, settings, gold, documents()).figures.set_index("figure")
    weight = 1 / gold.sort_values(["document", "paragraph"])["probability"]
    expected = f1_score(cells.gold != 3, cells.found != 3, sample_weight=weight)
    assert found.loc["relevance_f1", "configured"] == pytest.approx(expected)
    expected = f1_score(cells.gold, cells.found, average="macro", sample_weight=weight)
    assert found.loc["macro_f1", "configured"] == pytest.approx(expected)


def test_holders_count_with_their_side(tmp_path: Path) -> None:
    gold, decide = world()
    held = pd.DataFrame(
        [("d0", 0, "russia", "favor"), ("d0", 1, "usa", "against"), ("d1", 0, "nato", "favor")],
        columns=["document", "paragraph", "holder", "label"],
    ).assign(proposition="land", mode="said", probability=float("nan"))
    named = held.assign(
        label=["favor", "favor", "against"], holder=["russia", "usa", "eu"],
        **{f"p_{label}": 0.25 for label in LABELS},
    )  # fmt: skip

    def with_holders(settings: MethodConfig) -> pd.DataFrame:
        return pd.concat([decide(settings), named])

    found = calibrate(with_holders, MethodConfig(), pd.concat([gold, held]), documents())
    # One of three is right in holder and side; three are named and three are found.
    figures = found.figures.set_index("figure")
    assert figures.loc["holder_side_f1", "configured"] == pytest.approx(2 * 1 / (3 + 3))
    assert found.write(tmp_path / "new") == tmp_path / "new" / "calibration.csv"
    assert (tmp_path / "new" / "overrides.txt").read_text().startswith("method.relevance_threshold")


def test_too_few_coded_documents_are_refused() -> None:
    gold, decide = world()
    with pytest.raises(CorpusError, match=r"3 independent documents .* at least 4"):
        calibrate(
            decide, MethodConfig(), gold[gold["document"].isin(["d0", "d1", "d2"])], documents()
        )
