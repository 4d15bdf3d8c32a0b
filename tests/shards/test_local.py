"""``engine.shard_documents``: the files of a run in one piece, made shard by shard."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from tiny import ARTICLES, Ran, stance_command

from stance.shards.join import MANIFEST
from stance.shards.worker import RECORD

TABLES = ("paragraph_stance", "paragraph_frames")


def scored(arguments: tuple[str, ...], folder: Path, *more: str) -> Ran:
    shards = f"engine.shards={folder / 'shards'}"
    ran = stance_command(
        *arguments, "task=score", f"output_dir={folder / 'out'}", shards, "engine.store=off", *more
    )
    assert ran.code == 0, ran.err
    return ran


def manifest(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "out" / MANIFEST).read_text().splitlines()]


def written(folder: Path) -> dict[str, int]:
    """When each shard was finished."""
    return {path.parent.name: path.stat().st_mtime_ns for path in folder.glob(f"shards/*/{RECORD}")}


def assert_same_files(one: Path, other: Path) -> None:
    """The same rows in the same order; probabilities differ by rounding noise."""
    for name in TABLES:
        pd.testing.assert_frame_equal(
            pd.read_parquet(one / f"{name}.parquet"),
            pd.read_parquet(other / f"{name}.parquet"),
            rtol=0,
            atol=1e-4,
        )
    keys = ["premise", "hypothesis"]
    first, second = (
        pd.read_parquet(folder / "scores.parquet").drop_duplicates(keys).sort_values(keys)
        for folder in (one, other)
    )
    pd.testing.assert_frame_equal(
        first.reset_index(drop=True), second.reset_index(drop=True), rtol=0, atol=1e-4
    )
    for name in ("quarantine.jsonl", "dropped.jsonl"):
        assert (one / name).read_text("utf-8") == (other / name).read_text("utf-8")


@pytest.fixture
def uneven(tmp_path: Path, tiny_corpus: Path) -> Path:
    """Pages and tables whose columns differ, with repeated names and rows that cannot be read."""
    folder = shutil.copytree(tiny_corpus, tmp_path / "uneven")
    for year, extra in (("2024", {"page": 3, "desk": None}), ("2025", {"page": 2.5})):
        (folder / year).mkdir()
        rows = [
            {"text": text, "source": name, **extra}
            for name, (_, _, _, texts) in ARTICLES.items()
            for text in texts[:2]
        ]
        rows.insert(3, {"text": "", "source": "empty"})
        lines = [json.dumps(row) for row in rows]
        lines.insert(1, "no JSON")
        (folder / year / "news.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


@pytest.mark.parametrize(("method", "size"), [("staged", 1), ("staged", 100), ("pipeline", 3)])
def test_the_files_are_those_of_a_run_in_one_piece(
    size: int, method: str, tmp_path: Path, arguments: tuple[str, ...], uneven: Path
) -> None:
    given = (*arguments, f"corpus.path={uneven}", f"method={method}")
    whole = stance_command(*given, "task=score", f"output_dir={tmp_path / 'whole'}")
    assert whole.code == 0, whole.err
    ran = scored(given, tmp_path, f"engine.shard_documents={size}")
    assert ran.out.strip() == str(tmp_path / "out" / "paragraph_stance.parquet")
    assert_same_files(tmp_path / "whole", tmp_path / "out")
    ids = pd.read_parquet(tmp_path / "out" / "paragraph_stance.parquet")["document"]
    assert {"news:1", "2025/news:1"} <= set(ids), "the second table of the name has ids of its own"
    found = manifest(tmp_path)
    assert len(found) == {1: 24, 3: 10, 100: 3}[size]
    assert sum(int(str(line["rows"])) for line in found) == len(ids)
    assert sum(int(str(line["refused"])) for line in found) == 4


def test_finished_shards_are_found_again_and_half_written_ones_are_redone(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    scored(arguments, tmp_path, "engine.shard_documents=1")
    before = written(tmp_path)
    assert len(before) == len(ARTICLES)
    half, *others = sorted(before)
    (tmp_path / "shards" / half / RECORD).write_text('{"number": 0,')
    (tmp_path / "shards" / half / "paragraph_stance.parquet").write_bytes(b"half")
    draft = tmp_path / "shards" / f".{others[0]}-12345678"
    draft.mkdir()
    first = pd.read_parquet(tmp_path / "out" / "paragraph_stance.parquet")
    scored(arguments, tmp_path, "engine.shard_documents=1")
    after = written(tmp_path)
    assert {name for name in before if after[name] != before[name]} == {half}
    assert not draft.exists()
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "out" / "paragraph_stance.parquet"), first
    )


def test_another_text_wording_or_model_is_scored_anew(
    tmp_path: Path, arguments: tuple[str, ...], tiny_corpus: Path
) -> None:
    own = shutil.copytree(tiny_corpus, tmp_path / "own")
    given = (*arguments, f"corpus.path={own}", "engine.shard_documents=1")
    scored(given, tmp_path)
    n = len(ARTICLES)
    with (own / "bote-eins.md").open("a", encoding="utf-8") as file:
        file.write("\nEin Satz mehr über Wetter und Wind, und dann ist es gut.\n")
    scored(given, tmp_path)
    assert len(written(tmp_path)) == n + 1
    scored(given, tmp_path, "method.relevance_threshold=0.3")
    assert len(written(tmp_path)) == 2 * n + 1
    scored(given, tmp_path, "model.dtype=bfloat16")
    assert len(written(tmp_path)) == 3 * n + 1
    scored(given, tmp_path, "analysis=by_paragraph", "corpus.near_duplicates=0")
    assert len(written(tmp_path)) == 3 * n + 1


def test_an_analysis_goes_on_from_finished_shards(
    tmp_path: Path, arguments: tuple[str, ...], finished: Path
) -> None:
    given = (*arguments, "engine.shard_documents=2")
    scored(given, tmp_path)
    before = written(tmp_path)
    ran = stance_command(
        *given, f"engine.shards={tmp_path / 'shards'}", f"output_dir={tmp_path / 'analysed'}"
    )
    assert ran.code == 0, ran.err
    assert written(tmp_path) == before
    assert_same_files(finished, tmp_path / "analysed")
    tables = sorted(path.name for path in finished.glob("*.csv"))
    assert {"source_stance.csv", "comparisons.csv", "terms.csv", "baselines.csv"} <= set(tables)
    for name in tables:
        pd.testing.assert_frame_equal(
            pd.read_csv(finished / name), pd.read_csv(tmp_path / "analysed" / name), atol=1e-4
        )
    one, other = (
        json.loads((folder / "results.json").read_text("utf-8"))
        for folder in (finished, tmp_path / "analysed")
    )
    assert one["model"] == other["model"]
    assert one["corpus_fingerprint"] == other["corpus_fingerprint"]


@pytest.mark.parametrize("mode", ["none", "excerpt"])
def test_text_that_may_not_go_out_is_hidden_whichever_shard_shows_that_it_is_long(
    mode: str, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    corpus = tmp_path / "notes.jsonl"
    rows = [{"text": texts[0], "source": "a", "note": "brief"} for *_, texts in ARTICLES.values()]
    rows[2]["note"] = "A summary of the article that is far too long to count as metadata, is it."
    corpus.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    given = (*arguments, f"corpus.path={corpus}", f"report.text={mode}")
    whole = stance_command(*given, "task=score", f"output_dir={tmp_path / 'whole'}")
    assert whole.code == 0, whole.err
    scored(given, tmp_path, "engine.shard_documents=1")
    assert_same_files(tmp_path / "whole", tmp_path / "out")
    table = pd.read_parquet(tmp_path / "out" / "paragraph_stance.parquet")
    assert "note" not in table and "text" not in table
    everything = "".join(
        (tmp_path / "out" / name).read_text("utf-8") for name in ("dropped.jsonl", MANIFEST)
    )
    assert "summary" not in everything


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("engine.name=spark",), "engine.name='spark': expected one of local, ray"),
        (("engine.shard_documents=0",), "engine.shard_documents=0: a shard needs at least one"),
        (("engine.name=ray",), "engine.shard_documents: set it"),
        (("engine=ray", "engine.workers=0"), "engine.workers=0 engine.cpus=1"),
        (("engine.shard_documents=2", "task=calibrate", "gold=x"), "task=calibrate scores in one"),
        (("engine.shard_documents=2", "task=robustness"), "task=robustness scores in one piece"),
        (
            ("engine.shard_documents=2", "task=score", "corpus.languages=[pl]"),
            "corpus.languages=['pl'] keeps nothing",
        ),
        (("engine.shard_documents=2", "corpus.path=nowhere.csv"), "Nothing at nowhere.csv"),
    ],
)
def test_what_cannot_be_done_in_shards_is_said(
    more: tuple[str, ...], said: str, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    ran = stance_command(*arguments, f"output_dir={tmp_path}", *more)
    assert said in ran.complaint


def test_a_corpus_of_which_nothing_can_be_read_is_an_error(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "empty.jsonl").write_text('{"text": ""}\n{"text": " "}\n', "utf-8")
    given = (*arguments, f"corpus.path={tmp_path / 'empty.jsonl'}", "engine.shard_documents=1")
    ran = stance_command(*given, "task=score", f"output_dir={tmp_path}")
    assert "Nothing could be read" in ran.complaint and "row 1 has no text" in ran.complaint


def test_without_ray_its_engine_names_the_extra(
    tmp_path: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    ran = stance_command(*arguments, "engine=ray", "task=score", f"output_dir={tmp_path}")
    assert "pip install 'stance[ray]'" in ran.complaint
