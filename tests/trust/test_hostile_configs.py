"""A configuration file sets values: it runs nothing, prints no secret, leaves no folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny import stance_command

from stance.app import check_overrides
from stance.errors import ConfigError

Tempting = Callable[[str], list[str]]


@pytest.fixture
def hostile(tmp_path: Path, small_sets: Path) -> Tempting:
    """Arguments that choose an experiment with the given body, of somebody else's making."""
    import shutil

    folder = shutil.copytree(small_sets, tmp_path / "passed_on")
    (folder / "experiment").mkdir()
    small = ["propositions=small", "holders=small", "frames=small", "corpus.path=x"]

    def arguments(body: str) -> list[str]:
        text = body.replace("CANARY", str(tmp_path / "canary"))
        (folder / "experiment" / "gift.yaml").write_text(f"# @package _global_\n{text}", "utf-8")
        return ["--config-dir", str(folder), *small, "experiment=gift"]

    return arguments


CALLBACK = "hydra: {{callbacks: {{gift: {{_target_: {}, command: 'touch CANARY'}}}}}}"
LOGGING = "hydra: {job_logging: {handlers: {gift: {%s}}, root: {handlers: [gift]}}}"


@pytest.mark.parametrize(
    "body",
    [
        CALLBACK.format("os.system"),
        # Modules of this package and of Hydra import others: what lies below them is anybody's.
        CALLBACK.format("stance.app.os.system"),
        CALLBACK.format("hydra._internal.utils.os.system"),
        CALLBACK.format("hydra_plugins.gift.os.system"),
        CALLBACK.format("'${name}'") + "\nname: os.system",
        "hydra: {sweeper: {_target_: stance.app.os.system}}",
        "hydra: {launcher: {_target_: subprocess.run, args: [touch, CANARY]}}",
        LOGGING % "(): os.system, command: touch CANARY",
        LOGGING % "class: logging.FileHandler, filename: CANARY",
        LOGGING % "class: logging.StreamHandler, stream: ext://os.environ",
        "hydra: {job: {env_set: {PYTHONSTARTUP: CANARY}}}",
        "hydra: {hydra_logging: {handlers: {gift: {(): os.system, command: touch CANARY}}}}",
        "model: {_target_: os.system}",
        "name: {unclosed",
        "name: &a [*a, *a]",
        "name: ../../gift",
        "name: /tmp/gift",
    ],
)
def test_a_file_that_would_run_or_redirect_something_is_refused_before_it_can(
    body: str, hostile: Tempting, tmp_path: Path
) -> None:
    ran = stance_command(*hostile(body), f"output_dir={tmp_path / 'out'}")
    assert ran.complaint
    assert not (tmp_path / "canary").exists()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "value",
    [
        "${oc.env:SECRET}",
        "${ oc.env : SECRET }",
        "${oc.env:SECRET,${seed}}",
        "${oc.decode:${oc.env:SECRET}}",
        "${oc.${name}:SECRET}",
        "${now:${oc.env:SECRET}}",
    ],
)
def test_a_file_does_not_read_the_environment(
    value: str, hostile: Tempting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "hunter2")
    with pytest.raises(ConfigError, match="may refer to other keys only") as refused:
        check_overrides(hostile(f"model: {{revision: '{value}'}}"))
    assert "hunter2" not in str(refused.value)


def test_the_user_may_name_a_variable_and_a_file_may_refer_to_keys_and_sweep(
    hostile: Tempting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SCRATCH", str(tmp_path / "scratch"))
    sweep = (
        "model: {revision: '${name}'}\nhydra: {mode: MULTIRUN, sweeper: {params: {seed: '1,2'}}}"
    )
    check_overrides([*hostile(sweep), "output_dir='${oc.env:SCRATCH}/a'"])


ALIASES = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize("form", ["list", "mapping"])
def test_a_few_lines_that_stand_for_billions_of_values_are_refused_at_once(
    form: str, hostile: Tempting
) -> None:
    body = ALIASES if form == "list" else ALIASES.replace("[", "{k: [").replace("]", "]}")
    with pytest.raises(ConfigError, match="aliases"):
        check_overrides(hostile(body))


def test_a_file_may_repeat_itself_by_an_alias(hostile: Tempting) -> None:
    check_overrides(hostile("name: &word again\nmodel: {revision: *word}"))


def test_every_member_of_a_sweep_is_looked_at(hostile: Tempting) -> None:
    given = hostile("n: 3")
    group = Path(given[1]) / "experiment"
    (group / "worse.yaml").write_text(
        "# @package _global_\n" + LOGGING % "(): os.system, command: 'true'", "utf-8"
    )
    swept = [part.replace("=gift", "=gift,worse") for part in given]
    with pytest.raises(ConfigError, match="only names inside"):
        check_overrides(["-m", *swept])


@pytest.mark.parametrize("flag", ["--config-path", "--config-name", "--experimental-rerun"])
def test_the_checked_configuration_cannot_be_replaced(flag: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--config-dir"):
        check_overrides([flag, str(tmp_path)])


def test_what_a_run_that_was_passed_on_recorded_is_shown_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stance.sweep import _overrides

    monkeypatch.setenv("SECRET", "hunter2")
    (tmp_path / ".hydra").mkdir()
    recorded = tmp_path / ".hydra" / "overrides.yaml"
    recorded.write_text("- seed=1\n- name=${oc.env:SECRET}\n", "utf-8")
    assert _overrides(tmp_path) == "seed=1 name=${oc.env:SECRET}"
    recorded.write_text("- {unclosed", "utf-8")
    assert _overrides(tmp_path) == tmp_path.name
