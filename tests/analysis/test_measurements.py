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


def and_first(table: pd.DataFrame, **columns: object) -> pd.DataFrame:
    """The table and once more its first row, with other values in these columns."""
    return pd.concat([table, table.iloc[:1].assign(**columns)])


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("paragraphs", lambda t: t.drop(columns="score"), "'paragraphs' has no column 'score'"),
        ("paragraphs", lambda t: pd.DataFrame(), "'paragraphs' has no column 'source', 'document'"),
        (
            "documents", lambda t: t.drop(columns="source"),
            "'documents' has no column 'source'; it has 'document', 'language', 'date'$",
        ),
        ("documents", lambda t: pd.DataFrame(), "'document', 'source', 'language'; it has none$"),
        ("documents", lambda t: pd.concat([t, t]), "lists document 'a' twice"),
        ("paragraphs", lambda t: and_first(t, document="z"), "holds document 'z', which"),
        ("paragraphs", lambda t: and_first(t, source="Z"), "'a' has source 'Z' in table 'paragr"),
        (
            "paragraphs", lambda t: and_first(t, label="against", score=-1.0),
            "document 'a', paragraph 0, proposition 'p', holder 'text' twice",
        ),
        ("paragraphs", lambda t: t[t["holder"] != "text"], "'usa' but no row of holder 'text'"),
    ],
)  # fmt: skip
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
    ("key", "value", "says"),
    [
        ("alpha", 0.0, "is 0.0; it must lie between 0 and 1"),
        ("alpha", 1.0, "is 1.0; it must lie between 0 and 1"),
        ("seed", -1, "is -1; it must not be negative"),
        ("bootstrap", 0, "is 0; it must be at least 1"),
        ("permutations", 0, "is 0; it must be at least 1"),
        ("top_terms", 0, "is 0; it must be at least 1"),
        ("min_term_paragraphs", 0, "is 0; it must be at least 1"),
        ("weights", "words", "is 'words'; choose documents or paragraphs"),
        ("duplicates", "maybe", "is 'maybe'; choose keep or drop"),
        ("kinds", [], "is empty; name at least one kind, such as body"),
    ],
)
def test_a_setting_out_of_range_is_refused_by_its_key(key: str, value: object, says: str) -> None:
    with pytest.raises(ConfigError) as refused:
        AnalysisConfig(**{key: value})  # type: ignore[arg-type]
    assert str(refused.value) == f"analysis.{key} {says}"


def test_the_smallest_settings_are_accepted() -> None:
    smallest = {"seed": 0, "bootstrap": 1, "permutations": 1, "top_terms": 1}
    smallest["min_term_paragraphs"] = 1
    assert asdict(AnalysisConfig(**smallest)).items() >= smallest.items()  # type: ignore[arg-type]


def test_the_settings_are_a_structured_config() -> None:
    made = OmegaConf.to_object(OmegaConf.structured(AnalysisConfig))
    assert isinstance(made, AnalysisConfig)
    assert asdict(made) == asdict(AnalysisConfig())
