"""Bytes to text: encodings are detected, binary files refused."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from stance.corpus.codepages import decode_by_letters
from stance.corpus.records import UnreadableError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "gzip-compressed"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "an RTF document"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""")
# Names that Python knows and no page may claim: they are no encodings of text, run escapes, or
# take time quadratic in the length of the file.
_NOT_OF_PAGES = frozenset(
    ["idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7", "undefined"]
)
_PROBE = 65_536
_CHARACTER_BYTES = 4
_TEXT_CONTROLS = frozenset(b"\t\n\v\f\r\x1b\x1c\x1d\x1e\x1f\x85")


def declared_encoding(data: bytes) -> str | None:
    """The encoding that the head of an HTML page names, if Python knows it for one of text."""
    match = _DECLARED.search(data[:4096])
    if match is None:
        return None
    try:
        name = codecs.lookup(match[1].decode("ascii")).name
        b"text".decode(name, "replace")  # fails for what is no encoding of text: rot13, zlib
    except (LookupError, UnicodeError):
        return None
    return None if name.replace("_", "-") in _NOT_OF_PAGES else name


def decode(data: bytes, declared: str | None = None) -> str:
    """Decode the content of a text file.

    Args:
        data: The bytes.
        declared: An encoding that the file names itself; tried where UTF-8 fails.

    Raises:
        UnreadableError: The bytes are no text, or in no encoding that can be told.
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise UnreadableError(f"is {what}, not text; convert it to .txt, .md or .html")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableError(f"says it is {encoding} but is not: {error.reason}") from None
    probe = data[:_PROBE]
    controls = sum(1 for byte in probe if byte < 32 and byte not in _TEXT_CONTROLS)
    if b"\x00" in probe or controls > 0.01 * len(probe):
        raise UnreadableError("is binary, not text; convert it to .txt, .md or .html")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared is not None:
        try:
            return data.decode(declared)
        except UnicodeDecodeError:
            pass
    by_letters = decode_by_letters(data)
    if by_letters is not None:
        return by_letters
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise UnreadableError("is in no encoding that could be detected; save it as UTF-8")
    return str(best)


def read_bytes(path: Path, max_bytes: int, max_characters: int | None = None) -> bytes:
    """The bytes of a file, unless it is too large or cannot be opened.

    Args:
        path: The file.
        max_bytes: A larger file is refused.
        max_characters: So is one that is larger than so many characters are in any encoding.

    Raises:
        UnreadableError: With the reason.
    """
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise UnreadableError(
                f"has {size:,} bytes, more than corpus.max_file_bytes={max_bytes}; split it, or "
                "raise the limit"
            )
        if max_characters is not None and size > _CHARACTER_BYTES * (max_characters + 1):
            raise UnreadableError(
                f"has {size:,} bytes, more than {max_characters:,} characters can take "
                "(corpus.max_characters); split it, or raise the limit"
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"cannot be opened: {error.strerror or error}") from None
