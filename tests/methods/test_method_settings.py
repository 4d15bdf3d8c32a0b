"""Settings of the method that are refused, with what was expected."""

from __future__ import annotations

import pytest

from stance.errors import ConfigError
from stance.methods import MethodConfig


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"window": "word"}, "method.window='word': expected one of paragraph, sentence"),
        ({"hypotheses": "all"}, "method.hypotheses='all': expected one of both, favor, against"),
        ({"hypotheses": "against", "paraphrases": 0}, "method.paraphrases=0 leaves none"),
    ],
)
def test_a_value_out_of_its_range_is_refused_at_once(
    settings: dict[str, object], said: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        MethodConfig(**settings)
    assert said in str(refused.value)


def test_a_single_paraphrase_serves_the_against_side_without_further_ones() -> None:
    settings = MethodConfig(hypotheses="against", paraphrases=0, only_paraphrase=0)
    assert settings.only_paraphrase == 0
