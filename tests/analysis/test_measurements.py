"""Tables that lack a column or contradict each other are refused; so are wrong settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import pandas as pd
import pytest
from omegaconf import OmegaConf

from stance.analysis import AnalysisConfig, MeasurementError, Measurements
from stance.errors import ConfigError

from .invented import CorpusMaker

Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("paragraphs", lambda t: t.drop(columns="score"), "'paragraphs' has no column 'score'"),
        ("documents", lambda t: t.drop(columns="source"), "'documents' has no column 'source'"),
        ("documents", lambda t: pd.concat([t, t]), "lists document 'a' twice"),
        ("documents", lambda t: t.iloc[:0], "holds document 'a', which"),
        ("documents", lambda t: t.assign(source="Z"), "has source 'A' in table 'paragraphs'"),
        ("paragraphs", lambda t: pd.concat([t, t]), "paragraph 0, proposition 'p', holder"),
        ("paragraphs", lambda t: t[t["holder"] != "text"], "'usa' but no row of holder 'text'"),
    ],
)
def test_a_wrong_table_is_refused_with_the_place(name: str, change: Change, message: str) -> None:
    m = CorpusMaker().add("A", "a", "fu", holders={"usa": "fu"}).build()
    tables = {"paragraphs": m.paragraphs, "documents": m.documents}
    tables[name] = change(tables[name])
    with pytest.raises(MeasurementError, match=message):
        Measurements(**tables)


def test_frames_lacking_a_column_are_refused(corpus: CorpusMaker) -> None:
    m = corpus.add("A", "a", "f").build()
    with pytest.raises(MeasurementError, match="'frames' has no column 'frame', 'present'"):
        Measurements(m.paragraphs, m.documents, pd.DataFrame({"document": ["a"], "paragraph": 0}))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("alpha", 0.0), ("alpha", 1.0), ("seed", -1), ("bootstrap", 0), ("permutations", 0),
        ("weights", "words"), ("duplicates", "maybe"), ("kinds", []), ("top_terms", 0),
    ],
)  # fmt: skip
def test_a_setting_out_of_range_is_refused_by_its_key(key: str, value: object) -> None:
    with pytest.raises(ConfigError, match=rf"analysis\.{key}"):
        AnalysisConfig(**{key: value})  # type: ignore[arg-type]


def test_the_settings_are_a_structured_config() -> None:
    made = OmegaConf.to_object(OmegaConf.structured(AnalysisConfig))
    assert isinstance(made, AnalysisConfig)
    assert asdict(made) == asdict(AnalysisConfig())
