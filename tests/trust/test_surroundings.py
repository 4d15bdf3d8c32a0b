"""A run in surroundings that are against it: closed streams, folders in use, odd letters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny import stance_command

from stance.errors import OutputError
from stance.files import hold_folder, release_folders
from stance.terminal import open_streams, say

ROOT = Path(__file__).parents[2]
MAIN = "from stance.app import main; main()"
SPEAK = r"""
from stance.terminal import open_streams, say
open_streams()
say("K\xfcste \u2026 \u6f22 " * 20_000)
kept = open("kept.txt", "w")
assert kept.fileno() > 2, "a file of results got the number of a closed stream"
"""


def python(code: str, redirection: str, folder: Path, **environment: str) -> int:
    """Exit code of Python under a shell that redirects as given."""
    command = f'"$0" -c "$1" {redirection}'
    given = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    ran = subprocess.run(
        ["bash", "-c", command, sys.executable, code],
        cwd=folder, env=given, timeout=300, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert b"Traceback" not in ran.stderr and b"Exception ignored" not in ran.stderr, ran.stderr
    return ran.returncode


@pytest.mark.parametrize(
    "redirection",
    [">&-", "2>&-", "<&- >&- 2>&-", "| true; exit ${PIPESTATUS[0]}", "> /dev/full"],
)
def test_nobody_has_to_listen(redirection: str, tmp_path: Path) -> None:
    assert python(SPEAK, redirection, tmp_path) == 0
    assert (tmp_path / "kept.txt").exists()


def test_a_stream_without_the_letters_gets_escapes(tmp_path: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TERM": "dumb"}
    assert python(SPEAK, "> said.txt", tmp_path, **plain, PYTHONIOENCODING="ascii") == 0
    assert (tmp_path / "said.txt").read_text("ascii").startswith(r"K\xfcste \u2026 \u6f22")


def test_a_failed_run_says_so_by_its_code_where_stderr_is_closed(tmp_path: Path) -> None:
    assert python(f"import sys; sys.argv = ['stance', 'no.key=1']; {MAIN}", "2>&-", tmp_path) == 2


def test_a_name_in_no_encoding_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    ran = stance_command(f"corpus.path={name}", f"output_dir={tmp_path / 'out'}")
    assert "no UTF-8" in ran.complaint
    assert not list(tmp_path.iterdir())


def test_results_among_the_texts_are_refused_as_the_next_run_would_read_them(
    arguments: tuple[str, ...], tiny_corpus: Path, tmp_path: Path
) -> None:
    given = [a for a in arguments if not a.startswith("corpus.path")]
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("Moscow insists that Ukraine must cede land.", "utf-8")
    given += [f"corpus.path={texts}"]
    for folder in (texts / "out", texts, tmp_path / "x" / ".." / "texts" / "out"):
        assert "lies in corpus.path" in stance_command(*given, f"output_dir={folder}").complaint
    assert stance_command(*given, f"output_dir={tmp_path / 'out'}").code == 0


HOLD = """
import sys
from pathlib import Path
from stance.files import hold_folder
hold_folder(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_folder_that_another_run_writes_to_is_refused_until_that_run_ends_or_is_killed(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(out)],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as other:  # fmt: skip
        assert other.stdout is not None and other.stdout.readline() == b"held\n"
        refused = stance_command(*arguments, "task=score", f"output_dir={out}")
        assert "another run is writing there" in refused.complaint
        assert not list(out.iterdir()), "the refused run left something in the folder"
        other.kill()
    assert stance_command(*arguments, "task=score", f"output_dir={out}").code == 0
    hold_folder(out)  # the run in this process has given it back
    release_folders()


def test_a_folder_is_held_for_the_process_not_for_the_call(tmp_path: Path) -> None:
    hold_folder(tmp_path)
    hold_folder(tmp_path)
    held = [sys.executable, "-c", HOLD, str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(held, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    assert OutputError.__name__.encode() in ran.stderr
    release_folders()
    ran = subprocess.run(held, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    assert ran.returncode == 0


def test_streams_of_a_caller_in_python_are_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    open_streams()
    say("Küste")
    assert capsys.readouterr().out == "Küste"
