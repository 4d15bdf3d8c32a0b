"""Finished shards joined into the files of a run, one shard in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from stance.files import Writing, sha256_of_text, whole
from stance.report import TextMode
from stance.result import LONGEST_METADATA, QUOTING, without_text
from stance.shards.worker import ShardRecord

MANIFEST = "shards.jsonl"
STANCES, FRAMES, SCORES = "paragraph_stance", "paragraph_frames", "scores"
# Columns that stand for article text.
_DERIVED = {
    "text_sha256": pa.string(),
    "evidence_start": pa.int64(),
    "evidence_end": pa.int64(),
}
Change = Callable[[pa.Table], pa.Table]


def join_shards(records: Sequence[ShardRecord], shards: Path, folder: Path, mode: TextMode) -> Path:
    """Write the files that ``write_paragraphs`` writes, out of finished shards, and a manifest.

    A pair that several shards asked for stands in scores.parquet once for each.

    Args:
        records: Of every shard of the corpus, in reading order.
        shards: Where they are kept.
        folder: Where the joined files go.
        mode: How much article text they may carry.

    Returns:
        The path of the stances per paragraph.

    Raises:
        OutputError: If the folder cannot be written or the disk is full.
    """
    hidden = {
        column
        for record in records
        for column, characters in record.longest.items()
        if characters > LONGEST_METADATA
    }
    places = [shards / record.digest for record in records]
    path = folder / f"{STANCES}.parquet"
    with Writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, change in {
            STANCES: None if mode == "full" else partial(_textless, mode=mode, hidden=hidden),
            SCORES: None if mode == "full" else _digests,
            FRAMES: None,
        }.items():
            parts = [place / f"{name}.parquet" for place in places]
            whole(folder / f"{name}.parquet", partial(_join, parts, change))
        for name in ("quarantine.jsonl", "dropped.jsonl"):
            hide = () if mode == "full" else QUOTING
            parts = [place / name for place in places]
            whole(folder / name, partial(_join_lines, parts, hide))
        lines = "".join(json.dumps(_manifest_line(record, mode)) + "\n" for record in records)
        whole(folder / MANIFEST, lambda temporary: temporary.write_text(lines, "utf-8"))
    return path


def read_joined(records: Sequence[ShardRecord], shards: Path, name: str) -> pd.DataFrame:
    """One table of all shards in memory."""
    parts = [shards / record.digest / f"{name}.parquet" for record in records]
    frame: pd.DataFrame = pa.concat_tables(_aligned(parts, _common_schema(parts))).to_pandas()
    return frame


def _join(parts: Sequence[Path], change: Change | None, target: Path) -> None:
    schema = _common_schema(parts)
    tables = _aligned(parts, schema)
    if change is not None:
        names = change(schema.empty_table()).column_names
        types = {field.name: field.type for field in schema} | _DERIVED
        schema = pa.schema([(name, types[name]) for name in names])
        tables = (_as(change(table), schema) for table in tables)
    with pq.ParquetWriter(target, schema) as writer:
        for table in tables:
            writer.write_table(table)


def _common_schema(parts: Sequence[Path]) -> pa.Schema:
    """The columns of all parts, in the order in which they first occur."""
    types: dict[str, pa.DataType] = {}
    for part in parts:
        for field in pq.read_schema(part):
            known = types.get(field.name, field.type)
            types[field.name] = _common_type(known, field.type)
    return pa.schema(list(types.items()))


def _common_type(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """What holds the values of both: numbers and missing ones as they do, else text."""
    schemas = [pa.schema([("column", kind)]) for kind in (one, other)]
    try:
        return pa.unify_schemas(schemas, promote_options="permissive").field("column").type
    except pa.ArrowTypeError:
        return pa.large_string()


def _aligned(parts: Sequence[Path], schema: pa.Schema) -> Iterator[pa.Table]:
    for part in parts:
        yield _as(pq.read_table(part), schema)


def _as(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """A table with the columns of a schema; those that it lacks are empty."""
    columns = [
        table[field.name].cast(field.type)
        if field.name in table.column_names
        else pa.nulls(len(table), field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _textless(table: pa.Table, mode: TextMode, hidden: set[str]) -> pa.Table:
    """Without article text; a metadata column that is long in any shard is left out of all."""
    short = without_text(table.to_pandas(), mode)
    short = short.drop(columns=[column for column in short if column in hidden])
    return pa.Table.from_pandas(short, preserve_index=False)


def _digests(table: pa.Table) -> pa.Table:
    digests = [sha256_of_text(text) for text in table["premise"].to_pylist()]
    place = table.column_names.index("premise")
    return table.set_column(place, "premise", pa.array(digests, table.schema.field(place).type))


def _manifest_line(record: ShardRecord, mode: TextMode) -> dict[str, Any]:
    hide = () if mode == "full" else QUOTING
    refusals = [{k: v for k, v in row.items() if k not in hide} for row in record.refusals]
    return asdict(record) | {"refusals": refusals}


def _join_lines(parts: Sequence[Path], hide: Sequence[str], target: Path) -> None:
    with target.open("w", encoding="utf-8") as file:
        for part in parts:
            with part.open(encoding="utf-8") as lines:
                for line in lines:
                    row = {k: v for k, v in json.loads(line).items() if k not in hide}
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
