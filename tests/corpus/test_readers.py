"""Every kind of file is read, and what cannot be read is refused with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stance.corpus import CorpusConfig, read_corpus
from stance.corpus.encoding import decode
from stance.corpus.pages import split_front_matter, strip_markdown
from stance.corpus.records import UnreadableError
from stance.errors import ConfigError, CorpusError

TEXT = "The harbour stayed shut on Monday. The crews had walked out at dawn, and few came back."
GERMAN = "Der Hafen blieb am Montag geschlossen. Die Mannschaften waren früh gegangen, sagte er."
ROWS = [
    {"text": TEXT, "title": "One", "source": "Post", "id": "a", "date": "2025-08-12", "desk": "x"},
    {
        "text": GERMAN,
        "title": "Two",
        "source": "Bote",
        "id": "b",
        "date": "2025-08-13",
        "desk": "y",
    },
]
HTML = f"""<html><head><title>Harbour talks</title><meta charset="windows-1251"></head><body>
<nav><a href="/">Home</a></nav><article><h1>Harbour talks</h1><p>{TEXT}</p><h2>The terms</h2>
<p>The captain asks for:</p><ul><li>a new engine</li><li>two more hands on deck</li></ul>
<p>Мэр сказал, что порт останется закрытым до весны, и никто ему не возразил. {TEXT}</p></article>
</body></html>"""


def write_table(path: Path, rows: list[dict[str, str]]) -> Path:
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".jsonl":
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    else:
        separator = "\t" if path.suffix == ".tsv" else ","
        lines = [separator.join(rows[0])]
        lines += [separator.join(f'"{value}"' for value in row.values()) for row in rows]
        path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_tables_give_a_document_a_row_and_pass_further_columns_on(
    tmp_path: Path, suffix: str
) -> None:
    corpus = read_corpus(write_table(tmp_path / f"news{suffix}", ROWS))
    assert [d.id for d in corpus.documents] == ["a", "b"]
    assert [d.source for d in corpus.documents] == ["Post", "Bote"]
    assert [d.title for d in corpus.documents] == ["One", "Two"]
    assert [d.language for d in corpus.documents] == ["en", "de"]
    assert [d.date for d in corpus.documents] == ["2025-08-12", "2025-08-13"]
    assert [dict(d.metadata) for d in corpus.documents] == [{"desk": "x"}, {"desk": "y"}]
    assert corpus.documents[0].paragraphs[0].text == TEXT


def test_column_names_are_configurable_and_row_ids_are_made(tmp_path: Path) -> None:
    rows = [{"body": TEXT, "outlet": "Post"}, {"body": GERMAN, "outlet": ""}]
    path = write_table(tmp_path / "news.csv", rows)
    corpus = read_corpus(path, CorpusConfig(text_column="body", source_column="outlet"))
    assert [(d.id, d.source) for d in corpus.documents] == [("news:1", "Post"), ("news:2", "news")]


def test_a_semicolon_separated_csv_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_text(f'source;text\nPost;"{TEXT}"\n', "utf-8")
    assert read_corpus(path).documents[0].source == "Post"


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_table_without_the_text_column_is_an_error_that_names_the_mend(
    tmp_path: Path, suffix: str
) -> None:
    path = write_table(tmp_path / f"news{suffix}", [{"body": TEXT, "desk": "x"}])
    with pytest.raises(CorpusError, match=r"news.*'text'.*body, desk.*corpus\.text_column="):
        read_corpus(path)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_table_without_a_column_that_was_named_is_an_error_too(
    tmp_path: Path, suffix: str
) -> None:
    path = write_table(tmp_path / f"news{suffix}", [{"text": TEXT, "outlet": "Post"}])
    named = r"news.*'oulet'.*text, outlet.*the source: corpus\.source_column="
    with pytest.raises(CorpusError, match=named):
        read_corpus(path, source_column="oulet")


def test_a_key_that_was_named_may_be_missing_from_some_json_lines(tmp_path: Path) -> None:
    rows = [{"text": TEXT}, {"text": GERMAN, "outlet": "Bote"}]
    corpus = read_corpus(write_table(tmp_path / "news.jsonl", rows), source_column="outlet")
    assert [d.source for d in corpus.documents] == ["news", "Bote"]


@pytest.mark.parametrize(("folder", "said"), [("", True), ("post", False)])
def test_loose_files_are_said_to_be_a_source_each(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, folder: str, said: bool
) -> None:
    (tmp_path / folder).mkdir(exist_ok=True)
    for name in ("one", "two", "three"):
        (tmp_path / folder / f"{name}.txt").write_text(f"{TEXT} {name}", "utf-8")
    read_corpus(tmp_path)
    assert ("a source of its own" in caplog.text) is said


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_in_a_folder_a_table_without_the_text_column_is_refused(
    tmp_path: Path, suffix: str
) -> None:
    write_table(tmp_path / f"news{suffix}", [{"body": TEXT, "desk": "x"}])
    (tmp_path / "one.txt").write_text(TEXT, "utf-8")
    corpus = read_corpus(tmp_path)
    assert len(corpus) == 1
    (refused,) = corpus.quarantine
    assert (refused.path, refused.row) == (f"news{suffix}", None)
    assert "has no column 'text'" in refused.reason and "text_column" in refused.reason
    assert refused.found == "columns body, desk"


def test_a_broken_json_line_is_refused_with_its_number_and_the_rest_kept(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    good = json.dumps({"text": TEXT})
    path.write_text(f'{good}\n\n{{"text": "cut o\n[1]\n{{"text": ""}}\n{good}\n', "utf-8")
    corpus = read_corpus(path, near_duplicates=0)
    assert [d.id for d in corpus.documents] == ["news:1", "news:6"]
    assert [r.row for r in corpus.quarantine] == [3, 4, 5]
    assert "no valid JSON" in corpus.quarantine[0].reason
    assert "has no text" in corpus.quarantine[2].reason


def test_a_json_row_without_text_is_refused_and_values_become_scalars(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    rows = [{"desk": 1}, {"text": [TEXT, GERMAN], "tags": ["a", "б"], "n": float("nan"), "k": 2}]
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    corpus = read_corpus(path)
    assert [r.row for r in corpus.quarantine] == [1]
    assert [p.text for p in corpus.documents[0].paragraphs] == [TEXT, GERMAN]
    assert dict(corpus.documents[0].metadata) == {"tags": '["a", "б"]', "n": None, "k": 2}


def test_a_csv_row_with_too_many_cells_or_an_open_quotation_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_text(f'text,desk\nA, b, c.\n"{TEXT}",x\n"never closed,y\n', "utf-8")
    corpus = read_corpus(path)
    assert [d.id for d in corpus.documents] == ["news:2"]
    assert [r.row for r in corpus.quarantine] == [1, 3]


def test_front_matter_gives_fields_and_metadata(tmp_path: Path) -> None:
    path = tmp_path / "one.md"
    path.write_text(
        "---\nsource: Post\ntitle: 'Harbour: the talks'\ndate: 2025-08-12\nlanguage: en-GB\n"
        "id: p1\ntranslation_of: p0\nlicense: CC0\ntags: [a, b]\n---\n\n"
        f"# Harbour: the talks\n\n{TEXT}\n",
        "utf-8",
    )
    (document,) = read_corpus(path).documents
    assert (document.id, document.source, document.date) == ("p1", "Post", "2025-08-12")
    assert (document.title, document.language) == ("Harbour: the talks", "en")
    assert dict(document.metadata) == {
        "translation_of": "p0",
        "license": "CC0",
        "tags": '["a", "b"]',
    }
    assert document.group == "p0"


def test_broken_front_matter_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text(f"---\ntitle: a: b\n---\n{TEXT}", "utf-8")
    (tmp_path / "good.md").write_text(TEXT, "utf-8")
    corpus = read_corpus(tmp_path)
    assert "line 2" in corpus.quarantine[0].reason
    assert len(corpus) == 1


def test_a_page_that_opens_with_a_rule_has_no_front_matter() -> None:
    text = "---\nJust words.\n---\nMore words."
    assert split_front_matter(text) == ({}, text)


def test_inline_markdown_goes_and_its_words_stay() -> None:
    text = (
        "A **bold** and *light* [link](http://example.org/a_(b)) ![pic](x.png)snake_case_name"
        "\nHead\n==="
    )
    assert strip_markdown(text) == "A bold and light link snake_case_name\n# Head"


def test_html_keeps_the_article_and_its_declared_encoding(tmp_path: Path) -> None:
    path = tmp_path / "talks.html"
    path.write_bytes(HTML.encode("cp1251"))
    (document,) = read_corpus(path).documents
    assert document.title == "Harbour talks"
    assert document.source == "talks"
    assert [(str(p.kind), p.text[:12], p.lead_in) for p in document.paragraphs] == [
        ("body", TEXT[:12], ""),
        ("heading", "The terms", ""),
        ("body", "The captain ", ""),
        ("list_item", "a new engine", "The captain asks for:"),
        ("list_item", "two more han", "The captain asks for:"),
        ("body", "Мэр сказал, ", ""),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
def test_encodings_are_detected(tmp_path: Path, encoding: str) -> None:
    text = "Wójt gminy Żółkiew mówił, że łódź wciąż stoi w porcie. " * 6
    (tmp_path / "one.txt").write_bytes(text.encode(encoding))
    (document,) = read_corpus(tmp_path).documents
    assert document.paragraphs[0].text == text.strip()


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"%PDF-1.7 x", "PDF"), (b"PK\x03\x04 x", "ZIP"), (b"ab\x00cd", "binary")],
)
def test_binary_files_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        decode(data)


def test_a_folder_is_read_mixed_sorted_and_recursive(tmp_path: Path) -> None:
    (tmp_path / "bote").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "post").mkdir()
    (tmp_path / "post" / "one.txt").write_text(TEXT, "utf-8")
    (tmp_path / "bote" / "one.txt").write_text(GERMAN, "utf-8")
    (tmp_path / ".git" / "x.txt").write_text(TEXT, "utf-8")
    (tmp_path / ".hidden.txt").write_text(TEXT, "utf-8")
    (tmp_path / "table.csv").write_text(f'text\n"{TEXT}"\n', "utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "binary.txt").write_bytes(b"\x00\x01\x02")
    (tmp_path / "empty.txt").write_text("  \n", "utf-8")
    corpus = read_corpus(tmp_path)
    assert [(d.path, d.id, d.source) for d in corpus.documents] == [
        ("bote/one.txt", "one", "bote"),
        ("post/one.txt", "post/one", "post"),
        ("table.csv", "table:1", "table"),
    ]
    assert [r.path for r in corpus.quarantine] == ["binary.txt", "empty.txt"]


def test_a_folder_with_nothing_readable_names_the_extensions(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK")
    with pytest.raises(CorpusError, match=r"only \.docx.*\.txt.*\.parquet"):
        read_corpus(tmp_path)


def test_a_missing_path_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"Nothing at .*corpus\.path"):
        read_corpus(tmp_path / "nowhere")


def test_an_unknown_extension_says_what_is_readable(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK")
    with pytest.raises(CorpusError, match=r"\.docx.*\.txt"):
        read_corpus(tmp_path / "a.docx")


def test_if_all_is_refused_the_error_lists_the_reasons(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("", "utf-8")
    (tmp_path / "b.txt").write_bytes(b"\x00")
    with pytest.raises(CorpusError, match=r"a\.txt has no text; b\.txt is binary"):
        read_corpus(tmp_path)


def test_too_large_is_refused_with_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT * 3, "utf-8")
    (tmp_path / "b.txt").write_text(TEXT, "utf-8")
    (by_text,) = read_corpus(tmp_path, max_characters=100).quarantine
    (by_size,) = read_corpus(tmp_path, max_file_bytes=100).quarantine
    assert "corpus.max_characters=100" in by_text.reason
    assert "corpus.max_file_bytes=100" in by_size.reason


def test_a_saved_dataset_is_read(tmp_path: Path) -> None:
    from datasets import Dataset, DatasetDict

    Dataset.from_list(ROWS).save_to_disk(str(tmp_path / "one"))
    assert [d.id for d in read_corpus(tmp_path / "one").documents] == ["a", "b"]
    DatasetDict({"dev": Dataset.from_list(ROWS)}).save_to_disk(str(tmp_path / "two"))
    assert len(read_corpus(tmp_path / "two", split="dev")) == 2
    with pytest.raises(CorpusError, match=r"no split 'train'; it has dev.*corpus\.split="):
        read_corpus(tmp_path / "two")


def test_a_hub_name_is_loaded_without_running_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    import datasets

    asked: list[tuple[str, dict[str, object]]] = []

    def load_dataset(name: str, **options: object) -> datasets.Dataset:
        asked.append((name, options))
        return datasets.Dataset.from_list(ROWS)

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    assert len(read_corpus("owner/news", split="validation")) == 2
    assert asked == [("owner/news", {"split": "validation"})]


def test_a_dataset_that_is_not_there_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    import datasets

    def load_dataset(name: str, **options: object) -> datasets.Dataset:
        raise ConnectionError("no network")

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    with pytest.raises(CorpusError, match=r"No file or folder 'nowhere'.*ConnectionError"):
        read_corpus("nowhere")


def test_a_mistyped_file_in_a_folder_that_exists_is_no_dataset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("data/artcles", "articles.csv", "./data/x"):
        with pytest.raises(CorpusError, match="Nothing at"):
            read_corpus(name)


def test_an_unknown_option_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'text_column'"):
        read_corpus("x", text_colum="body")
    with pytest.raises(ConfigError, match="near_duplicates"):
        read_corpus("x", near_duplicates=3.0)
