"""Sound files of every kind that the readers know, and the accidents that happen to files."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

SOUND = "The harbour was quiet and the ships lay still in the morning fog, said the pilot."

_COLUMNS = ("id", "source", "title", "date", "text", "n")
_CELLS = [
    ("a", "Herald", "On fog", "2025-08-15", SOUND, 1),
    ("b", "Bote", "„Nebel“", None, f"Früh. {SOUND}", 2),
    ("c", "Вісник", "", "x", "Туман, сказав лоцман.", 3),
]
ROWS = [dict(zip(_COLUMNS, cells, strict=True)) for cells in _CELLS]
_FRONT = "---\nsource: Herald\ntitle: 'On fog'\ntags: [a, {b: c}]\n---\n"
_HEAD = '<meta charset="utf-8"><meta name="author" content="A."><script>let a = "<p>";</script>'
_MARKDOWN = "# Fog\n\n**Bold** and [link](http://a.b/c_(d)).\n\n- one\n- two\n\n> “A quote.”\n"


def sound_files(folder: Path) -> dict[str, list[bytes]]:
    """A few real small files of every kind, as bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    made: dict[str, list[bytes]] = {
        "txt": [SOUND.encode(), "Ще рано.\n\nТуман.".encode("cp1251"), SOUND.encode("utf-16")],
        "md": [
            f"{_FRONT}{_MARKDOWN}{SOUND}".encode(),
            _MARKDOWN.encode(),
        ],
        "html": [
            f"<html><head>{_HEAD}<title>Fog</title></head><body><article><h1>Fog</h1>"
            f"<p>{SOUND}</p><ul><li>one<li>two</ul><table><tr><td>x</table><!-- c -->"
            f"<p>&quot;A&#8212;b&quot; <a href='x'>said</a></p></article></body></html>".encode()
        ],
        "jsonl": ["".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()],
    }
    for kind, delimiter in (("csv", ";"), ("csv", ","), ("tsv", "\t")):
        lines = [_COLUMNS, *_CELLS]
        text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
        made.setdefault(kind, []).append(text.encode("utf-8-sig"))
    for compression in ("none", "snappy"):
        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(ROWS), buffer, compression=compression)
        made.setdefault("parquet", []).append(buffer.getvalue())
    saved = folder / "sound"
    Dataset.from_list(ROWS).save_to_disk(str(saved))
    made["dataset"] = [path.read_bytes() for path in sorted(saved.iterdir())]
    made["dataset names"] = [path.name.encode() for path in sorted(saved.iterdir())]
    return made


_TOKENS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b'"', b"'", b"\r", b"\n", b"\t",
    b"---\n",
    b"<!--", b"-->", b"<script>", b"</", b"<![CDATA[", b"&#0;", b"&#xD800;", b"{", b"}", b"[", b"]",
    b'{"text":', b"\\ud800", b"\\u0000", b"NaN", b"1e999", b"-0", b"&a [*a]",
    b"!!python/object:os.x",
    b"%", b"=cmd|' /C calc'!A0", b"\x1b[2J", "\u202e".encode(), "\u2028".encode(), b"PAR1",
    b"PK\x03\x04",
    b"**", b"__", b"![", b"](", b";", b",", b"|", b"9" * 400, b"<" * 50, b"[" * 300, b"\xc3",
]  # fmt: skip


def mutate(data: bytes, rng: random.Random) -> bytes:
    """A handful of the accidents that happen to files."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(changed) + 1)
        end = min(len(changed), at + rng.choice((1, 2, 8, 64, 512)))
        match rng.randrange(7):
            case 0 if at < len(changed):
                changed[at] ^= 1 << rng.randrange(8)
            case 1:
                changed[at:at] = rng.choice(_TOKENS) * rng.choice((1, 1, 3, 50))
            case 2:
                del changed[at:end]
            case 3:
                changed[at:at] = changed[at:end] * rng.choice((1, 5))
            case 4:
                del changed[at:]
            case 5:
                changed[at:end] = rng.randbytes(end - at)
            case _:
                changed[at:end] = bytes(reversed(changed[at:end]))
    return bytes(changed)
