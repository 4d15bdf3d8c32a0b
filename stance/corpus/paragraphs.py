"""Text to pieces: where a paragraph begins and ends, however the page broke its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stance.corpus.lists import Line, is_bare_marker, mark_items, read_line
from stance.corpus.sentences import split_sentences
from stance.corpus.turns import is_turn
from stance.corpus.wrapping import unwrap

_PAGE = 1_500
_PIECE = 900
_SENTENCES = 5
_LONG_LINE = 120
_SHORT_LINE = 60
_FINAL = re.compile(r"[.!?…。！？؟।:;,][\"'”’“‘»«›‹)\]]*$")
_HEADING_MARK = re.compile(r"#{1,6}\s+(?=\S)")
_QUOTE_MARK = re.compile(r"(?:>\s*)+(?=\S)")
_EMPTY_MARK = re.compile(r"[#>\s]+")
# A row of a table, as Markdown has it and HTML is read: "| Region | Held by |".
_ROW = re.compile(r"(?P<opening>\|[\s|]*)(?P<cells>.*[^\s|])(?P<closing>[\s|]*\|)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph before its part on the page is known.

    Attributes:
        text: As read, without a list, heading or quotation marker, or outer bars, of its own.
        marker: That marker; empty where there is none.
        item: Whether it is an item of a list.
    """

    text: str
    marker: str = ""
    item: bool = False


def _page_pieces(line: str, language: str) -> Iterator[str]:
    """Cut a line that is a whole page at sentence ends into pieces of about five sentences."""
    spans = split_sentences(line, language)
    groups: list[list[int]] = []
    for index, span in enumerate(spans):
        if groups:
            first, size = spans[groups[-1][0]], len(groups[-1])
            short_tail = size == _SENTENCES and index == len(spans) - 1
            if (size < _SENTENCES or short_tail) and span.end - first.start <= _PIECE:
                groups[-1].append(index)
                continue
        groups.append([index])
    for group in groups:
        yield line[spans[group[0]].start : spans[group[-1]].end]


def _split_pages(lines: Sequence[str], language: str) -> list[str]:
    total = sum(len(line) for line in lines)
    split: list[str] = []
    for line in lines:
        if len(line) > _PAGE and len(line) >= 0.9 * total:
            for piece in _page_pieces(line, language):
                split.extend((piece, ""))
        else:
            split.append(line)
    return split


def _attach_bare_markers(lines: Sequence[str]) -> list[Line]:
    """Number the blocks; a marker alone on its line belongs to the text on the next line."""
    read: list[Line] = []
    block, pending = 0, ""
    for text in lines:
        if not text:
            block += 1
        elif is_bare_marker(text):
            if pending:
                read.append(Line(pending, "", "", block))
            pending = text
        elif pending:
            read.append(Line(text, pending, "bare", block))
            pending = ""
        else:
            read.append(read_line(text, block))
    if pending:
        read.append(Line(pending, "", "", block))
    return read


def looks_like_heading(text: str) -> bool:
    """Short, one line, no final punctuation, and no sentence that begins in lower case."""
    if not text or len(text) > 110 or len(text.split()) > 16 or "\n" in text:
        return False
    opening = text.lstrip("\"'“„«‘([¿¡")[:1]
    return not _FINAL.search(text) and not opening.islower() and any(c.isalnum() for c in text)


def _plain_pieces(lines: Sequence[str], one_block: bool) -> Iterator[Piece]:
    """Paragraphs of a run of unmarked lines within one block.

    Lines that run on past any wrapping width are paragraphs of their own, and so are the short
    lines of a menu or caption; otherwise the block is one paragraph.
    """
    if len(lines) == 1 or one_block or any(len(line) > _LONG_LINE for line in lines):
        yield from (Piece(line) for line in lines)
        return
    if all(len(line) <= _SHORT_LINE and not _FINAL.search(line) for line in lines):
        yield from (Piece(line) for line in lines)
        return
    if looks_like_heading(lines[0]) and len(lines[0]) < len(lines[1]):
        yield Piece(lines[0])
        lines = lines[1:]
    yield Piece(" ".join(lines))


def split_pieces(text: str, language: str = "") -> list[Piece]:
    """Split a cleaned text into paragraphs.

    Blocks between blank lines are paragraphs; in a text without blank lines each line is one.
    Hard-wrapped lines are joined; items of lists, rows of tables and turns of interviews stand
    alone; one line
    that is a whole page is cut at sentence ends. A long paragraph of a normal text stays whole.

    Args:
        text: The result of `clean_text`.
        language: ISO 639-1 code, for the sentence ends; may be empty.

    Returns:
        The pieces in reading order; every non-blank character of the text is in a piece's text or
        marker.
    """
    raw = text.split("\n")
    n_lines = sum(1 for line in raw if line)
    one_block = len(raw) - n_lines <= 0.1 * n_lines
    read = _attach_bare_markers(_split_pages(unwrap(raw), language))
    flags = mark_items(read)
    pieces: list[Piece] = []
    run: list[str] = []
    block = -1

    def close() -> None:
        if run:
            pieces.extend(_plain_pieces(run, one_block))
            run.clear()

    for line, item in zip(read, flags, strict=True):
        whole = line.whole
        mark = _HEADING_MARK.match(whole) or _QUOTE_MARK.match(whole)
        row = _ROW.fullmatch(whole)
        if line.block != block or item or mark or row or is_turn(whole):
            close()
        quoted_before = bool(pieces) and pieces[-1].marker.startswith(">") and not run
        quoting = block if quoted_before and line.block == block else -1
        block = line.block
        if item:
            pieces.append(Piece(line.text, line.marker, item=True))
        elif mark:
            piece = Piece(whole[mark.end() :], mark.group().strip())
            if quoting == line.block and piece.marker.startswith(">"):
                # "> …" on every line of one quotation
                last = pieces.pop()
                piece = Piece(f"{last.text} {piece.text}", f"{last.marker} {piece.marker}")
            pieces.append(piece)
        elif row:
            # A row stands alone, like an item; a table of one cell only lays out a text.
            bars = row["opening"] + row["closing"]
            pieces.append(Piece(row["cells"], bars, item=whole.count("|") > 2))
        elif not _EMPTY_MARK.fullmatch(whole):
            run.append(whole)
        else:
            pieces.append(Piece(whole))
    close()
    return pieces
