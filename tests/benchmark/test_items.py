"""Rows of a labelled set become items: files, parts, labels, draws, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest
from datasets import Dataset

from stance.benchmark.config import Columns, Part
from stance.benchmark.items import read_items
from stance.errors import ConfigError, CorpusError

from .sets import ROWS, SIDES, stance_set, write


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.csv", "a.tsv", "a.parquet"])
def test_every_kind_of_file_gives_the_same_items(tmp_path, name):
    items = read_items(stance_set(write(tmp_path / name, ROWS))).items
    assert [(i.text, i.target, i.language) for i in items] == [
        (r["text"], r["target"], r["lang"]) for r in ROWS
    ]
    assert [i.gold for i in items[:3]] == ["against", "favor", "neutral"]


def test_a_dataset_saved_to_disk_is_read(tmp_path):
    Dataset.from_pandas(pd.DataFrame(ROWS)).save_to_disk(tmp_path / "saved")
    assert len(read_items(stance_set(tmp_path / "saved")).items) == len(ROWS)


def test_parts_are_files_of_their_own_and_carry_language_and_target(tmp_path):
    write(tmp_path / "news.de.jsonl", [{"text": "Ja.", "label": "PRO"}])
    write(tmp_path / "news.fr.jsonl", [{"text": "Non.", "label": "CON"}])
    parts = {p: Part(language=p, target=f"Pont {p}") for p in ("de", "fr", "it")}
    read = read_items(stance_set(tmp_path / "news.{part}.jsonl", parts=parts))
    assert [(i.language, i.target) for i in read.items] == [("de", "Pont de"), ("fr", "Pont fr")]
    assert read.left_out == {"part it: no file": 1}


def test_rows_without_a_label_that_counts_are_counted(tmp_path):
    rows = [*ROWS, {"text": "Hm?", "target": "Build it", "label": "QUERY", "lang": "en"}]
    read = read_items(stance_set(write(tmp_path / "a.jsonl", rows)))
    assert len(read.items) == len(ROWS)
    assert read.left_out == {"label QUERY": 1}


def test_drawn_rows_depend_on_the_seed_alone(tmp_path):
    config = stance_set(write(tmp_path / "a.jsonl", ROWS), rows=7)
    first, again, other = (read_items(config, seed).items for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len(first) == 7


def test_the_top_of_a_part_is_what_was_kept_out_of_training(tmp_path):
    config = stance_set(write(tmp_path / "a.jsonl", ROWS), first=5)
    assert [item.text for item in read_items(config).items] == [r["text"] for r in ROWS[:5]]


def test_a_premise_and_its_translations_are_one_group(tmp_path):
    pairs = {"en": ["Rain.", "Rain.", "Snow."], "de": ["Regen.", "Regen.", "Schnee."]}
    for language, premises in pairs.items():
        rows = [
            {"text": text, "target": f"t{i}", "label": "PRO"} for i, text in enumerate(premises)
        ]
        write(tmp_path / f"a.{language}.jsonl", rows)
    parts = {language: Part(language=language) for language in pairs}
    config = stance_set(tmp_path / "a.{part}.jsonl", parts=parts, parallel=True)
    groups = [item.group for item in read_items(config).items]
    assert groups == ["Rain.", "Rain.", "Snow."] * 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "guess"}, "benchmark.kind"),
        ({"hypotheses": {"favor": SIDES["favor"]}}, "benchmark.hypotheses.against.en"),
        ({"labels": {"PRO": "pro"}}, "benchmark.labels.PRO"),
        ({"columns": Columns(text="body")}, "benchmark.columns.text"),
        ({"path": "nowhere.jsonl"}, "no such file"),
        ({"path": None}, "only had as files"),
        ({"languages": ["pl"]}, "no row counts"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, changes, says):
    with pytest.raises((ConfigError, CorpusError), match=says):
        read_items(stance_set(write(tmp_path / "a.jsonl", ROWS), **changes))


def test_a_broken_line_is_named_with_its_number(tmp_path):
    path = write(tmp_path / "a.jsonl", ROWS[:2])
    path.write_text(path.read_text() + "{oops\n")
    with pytest.raises(CorpusError, match="line 3"):
        read_items(stance_set(path))
