"""Files that nobody would write by hand, of every kind that the readers know, by hypothesis."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

from fuzz_mutated import SOUND
from hypothesis import strategies as st

_SIGNS = st.sampled_from(
    [SOUND, "\n\n", "\n", "\r\n", "- ", "* ", "1. ", "Q: ", "A: ", "“", "”", "„", '"', "«", "»",
     "'", "#", "> ", "**", "__", "_", "[", "](", ")", "![", "<!--", "-->", "---\n", ": ", ". ", "…",
     "?",
     "\u00ad", "\u202e", "\u200d", "\x00", "\x1b[31m", "\ufeff", "=1+1", "@x", "Read more", "Share",
     "漢字。", "שלום", "e\u0301", "😀", "Dr. ", "U.S. ", "Photo: AP"]
)  # fmt: skip
_ANY = st.text(st.characters(exclude_categories=()), max_size=30)
_TEXT = st.lists(_SIGNS | _ANY, max_size=40).map("".join)
_SCALAR = (
    st.none() | st.booleans() | st.integers() | st.floats() | _ANY | st.integers(10**300, 10**301)
)
_JSON = st.recursive(
    _SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_ANY, inner, max_size=3)
)
_KEY = (
    st.sampled_from(["text", "title", "source", "id", "date", "language", "translation_of"]) | _ANY
)
_ROW = st.dictionaries(_KEY, _JSON | _TEXT, max_size=6)
_TAG = st.sampled_from(
    "p div article h1 ul li table tr td a b blockquote br title script style svg meta body html "
    "head img template frameset select math xmp plaintext textarea".split()
)
_HTML = st.recursive(
    _TEXT,
    lambda inner: st.builds(
        lambda tag, attributes, children, closed: (
            f"<{tag} {attributes}>{''.join(children)}{f'</{tag}>' if closed else ''}"
        ),
        _TAG, st.sampled_from(["", "class='share'", "href='javascript:1'", 'a="', "hidden"]) | _ANY,
        st.lists(inner, max_size=4), st.booleans(),
    ),
)  # fmt: skip
_ENCODING = st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1251"])


def _encoded(text: str, encoding: str) -> bytes:
    policy = "surrogatepass" if encoding.startswith("utf") else "replace"
    return text.encode(encoding, policy)


def _delimited(delimiter: str) -> Callable[[tuple[list[str], list[list[str]]]], str]:
    def written(table: tuple[list[str], list[list[str]]]) -> str:
        head, rows = table
        lines = [[*head, "text"], *rows]
        return "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)

    return written


def _parquet(columns: dict[str, list[Any]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays: dict[str, Any] = {}
    for name, values in columns.items():
        try:
            arrays[name.encode("utf-8", "replace").decode()] = pa.array([*values, None, None][:2])
        except (pa.ArrowException, ValueError, OverflowError, TypeError):
            continue
    buffer = io.BytesIO()
    pq.write_table(pa.table(arrays), buffer)
    return buffer.getvalue()


_TABLE = st.tuples(st.lists(_ANY, max_size=3), st.lists(st.lists(_TEXT, max_size=5), max_size=5))
_VALUES = st.lists(
    _TEXT | st.binary(max_size=9) | st.dates() | st.datetimes() | st.decimals(allow_nan=False)
    | st.lists(_TEXT, max_size=3) | st.integers() | st.floats() | st.none(),
    min_size=1, max_size=2,
)  # fmt: skip
GENERATED: dict[str, st.SearchStrategy[bytes]] = {
    "txt": st.builds(_encoded, _TEXT, _ENCODING) | st.binary(max_size=300),
    "md": st.builds(
        lambda front, body, encoding: _encoded(f"---\n{front}\n---\n{body}", encoding),
        _TEXT | _ROW.map(lambda row: json.dumps(row, default=str)), _TEXT, _ENCODING,
    ),
    "html": st.builds(_encoded, _HTML, _ENCODING),
    "csv": st.builds(_encoded, _TABLE.map(_delimited(",")), _ENCODING),
    "tsv": st.builds(_encoded, _TABLE.map(_delimited("\t")), _ENCODING),
    "jsonl": st.lists(_ROW.map(lambda row: json.dumps(row, default=str)) | _TEXT, max_size=5).map(
        lambda lines: _encoded("\n".join(lines), "utf-8")
    ),
    "parquet": st.builds(
        lambda text, columns: _parquet({"text": text, **columns}),
        _VALUES, st.dictionaries(_KEY, _VALUES, max_size=4),
    ),
}  # fmt: skip
