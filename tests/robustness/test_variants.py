"""Which variants an experiment has, and which of them its set can serve."""

from __future__ import annotations

from dataclasses import replace

import pytest
from methods.islands import SWAP

from stance.errors import ConfigError
from stance.propositions import HolderConfig, HoldersConfig
from stance.robustness.config import RobustnessConfig
from stance.robustness.variants import hypotheses_of, variants_of

from .gulls import BOTH_CLAIMS, ONE_EACH, setup


def test_every_setting_is_changed_alone_and_to_what_base_is_not() -> None:
    base = setup()
    found = {variant.name: variant.setting for variant in variants_of(base, ["en"])}
    assert found == {
        "paraphrase_0": "method.only_paraphrase=0",
        "paraphrase_1": "method.only_paraphrase=1",
        "source_hypotheses": "hypothesis_language=source",
        "favor_hypotheses": "method.hypotheses=favor",
        "against_hypotheses": "method.hypotheses=against",
        "sentence_windows": "method.window=sentence",
        "masked_quotes": "method.mask_quotes=true",
    }
    for variant in variants_of(base, ["en"]):
        assert variant.config is not None
        key, _, value = variant.setting.rpartition("=")
        part, _, field = key.rpartition(".")
        node = getattr(variant.config, part) if part else variant.config
        assert str(getattr(node, field)).lower() == value
        undone = {field: getattr(getattr(base, part) if part else base, field)}
        back = replace(variant.config.method, **undone) if part else variant.config.method
        assert back == base.method


def test_what_base_does_already_is_no_variant_and_its_opposite_is() -> None:
    base = replace(
        setup(only_paraphrase=1, hypotheses="favor", window="sentence", mask_quotes=True),
        hypothesis_language="source",
    )
    assert [variant.name for variant in variants_of(base, ["en", "de"])][:2] == [
        "statement",
        "paraphrase_0",
    ]
    assert [variant.name for variant in variants_of(base, ["en", "de"])][2:] == [
        "english_hypotheses",
        "both_hypotheses",
        "against_hypotheses",
        "paragraph_windows",
        "unmasked_quotes",
    ]


def test_what_the_set_cannot_serve_is_left_out_with_the_reason() -> None:
    found = {variant.name: variant for variant in variants_of(setup(items=BOTH_CLAIMS), ["en"])}
    for name in ("paraphrase_0", "paraphrase_1", "against_hypotheses"):
        assert found[name].config is None
        assert "propositions.items.ferry" in found[name].left_out
    assert found["favor_hypotheses"].left_out == ""


def test_only_as_many_paraphrases_as_every_claim_has_on_both_sides() -> None:
    found = {variant.name: variant for variant in variants_of(setup(items=ONE_EACH), ["en"])}
    assert found["paraphrase_0"].config is not None
    assert "propositions.items.fair has 1 favor and 1 against" in found["paraphrase_1"].left_out


def test_languages_that_are_asked_count_and_no_others() -> None:
    # The second paraphrase is English only.
    assert len(SWAP.favor["de"]) == 1
    english = {v.name: v.left_out for v in variants_of(setup(), ["de", "en"])}
    assert english["paraphrase_1"] == ""
    source = replace(setup(), hypothesis_language="source")
    german = {v.name: v.left_out for v in variants_of(source, ["de", "en"])}
    assert german["paraphrase_0"] == ""
    assert "paraphrases in de" in german["paraphrase_1"]


def test_a_language_of_the_set_without_a_name_of_a_holder_leaves_its_variant_out() -> None:
    nameless = HoldersConfig("coasts", {"north": HolderConfig({"en": "Northland"})})
    base = replace(setup("source_hypotheses"), holders=nameless)
    (variant,) = variants_of(base, ["en", "de"])
    assert variant.config is None
    assert "holders.holders.north.name.de is missing" in variant.left_out


def test_a_language_of_the_corpus_without_hypotheses_is_asked_in_english() -> None:
    (variant,) = variants_of(setup("source_hypotheses"), ["en", "fr"])
    assert variant.config is not None and variant.left_out == ""


def test_variants_are_chosen_by_name_and_an_unknown_name_lists_them_all() -> None:
    chosen = variants_of(setup("masked_quotes", "paraphrase_0"), ["en"])
    assert [variant.name for variant in chosen] == ["paraphrase_0", "masked_quotes"]
    with pytest.raises(ConfigError) as refused:
        variants_of(setup("masked_qutoes"), ["en"])
    assert "masked_qutoes" in str(refused.value)
    assert "sentence_windows, masked_quotes" in str(refused.value)


def test_no_variant_at_all_is_refused() -> None:
    with pytest.raises(ConfigError, match="robustness.variants is empty"):
        RobustnessConfig([])


def test_every_hypothesis_that_can_be_asked_is_listed() -> None:
    texts = hypotheses_of(setup(paraphrases=0), ["en"])
    statement = SWAP.statement["en"]
    # Two of what the text is about, two sides of it, and five of each of two holders.
    assert len(texts) == len(set(texts)) == 2 + 2 + 5 * 2
    assert f"Southland opposes this: {statement}" in texts
