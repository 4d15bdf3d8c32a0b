"""The settings of the corpus room: the schema of the ``corpus`` configuration group."""

from __future__ import annotations

from dataclasses import dataclass

from omegaconf import MISSING


@dataclass
class CorpusConfig:
    """How a corpus is found, read, cleaned and freed of near-duplicates.

    Attributes:
        path: A file, a folder (mixed, recursive), or the name of a ``datasets`` dataset.
        text_column: Column or key that holds the text; the one column that must be there.
        title_column: Column or key of the title; used where it exists, like those below.
        source_column: Column or key of the outlet.
        id_column: Column or key of the document's id.
        date_column: Column or key of the date; ISO dates sort as they should.
        language_column: Column or key of the language; it wins over detection.
        language: ISO 639-1 code forced on every document; it wins over the column.
        languages: Only documents in these languages are kept; all if left out.
        split: Which split of a ``datasets`` dataset is read.
        drop_boilerplate: Take out web leftovers; otherwise they stay, as kind boilerplate.
        near_duplicates: Jaccard similarity of word 5-shingles from which two documents count
            as near-duplicates; 0 turns the search off.
        max_characters: A longer document is refused, with this reason, and so is a page or row
            that must hold a longer one.
        max_lines: A document of more lines is refused; a book of a million characters has fewer.
        max_tags: An HTML page of more tags is refused; what reads it slows down with them.
        max_file_bytes: A larger file is refused, with this reason.
    """

    path: str = MISSING
    text_column: str = "text"
    title_column: str = "title"
    source_column: str = "source"
    id_column: str = "id"
    date_column: str = "date"
    language_column: str = "language"
    language: str | None = None
    languages: list[str] | None = None
    split: str = "train"
    drop_boilerplate: bool = True
    near_duplicates: float = 0.8
    max_characters: int = 2_000_000
    max_lines: int = 30_000
    max_tags: int = 20_000
    max_file_bytes: int = 512 * 1024 * 1024
