"""A corpus at an address of fsspec is read as the same files on this machine are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import fsspec
import pytest

from stance.corpus import read_corpus
from stance.errors import CorpusError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Tables of the same name in two folders, a page, and a hidden file."""
    for year in ("2024", "2025"):
        (tmp_path / year).mkdir()
        rows = [{"text": f"The ferry of {year} left, and nobody waved. {n}"} for n in range(3)]
        lines = "\n".join(json.dumps(row) for row in rows)
        (tmp_path / year / "news.jsonl").write_text(lines, "utf-8")
    (tmp_path / "page.md").write_text("A page of its own stands above the folders.", "utf-8")
    (tmp_path / ".hidden.md").write_text("Nobody should read this sentence here.", "utf-8")
    (tmp_path / "empty.jsonl").write_text('{"body": "no text column"}', "utf-8")
    return tmp_path


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The same folder in the memory of fsspec."""
    system, root = fsspec.filesystem("memory"), f"/{uuid4().hex}"
    system.put(str(folder) + "/", root, recursive=True)
    yield f"memory:/{root}"
    system.rm(root, recursive=True)


def test_a_folder_at_an_address_is_read_like_a_folder_here(folder: Path, address: str) -> None:
    here, there = read_corpus(folder), read_corpus(address)
    assert there.documents == here.documents
    assert [d.id for d in there.documents][:2] == ["news:1", "news:2"]
    assert there.quarantine == here.quarantine and len(here.quarantine) == 1


def test_a_single_file_at_an_address_is_read(folder: Path, address: str) -> None:
    here, there = (read_corpus(f"{where}/2024/news.jsonl") for where in (str(folder), address))
    assert [(d.id, d.source, d.paragraphs) for d in there.documents] == [
        (d.id, d.source, d.paragraphs) for d in here.documents
    ]


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("/nowhere", "there is nothing"),
        ("/empty.jsonl", "corpus.text_column"),
    ],
)
def test_what_is_wrong_at_an_address_is_said(end: str, said: str, address: str) -> None:
    with pytest.raises(CorpusError, match=said):
        read_corpus(address + end)


def test_an_address_of_no_known_storage_is_an_error_that_names_it() -> None:
    with pytest.raises(CorpusError, match=r"corpus\.path=nosuch://bucket/news cannot be read"):
        read_corpus("nosuch://bucket/news")
