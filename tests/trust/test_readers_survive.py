"""No file stops a corpus: hostile, broken and huge ones are read or refused with a reason."""

from __future__ import annotations

import json
import os
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stance.corpus import Corpus, read_corpus
from stance.corpus.pages import strip_markdown
from stance.errors import CorpusError

SCRIPTS = Path(__file__).parents[2] / "scripts"
GOOD = "The harbour was quiet and the ships lay still in the morning fog, said the pilot."


@pytest.fixture
def fuzz_readers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import fuzz_readers

    yield fuzz_readers
    del sys.modules["fuzz_readers"]


@pytest.mark.slow
def test_generated_and_mutated_files_are_read_or_refused(fuzz_readers: Any, tmp_path: Path) -> None:
    found = fuzz_readers.fuzz(160, 7, tmp_path)
    assert sum(found.files.values()) == 160
    assert set(found.files) == set(fuzz_readers.KINDS)
    assert not found.wrong, "\n".join(found.wrong)
    assert sum(found.refused.values()) > 0, "nothing was broken enough to be refused"


def beside(folder: Path, **files: str | bytes) -> Corpus:
    """A corpus of one sound file and those given, by name without the dot: ``a_md`` is a.md."""
    (folder / "sound.txt").write_text(GOOD, "utf-8")
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        (folder / name.replace("_", ".")).write_bytes(data)
    corpus = read_corpus(folder)
    assert any(document.id == "sound" for document in corpus.documents)
    return corpus


def reason_for(corpus: Corpus) -> str:
    (refused,) = corpus.quarantine
    return f"{refused.reason}: {refused.found}"


BILLION_LAUGHS = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}' if before else 'ha'] * 9)}]\n"
    for before, name in zip(" abcdefgh".replace(" ", "-"), "abcdefghi", strict=True)
).replace("*-", "ha")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a_md", f"---\n{BILLION_LAUGHS}---\n{GOOD}", "an alias"),
        ("a_md", f"---\na: &a [*a]\n---\n{GOOD}", "an alias"),
        ("a_md", f"---\na: !!python/object/apply:os.getcwd []\n---\n{GOOD}", "no valid YAML"),
        ("a_md", f"---\na: {'[' * 5000}\n---\n{GOOD}", "no valid YAML"),
        ("a_md", f"---\ndate: 2025-13-45\n---\n{GOOD}", "month must be in 1..12"),
        ("a_md", f"---\na: {'b' * 60_000}\n---\n{GOOD}", "front matter of 60,0"),
        ("a_jsonl", '{"text": ' + "[" * 10_000 + "]" * 10_000 + "}", "no valid JSON"),
        ("a_jsonl", '{"text": "x", "n": ' + "9" * 5000 + "}", "no valid JSON"),
        ("a_jsonl", "\n\n", "has no rows"),
        ("a_csv", "text,source\n", "has no rows"),
        ("a_html", "<div>" * 100_000 + GOOD, "HTML tags"),
        ("a_html", "<div>" * 10_000 + GOOD, "no text is found"),
        ("a_txt", "a\n\n" * 40_000, "40,000 lines, more than corpus.max_lines=30000"),
        ("a_txt", b"a" * 9_000_000, "bytes, more than 2,000,000 characters can take"),
    ],
    ids=lambda value: str(value)[:16] if isinstance(value, str | bytes) else None,
)
def test_what_cannot_be_read_is_refused_with_its_reason(
    name: str, content: str | bytes, said: str, tmp_path: Path
) -> None:
    assert said in reason_for(beside(tmp_path, **{name: content}))


def test_a_cell_longer_than_a_document_is_refused_alone(tmp_path: Path) -> None:
    # Were the reader of CSV to give up in the middle, the lines of the cell would become rows.
    huge = '"' + "x,y\n" * 600_000 + '"'
    corpus = beside(tmp_path, a_csv=f"text,note\none,a\n{huge},b\ntwo,c\nthree,{huge}\n")
    assert [d.paragraphs[0].text for d in corpus.documents if d.id != "sound"] == ["one", "two"]
    assert [(r.row, r.reason.split(",")[0]) for r in corpus.quarantine] == [
        (2, "has 2"),
        (4, "has 2"),
    ]


@pytest.mark.parametrize(
    "sign", ["<!--", "**a ", "__a ", "![", "[a](", "[a]((", "*a", "`", "![a]("]
)
def test_marks_that_open_and_never_close_take_time_in_proportion(sign: str) -> None:
    # Takes hours if the time grows with the square.
    assert strip_markdown(f"{sign * 50_000}\n\nword").endswith("word")


def test_a_word_kept_once_and_repeated_does_not_fill_the_memory(tmp_path: Path) -> None:
    word = pa.DictionaryArray.from_arrays(pa.array([0] * 200_000, pa.int32()), ["y" * 10_000])
    pq.write_table(pa.table({"text": word}), tmp_path / "bomb.parquet")
    assert (tmp_path / "bomb.parquet").stat().st_size < 100_000
    (tmp_path / "sound.txt").write_text(GOOD, "utf-8")
    tracemalloc.start()
    corpus = read_corpus(tmp_path, max_file_bytes=200_000, near_duplicates=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "unpacks to more than" in reason_for(corpus)
    assert peak < 200e6, "200,000 times 10,000 characters are 2 GB"


def test_many_rows_that_claim_one_id_are_told_apart_in_time(tmp_path: Path) -> None:
    rows = "".join(json.dumps({"id": "a", "text": f"Ship {i}."}) + "\n" for i in range(1500))
    corpus = beside(tmp_path, a_jsonl=rows)
    assert len({document.id for document in corpus.documents}) == 1501


HOSTILE = "a\x1b[2J\u202eb\nc\td\ue000"


def test_names_keep_their_letters_and_lose_what_commands_a_terminal(tmp_path: Path) -> None:
    row = {"text": GOOD, "id": HOSTILE, "source": HOSTILE, "title": HOSTILE, HOSTILE: "\ud800"}
    corpus = beside(
        tmp_path, a_jsonl=json.dumps(row), **{"b\x1b[31m\n_txt": "", "b\u202ec_txt": ""}
    )
    (document,) = (d for d in corpus.documents if d.id != "sound")
    assert document.id == document.source == "a[2Jb c d\ue000"
    assert dict(document.metadata) == {"a[2Jb c d\ue000": "\N{REPLACEMENT CHARACTER}"}
    assert [refused.path for refused in corpus.quarantine] == ["b[31m .txt", "bc.txt"]


def test_a_file_name_in_no_encoding_is_read(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text(GOOD, "utf-8")
    (document,) = read_corpus(tmp_path).documents
    assert document.id == "caf\N{REPLACEMENT CHARACTER}"
    document.id.encode("utf-8")


def test_a_link_that_leads_out_of_the_folder_is_refused_and_one_within_is_read(
    tmp_path: Path,
) -> None:
    corpus, private = tmp_path / "corpus", tmp_path / "private.txt"
    corpus.mkdir()
    private.write_text("A private letter of nobody's business, kept at home.", "utf-8")
    (corpus / "sound.txt").write_text(GOOD, "utf-8")
    (corpus / "out.txt").symlink_to(private)
    (corpus / "up.txt").symlink_to("../private.txt")
    (corpus / "in.txt").symlink_to("sound.txt")
    (corpus / "dead.txt").symlink_to("nowhere.txt")
    read = read_corpus(corpus)
    assert {document.id for document in read.documents} == {"sound", "in"}
    assert [r.path for r in read.quarantine] == ["out.txt", "up.txt"]
    assert "outside of the folder" in read.quarantine[0].reason
    # The path that the user names may be a link itself.
    (tmp_path / "link").symlink_to(corpus)
    assert len(read_corpus(tmp_path / "link")) == 2


def test_a_folder_that_is_not_gone_into_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = tmp_path / "corpus"
    for name in ("closed", "open", ".hidden"):
        (corpus / name).mkdir(parents=True)
    (corpus / "open" / "sound.txt").write_text(GOOD, "utf-8")
    (corpus / "linked").symlink_to(corpus / "open")
    (corpus / "again").symlink_to(corpus)
    (corpus / ".hidden" / "linked").symlink_to(corpus)
    listed = os.scandir

    def closed(path: Any) -> Any:  # for root, who runs tests in a container, no folder is closed
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", closed)
    read = read_corpus(corpus)
    assert [document.id for document in read.documents] == ["sound"]
    assert {r.path: r.reason.split(",")[0] for r in read.quarantine} == {
        "closed": "cannot be opened: Permission denied",
        "linked": "is a link to a folder",
        "again": "is a link to a folder",
    }


def test_a_file_that_goes_or_shrinks_while_the_corpus_is_read_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import stance.corpus.readers as readers

    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text(GOOD.replace("harbour", name), "utf-8")
    read_page = readers.read_page

    def reads_and_changes(path: Path, *given: Any, **named: Any) -> Any:
        if path.name == "a.txt":
            (tmp_path / "b.txt").unlink()
            (tmp_path / "c.txt").write_bytes(b"")
        return read_page(path, *given, **named)

    monkeypatch.setattr(readers, "read_page", reads_and_changes)
    read = read_corpus(tmp_path)
    assert [document.id for document in read.documents] == ["a"]
    assert {r.path: r.reason for r in read.quarantine} == {
        "b.txt": "cannot be opened: No such file or directory",
        "c.txt": "has no text",
    }


@pytest.mark.parametrize("name", ["punycode", "idna", "unicode_escape", "utf-7", "rot13", "zlib"])
def test_a_page_cannot_name_a_decoder_that_is_no_encoding_of_text(
    name: str, tmp_path: Path
) -> None:
    # punycode takes an hour for this page: its time grows with the square.
    words = (f"<meta charset={name}><p>{GOOD}</p><p>caf\xe9 " + "ab9z " * 200_000).encode("latin-1")
    (document,) = (d for d in beside(tmp_path, a_html=words).documents if d.id == "a")
    assert "café" in "".join(paragraph.text for paragraph in document.paragraphs)


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(CorpusError, match="device or pipe"):
        read_corpus(tmp_path / "pipe.txt")
    (tmp_path / "sound.txt").write_text(GOOD, "utf-8")
    assert len(read_corpus(tmp_path)) == 1
