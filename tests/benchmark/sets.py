"""A small labelled set, and benchmarks that describe it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd

from stance.benchmark.config import BenchmarkConfig, Columns

SIDES = {
    "favor": {"en": "They want this: {target}", "de": "Sie wollen dies: {target}"},
    "against": {"en": "They refuse this: {target}", "de": "Sie lehnen dies ab: {target}"},
}
TEXTS = ["Bridges cost too much.", "The bridge pays for itself.", "Ferries run at noon."]
ROWS = [
    {"text": text, "target": target, "label": label, "lang": language}
    for language in ("en", "de")
    for target in ("Build the bridge", "Keep the ferries")
    for text, label in zip(TEXTS * 4, ["CON", "PRO", "NONE"] * 4, strict=True)
]


def stance_set(file: Path | None, /, **changes: object) -> BenchmarkConfig:
    settings = {
        "name": "bridges",
        "path": str(file),
        "columns": Columns(language="lang"),
        "labels": {"PRO": "favor", "CON": "against", "NONE": "neutral"},
        "hypotheses": SIDES,
    }
    return BenchmarkConfig(**(settings | changes))


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    table = pd.DataFrame(rows)
    if path.suffix == ".parquet":
        table.to_parquet(path)
    elif path.suffix in (".csv", ".tsv"):
        table.to_csv(path, index=False, sep="\t" if path.suffix == ".tsv" else ";")
    else:
        text = "".join(json.dumps(row) + "\n" for row in rows)
        path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def some_predictions() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    gold = rng.choice(["favor", "against", "neutral"], 300)
    p = rng.dirichlet([1, 1, 1], 300)
    return pd.DataFrame(
        {
            "target": np.repeat(["a", "b", "c"], 100),
            "language": np.tile(["de", "en"], 150),
            "group": [str(i // 5) for i in range(300)],
            "gold": gold,
            "predicted": np.array(["favor", "against", "neutral"])[p.argmax(axis=1)],
            "p_favor": p[:, 0],
            "p_against": p[:, 1],
            "p_neutral": p[:, 2],
        }
    )


def value(table: pd.DataFrame, figure: str, scope: str = "all", of: str = "", who: str = "model"):
    row = table[
        (table["figure"] == figure)
        & (table["scope"] == scope)
        & (table["value"] == of)
        & (table["classifier"] == who)
    ]
    return row.iloc[0]
