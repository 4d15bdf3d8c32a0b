"""What the scorer asks of the model, what it keeps, and what it finds again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from checkpoints import SENTENCES, edit_config
from conftest import Checkpoint
from table_model import CONTRADICTED, ENTAILED, TableModel

from stance.nli import NLIModel, load_nli
from stance.scoring import Request, Scorer, ScoreStore, ScoringCounts

# Between batches of other shapes the same pair differs by rounding; see tests/nli/test_score.py.
NOISE = 1e-4
REQUESTS = [Request(premise, SENTENCES[3:8]) for premise in SENTENCES[:6]]
N_PAIRS = 6 * 5


@contextmanager
def scorer_for(model: NLIModel, folder: Path) -> Iterator[Scorer]:
    with (
        ScoreStore(folder, model.identity.fingerprint) as store,
        Scorer(model, store, progress=False) as scorer,
    ):
        yield scorer


def test_answers_are_those_of_the_model_in_the_order_of_the_requests(one_pass: NLIModel) -> None:
    requests = [*REQUESTS, Request(SENTENCES[0], ()), Request("", SENTENCES[:1]), REQUESTS[2]]
    answers = Scorer(one_pass, progress=False)(requests)
    assert len(answers) == len(requests)
    for request, logits in zip(requests, answers, strict=True):
        expected = one_pass.score([request.premise], request.hypotheses)[0]
        assert logits.dtype == np.float32
        np.testing.assert_allclose(logits, expected, atol=NOISE)


def test_a_second_run_scores_nothing_and_answers_the_same_to_the_last_bit(
    one_pass: NLIModel, tmp_path: Path
) -> None:
    with scorer_for(one_pass, tmp_path) as first:
        before = first(REQUESTS)
        assert first.counts == ScoringCounts(scored=N_PAIRS, reused=0)
    with scorer_for(one_pass, tmp_path) as second:
        after = second(REQUESTS)
        assert second.counts == ScoringCounts(scored=0, reused=N_PAIRS)
        assert list(second.pairs()) == list(first.pairs())
    np.testing.assert_array_equal(before, after)


def test_only_pairs_that_are_new_are_scored(tmp_path: Path) -> None:
    model = TableModel()
    with scorer_for(model, tmp_path) as scorer:
        scorer([Request("a", ("x", "y")), Request("b", ("x",))])
    model.asked.clear()
    with scorer_for(model, tmp_path) as scorer:
        scorer([Request("a", ("y", "z")), Request("b", ("x",)), Request("c", ("x",))])
        assert scorer.counts == ScoringCounts(scored=2, reused=2)
    assert sorted(model.asked) == [("a", "z"), ("c", "x")]


@pytest.mark.parametrize("stored", [True, False])
def test_a_pair_asked_for_many_times_is_scored_once(stored: bool, tmp_path: Path) -> None:
    model = TableModel(("a", "x", ENTAILED))
    store = ScoreStore(tmp_path, "f") if stored else None
    scorer = Scorer(model, store, progress=False)
    first = scorer([Request("a", ("x", "x", "y")), Request("a", ("y", "x"))])
    again = scorer([Request("a", ("x",))])
    assert sorted(model.asked) == [("a", "x"), ("a", "y")]
    assert scorer.counts == ScoringCounts(scored=2, reused=0)
    np.testing.assert_allclose(
        first[0], np.log([ENTAILED, ENTAILED, (0.03, 0.94, 0.03)]), rtol=1e-6
    )
    np.testing.assert_array_equal(first[1], first[0][[2, 0]])
    np.testing.assert_array_equal(again[0], first[0][:1])


def test_the_order_of_requests_changes_no_logit_beyond_rounding(one_pass: NLIModel) -> None:
    forwards = Scorer(one_pass, progress=False)(REQUESTS)
    reversed_requests = [Request(r.premise, r.hypotheses[::-1]) for r in REQUESTS[::-1]]
    backwards = Scorer(one_pass, progress=False)(reversed_requests)
    np.testing.assert_allclose(forwards, [logits[::-1] for logits in backwards[::-1]], atol=NOISE)


def test_every_known_pair_is_listed_with_its_raw_logits(one_pass: NLIModel) -> None:
    scorer = Scorer(one_pass, progress=False)
    answers = scorer(REQUESTS)
    listed = {(pair.premise, pair.hypothesis): pair.logits for pair in scorer.pairs()}
    assert len(listed) == N_PAIRS
    for request, logits in zip(REQUESTS, answers, strict=True):
        for hypothesis, values in zip(request.hypotheses, logits, strict=True):
            np.testing.assert_array_equal(listed[request.premise, hypothesis], values)


def test_a_binary_head_keeps_its_missing_contradiction_through_the_store(tmp_path: Path) -> None:
    model = TableModel(("a", "x", ENTAILED), binary=True)
    for _ in range(2):
        with scorer_for(model, tmp_path) as scorer:
            (logits,) = scorer([Request("a", ("x",))])
    np.testing.assert_allclose(logits, [[np.log(0.9), np.log(0.1), np.nan]], rtol=1e-6)
    assert len(model.asked) == 1


def test_scores_of_two_models_in_one_folder_never_mix(
    one_pass: NLIModel, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    for model in (one_pass, load_nli(str(checkpoint("bert")))):
        with scorer_for(model, tmp_path) as scorer:
            answers = scorer(REQUESTS)
            assert scorer.counts == ScoringCounts(scored=N_PAIRS, reused=0)
        expected = [model.score([r.premise], r.hypotheses)[0] for r in REQUESTS]
        np.testing.assert_allclose(answers, expected, atol=NOISE)
    assert len(list(tmp_path.glob("*.sqlite"))) == 2


def test_scores_under_label_names_since_corrected_are_not_used_again(
    checkpoint: Checkpoint, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(checkpoint("bert"), tmp_path / "model"))
    with scorer_for(load_nli(str(folder)), tmp_path / "store") as scorer:
        wrong = scorer(REQUESTS)
    edit_config(folder, id2label={"0": "contradiction", "1": "neutral", "2": "entailment"})
    with scorer_for(load_nli(str(folder)), tmp_path / "store") as scorer:
        right = scorer(REQUESTS)
        assert scorer.counts.reused == 0
    np.testing.assert_allclose(np.array(right)[..., ::-1], wrong, atol=NOISE)


def test_texts_that_differ_in_anything_are_different_pairs(tmp_path: Path) -> None:
    texts = ("a", "a ", "A", "ä", "a\u0308", "a\u200b", "", "\ud800")
    rules = [(text, "x", ENTAILED) for text in texts[4:5]]
    model = TableModel(*rules, ("", "x", CONTRADICTED))
    with scorer_for(model, tmp_path) as scorer:
        scorer([Request(text, ("x",)) for text in texts])
    with scorer_for(model, tmp_path) as scorer:
        answers = scorer([Request(text, ("x",)) for text in texts])
        assert scorer.counts == ScoringCounts(scored=0, reused=len(texts))
    entailed = [text for text, logits in zip(texts, answers, strict=True) if logits.argmax() == 0]
    assert entailed == ["a\u0308"]
