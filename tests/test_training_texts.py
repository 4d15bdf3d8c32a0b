"""The training texts that scripts put together: their labels follow from what was put in."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from stance.resources import CONFIGS

SCRIPTS = Path(__file__).parent.parent / "scripts"
SIDES = {"favor": (0, 2), "against": (2, 0), "none": (1, 1)}


@pytest.fixture(scope="module")
def scripts() -> Iterator[Any]:
    sys.path.insert(0, str(SCRIPTS))
    import composed_examples
    import kit_examples

    yield (kit_examples, composed_examples)
    sys.path.remove(str(SCRIPTS))


@pytest.fixture(scope="module")
def templates() -> Any:
    return yaml.safe_load((CONFIGS / "templates" / "default.yaml").read_text("utf-8"))


def kit(lang: str = "en") -> dict[str, Any]:
    def said(text: str) -> dict[str, str]:
        return {"en": text, lang: text}

    return {
        "topic": "ferry",
        "lang": lang,
        "claim": said("The ferry should run."),
        "opposite": said("The ferry should stop."),
        "matter": said("the ferry"),
        "actors": [said("Alba")],
        "sentences": [
            {"text": "{h} wants it.", "side": "favor", "voice": "said"},
            {"text": "{h} loathes it.", "side": "against", "voice": "imputed"},
            {"text": "{h} looks on.", "side": "none", "voice": "said"},
            {"text": "It is overdue.", "side": "favor", "voice": "author"},
            {"text": "It is folly.", "side": "against", "voice": "author"},
        ],
    }


WORDS = {"wants": "favor", "loathes": "against", "looks": "none"}


@pytest.mark.parametrize("difficulty", [0.0, 1.0])
def test_a_kits_actor_has_the_side_of_its_sentence(
    difficulty: float, scripts: Any, templates: Any
) -> None:
    examples = scripts[0].kit_examples([kit()], templates, 200, random.Random(0), difficulty)
    asked = 0
    for example in examples:
        sentences = [s for s in example.premise.split(".") if s.strip()]
        for hypothesis, label in example.hypotheses:
            speaker = hypothesis.split()[0]
            verb = next((v for v in ("supports", "opposes") if f" {v} this" in hypothesis), None)
            if verb is None or speaker == "The":
                continue
            own = [s for s in sentences if s.split()[0] == speaker]
            side = WORDS[own[0].split()[1]] if own else "none"
            favor, against = SIDES[side]
            if "stop" in hypothesis:  # the opposite of the claim is asked
                favor, against = against, favor
            assert label == (favor if verb == "supports" else against), (example, hypothesis)
            asked += 1
    assert asked > 200


def test_a_language_with_few_names_does_not_run_dry(scripts: Any, templates: Any) -> None:
    assert len(scripts[0].kit_examples([kit("tr")], templates, 100, random.Random(0), 1.0)) == 100


def test_at_no_difficulty_only_the_claim_is_said_and_asked(scripts: Any, templates: Any) -> None:
    def voice(topic: str, name: str) -> dict[str, Any]:
        entry = {"holder": {"en": name}, "mention": name, "stance": "favor", "mode": "said"}
        return {"lang": "en", "topic": topic, "claims": [{**kit(), "holders": [entry]}]}

    voices = [voice("ferry", name) for name in ("Alba", "Borea", "Cinder", "Dorn")]

    def written(difficulty: float) -> str:
        rng = random.Random(0)
        examples = scripts[1].composed_examples(voices, templates, 80, rng, difficulty)
        return json.dumps([vars(example) for example in examples])

    easy, hard = written(0.0), written(1.0)
    assert "should stop" not in easy
    assert "should stop" in hard
