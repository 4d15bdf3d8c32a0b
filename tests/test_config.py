"""The configuration composes whole, and what is wrong with an override is said in one line."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from stance.app import check_overrides
from stance.config import StanceConfig, compose_config
from stance.errors import ConfigError, OutputError
from stance.methods import METHODS
from stance.methods.hypotheses import TEMPLATE_NAMES
from stance.propositions import FrameConfig, check_propositions
from stance.resources import CONFIGS

LANGUAGES = {"en", "de", "pl", "uk", "ru", "fr", "es", "it"}
EXPERIMENTS = sorted(path.stem for path in (CONFIGS / "experiment").glob("*.yaml"))
CHOICES = sorted(
    (path.parent.name, path.stem)
    for path in CONFIGS.glob("*/*.yaml")
    if path.parent.name not in ("experiment", "hydra")
)


@pytest.fixture
def small(small_sets: Path) -> list[str]:
    """Small sets in place of the shipped ones, which take long to parse."""
    return [
        f"hydra.searchpath=[file://{small_sets}]",
        *("propositions=small", "holders=small", "frames=small"),
    ]


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_composes_and_is_named_like_its_file(name: str) -> None:
    config = compose_config([f"experiment={name}", "output_dir=somewhere"])
    assert config.name == name
    assert config.method.name in METHODS
    check_propositions(config.propositions)


def test_the_experiments_of_the_first_case_are_there() -> None:
    wanted = ("summit", "hypothesis_language", "methods", "phrasing", "frames")
    assert {f"alaska_{name}" for name in wanted} <= set(EXPERIMENTS)


@pytest.mark.parametrize(("group", "choice"), CHOICES)
def test_every_choice_of_every_group_composes(group: str, choice: str, small: list[str]) -> None:
    rest = [part for part in small if not part.startswith(f"{group}=")]
    path = ["corpus.path=somewhere"] if (group, choice) == ("corpus", "custom") else []
    config = compose_config([*rest, f"{group}={choice}", *path, "output_dir=somewhere"])
    assert isinstance(config, StanceConfig)


@pytest.mark.parametrize("group", sorted({group for group, _ in CHOICES}))
def test_every_group_is_typed_by_the_schema(group: str) -> None:
    assert group in StanceConfig.__dataclass_fields__


@pytest.mark.parametrize("name", ["alaska_summit", "alaska_summit_fine"])
def test_the_shipped_propositions_speak_every_language(name: str, small: list[str]) -> None:
    config = compose_config([*small, f"propositions={name}", "output_dir=somewhere"])
    for item in config.propositions.items.values():
        for texts in (item.statement, item.topic, item.favor, item.against):
            assert set(texts) >= LANGUAGES


def test_the_shipped_holders_templates_and_frames_speak_every_language(small: list[str]) -> None:
    shipped = ("holders=ukraine_war", "frames=news_and_case")
    config = compose_config([*small, *shipped, "output_dir=somewhere"])
    for holder in config.holders.holders.values():
        assert set(holder.name) >= LANGUAGES
        assert set(holder.aliases) >= LANGUAGES
    assert set(config.templates) >= set(TEMPLATE_NAMES)
    for template in config.templates.values():
        assert set(template) >= LANGUAGES
    assert len(config.frames.frames) == 8, "five generic news frames and three of the case"
    for frame in config.frames.frames.values():
        assert_coded(frame)


def assert_coded(frame: FrameConfig) -> None:
    """A frame says what it is, what counts and what does not."""
    assert set(frame.hypotheses) >= LANGUAGES
    assert frame.definition
    assert frame.counts
    assert frame.excludes


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("corpus.pth=x", "corpus.pth: no such key (did you mean corpus.path?)"),
        ("corpus.txt_colum=x", "(did you mean corpus.text_column?)"),
        ("analysis.path=x", "(did you mean corpus.path?)"),
        ("device=cpu", "(did you mean model.device?)"),
        ("methd=pipeline", "methd: no such key (did you mean method?)"),
        ("seed=3 analysis.alhpa=0.1", "analysis.alhpa: no such key (did you mean analysis.alpha?)"),
        ("+corpus.colour=red", "corpus.colour: no such key"),
        ("+colour=red", "colour: no such key"),
        (
            "propositions=alaska_sumit",
            "propositions=alaska_sumit: no such choice (did you mean alaska_summit?)",
        ),
        ("method=stagd", "method=stagd: no such choice (did you mean staged?)"),
        ("experiment=alaska_metods", "(did you mean alaska_methods?)"),
        ("-m method=staged,pipelin", "method=pipelin: no such choice (did you mean pipeline?)"),
        ("method=staged,pipeline", "several values need a sweep, stance -m"),
        ("n=abc", "n=abc: Value 'abc' of type 'str' could not be converted to Integer"),
        ("seed=3 engine.progress=perhaps", "engine.progress=perhaps: Value 'perhaps'"),
        ("alaska_summit", "alaska_summit: cannot be read; expected key=value or group=choice"),
        ("corpus.path=[a", "corpus.path=[a: cannot be read"),
        ("corpus=custom", "corpus.path: not set; set it as corpus.path=…"),
    ],
)
def test_a_wrong_override_is_named_in_one_line_with_the_nearest_valid_name(
    given: str, said: str, small: list[str]
) -> None:
    own = [part for part in small if part.partition("=")[0] not in given]
    with pytest.raises(ConfigError) as caught:
        check_overrides([*shlex.split(given), *own])
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "given",
    [
        "+corpus._target_=os.system",
        "++model._target_=stance_evil.run",
        "+hydra.callbacks.evil._target_=os.system",
    ],
)
def test_code_outside_the_package_may_not_be_named(given: str, small: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"only names inside stance\. may be run"):
        check_overrides([*small, given])


@pytest.mark.parametrize(
    "given",
    [
        "-m method=staged,pipeline",
        "-m method=glob(*)",
        "--multirun seed=range(1,4) method=staged",
        "-m method.only_paraphrase=null,0,1",
        "-m hypothesis_language=choice(en,source)",
        "~hydra.callbacks.sweep_comparison",
        "method.relevance_threshold=0.4 analysis=by_paragraph report=excerpt",
    ],
)
def test_right_overrides_and_sweeps_pass(
    given: str, small: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    check_overrides([*shlex.split(given), *small])
    assert not list(tmp_path.iterdir()), "a check leaves nothing behind"


def test_sets_of_ones_own_are_found_by_config_dir_and_checked_against_the_schema(
    tmp_path: Path, small_sets: Path
) -> None:
    own = shutil.copytree(small_sets, tmp_path / "own")
    text = (own / "propositions" / "small.yaml").read_text("utf-8")
    (own / "propositions" / "mine.yaml").write_text(text, "utf-8")
    (own / "propositions" / "typo.yaml").write_text(text.replace("topic:", "topik:"), "utf-8")
    rest = ["--config-dir", str(own), "holders=small", "frames=small"]
    check_overrides([*rest, "propositions=mine"])
    with pytest.raises(ConfigError, match=r"propositions/typo\.yaml: .*topik.*: no such key"):
        check_overrides([*rest, "propositions=typo"])
    with pytest.raises(ConfigError, match=r"no such choice \(did you mean mine\?\)"):
        check_overrides([*rest, "propositions=mime"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("yes: {}", r"items\.True: Key True \(bool\).*; put it in quotation marks"),
        ("a: {favor: {en: one}}", r"items\.a\.favor\.en: Value 'one'.*; write a list"),
        ("a: {statement: one}", r"items\.a\.statement: Cannot assign str.*; write a mapping"),
        ("a: {favour: {}}", r"favour: no such key \(did you mean propositions\.items\.a\.favor\?"),
    ],
)
def test_what_is_wrong_in_a_set_of_ones_own_is_said_with_its_mend(
    wrong: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "propositions").mkdir()
    (tmp_path / "propositions" / "mine.yaml").write_text(f"items:\n  {wrong}\n", "utf-8")
    rest = ["--config-dir", str(tmp_path), "holders=none", "frames=none"]
    with pytest.raises(ConfigError, match=rf"^propositions/mine\.yaml: .*{said}"):
        check_overrides([*rest, "propositions=mine"])


@pytest.mark.parametrize("key", ["output_dir", "hydra.run.dir", "hydra.sweep.dir"])
def test_a_folder_that_cannot_be_written_is_found_before_anything_runs(
    key: str, tmp_path: Path, small: list[str]
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        check_overrides([*small, f"{key}={tmp_path}/file/below"])
