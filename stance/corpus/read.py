"""From raw documents to a corpus: ids, sources, cleaning, languages, quotes, near-duplicates."""

from __future__ import annotations

import dataclasses
import difflib
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from textwrap import shorten
from types import MappingProxyType
from typing import Any

from stance.corpus.clean import clean_text, single_line
from stance.corpus.config import CorpusConfig
from stance.corpus.duplicates import mark_groups
from stance.corpus.language import document_language, normalise_code, paragraph_language
from stance.corpus.layout import Page, Unit, lay_out
from stance.corpus.model import Corpus, Document, Dropped, Kind, Paragraph, Refused
from stance.corpus.quotes import quoted_spans
from stance.corpus.readers import read_records
from stance.corpus.records import RawDocument, UnreadableError
from stance.errors import ConfigError, CorpusError

logger = logging.getLogger(__name__)

_REASONS = 3
_LONGEST_REASON, _CUT = 500, 2_000
# More of a kind than this are counted in the log, not listed; the quarantine has every refusal.
_LOGGED = 20
_LINE = re.compile(r"[^\n]+")

# What a reader gives: a document with its id, or a refusal.
Record = Refused | tuple[RawDocument, str]


def _configure(
    path: str | os.PathLike[str], config: CorpusConfig | None, overrides: Mapping[str, object]
) -> CorpusConfig:
    names = [f.name for f in dataclasses.fields(CorpusConfig)]
    for name in overrides:
        if name not in names:
            close = difflib.get_close_matches(name, names, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(names)}"
            raise ConfigError(f"read_corpus has no option {name!r}; {hint}")
    settings: dict[str, Any] = {**overrides, "path": os.fspath(path)}
    made = dataclasses.replace(config or CorpusConfig(), **settings)
    if not 0 <= made.near_duplicates <= 1:
        raise ConfigError(
            f"corpus.near_duplicates={made.near_duplicates} is no similarity; give a number from 0 "
            "(off) to 1"
        )
    return made


class _Ids:
    """Gives every document an id of its own."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        # Where the search for a free number goes on: many rows can claim one id.
        self._next: dict[str, int] = {}
        self._clashes = 0

    def give(self, raw: RawDocument) -> str:
        given = raw.fields.get("id", "")
        row = "" if raw.row is None else f":{raw.row}"
        wanted = given or f"{raw.stem}{row}"
        chosen = wanted
        if chosen in self._taken:
            folder = raw.folder or PurePath(raw.path).parent.name
            chosen = f"{folder}/{wanted}" if folder else wanted
            stem = chosen
            counter = self._next.get(stem, 2)
            while chosen in self._taken:
                chosen = f"{stem}-{counter}"
                counter += 1
            self._next[stem] = counter
            if given:
                self._clashes += 1
                level = logging.WARNING if self._clashes <= _LOGGED else logging.DEBUG
                logger.log(level, "%s: id %r is taken; read as %r", raw.path, given, chosen)
        self._taken.add(chosen)
        return chosen


def _paragraphs(units: tuple[Unit, ...], language: str, given: bool, text: str) -> list[Paragraph]:
    paragraphs: list[Paragraph] = []
    previous = ""
    for index, unit in enumerate(units):
        code = language if given else paragraph_language(unit.text, language, text)
        paragraphs.append(
            Paragraph(
                index=index,
                text=unit.text,
                kind=unit.kind,
                language=code,
                lead_in=unit.lead_in,
                previous=previous,
                quotes=quoted_spans(unit.text, code),
            )
        )
        if unit.kind is not Kind.BOILERPLATE:
            previous = unit.text
    return paragraphs


def read_document(raw: RawDocument, config: CorpusConfig, identifier: str) -> tuple[Document, Page]:
    """Clean one raw document and lay it out.

    Args:
        raw: The text with its fields.
        config: Language, cleaning and limits.
        identifier: The document's id.

    Returns:
        The document, a group of its own, and its page, which lists what was dropped.

    Raises:
        UnreadableError: The text is empty, too long, or nothing but web leftovers.
    """
    if len(raw.text) > config.max_characters:
        raise UnreadableError(
            f"has {len(raw.text):,} characters, more than corpus.max_characters="
            f"{config.max_characters}; split it, or raise the limit"
        )
    for name, value in [*raw.fields.items(), *raw.metadata.items()]:
        if isinstance(value, str) and len(value) > config.max_characters:
            raise UnreadableError(
                f"has {len(value):,} characters in one column, more than corpus.max_characters="
                f"{config.max_characters}; leave it out",
                name,
            )
    text = clean_text(raw.text)
    lines = sum(1 for _ in _LINE.finditer(text))
    if lines > config.max_lines:
        raise UnreadableError(
            f"has {lines:,} lines, more than corpus.max_lines={config.max_lines}; split it, or "
            "raise the limit"
        )
    if not any(c.isalnum() for c in text):
        raise UnreadableError("has no text")
    given = config.language or raw.fields.get("language", "")
    language = normalise_code(given) if given else document_language(text)
    title = clean_text(raw.fields.get("title", "")).replace("\n", " ")
    page = lay_out(text, title, language, config.drop_boilerplate)
    if not page.units:
        what = "a title" if page.title and not title else "web leftovers"
        raise UnreadableError(f"has no paragraph: it holds nothing but {what}")
    document = Document(
        id=identifier,
        source=raw.fields.get("source") or raw.folder or raw.stem,
        title=page.title,
        language=language,
        paragraphs=tuple(_paragraphs(page.units, language, bool(given), text)),
        date=raw.fields.get("date", ""),
        group=identifier,
        metadata=MappingProxyType(dict(raw.metadata)),
        path=raw.path,
    )
    return document, page


def _refusal(path: str, row: int | None, reason: str, found: str) -> Refused:
    """A refusal that can be printed: names of files and columns come from anywhere."""
    reason, found = (
        shorten(single_line(words[:_CUT]), _LONGEST_REASON) for words in (reason, found)
    )
    return Refused(single_line(path), row, reason, found)


@dataclass(frozen=True)
class Part:
    """What was read of some records.

    Attributes:
        left_out: Languages of the documents that ``corpus.languages`` leaves out.
    """

    documents: tuple[Document, ...]
    dropped: tuple[Dropped, ...]
    refused: tuple[Refused, ...]
    left_out: tuple[str, ...]


def read_identified(config: CorpusConfig) -> Iterator[Record]:
    """Everything at the path of a corpus, as read, each document with an id of its own.

    The ids depend on all that came before: read from the beginning, whatever part is wanted.

    Raises:
        CorpusError: As ``read_records``.
    """
    ids = _Ids()
    for record in read_records(config.path, config):
        yield record if isinstance(record, Refused) else (record, ids.give(record))


def read_part(records: Iterable[Record], config: CorpusConfig) -> Part:
    """Clean and lay out records; each document is a group of its own."""
    documents: list[Document] = []
    dropped: list[Dropped] = []
    refused: list[Refused] = []
    left_out: list[str] = []
    for record in records:
        if isinstance(record, Refused):
            refused.append(_refusal(record.path, record.row, record.reason, record.found))
            continue
        raw, identifier = record
        try:
            document, page = read_document(raw, config, identifier)
        except UnreadableError as error:
            refused.append(_refusal(raw.path, raw.row, error.reason, error.found))
        except Exception as error:  # one document must never stop a corpus
            logger.debug("%s: %s", raw.path, type(error).__name__, exc_info=True)
            reason = f"cannot be read, {type(error).__name__}"
            refused.append(_refusal(raw.path, raw.row, reason, str(error)))
        else:
            if config.languages is not None and document.language not in config.languages:
                left_out.append(document.language)
                continue
            documents.append(document)
            dropped.extend(Dropped(document.id, text, rule) for text, rule in page.dropped)
    for leftover in dropped:
        logger.debug("%s: dropped by rule %s: %s", leftover.document, leftover.rule, leftover.text)
    for refusal in refused[:_LOGGED]:
        # What was found there stays out: the log lies among the outputs.
        logger.warning("refused: %s %s", refusal.place, refusal.reason)
    if len(refused) > _LOGGED:
        logger.warning("refused %d more; quarantine.jsonl lists all", len(refused) - _LOGGED)
    return Part(tuple(documents), tuple(dropped), tuple(refused), tuple(left_out))


def nothing_read(
    config: CorpusConfig, left_out: Iterable[str], refused: Sequence[Refused]
) -> CorpusError:
    """Why a corpus has no document: all in other languages, or all refused."""
    languages = ", ".join(sorted(set(left_out)))
    if languages:
        return CorpusError(
            f"corpus.languages={config.languages} keeps nothing of {config.path}: "
            f"its languages are {languages}"
        )
    listed = "; ".join(
        f"{r.place} {r.reason}{f' ({r.found})' if r.found else ''}" for r in refused[:_REASONS]
    )
    more = f" (and {len(refused) - _REASONS} more)" if len(refused) > _REASONS else ""
    return CorpusError(
        f"Nothing could be read at {config.path}: {listed or 'it holds no rows'}{more}"
    )


def read_corpus(
    path: str | os.PathLike[str], config: CorpusConfig | None = None, **overrides: object
) -> Corpus:
    """Read texts into documents and paragraphs.

    Args:
        path: A file (.txt .md .html .csv .tsv .jsonl .parquet), a folder of such files, the
            address of either (``s3://…``, any file system of fsspec), a folder written by
            ``datasets``' ``save_to_disk``, or the name of a dataset on the hub.
        config: All settings; the defaults if left out. Its ``path`` gives way to ``path``.
        overrides: Single settings of `CorpusConfig`, by name.

    Returns:
        Documents in reading order; every web leftover taken out, with its rule; every file or row
        refused, with the reason.

    Raises:
        CorpusError: There is nothing there, or nothing of it can be read.
        ConfigError: An override is unknown or out of range.
    """
    config = _configure(path, config, overrides)
    part = read_part(read_identified(config), config)
    if not part.documents:
        raise nothing_read(config, part.left_out, part.refused)
    marked = mark_groups(part.documents, config.near_duplicates)
    if len(marked) > 2 and len({document.source for document in marked}) == len(marked):
        logger.warning(
            "every document is a source of its own: to compare outlets, put the texts of each into "
            "a folder of its name, or set corpus.source_column"
        )
    logger.info(
        "%d documents (%d in other languages left out), %d units dropped, %d inputs refused",
        len(marked),
        len(part.left_out),
        len(part.dropped),
        len(part.refused),
    )
    return Corpus(marked, part.dropped, part.refused)
