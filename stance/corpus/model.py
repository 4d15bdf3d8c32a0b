"""What a corpus is made of: documents, their paragraphs, and what was dropped or refused."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

_NO_METADATA: Mapping[str, Any] = MappingProxyType({})


class Kind(StrEnum):
    """The part a paragraph plays on the page."""

    BODY = "body"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    QUESTION = "question"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters, ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One unit of coding, with the context that a coder reads beside it.

    Attributes:
        index: Position among the document's kept paragraphs, from 0.
        text: The paragraph as read, whole.
        kind: Its part on the page.
        language: ISO 639-1 code.
        lead_in: For a list item, the line that introduces the list; else empty.
        previous: The text of the paragraph before it; empty for the first.
        quotes: Ranges of ``text`` inside quotation marks, the marks included.
    """

    index: int
    text: str
    kind: Kind
    language: str
    lead_in: str = ""
    previous: str = ""
    quotes: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One text of one source.

    Attributes:
        group: What the document is statistically one with: translations of one article and
            near-duplicates (wire copy) share a group. A document of its own is its own group.
        duplicate_of: Id of the earlier document that this one nearly repeats; else empty.
        metadata: Every further column or front-matter key of the input, passed through.
        path: Where it was read from, relative to the corpus path where that is a folder.
    """

    id: str
    source: str
    title: str
    language: str
    paragraphs: tuple[Paragraph, ...]
    date: str = ""
    group: str = ""
    duplicate_of: str = ""
    metadata: Mapping[str, Any] = field(default_factory=lambda: _NO_METADATA)
    path: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A unit of text taken out as a web leftover, and the rule that took it."""

    document: str
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An input that could not be read: where it is (file and, if any, row) and why.

    Attributes:
        reason: Why, without a word of the input but the names of the file and of the settings.
        found: What stands there, in words of the input; not for outputs without article text.
    """

    path: str
    row: int | None
    reason: str
    found: str = ""

    @property
    def place(self) -> str:
        """File and, if any, row, for messages."""
        return self.path if self.row is None else f"{self.path} row {self.row}"


@dataclass(frozen=True)
class Corpus:
    """All that was read: the documents, and the record of what was left out."""

    documents: tuple[Document, ...]
    dropped: tuple[Dropped, ...] = ()
    quarantine: tuple[Refused, ...] = ()

    def __len__(self) -> int:
        return len(self.documents)

    def __repr__(self) -> str:
        sources = sorted({document.source for document in self.documents})
        languages = sorted({document.language for document in self.documents})
        return (
            f"Corpus: {len(self)} documents, {self.n_paragraphs} paragraphs; "
            f"{len(sources)} sources ({textwrap.shorten(', '.join(sources), 60)}); "
            f"languages {', '.join(languages)}; {len(self.dropped)} units dropped, "
            f"{len(self.quarantine)} inputs refused"
        )

    def paragraphs(self) -> Iterator[tuple[Document, Paragraph]]:
        """Every paragraph with its document, in reading order."""
        for document in self.documents:
            for paragraph in document.paragraphs:
                yield document, paragraph

    @property
    def n_paragraphs(self) -> int:
        return sum(len(document.paragraphs) for document in self.documents)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over ids, sources, languages and texts, independent of the file layout."""
        digest = hashlib.sha256()
        for document, paragraph in self.paragraphs():
            for part in (document.id, document.source, paragraph.language, paragraph.text):
                digest.update(part.encode("utf-8", "surrogatepass"))
                digest.update(b"\x1f")
        return digest.hexdigest()
