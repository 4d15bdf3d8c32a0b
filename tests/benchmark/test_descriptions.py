"""Every benchmark that is shipped says what it is."""

from __future__ import annotations

import pytest

from stance.benchmark.config import Part
from stance.benchmark.items import read_items
from stance.config import compose_config
from stance.resources import CONFIGS

from .sets import write

SHIPPED = sorted(path.stem for path in (CONFIGS / "benchmark").glob("*.yaml"))


@pytest.mark.parametrize("name", [n for n in SHIPPED if n not in ("none", "alaska_gold")])
def test_every_shipped_benchmark_describes_itself_wholly(tmp_path, name):
    config = compose_config([f"benchmark={name}"]).benchmark
    assert config.name == name
    assert config.licence
    assert config.citation
    assert config.measures == {"newsmtsc": "tone", "semeval2025_roles": "role"}.get(
        name, "nli" if name == "xnli" else "stance"
    )
    names = {
        "xnli": "ar bg de el en es fr hi ru sw th tr ur vi zh",
        "semeval2016_t6": "abortion atheism climate feminism hillary",
        "semeval2025_roles": "bg en hi pt ru",
        "newsmtsc": "rw",
        "vast": "all",
    }
    assert sorted(config.parts) == names.get(name, "").split()
    # One row per label and part, in the columns that the description names.
    for part_name, part in (config.parts or {"all": Part()}).items():
        rows = [
            {
                config.columns.text: f"A text about {raw}.",
                config.columns.label: raw,
                **({} if part.target else {config.columns.target: "Some matter"}),
                **({config.columns.language: "de"} if config.columns.language else {}),
                **({config.columns.group: raw} if config.columns.group else {}),
            }
            for raw in config.labels
        ]
        write(tmp_path / f"{part_name}.jsonl", rows)
    config.path = str(tmp_path / "{part}.jsonl")
    read = read_items(config)
    assert len(read.items) == len(config.labels) * max(1, len(config.parts))
    assert not read.left_out


def test_the_gold_of_the_embedded_corpus_is_a_benchmark_by_name():
    config = compose_config(["benchmark=alaska_gold"])
    assert (config.gold, config.corpus.path) == ("embedded", "embedded")
    assert config.benchmark.name == "alaska_gold"
