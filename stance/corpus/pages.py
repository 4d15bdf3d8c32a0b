"""Files that hold one text each: plain text, Markdown with front matter, HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from stance.corpus.config import CorpusConfig
from stance.corpus.encoding import declared_encoding, decode, read_bytes
from stance.corpus.records import FIELDS, RawDocument, UnreadableError, column_of, field_text, plain

_FRONT = re.compile(
    r"\A\s*---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^()\n]*\)")
_LINK = re.compile(r"\[(?P<label>[^\[\]\n]+)\]\((?:[^()\n]|\([^()\n]*\))*\)")
_STRONG = re.compile(r"(?<![\w*])(\*\*|__)(?=\S)(?P<words>.+?)(?<=\S)\1(?![\w*])")
_EMPHASIS = re.compile(r"(?<![\w*\\])([*_])(?=[^\s*_])(?P<words>[^*_\n]+?)(?<=[^\s*_])\1(?![\w*])")
_UNDERLINED = re.compile(r"^(?P<words>[^\n#>-][^\n]*)\n(?P<line>=+|-{3,})[ \t]*$", re.MULTILINE)
_HARD_BREAK = re.compile(r"\\$", re.MULTILINE)


def strip_markdown(text: str) -> str:
    """Take inline markup away: links keep their words, emphasis too; blocks keep their markers."""
    text = _COMMENT.sub("", text)
    text = _IMAGE.sub("", text)
    text = _LINK.sub(lambda m: m["label"], text)
    text = _UNDERLINED.sub(lambda m: f"{'#' if m['line'][0] == '=' else '##'} {m['words']}", text)
    for pattern in (_STRONG, _EMPHASIS):
        text = pattern.sub(lambda m: m["words"], text)
    return _HARD_BREAK.sub("", text)


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Part the YAML front matter of a Markdown file from its body.

    Raises:
        UnreadableError: The front matter is no valid YAML mapping.
    """
    match = _FRONT.match(text)
    if match is None:
        return {}, text
    try:
        front = yaml.safe_load(match["yaml"])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 2}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "invalid"
        raise UnreadableError(
            f"has front matter that is no valid YAML{line}: {problem}; quote values that hold ':'"
        ) from None
    if front is None:
        return {}, text[match.end() :]
    if not isinstance(front, dict):
        return {}, text  # a page that opens with a rule, not with front matter
    return {str(k): v for k, v in front.items()}, text[match.end() :]


def _from_front(
    front: Mapping[str, Any], config: CorpusConfig
) -> tuple[dict[str, str], dict[str, Any]]:
    """Fields and further metadata; the configured column names work beside the plain ones."""
    fields: dict[str, str] = {}
    consumed: set[str] = {"text", config.text_column}
    for name in FIELDS[1:]:
        for key in (column_of(name, config), name):
            if key in front:
                consumed.add(key)
                fields.setdefault(name, field_text(front[key]))
    return fields, {k: plain(v) for k, v in front.items() if k not in consumed}


def _from_html(text: str) -> tuple[str, dict[str, str], dict[str, Any]]:
    try:
        import trafilatura
    except ImportError as error:  # pragma: no cover - a core dependency
        raise UnreadableError("is HTML, which needs: pip install trafilatura") from error
    body = trafilatura.extract(
        text, output_format="markdown", include_comments=False, include_formatting=True
    )
    if not body:
        body = trafilatura.html2txt(text)
    found = trafilatura.extract_metadata(text, extensive=False)
    known = found.as_dict() if found is not None else {}
    fields = {name: field_text(known.get(name)) for name in ("title", "date") if known.get(name)}
    metadata = {k: plain(known[k]) for k in ("author", "sitename", "url") if known.get(k)}
    return strip_markdown(body or ""), fields, metadata


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
    data = read_bytes(path, config.max_file_bytes)
    text = decode(data, declared_encoding(data) if suffix in (".html", ".htm") else None)
    fields: dict[str, str] = {}
    metadata: dict[str, Any] = {}
    if suffix in (".html", ".htm"):
        text, fields, metadata = _from_html(text)
    elif suffix in (".md", ".markdown"):
        front, text = split_front_matter(text)
        fields, metadata = _from_front(front, config)
        text = strip_markdown(text)
    return RawDocument(name, path.stem, folder, None, text, fields, metadata)
