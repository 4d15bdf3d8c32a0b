"""Files that hold one text each: plain text, Markdown with front matter, HTML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from stance.corpus.clean import single_line
from stance.corpus.config import CorpusConfig
from stance.corpus.encoding import declared_encoding, decode, read_bytes
from stance.corpus.front_matter import front_fields, split_front_matter
from stance.corpus.records import RawDocument, UnreadableError, field_text, plain

# A page may hold so many times the characters of its text: pictures and styles inside it.
_MARKUP = 4
# Text can be hostile: no pattern may look further than the next sign of its own kind, or a long
# line of opening signs takes time quadratic in its length.
_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)")
_LINK = re.compile(r"\[(?P<label>[^\[\]\n]+)\]\((?:[^()\n]|\([^()\n]*\))*\)")
_STRONG = re.compile(r"(?<![\w*])(\*\*|__)(?=\S)(?P<words>(?:(?!\1).)+)(?<=\S)\1(?![\w*])")
_EMPHASIS = re.compile(r"(?<![\w*\\])([*_])(?=[^\s*_])(?P<words>[^*_\n]+?)(?<=[^\s*_])\1(?![\w*])")
_UNDERLINED = re.compile(r"^(?P<words>[^\n#>-][^\n]*)\n(?P<line>=+|-{3,})[ \t]*$", re.MULTILINE)
_HARD_BREAK = re.compile(r"\\$", re.MULTILINE)


def _without_comments(text: str) -> str:
    """Take out ``<!-- … -->``; one that is never closed stays."""
    kept: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start)
        if end < 0:
            break
        kept.append(text[position:start])
        position = end + len("-->")
    return "".join([*kept, text[position:]])


def strip_markdown(text: str) -> str:
    """Take inline markup away: links keep their words, emphasis too; blocks keep their markers."""
    text = _without_comments(text)
    text = _IMAGE.sub("", text)
    text = _LINK.sub(lambda m: m["label"], text)
    text = _UNDERLINED.sub(lambda m: f"{'#' if m['line'][0] == '=' else '##'} {m['words']}", text)
    for pattern in (_STRONG, _EMPHASIS):
        text = pattern.sub(lambda m: m["words"], text)
    return _HARD_BREAK.sub("", text)


def _from_html(text: str, config: CorpusConfig) -> tuple[str, dict[str, str], dict[str, Any]]:
    try:
        import trafilatura
    except ImportError as error:  # pragma: no cover - a core dependency
        raise UnreadableError("is HTML, which needs: pip install trafilatura") from error
    tags = text.count("<")
    if tags > config.max_tags:
        raise UnreadableError(
            f"has {tags:,} HTML tags, more than corpus.max_tags={config.max_tags}; save the "
            "article alone, or raise the limit"
        )
    if "<body" not in text.lower():  # a fragment of one element would be taken for empty
        text = f"<html><body>{text}</body></html>"
    body = trafilatura.extract(
        text, output_format="markdown", include_comments=False, include_formatting=True
    )
    if not body:
        body = trafilatura.html2txt(text)
    if not body:
        raise UnreadableError("is HTML in which no text is found: empty, broken or nested too deep")
    found = trafilatura.extract_metadata(text, extensive=False)
    known = found.as_dict() if found is not None else {}
    fields = {name: field_text(known.get(name)) for name in ("title", "date") if known.get(name)}
    metadata = {k: plain(known[k]) for k in ("author", "sitename", "url") if known.get(k)}
    return strip_markdown(body), fields, metadata


def read_page(path: Path, config: CorpusConfig, *, name: str, folder: str) -> RawDocument:
    """Read a .txt, .md, .html or .htm file as one raw document.

    Args:
        path: The file.
        config: Column names and limits.
        name: The path to report.
        folder: The subfolder of the corpus that the file is in; may be empty.

    Raises:
        UnreadableError: With the reason.
    """
    suffix = path.suffix.lower()
    largest = config.max_characters * (_MARKUP if suffix in (".html", ".htm") else 1)
    data = read_bytes(path, config.max_file_bytes, largest)
    text = decode(data, declared_encoding(data) if suffix in (".html", ".htm") else None)
    fields: dict[str, str] = {}
    metadata: dict[str, Any] = {}
    if suffix in (".html", ".htm"):
        text, fields, metadata = _from_html(text, config)
    elif suffix in (".md", ".markdown"):
        front, text = split_front_matter(text)
        fields, metadata = front_fields(front, config)
        text = strip_markdown(text)
    return RawDocument(name, single_line(path.stem), folder, None, text, fields, metadata)
