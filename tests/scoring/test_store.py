"""The file of scores: what goes in comes out, and what cannot be written is said."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from stance.errors import OutputError
from stance.scoring import ScoreStore
from stance.scoring.store import text_key


def keep(store: ScoreStore, n: int, first: int = 0) -> None:
    logits = np.array([1, 2, 3], dtype=np.float32)
    store.keep([(f"premise {i}", {"h": logits * i}) for i in range(first, first + n)])


def test_logits_come_back_bit_for_bit_in_a_later_process(tmp_path: Path) -> None:
    values = np.array([np.float32(1) / 3, -np.inf, np.nan], dtype=np.float32)
    with ScoreStore(tmp_path / "new" / "folder", "f") as store:
        store.keep([("Прем'єр 😀", {"h": values, "other": -values})])
    with ScoreStore(tmp_path / "new" / "folder", "f") as store:
        found = store.find("Прем'єр 😀", ["h", "missing", "other"])
        assert store.find("unknown", ["h"]) == {}
    assert found.keys() == {"h", "other"}
    assert found["h"].dtype == np.float32
    np.testing.assert_array_equal(found["h"], values)
    np.testing.assert_array_equal(found["other"], -values)


def test_what_one_run_keeps_another_finds_at_once(tmp_path: Path) -> None:
    with ScoreStore(tmp_path, "f") as one, ScoreStore(tmp_path, "f") as other:
        keep(one, 3)
        assert len(other.find("premise 2", ["h"])) == 1
        keep(other, 1, first=3)
        assert len(one.find("premise 3", ["h"])) == 1


def test_another_fingerprint_finds_nothing(tmp_path: Path) -> None:
    with ScoreStore(tmp_path, "f") as one, ScoreStore(tmp_path, "g") as other:
        keep(one, 1)
        assert other.find("premise 0", ["h"]) == {}


@pytest.mark.parametrize("place", ["file", "file/below", "taken"])
def test_a_folder_that_cannot_hold_a_store_is_refused_by_name(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "taken" / "f.sqlite").mkdir(parents=True)
    with pytest.raises(OutputError) as refused:
        ScoreStore(tmp_path / place, "f")
    assert str(tmp_path / place) in str(refused.value)
    assert "engine.store" in str(refused.value)


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "f.sqlite").write_text("these are no scores " * 100)
    with pytest.raises(OutputError, match=r"f\.sqlite cannot be used"):
        ScoreStore(tmp_path, "f")


def test_a_damaged_page_is_said_and_a_damaged_row_is_scored_anew(tmp_path: Path) -> None:
    with ScoreStore(tmp_path, "f") as store:
        keep(store, 2000)
        with store._database as database:
            database.execute(
                "UPDATE scores SET logits = x'00' WHERE premise = ?", (text_key("premise 7"),)
            )
        assert store.find("premise 7", ["h"]) == {} and len(store.find("premise 8", ["h"])) == 1
    path = tmp_path / "f.sqlite"
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xaa" * (len(content) - 8192)
    path.write_bytes(content)
    with ScoreStore(tmp_path, "f") as store, pytest.raises(OutputError, match="move it away"):
        for number in range(2000):
            store.find(f"premise {number}", ["h"])


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """The disk is full, as far as this process can tell: no file may grow beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_said_and_what_was_kept_stays(tmp_path: Path) -> None:
    with ScoreStore(tmp_path, "f") as store:
        keep(store, 10)
        with largest_file(64 * 1024), pytest.raises(OutputError) as refused:
            for batch in range(1, 20):
                keep(store, 1000, first=batch * 1000)
        assert "make room" in str(refused.value) and "kept" in str(refused.value)
    with ScoreStore(tmp_path, "f") as store:
        for i in range(10):
            np.testing.assert_array_equal(store.find(f"premise {i}", ["h"])["h"], [i, 2 * i, 3 * i])
        keep(store, 1, first=99_000)  # there is room again
        assert len(store.find("premise 99000", ["h"])) == 1
