"""Samples are drawn with known probabilities, and a filled-in sheet validates a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import stance_command

from stance.analysis.measurements import LABELS
from stance.coding import draw_sample, read_gold, write_sheet
from stance.coding.codebook import codebook
from stance.coding.gold import named_as_set, read_coding
from stance.coding.sampling import allocate, draw_systematically, inclusion_probabilities
from stance.coding.sheet import SHEET, SHEET_COLUMNS
from stance.corpus import read_corpus
from stance.errors import ConfigError, CorpusError
from stance.evaluation import validate
from stance.propositions import HolderConfig, HoldersConfig, PropositionConfig, PropositionsConfig
from stance.resources import SEEDS
from stance.tables import document_table

UNIT = ["document", "paragraph"]
PROPOSITIONS = ["land", "neutrality"]


def paragraph_rows(documents: dict[str, tuple[str, str, list[str]]]) -> pd.DataFrame:
    """Rows of the text voice: document → source, language, the label of each paragraph."""
    return pd.DataFrame(
        [
            {
                **{"document": document, "source": source, "language": language},
                **{"paragraph": index, "kind": "body", "title": document, "lead_in": ""},
                **{"text": f"{document} {index}", "proposition": "land", "holder": "text"},
                **{"label": label, "mode": ""},
                **{f"p_{name}": 0.7 if name == label else 0.1 for name in LABELS},
            }
            for document, (source, language, labels) in documents.items()
            for index, label in enumerate(labels)
        ]
    )


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.integers(1, 400))
def test_draws_are_spread_as_evenly_as_the_strata_allow(sizes: list[int], n: int) -> None:
    drawn = allocate(np.array(sizes), n)
    assert drawn.sum() == min(n, sum(sizes))
    assert (drawn <= sizes).all()
    # Whoever got fewer than another by more than one had no more to give.
    short = drawn < drawn.max() - 1
    assert (drawn[short] == np.array(sizes)[short]).all()


labels = st.lists(st.sampled_from(["favor", "unrelated"]), min_size=1, max_size=9)
corpora = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.sampled_from(["Post", "Bote"]), st.sampled_from(["en", "de"]), labels),
    min_size=1,
)


@settings(max_examples=25)
@given(corpora, st.integers(1, 40), st.integers(0, 9))
def test_a_sample_carries_the_probability_with_which_each_paragraph_was_drawn(
    documents: dict[str, tuple[str, str, list[str]]], n: int, seed: int
) -> None:
    paragraphs = paragraph_rows(documents)
    sample = draw_sample(paragraphs, n, seed)
    assert len(sample) == min(n, len(paragraphs))
    assert not sample.duplicated(UNIT).any()
    strata = ["source", "language", "label"]
    sizes = paragraphs.groupby(strata).size()
    for stratum, drawn in sample.groupby(strata):
        assert drawn["stratum"].nunique() == 1
        np.testing.assert_allclose(drawn["sampling_probability"], len(drawn) / sizes[stratum])
    pd.testing.assert_frame_equal(sample, draw_sample(paragraphs, n, seed))


def test_another_seed_draws_another_sample() -> None:
    paragraphs = paragraph_rows({"a": ("Post", "en", ["unrelated"] * 200)})
    first, second = (draw_sample(paragraphs, 20, seed) for seed in (1, 2))
    assert set(first["paragraph"]) != set(second["paragraph"])


weights = st.lists(st.floats(0.01, 100), min_size=1, max_size=30)


@given(weights, st.integers(0, 30))
def test_inclusion_probabilities_follow_the_weights_and_sum_to_the_draws(
    weights: list[float], take: int
) -> None:
    take = min(take, len(weights))
    p = inclusion_probabilities(np.array(weights), take)
    assert p.sum() == pytest.approx(take)
    assert ((p >= 0) & (p <= 1)).all()
    shared = p[p < 1 - 1e-9] / np.array(weights)[p < 1 - 1e-9]
    np.testing.assert_allclose(shared, shared.max(initial=0.0), rtol=1e-9)


def test_units_are_drawn_as_often_as_their_probabilities_say() -> None:
    p = inclusion_probabilities(np.array([1.0, 2.0, 3.0, 10.0, 50.0]), 3)
    generator, draws = np.random.default_rng(0), 4000
    counts = np.zeros(5)
    for _ in range(draws):
        drawn = draw_systematically(p, generator)
        assert len(set(drawn)) == 3
        counts[drawn] += 1
    np.testing.assert_allclose(counts / draws, p, atol=4 * 0.5 / np.sqrt(draws))


def test_an_uncertainty_sample_prefers_what_the_method_is_unsure_of_and_bounds_the_rest() -> None:
    paragraphs = paragraph_rows({"a": ("Post", "en", ["unrelated"] * 100)})
    columns = [f"p_{name}" for name in LABELS]
    paragraphs.loc[paragraphs["paragraph"] < 50, columns] = [0.0, 0.0, 0.0, 1.0]
    sample = draw_sample(paragraphs, 20, seed=0, weights="uncertainty")
    sure = sample["paragraph"] < 50
    low, high = (sample.loc[mask, "sampling_probability"].unique() for mask in (sure, ~sure))
    # A sure paragraph weighs a quarter of the mean; the mean of 0 and u is u / 2.
    assert len(low) == len(high) == 1
    assert low[0] / high[0] == pytest.approx(0.25 / 2)
    assert 50 * low[0] + 50 * high[0] == pytest.approx(20)


def test_a_sample_of_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="n=0"):
        draw_sample(paragraph_rows({"a": ("Post", "en", ["favor"])}), 0, seed=0)


def test_the_coding_sheet_is_blank_complete_and_has_the_codebook_beside_it(
    tmp_path: Path,
) -> None:
    paragraphs = paragraph_rows({"a": ("Post", "en", ["favor", "unrelated", "unrelated"])})
    path = write_sheet(draw_sample(paragraphs, 3, seed=0), PROPOSITIONS, tmp_path)
    assert path == tmp_path / SHEET
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert list(sheet.columns) == list(SHEET_COLUMNS)
    assert list(sheet["proposition"]) == PROPOSITIONS * 3
    assert list(sheet["previous"]) == ["", "", "a 0", "a 0", "a 1", "a 1"]
    for column in ("stance", "holders", "note", "coder"):
        assert set(sheet[column]) == {""}, "what the run found must not lead the coder"
    codebook = (tmp_path / "codebook.md").read_text("utf-8")
    for word in ("favor", "against", "neutral", "unrelated", "said", "imputed"):
        assert word in codebook


def test_the_codebook_says_what_the_study_asks_and_whom_it_reads_back() -> None:
    claim = PropositionConfig(statement={"en": "Osterby should charge a toll."})
    mayor = HolderConfig(name={"en": "the mayor"})
    rules = codebook(
        PropositionsConfig(items={"bridge_toll": claim}), HoldersConfig(holders={"mayor": mayor})
    )
    own, _, shipped = rules.partition("# Codebook")
    assert "- `bridge_toll`: Osterby should charge a toll." in own
    assert "- `mayor`: the mayor" in own
    assert "russia" not in own and "**3. Who else holds a stance?**" in shipped


def as_holders(rows: pd.DataFrame) -> str:
    return "; ".join(f"{r.holder}:{r.label}:{r.mode}" for r in rows.itertuples())


def fill(sheet: pd.DataFrame, paragraphs: pd.DataFrame) -> pd.DataFrame:
    """The sheet as a coder would return it who sees everything as the run did."""
    text = paragraphs[paragraphs["holder"] == "text"]
    own = text.set_index([*UNIT, "proposition"])["label"]
    others = paragraphs[paragraphs["holder"] != "text"].groupby([*UNIT, "proposition"])
    said = {cell: as_holders(rows) for cell, rows in others}
    cells = list(sheet[[*UNIT, "proposition"]].itertuples(index=False, name=None))
    return sheet.assign(
        stance=[own.loc[cell] for cell in cells], holders=[said.get(cell, "") for cell in cells]
    )


@pytest.fixture(scope="module")
def evaluated(
    tmp_path_factory: pytest.TempPathFactory, arguments: tuple[str, ...], finished: Path
) -> Path:
    """The output folder of task=evaluate, with a sheet of task=sample filled in by the run."""
    folder = tmp_path_factory.mktemp("evaluated")
    drawn = stance_command(*arguments, f"output_dir={folder / 'sample'}", "task=sample", "n=9")
    assert drawn.code == 0, drawn.err
    assert drawn.out.strip() == str(folder / "sample" / SHEET)
    assert "`land`: Ukraine should cede land" in (folder / "sample" / "codebook.md").read_text()
    sheet = pd.read_csv(folder / "sample" / SHEET, keep_default_na=False)
    assert len(sheet) == 9 * len(PROPOSITIONS)
    filled = fill(sheet, pd.read_parquet(finished / "paragraph_stance.parquet"))
    filled.to_csv(folder / "gold.csv", index=False)
    out = folder / "out"
    ran = stance_command(
        *arguments, f"output_dir={out}", "task=evaluate", f"gold={folder / 'gold.csv'}"
    )
    assert ran.code == 0, ran.err
    assert ran.out.strip() == str(out / "evaluation.html")
    return out


def test_labels_equal_to_what_the_run_finds_give_full_agreement(evaluated: Path) -> None:
    table = pd.read_csv(evaluated / "evaluation.csv")
    whole = table[(table["scope"] == "all") & (table["measure"] == "macro_f1")]
    found = whole.dropna(subset=["estimate"])
    assert {"text", "holders"} <= set(found["voice"])
    assert set(found["estimate"]) == {1.0}
    assert {"source", "language"} <= set(table["scope"])
    confusion = pd.read_csv(evaluated / "confusion.csv")
    wrong = confusion[confusion["gold"] != confusion["predicted"]]
    assert wrong["n"].sum() == 0
    text = confusion[confusion["voice"] == "text"].groupby("scope")["n"].sum()
    # Every cell has one source and one language.
    assert dict(text) == {scope: 9 * len(PROPOSITIONS) for scope in ("all", "source", "language")}


def test_a_validation_stands_in_results_and_report(evaluated: Path, finished: Path) -> None:
    validation = json.loads((evaluated / "results.json").read_text("utf-8"))["validation"]
    sheet = pd.read_csv(evaluated.parent / "gold.csv")
    n = sheet["document"].nunique()
    sizes = {key: validation[key] for key in ("texts", "documents", "paragraphs", "cells")}
    assert sizes == {
        **{"texts": n, "documents": n, "paragraphs": 9, "cells": 9 * len(PROPOSITIONS)}
    }, "none of the articles is another's translation"
    assert validation["coders"] == 1
    assert not (evaluated / "coders.csv").exists(), "one coder agrees with nobody"
    figure = next(value for name, value in validation.items() if "macro_f1" in name)
    assert figure.startswith("1.000")
    for name in ("report.html", "report.md"):
        assert "Not validated on your texts" in (finished / name).read_text("utf-8")
        report = (evaluated / name).read_text("utf-8")
        assert "Not validated on your texts" not in report
        assert f"Validated on {n} texts" in report
        assert f"9 paragraphs in {n} documents" in report


def test_naive_and_corrected_figures_stand_side_by_side(evaluated: Path) -> None:
    table = pd.read_csv(evaluated / "corrected.csv")
    assert set(table["quantity"]) == {"salience", "side_taking", "direction"}
    assert table["reason"].str.contains("document").all(), "two or three documents are few"
    paragraphs = pd.read_parquet(evaluated / "paragraph_stance.parquet")
    text = paragraphs[
        (paragraphs["holder"] == "text") & paragraphs["kind"].isin(["body", "list_item", "quote"])
    ]
    related = text.assign(related=text["label"] != "unrelated")
    shares = related.groupby(["source", "proposition", "document"])["related"].mean()
    naive = shares.groupby(["source", "proposition"]).mean()
    rows = table[(table["quantity"] == "salience") & (table["holder"] == "text")]
    for row in rows.to_dict("records"):
        assert row["naive"] == pytest.approx(naive[row["source"], row["proposition"]])
    assert (evaluated / "corrected_differences.csv").is_file()
    record = json.loads((evaluated / "results.json").read_text("utf-8"))
    assert len(record["tables"]["corrected"]) == len(table)
    page = (evaluated / "report.html").read_text("utf-8")
    assert "Corrected for the errors of the method" in page
    assert "1.000" in page, "the figures of the validation are in the report"


def sheet_of(folder: Path, *rows: str) -> Path:
    path = folder / "gold.csv"
    path.write_text("\n".join(["document,paragraph,proposition,stance,holders", *rows]), "utf-8")
    return path


@pytest.fixture
def documents() -> pd.DataFrame:
    """An article with a translation, and one of its own."""
    return pd.DataFrame({"document": ["a", "a-de", "b"], "group": ["a", "a", "b"]})


def test_gold_of_an_original_counts_for_its_translations(
    documents: pd.DataFrame, tmp_path: Path
) -> None:
    path = sheet_of(tmp_path, "a,0,land,neutral,russia:favor:said", "b,1,land,favor,", "b,2,land,,")
    gold = read_gold(path, documents, PROPOSITIONS)
    found = set(gold[["document", "holder", "mode", "label"]].itertuples(index=False, name=None))
    assert found == {
        *((d, "text", "", "neutral") for d in ("a", "a-de")),
        *((d, "russia", "said", "favor") for d in ("a", "a-de")),
        ("b", "text", "", "favor"),
    }, "an empty stance is a cell not yet coded"


def test_a_sheet_coded_in_part_is_a_smaller_sample(documents: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "gold.csv"
    rows = ["document,paragraph,proposition,stance,stratum,sampling_probability"]
    rows += [f"b,{i},land,{'favor' if i < 2 else ''},x,0.5" for i in range(8)]
    path.write_text("\n".join(rows), "utf-8")
    gold = read_gold(path, documents, PROPOSITIONS)
    assert set(gold["probability"]) == {0.5 * 2 / 8}


def test_a_cell_coded_twice_is_refused(documents: pd.DataFrame, tmp_path: Path) -> None:
    path = sheet_of(tmp_path, "b,1,land,favor,", "b,1,land,against,")
    with pytest.raises(CorpusError, match="line 3.*coded twice by 'gold'.*line 2"):
        read_gold(path, documents, PROPOSITIONS)


def test_the_gold_of_the_embedded_corpus_holds_for_all_six_languages() -> None:
    documents = document_table(read_corpus(SEEDS / "articles"))
    propositions = ["territorial_exchange", "ukrainian_neutrality", "nato_role"]
    gold = read_gold(SEEDS / "gold.csv", documents, propositions)
    assert set(gold["document"]) == set(documents["document"])
    groups = gold["document"].map(documents.set_index("document")["group"])
    voices = gold.assign(group=groups).groupby(["group", "paragraph", "proposition", "holder"])
    assert set(voices["document"].nunique()) == {6}
    assert set(voices["label"].nunique()) == {1}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a,1,land,pro,", "line 3: stance 'pro'; expected favor, against, neutral, unrelated"),
        ("z,1,land,favor,", "line 3: document 'z' is not in the corpus"),
        ("a,one,land,favor,", "line 3: paragraph 'one' is no number"),
        ("a,1,sea,favor,", "line 3: proposition 'sea' unknown; expected land, neutrality"),
        ("a,1,land,favor,russia:favor", "line 3: holder 'russia:favor'; expected name:"),
        ("a,1,land,favor,russia:unrelated:said", "line 3: holder 'russia:unrelated:said'"),
        ("a,1,land,favor,:favor:said", "line 3: holder ':favor:said'; expected name:"),
        ("a,1,land,favor,text:favor:said", "own voice belongs in the stance"),
        ("a,1,land,favor,x:favor:said;x:against:said", "line 3: holder 'x' is named twice"),
    ],
)
def test_a_bad_row_of_a_sheet_is_named_with_its_line(
    row: str, said: str, documents: pd.DataFrame, tmp_path: Path
) -> None:
    path = sheet_of(tmp_path, "a,0,land,neutral,", row)
    with pytest.raises(CorpusError) as caught:
        read_gold(path, documents, PROPOSITIONS)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"document,paragraph,stance\na,0,favor\n", "no column proposition"),
        (b"document,paragraph,proposition,stance\na,0,land,\n", "no row has a stance"),
        (b"\xff\xfe\x00\x01\x02", "cannot be read as CSV"),
        (b"", "cannot be read as CSV"),
        ("document;note\na;Brücke\n".encode("cp1252"), "in UTF-8.*save it as “CSV UTF-8”"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\xe4\xbd", "in UTF-8.*save it as “CSV UTF-8”"),
    ],
)
def test_a_sheet_that_cannot_be_used_is_refused(
    content: bytes, said: str, documents: pd.DataFrame, tmp_path: Path
) -> None:
    (tmp_path / "gold.csv").write_bytes(content)
    with pytest.raises(CorpusError, match=said):
        read_gold(tmp_path / "gold.csv", documents, PROPOSITIONS)


def test_a_spreadsheet_programs_sheet_is_read(documents: pd.DataFrame, tmp_path: Path) -> None:
    rows = 'document;paragraph;proposition;stance;holders\r\na;0;land;Favor ;"x:favor:said;"\r\n'
    (tmp_path / "gold.csv").write_bytes(b"\xef\xbb\xbf" + rows.encode())
    gold = read_gold(tmp_path / "gold.csv", documents, PROPOSITIONS)
    assert list(gold["label"]) == ["favor"] * 4
    assert set(gold["holder"]) == {"text", "x"}


def test_a_holder_is_read_back_under_the_name_that_the_set_has(
    documents: pd.DataFrame, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = sheet_of(tmp_path, "a,0,land,neutral,EU:favor:said;eu army:against:said")
    gold = named_as_set(read_coding(path, documents, PROPOSITIONS), ["EU", "nato"])
    assert set(gold.labels["holder"]) == {"text", "EU", "eu army"}
    assert "cannot find them: eu army (the set has EU, nato)" in caplog.text


def test_agreement_is_measured_on_labels_that_differ(documents: pd.DataFrame) -> None:
    predicted = paragraph_rows({"a": ("Post", "en", ["favor", "favor", "unrelated", "unrelated"])})
    gold = predicted[[*UNIT, "proposition", "holder", "mode"]].assign(
        label=["favor", "against", "unrelated", "favor"]
    )
    found: Any = validate(gold, predicted, documents)
    # favor: precision 1/2, recall 1/2; against: never predicted; unrelated: 1/2 and 1.
    assert found.figure("text", "macro_f1") == pytest.approx((1 / 2 + 0 + 2 / 3) / 3)
    assert (found.n_texts, found.n_documents, found.n_paragraphs, found.n_cells) == (1, 1, 4, 4)


def test_what_is_validated_is_what_the_run_has_and_translations_are_one_text(
    documents: pd.DataFrame, caplog: pytest.LogCaptureFixture
) -> None:
    article = {d: ("Post", "en", ["favor", "unrelated"]) for d in ("a", "a-de", "b")}
    predicted = paragraph_rows(article)
    gold = predicted[[*UNIT, "proposition", "holder", "mode", "label"]]
    elsewhere = gold.iloc[:1].assign(paragraph=99)
    found = validate(pd.concat([gold, elsewhere]), predicted, documents)
    assert (found.n_texts, found.n_documents, found.n_paragraphs, found.n_cells) == (2, 3, 6, 6)
    assert found.summary()["coded cells that the run does not have"] == 1
    assert "does not have, left out: 1" in caplog.text


def test_a_mode_that_coders_are_split_on_is_not_counted_as_wrong(documents: pd.DataFrame) -> None:
    text = paragraph_rows({"b": ("Post", "en", ["neutral", "neutral"])})
    held = text.assign(holder="russia", label="favor", mode="said")
    predicted = pd.concat([text, held])
    gold = predicted[[*UNIT, "proposition", "holder", "mode", "label"]].reset_index(drop=True)
    gold.loc[gold["holder"].eq("russia") & gold["paragraph"].eq(1), "mode"] = ""
    assert validate(gold, predicted, documents).mode_accuracy == 1.0
