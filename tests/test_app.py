"""The ``stance`` command: what it makes, and the one clear line it says when it cannot."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import torch
from tiny import ARTICLES, Ran, stance_command

from stance.nli.compact import WEIGHTS

COMMAND = Path(sys.executable).parent / "stance"
Checkpoint = Callable[..., Path]
Stance = Callable[..., Ran]


@pytest.fixture
def stance(arguments: tuple[str, ...], tmp_path: Path) -> Stance:
    """Calls the command with the small settings and whatever else is given."""

    def call(*more: str) -> Ran:
        replaced = {part.partition("=")[0] for part in more}
        kept = [part for part in arguments if part.partition("=")[0] not in replaced]
        own = [] if "output_dir" in replaced else [f"output_dir={tmp_path / 'out'}"]
        return stance_command(*kept, *own, *more)

    return call


def test_help_explains_itself_with_examples() -> None:
    ran = stance_command("--help")
    assert ran.code == 0
    assert ran.out.count("  stance ") >= 6
    for word in ("corpus.path=", "task=sample", "gold=", "-m ", "propositions: alaska_summit"):
        assert word in ran.out


def test_what_needs_no_model_waits_for_none() -> None:
    code = "import sys, stance.app; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_without_holders_only_the_text_is_asked(stance: Stance, tmp_path: Path) -> None:
    ran = stance("task=score", "holders=none")
    assert ran.code == 0, ran.err
    found = pd.read_parquet(tmp_path / "out" / "paragraph_stance.parquet")
    assert set(found["holder"]) == {"text"}


def test_the_installed_command_ends_with_one_line_and_exit_code_2(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    rest = [part for part in arguments if not part.startswith("corpus.path=")]
    done = subprocess.run(
        [COMMAND, *rest, "corpus.path=nowhere/at/all"],
        cwd=tmp_path,
        env=os.environ | {"STANCE_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    complaint = Ran(done.returncode, done.stdout, done.stderr).complaint
    assert "Nothing at nowhere/at/all" in complaint
    assert "corpus.path" in complaint


def test_a_wrong_key_ends_the_command_before_it_makes_anything(
    stance: Stance, tmp_path: Path
) -> None:
    ran = stance("corpus.pth=x")
    assert "did you mean corpus.path?" in ran.complaint
    assert not (tmp_path / "out").exists()


def corpus_without_a_file(folder: Path) -> str:
    (folder / "empty").mkdir()
    return str(folder / "empty")


def corpus_of_one_binary_file(folder: Path) -> str:
    (folder / "picture.txt").write_bytes(bytes(range(256)) * 40)
    return str(folder / "picture.txt")


def corpus_without_the_text_column(folder: Path) -> str:
    (folder / "news.csv").write_text("headline,body\nOne,Two\n", "utf-8")
    return str(folder / "news.csv")


def corpus_of_another_extension(folder: Path) -> str:
    (folder / "news.docx").write_bytes(b"PK")
    return str(folder / "news.docx")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (corpus_without_a_file, "holds nothing"),
        (corpus_of_one_binary_file, "picture.txt"),
        (corpus_without_the_text_column, "no column 'text'. Columns found: headline, body"),
        (corpus_of_another_extension, ".docx"),
    ],
)
def test_a_corpus_that_cannot_be_read_is_named_with_what_was_expected(
    make: Callable[[Path], str], said: str, stance: Stance, tmp_path: Path
) -> None:
    assert said in stance(f"corpus.path={make(tmp_path)}").complaint


def test_a_broken_json_line_is_quarantined_with_its_number_and_the_rest_is_analysed(
    stance: Stance, tmp_path: Path
) -> None:
    text = ARTICLES["herald-two.md"][3][0]
    good = json.dumps({"id": "a", "text": text, "language": "en"})
    (tmp_path / "news.jsonl").write_text(f"{good}\n{good[:-9]}\n\n{good}\n", "utf-8")
    ran = stance(f"corpus.path={tmp_path / 'news.jsonl'}")
    assert ran.code == 0, ran.err
    refused = [json.loads(s) for s in (tmp_path / "out/quarantine.jsonl").read_text().splitlines()]
    assert [r["row"] for r in refused] == [2]
    assert "JSON" in refused[0]["reason"]
    table = pd.read_parquet(tmp_path / "out/paragraph_stance.parquet")
    assert table["document"].nunique() == 2


def test_a_language_without_hypotheses_is_asked_in_english_with_one_warning(
    stance: Stance, tiny_corpus: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_corpus, tmp_path / "articles")
    said = ["Rusko chce celý kraj i s doly.", "Ukrajina nedá ani metr své země.", "Pršelo."]
    (folder / "list.md").write_text("---\nlanguage: cs\n---\n" + "\n\n".join(said), "utf-8")
    ran = stance(f"corpus.path={folder}", "hypothesis_language=source")
    assert ran.code == 0, ran.err
    warnings = [line for line in ran.err.splitlines() if "WARNING" in line]
    assert len(warnings) == 1 and "cs (3 paragraphs)" in warnings[0]
    for name in ("paragraph_stance", "paragraph_frames"):
        table = pd.read_parquet(tmp_path / f"out/{name}.parquet")
        czech = table["document"] == "list"
        assert czech.any() and set(table[czech]["hypothesis_language"]) == {"en"}
        assert set(table[~czech]["hypothesis_language"]) == {"en", "de"}
    scores = pd.read_parquet(tmp_path / "out/scores.parquet")
    asked = set(scores.loc[scores["premise"] == said[0], "hypothesis"])
    assert "This text is about ceding Ukrainian land." in asked and "Two sides quarrel." in asked
    report = (tmp_path / "out/report.md").read_text("utf-8")
    assert "those not written in it in English, in cs." in report


@pytest.mark.parametrize("shards", ["null", "2"])
def test_what_is_refused_leaves_no_word_of_the_articles_in_outputs_without_text(
    shards: str, stance: Stance, tiny_corpus: Path, tmp_path: Path
) -> None:
    secret = "grandmother sold her orchard"
    folder = shutil.copytree(tiny_corpus, tmp_path / "articles")
    (folder / "headless.csv").write_text(f"Her {secret},for nothing\none,two\n", "utf-8")
    (folder / "odd.jsonl").write_text(
        f'{{"text": "Land for peace is bad."}}\n{{"{secret}": 1}}\n{{"text": "{secret}',
        "utf-8",
    )
    (folder / "front.md").write_text(f"---\ntitle: !{secret.replace(' ', '_')}\n---\nText", "utf-8")
    ran = stance(
        *(f"corpus.path={folder}", f"engine.shard_documents={shards}", "report.text=none"),
        f"engine.shards={tmp_path / 'shards'}",
        *(("task=score",) if shards != "null" else ()),
    )
    assert ran.code == 0, ran.err
    out = tmp_path / "out"
    refused = [json.loads(line) for line in (out / "quarantine.jsonl").read_text().splitlines()]
    assert len(refused) == 4 and all("reason" in row and "found" not in row for row in refused)
    for path in out.rglob("*"):
        if path.is_file() and path.suffix != ".parquet":
            words = path.read_text("utf-8", errors="replace").replace("_", " ")
            assert "grandmother" not in words, path


def test_a_model_that_cannot_be_used_is_named_with_what_is_wrong(
    stance: Stance, one_pass_folder: Path, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    bare = shutil.copytree(one_pass_folder, tmp_path / "bare")
    (bare / WEIGHTS).unlink()
    assert f"{WEIGHTS} is missing" in stance(f"model.id={bare}").complaint
    odd = checkpoint("bert", ("yes", "no", "perhaps"))
    complaint = stance(f"model.id={odd}").complaint
    assert "'perhaps'" in complaint
    assert "entailment / neutral / contradiction" in complaint


def test_wrong_values_are_refused_with_the_right_ones(stance: Stance) -> None:
    assert "expected one of analyse, sample, evaluate" in stance("task=analyze").complaint
    assert "expected one of full, excerpt, none" in stance("report.text=some").complaint


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_cuda_is_not_quietly_replaced_where_it_is_absent(stance: Stance) -> None:
    assert "torch sees no CUDA device" in stance("model.device=cuda").complaint


def test_an_output_folder_below_a_file_is_refused(
    stance: Stance, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    assert "cannot be written" in stance(f"output_dir={tmp_path}/file/out").complaint
    (tmp_path / "outputs").touch()
    monkeypatch.chdir(tmp_path)
    assert "outputs: cannot be written" in stance_command(*arguments).complaint


def test_a_gold_file_that_cannot_be_used_is_named_with_its_line(
    stance: Stance, tmp_path: Path
) -> None:
    assert "no such file" in stance("gold=nowhere.csv").complaint
    assert "task=evaluate needs gold=FILE" in stance("task=evaluate").complaint
    head = "document,paragraph,proposition,stance\n"
    good = "herald-one,0,land,neutral\n"
    for wrong, said in (
        ("herald-one,1,land,pro\n", "line 3: stance 'pro'; expected favor, against"),
        ("herald-nine,1,land,favor\n", "line 3: document 'herald-nine' is not in the corpus"),
    ):
        (tmp_path / "gold.csv").write_text(head + good + wrong, "utf-8")
        assert said in stance(f"gold={tmp_path / 'gold.csv'}").complaint


def test_a_full_disk_loses_nothing_that_was_scored(
    stance: Stance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, store = os.replace, f"engine.store={tmp_path / 'store'}"

    def full(source: os.PathLike[str], target: os.PathLike[str]) -> None:
        if "results.json" in str(target):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    complaint = stance(store).complaint
    assert "No space left on device" in complaint
    assert "make room" in complaint
    assert not list((tmp_path / "out").glob(".*partial")), "half a file stayed"
    assert not (tmp_path / "out/results.json").exists()

    monkeypatch.setattr(os, "replace", replace)
    assert stance(store).code == 0
    counts = json.loads((tmp_path / "out/results.json").read_text("utf-8"))["counts"]
    assert counts["pairs_scored"] == 0
    assert counts["pairs_reused"] > 0
