"""Figures are those of the score room on the same cells, for every classifier alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stance.analysis.measurements import LABELS
from stance.evaluation import scores
from stance.report.evaluation.curves import reliability, reliability_curves
from stance.report.evaluation.data import EvaluationData
from stance.report.evaluation.figures import Figure, all_figures
from stance.report.evaluation.long_table import COLUMNS, long_table

from .cases import P, sample

KEY = ["document", "paragraph", "proposition", "holder"]


@pytest.fixture(scope="module")
def data() -> EvaluationData:
    return sample(16)


@pytest.fixture(scope="module")
def figures(data: EvaluationData) -> tuple[Figure, ...]:
    return all_figures(data)


def one(figures: tuple[Figure, ...], section: str, name: str, scope: str, value: str) -> Figure:
    (found,) = (
        f for f in figures if (f.section, f.name, f.scope, f.value) == (section, name, scope, value)
    )
    return found


def arrays(
    data: EvaluationData, labels: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Gold codes, found codes, probabilities and documents, by a merge of this test's own."""
    rows = data.gold.merge(labels, on=KEY, suffixes=("_gold", "")).sort_values(KEY)
    rows = rows[rows["holder"] == "text"]
    gold, found = (rows[name].map(LABELS.index).to_numpy() for name in ("label_gold", "label"))
    p = rows[P].to_numpy() if "p_favor" in rows else np.eye(4)[found]
    return gold, found, p, rows["document"].to_numpy(str)


def test_figures_of_every_classifier_equal_those_of_the_score_room(
    data: EvaluationData, figures: tuple[Figure, ...]
) -> None:
    tables = {"staged": data.report.paragraphs[[*KEY, "label", *P]], **data.baselines}
    assert data.classifiers == tuple(tables)
    for name, labels in tables.items():
        gold, found, p, _ = arrays(data, labels)
        scope = "method" if name == "staged" else "baseline"
        expected = {
            "relevance_f1": scores.relevance_f1(gold, found),
            "macro_f1": scores.macro_f1(gold, found),
            "f_avg": scores.f_avg(gold, found),
            "alpha": scores.alpha(gold, found),
            "accuracy": float((gold == found).mean()),
            "accuracy_related": float((gold == found)[gold != scores.UNRELATED].mean()),
            "relevance_ap": scores.relevance_average_precision(gold, p),
            "brier_skill": scores.brier_skill(gold, p),
            "classwise_ece": scores.classwise_ece(gold, p),
            "ece_noise_floor": scores.ece_noise_floor(p),
            "risk_coverage_area": scores.risk_coverage_area(gold, p),
        }
        for figure, value in expected.items():
            got = one(figures, "text", figure, scope, name)
            assert got.estimate == pytest.approx(value), (name, figure)
            related = int((gold != scores.UNRELATED).sum())
            assert got.n == (related if figure == "accuracy_related" else len(gold))


def test_intervals_of_label_figures_are_those_of_evaluation_csv(
    data: EvaluationData, figures: tuple[Figure, ...]
) -> None:
    rows = data.measures[(data.measures["scope"] == "all")]
    for voice, cells, names in (
        ("text", "all", ("relevance_f1", "macro_f1", "alpha", "f1_neutral")),
        ("holders", "related by either", ("side_f1", "relevance_f1")),
    ):
        for name in names:
            own = rows[(rows["voice"] == voice) & (rows["cells"] == cells)]
            (row,) = own[own["measure"] == name].to_dict("records")
            found = one(figures, voice, name, "method", "staged")
            assert (found.estimate, found.low, found.high) == pytest.approx(
                (row["estimate"], row["ci_low"], row["ci_high"])
            )
            assert found.low < found.estimate < found.high


def test_intervals_of_probability_figures_come_from_documents(
    data: EvaluationData, figures: tuple[Figure, ...]
) -> None:
    gold, _, p, documents = arrays(data, data.report.paragraphs[[*KEY, "label", *P]])
    found = one(figures, "text", "brier_skill", "method", "staged")
    expected = scores.bootstrap_interval(
        lambda rows: scores.brier_skill(gold[rows], p[rows]), documents, draws=500
    )
    assert (found.low, found.high) == pytest.approx(expected)


def test_a_difference_is_the_method_less_the_baseline(
    figures: tuple[Figure, ...],
) -> None:
    for name in ("macro_f1", "alpha", "relevance_ap", "risk_coverage_area"):
        ours = one(figures, "text", name, "method", "staged")
        theirs = one(figures, "text", name, "baseline", "keyword rules")
        gap = one(figures, "text", name, "difference", "keyword rules")
        assert gap.estimate == pytest.approx(ours.estimate - theirs.estimate)
        assert gap.low < gap.estimate < gap.high


def test_nothing_differs_from_itself(data: EvaluationData) -> None:
    own = data.report.paragraphs[[*KEY, "label"]]
    same = EvaluationData(**{**vars_of(data), "baselines": {"twin": own}})
    for figure in all_figures(same):
        if figure.scope == "difference" and figure.name in ("macro_f1", "alpha", "side_f1"):
            assert figure.estimate == 0
            assert "same value" in figure.reason, "no spread, and it is said"


def vars_of(data: EvaluationData) -> dict[str, object]:
    return {name: getattr(data, name) for name in data.__dataclass_fields__}


def test_few_documents_have_no_bootstrap_and_it_is_said() -> None:
    figures = all_figures(sample(4))
    found = one(figures, "text", "brier_skill", "method", "staged")
    assert np.isnan(found.low) and "fewer than 10" in found.reason
    labels = one(figures, "text", "macro_f1", "method", "staged")
    assert "from 15 independent documents on" in labels.reason


def test_parts_are_measured_on_their_own_cells(
    data: EvaluationData, figures: tuple[Figure, ...]
) -> None:
    labels = data.report.paragraphs[[*KEY, "label", *P]]
    for language, place in (("en", 0), ("de", 1)):
        gold, found, _, documents = arrays(data, labels)
        own = np.array([int(name[1:]) % 2 == place for name in documents])
        wrong = one(figures, "text", "error", "language", language)
        assert wrong.estimate == pytest.approx((gold != found)[own].mean())
        assert wrong.n == own.sum()
        assert wrong.low <= wrong.estimate <= wrong.high


def test_bins_of_the_reliability_curve_make_up_the_calibration_error() -> None:
    rng = np.random.default_rng(3)
    p = rng.dirichlet([1, 1, 1, 1], 200)
    gold = rng.integers(0, 4, 200)
    total = 0.0
    for code in range(4):
        curve = reliability(gold == code, p[:, code])
        assert curve.n.sum() == 200
        total += float((curve.n * np.abs(curve.mean - curve.frequency)).sum())
    assert total / (200 * 4) == pytest.approx(scores.classwise_ece(gold, p))


def test_bars_hold_what_calibrated_probabilities_show() -> None:
    rng = np.random.default_rng(5)
    p = rng.random(20_000)
    curve = reliability(rng.random(20_000) < p, p)
    assert (curve.low <= curve.mean).all() and (curve.mean <= curve.high).all()
    inside = (curve.low <= curve.frequency) & (curve.frequency <= curve.high)
    assert inside.sum() >= 8, "95 % of ten bins, give or take"
    wrong = reliability(rng.random(20_000) < p**3, p)
    assert (wrong.frequency < wrong.low).sum() >= 8


def test_related_and_unrelated_mirror_each_other() -> None:
    rng = np.random.default_rng(7)
    p, gold = rng.dirichlet([1, 1, 1, 3], 300), rng.integers(0, 4, 300)
    related = reliability_curves(gold, p)["related"]
    unrelated = reliability(gold == 3, p[:, 3])
    np.testing.assert_allclose(related.mean, 1 - unrelated.mean[::-1])
    np.testing.assert_allclose(related.frequency, 1 - unrelated.frequency[::-1])


def test_the_risk_curve_has_the_area_it_is_said_to_have_and_ends_at_the_error() -> None:
    rng = np.random.default_rng(9)
    p, gold = rng.dirichlet([1, 1, 1, 1], 50).round(1), rng.integers(0, 4, 50)
    curve = scores.risk_coverage_curve(gold, p)
    assert curve.mean() == pytest.approx(scores.risk_coverage_area(gold, p))
    assert curve[-1] == pytest.approx((p.argmax(axis=1) != gold).mean())


def test_the_long_table_holds_every_figure_and_every_curve(
    data: EvaluationData, figures: tuple[Figure, ...]
) -> None:
    cells = data.cells("staged", "text")
    curves = reliability_curves(cells.gold, cells.probabilities)
    table = long_table(data, figures, curves)
    assert list(table.columns) == COLUMNS
    own = table[table["section"].isin(["text", "holders"])]
    assert len(own) == len(figures)
    confusion = table[(table["section"] == "confusion") & (table["name"] == "text")]
    expected = scores.confusion(cells.gold, cells.predicted)
    for row in confusion.to_dict("records"):
        gold, found = LABELS.index(row["scope"]), LABELS.index(row["value"])
        assert row["estimate"] == expected[gold, found]
    bins = table[(table["section"] == "reliability") & (table["scope"] == "frequency")]
    assert set(bins["name"]) == {"related", "favor", "against", "neutral"}
    risk = table[(table["section"] == "risk") & (table["scope"] == "all")]
    wrong = cells.probabilities.argmax(axis=1) != cells.gold
    assert risk["estimate"].iloc[-1] == pytest.approx(wrong.mean())
    either = (cells.gold != scores.UNRELATED) | (cells.predicted != scores.UNRELATED)
    risk = table[(table["section"] == "risk") & (table["scope"] == "related by either")]
    assert risk["estimate"].iloc[-1] == pytest.approx(wrong[either].mean())
    assert risk["n"].iloc[-1] == either.sum()
