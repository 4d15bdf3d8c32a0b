"""Every command in the README and the pages is one that the program takes; most are run."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from tiny import ARTICLES, Ran, make_corpus, stance_command

from stance.app import check_overrides
from stance.resources import SEEDS

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "seeds/README.md")),
    ROOT / "seeds/lorvena_heating/README.md",
    ROOT / "stance/nli/embedded_model/README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "configs").rglob("*.md")),
]
# A model or a set of the hub, a GPU, an object store, hours, or a folder that the page leaves open.
_NOT_HERE = ("model=mdeberta", "model.id=", "model.device=cuda", "benchmark=", "s3://", "FOLDER")
# What makes a command quick; added behind its own settings.
QUICK = (
    *("analysis.bootstrap=20", "analysis.permutations=20", "power.runs=5"),
    "engine.threads=1",
)
# The command that a reader types first is run on the whole embedded corpus; the others that name
# no corpus, sweeps among them, on the beginnings of two of its articles in two languages.
ON_ALL = "stance experiment=alaska_summit"
TWO_ARTICLES, PARAGRAPHS = ("anchorage-brief", "chatty-planet"), 6


def commands(page: Path) -> Iterator[str]:
    """What a page says to type: lines of its shell blocks, and inline code that begins so."""
    text = page.read_text("utf-8")
    for block in re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL):
        whole = re.sub(r"\\\n\s*", "", block)
        yield from (line for line in whole.splitlines() if line.strip())
    without_blocks = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for inline in re.findall(r"`((?:stance|\./scripts/|scripts/)[^`]*)`", without_blocks):
        # Not what leaves a part open.
        if "…" not in inline:
            yield inline


def cases() -> list[tuple[str, str]]:
    """Page and command, each command once."""
    found = {
        command.split("  #")[0].strip(): page.relative_to(ROOT).as_posix()
        for page in reversed(PAGES)
        if page.exists()
        for command in commands(page)
    }
    return [(page, command) for command, page in found.items()]


CASES = cases()
STANCE = [(page, command) for page, command in CASES if command.startswith("stance ")]
RUN = [
    (page, command)
    for page, command in STANCE
    if not any(word in command for word in _NOT_HERE)
    and page in ("README.md", "docs/how-to.md")
    and "--help" not in command
    and "--cfg" not in command
]
COMPOSED = [case for case in STANCE if case not in RUN]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, finished: Path) -> Path:
    """A folder with what the pages assume: articles, a table, a pilot, sets, sheets, runs."""
    folder = tmp_path_factory.mktemp("place")
    for name in ("articles", "pilot", "texts"):
        make_corpus(folder / name)
    (folder / "two").mkdir()
    for article in TWO_ARTICLES:
        for language in ("en", "uk"):
            name = f"{article}.{language}.md"
            head, body = (SEEDS / "articles" / name).read_text("utf-8").split("\n---\n", 1)
            short = "\n\n".join(body.strip().split("\n\n")[:PARAGRAPHS])
            (folder / "two" / name).write_text(f"{head}\n---\n\n{short}\n", "utf-8")
    lines = [
        "body,outlet,day",
        *(f'"{texts[0]}",Post,2025-08-16' for *_, texts in ARTICLES.values()),
    ]
    (folder / "news.csv").write_text("\n".join(lines) + "\n", "utf-8")
    rows = [
        f"{name.removesuffix('.md')},{paragraph},{claim},{label}"
        for name in ARTICLES
        for claim in ("territorial_exchange", "nato_role")
        for paragraph, label in ((0, "favor"), (1, "unrelated"))
    ]
    sheet = "\n".join(["document,paragraph,proposition,stance", *rows]) + "\n"
    (folder / "check").mkdir()
    for name in ("check/coding_sheet.csv", "coding_sheet.csv"):
        (folder / name).write_text(sheet, "utf-8")
    for name in ("a", "b", "first", "second"):
        shutil.copytree(finished, folder / "outputs" / name)
    own_sets(folder / "my")
    return folder


def own_sets(folder: Path) -> None:
    """The YAML of the how-to, each in the file that the page says, and a copy under ``mine``."""
    page = (ROOT / "docs" / "how-to.md").read_text("utf-8")
    for block in re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL):
        found = yaml.safe_load(block) if not block.startswith("---") else {}
        kinds = {"items": "propositions", "holders": "holders", "frames": "frames"}
        for key, group in kinds.items():
            if key in found:
                (folder / group).mkdir(parents=True, exist_ok=True)
                for name in (found["name"], "mine"):
                    (folder / group / f"{name}.yaml").write_text(block, "utf-8")


def ids(pairs: list[tuple[str, str]]) -> list[str]:
    return [command for _, command in pairs]


def test_the_pages_hold_commands() -> None:
    assert len(STANCE) > 45 and len(RUN) > 25
    assert {"README.md", "docs/how-to.md"} <= {page for page, _ in CASES}


@pytest.mark.parametrize(("page", "command"), COMPOSED, ids=ids(COMPOSED))
def test_a_command_that_is_not_run_is_taken(
    page: str, command: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    check_overrides(shlex.split(command, comments=True)[1:])


@pytest.mark.parametrize(("page", "command"), CASES, ids=ids(CASES))
def test_a_script_of_the_pages_is_there_and_can_be_run(page: str, command: str) -> None:
    for name in re.findall(r"(?:^|\s)(?:\./)?(scripts/\w+(?:\.py)?)", command):
        script = ROOT / name
        assert script.is_file(), f"{page}: {name}"
        assert script.stat().st_mode & 0o100, f"{page}: {name} cannot be executed"


@pytest.mark.slow
@pytest.mark.parametrize(("page", "command"), RUN, ids=ids(RUN))
def test_a_command_of_the_pages_runs(
    page: str,
    command: str,
    place: Path,
    one_pass_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A copy, since a command writes over what another one reads: a filled-in sheet, for instance.
    monkeypatch.chdir(shutil.copytree(place, tmp_path / "place"))
    if "task=sample" in command:
        shutil.rmtree("check")  # what is coded there would be kept
    arguments = [*shlex.split(command, comments=True)[1:], *QUICK, f"model.id={one_pass_folder}"]
    if "corpus." not in command and "runs=" not in command and command != ON_ALL:
        arguments.append("corpus.path=two")
    ran: Ran = stance_command(*arguments)
    assert ran.code == 0, ran.err
    for line in ran.out.splitlines()[-1:]:
        assert Path(line).is_file(), f"the last line is no path: {line}"
