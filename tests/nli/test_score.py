"""Logits: their shape, that a pair's are its own, and that they are those of a plain forward."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from checkpoints import ARCHITECTURES, SENTENCES
from conftest import Checkpoint
from tokenizers import Tokenizer
from torch import Tensor
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from stance.errors import ModelError
from stance.nli import NLIModel, load_nli, most_decided, probabilities
from stance.nli.blocks import expand_blocks
from stance.nli.compact import TOKENIZER, load_compact
from stance.nli.windows import split_windows

# Measured: at most 6e-6 (one-pass) and 3e-6 (joint), on logits of up to 13 units.
NOISE = 1e-4

PREMISES = (
    SENTENCES[0],
    "",
    " ",
    "😀🏳️‍🌈 \u202eabc\u202c ﷺ",
    "Łódź, Київ, Москва, 北京",
    " ".join(SENTENCES[:3]),
)
HYPOTHESES = (*SENTENCES[3:5], SENTENCES[7], "Так.")


@pytest.fixture(params=["one-pass", *ARCHITECTURES])
def folder(request: pytest.FixtureRequest, one_pass_folder: Path, checkpoint: Checkpoint) -> Path:
    return one_pass_folder if request.param == "one-pass" else checkpoint(request.param)


@pytest.fixture
def model(folder: Path) -> NLIModel:
    return load_nli(str(folder))


def test_logits_are_float32_of_premises_by_hypotheses_by_three(model: NLIModel) -> None:
    logits = model.score(PREMISES, HYPOTHESES)
    assert logits.shape == (len(PREMISES), len(HYPOTHESES), 3)
    assert logits.dtype == np.float32
    assert np.isfinite(logits).all()


def test_nothing_asked_is_nothing_scored(model: NLIModel) -> None:
    assert model.score([], HYPOTHESES).shape == (0, len(HYPOTHESES), 3)
    assert model.score(PREMISES, []).shape == (len(PREMISES), 0, 3)
    assert model.score_each([], []) == []
    (none, one) = model.score_each(["a", "b"], [[], ["c"]])
    assert none.shape == (0, 3) and one.shape == (1, 3)


def test_logits_of_a_pair_do_not_depend_on_what_is_scored_with_it(model: NLIModel) -> None:
    together = model.score(PREMISES, HYPOTHESES)
    alone = np.array([[model.score([p], [h])[0, 0] for h in HYPOTHESES] for p in PREMISES])
    np.testing.assert_allclose(together, alone, atol=NOISE)
    backwards = model.score(PREMISES[::-1], HYPOTHESES[::-1])[::-1, ::-1]
    np.testing.assert_allclose(backwards, alone, atol=NOISE)
    # Ragged requests, each hypothesis repeated, so many that they need several rows and batches.
    many = [[h for h in HYPOTHESES for _ in range(2 * i + 2)] for i in range(len(PREMISES))]
    for i, logits in enumerate(model.score_each(PREMISES, many)):
        np.testing.assert_allclose(logits, np.repeat(alone[i], 2 * i + 2, axis=0), atol=NOISE)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_joint_model_scores_what_transformers_computes_for_the_pair(
    architecture: str, checkpoint: Checkpoint
) -> None:
    folder = checkpoint(architecture)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    network = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    with torch.no_grad():
        expected = [
            [network(**tokenizer(p, h, return_tensors="pt")).logits[0].numpy() for h in HYPOTHESES]
            for p in PREMISES
        ]
    logits = load_nli(str(folder)).score(PREMISES, HYPOTHESES)
    np.testing.assert_allclose(logits, np.array(expected), atol=NOISE)


def plain_forward(folder: Path, premise: str, hypothesis: str) -> Tensor:
    """Logits of one pair by the description of the network, with loops and a softmax by hand."""
    network, info = load_compact(folder)
    weights = network.state_dict()
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    sides = [tokenizer.encode(text, add_special_tokens=False).ids for text in (premise, hypothesis)]
    sides = [[info["bos_token_id"], *ids, info["eos_token_id"]] for ids in sides]
    n = len(sides[0])

    def linear(name: str, x: Tensor) -> Tensor:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(name: str, x: Tensor) -> Tensor:
        centred = x - x.mean(-1, keepdim=True)
        scaled = centred / (centred.pow(2).mean(-1, keepdim=True) + info["layer_norm_eps"]).sqrt()
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def gelu(x: Tensor) -> Tensor:
        return x * (1 + torch.erf(x / math.sqrt(2))) / 2

    words = expand_blocks(weights["word_embeddings.q4"])
    embedded = [words[ids] + weights["position_embeddings.weight"][: len(ids)] for ids in sides]
    x = norm("embedding_norm", torch.cat(embedded))
    heads, width = info["num_attention_heads"], info["hidden_size"]
    for number in range(info["num_hidden_layers"]):
        layer, apart = f"layers.{number}", number < info["separate_layers"]
        q, k, v = linear(f"{layer}.query_key_value", x).split(width, dim=-1)
        rows = []
        for token in range(len(x)):
            # A premise never sees the hypothesis; the hypothesis sees it in the upper layers.
            seen = slice(n) if token < n else slice(n if apart else 0, None)
            parts = []
            for part in torch.arange(width).chunk(heads):
                weight = (k[seen, part] @ q[token, part] / math.sqrt(len(part))).softmax(0)
                parts.append(weight @ v[seen, part])
            rows.append(torch.cat(parts))
        attended = linear(f"{layer}.attention_output", torch.stack(rows))
        x = norm(f"{layer}.attention_norm", x + attended)
        changed = linear(f"{layer}.output", gelu(linear(f"{layer}.intermediate", x)))
        x = norm(f"{layer}.output_norm", x + changed)
    p, h = x[:n].mean(0), x[n:].mean(0)
    features = torch.cat([x[n], p, h, (p - h).abs(), p * h])
    return linear("head_output", gelu(linear("head_hidden", features)))


def test_the_one_pass_model_scores_what_a_plain_forward_of_the_pair_computes(
    one_pass_folder: Path, one_pass: NLIModel
) -> None:
    logits = one_pass.score(PREMISES, HYPOTHESES)
    for i, premise in enumerate(PREMISES):
        for j, hypothesis in enumerate(HYPOTHESES):
            expected = plain_forward(one_pass_folder, premise, hypothesis).numpy()
            np.testing.assert_allclose(logits[i, j], expected, atol=NOISE)


def test_of_a_long_premise_the_least_neutral_window_speaks_for_each_hypothesis(
    model: NLIModel,
) -> None:
    text = " ".join(SENTENCES * 3)
    windows = split_windows(text, "", model.count_tokens, model.max_premise_tokens)
    assert len(windows) > 1
    each = model.score(windows, HYPOTHESES)
    exponents = np.exp(each.astype(float))
    neutral = exponents[..., 1] / exponents.sum(axis=-1)
    expected = [each[neutral[:, j].argmin(), j] for j in range(len(HYPOTHESES))]
    np.testing.assert_allclose(model.score([text], HYPOTHESES)[0], expected, atol=NOISE)


@pytest.mark.parametrize(
    "text",
    ["word" * 900, "領土交換" * 100, "领土。" * 300, "🏳️‍🌈" * 150, "\n" * 3000, "ﷺ" * 250],
    ids=["one word", "no spaces", "glued sentences", "emoji", "blank", "ligatures"],
)
def test_no_premise_is_too_long_or_too_odd_to_score(text: str, model: NLIModel) -> None:
    assert np.isfinite(model.score([text], HYPOTHESES[:1])).all()


def test_a_hypothesis_that_does_not_fit_is_refused_with_its_size(model: NLIModel) -> None:
    hypothesis = "ships " * 800
    with pytest.raises(ModelError) as refused:
        model.score([SENTENCES[0]], [hypothesis])
    message = str(refused.value)
    assert "ships ships" in message and "shorten hypotheses" in message
    assert any(int(word) > 512 for word in message.split() if word.isdigit())


def test_a_premise_that_does_not_fit_is_refused_by_score_each(model: NLIModel) -> None:
    with pytest.raises(ModelError, match="use score\\(\\), which splits long premises"):
        model.score_each(["ships " * 800], [["Yes."]])


def test_a_tokenizer_saved_with_truncation_and_padding_cuts_nothing(
    one_pass_folder: Path, one_pass: NLIModel, tmp_path: Path
) -> None:
    for path in one_pass_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    tokenizer = Tokenizer.from_file(str(tmp_path / TOKENIZER))
    tokenizer.enable_truncation(5)
    tokenizer.enable_padding(length=60)
    tokenizer.save(str(tmp_path / TOKENIZER))
    model = load_nli(str(tmp_path))
    assert model.count_tokens(SENTENCES) == one_pass.count_tokens(SENTENCES)
    np.testing.assert_array_equal(
        model.score(SENTENCES, HYPOTHESES), one_pass.score(SENTENCES, HYPOTHESES)
    )


def logits_of(*p: Sequence[float]) -> np.ndarray:
    return np.log(np.array(p)).astype(np.float32)


def test_probabilities_undo_the_logarithm_whatever_its_constant() -> None:
    p = np.array([[0.7, 0.2, 0.1], [0.05, 0.9, 0.05]])
    np.testing.assert_allclose(probabilities(logits_of(*p) + np.float32(80)), p, atol=1e-5)


def test_probabilities_of_a_binary_head_leave_contradiction_at_zero() -> None:
    logits = np.append(logits_of((0.75, 0.25)), [[np.nan]], axis=1).astype(np.float32)
    np.testing.assert_allclose(probabilities(logits), [[0.75, 0.25, 0]], atol=1e-6)


def test_the_most_decided_window_is_chosen_for_each_hypothesis_by_itself() -> None:
    windows = np.stack(
        [
            logits_of((0.1, 0.8, 0.1), (0.5, 0.4, 0.1)),
            logits_of((0.2, 0.3, 0.5), (0.1, 0.9, 0.0001)),
        ]
    )
    chosen = most_decided(windows)
    np.testing.assert_array_equal(chosen, [windows[1, 0], windows[0, 1]])
