"""The output folder and the Python API, by the contract of the design."""

from __future__ import annotations

import html
import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny import ARTICLES, DESK, stance_command

import stance
from stance.corpus import Corpus

P = ["p_favor", "p_against", "p_neutral", "p_unrelated"]
FILES = {
    "results.json",
    "paragraph_stance.parquet",
    "source_stance.csv",
    "comparisons.csv",
    "frames.csv",
    "terms.csv",
    "scores.parquet",
    "quarantine.jsonl",
    "report.html",
    "report.md",
}
COLUMNS = [
    *("source", "document", "paragraph", "kind", "language", "text", "proposition", "holder"),
    *("mode", *P, "score", "label", "evidence", "n_windows", "hypothesis_language"),
]
# What may differ between two runs: when, how long, into which folder, and what was scored before.
MAY_DIFFER = ("created", "timings", "command", "counts")
PIECE = 30


@pytest.fixture(scope="module")
def paragraphs(finished: Path) -> pd.DataFrame:
    """The paragraph table of the finished run."""
    return pd.read_parquet(finished / "paragraph_stance.parquet")


@pytest.fixture(scope="module")
def record(finished: Path) -> dict[str, Any]:
    """results.json of the finished run."""
    return json.loads((finished / "results.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def corpus(tiny_corpus: Path) -> Corpus:
    """The four articles as they are read."""
    return stance.read_corpus(tiny_corpus)


def test_every_file_of_the_contract_is_there_and_none_is_half_written(finished: Path) -> None:
    files = {path.name for path in finished.iterdir() if path.is_file()}
    assert files >= FILES
    assert not [name for name in files if name.endswith((".partial", ".part"))]
    suffixes = {path.suffix for path in (finished / "figures").iterdir()}
    assert suffixes == {".svg", ".png"}


def test_the_paragraph_table_has_the_columns_of_the_contract_and_those_of_the_input(
    paragraphs: pd.DataFrame,
) -> None:
    assert [column for column in paragraphs.columns if column in COLUMNS] == COLUMNS
    assert set(paragraphs.columns) - set(COLUMNS) == {"lead_in", "title", "date", "desk"}
    assert set(paragraphs["desk"]) == {DESK}


def test_the_text_voice_has_a_row_for_every_paragraph_and_proposition(
    paragraphs: pd.DataFrame, corpus: Corpus
) -> None:
    text = paragraphs[paragraphs["holder"] == "text"]
    found = list(zip(text["document"], text["paragraph"], text["proposition"], strict=True))
    units = [(document.id, p.index) for document, p in corpus.paragraphs()]
    assert len(units) == sum(len(parts) for *_, parts in ARTICLES.values())
    wanted = [(*unit, proposition) for unit, proposition in product(units, ["land", "neutrality"])]
    assert sorted(found) == sorted(wanted)
    texts = {(document.id, p.index): p.text for document, p in corpus.paragraphs()}
    assert all(texts[d, i] == t for d, i, t in paragraphs[["document", "paragraph", "text"]].values)


def test_a_holder_has_a_row_only_where_a_stance_is_attributed_to_it(
    paragraphs: pd.DataFrame,
) -> None:
    holders = paragraphs[paragraphs["holder"] != "text"]
    assert len(holders)
    assert set(holders["holder"]) <= {"russia", "ukraine"}
    assert set(holders["label"]) <= {"favor", "against", "neutral"}
    assert set(holders["mode"]) <= {"said", "imputed"}
    assert set(paragraphs.loc[paragraphs["holder"] == "text", "mode"]) == {""}


def test_probabilities_sum_to_one_and_the_score_is_their_difference(
    paragraphs: pd.DataFrame,
) -> None:
    assert paragraphs[P].to_numpy().min() >= 0
    np.testing.assert_allclose(paragraphs[P].sum(axis=1), 1, atol=1e-9)
    difference = paragraphs["p_favor"] - paragraphs["p_against"]
    np.testing.assert_allclose(paragraphs["score"], difference, atol=1e-12)


def test_the_evidence_is_a_sentence_of_the_text_wherever_there_is_a_stance(
    paragraphs: pd.DataFrame,
) -> None:
    assert {"unrelated"} < set(paragraphs["label"]), "both cases occur"
    for row in paragraphs.itertuples():
        assert row.evidence in row.text
        assert bool(row.evidence) == (row.label != "unrelated")


def test_results_say_what_ran_on_what(
    record: dict[str, Any], corpus: Corpus, arguments: tuple[str, ...]
) -> None:
    assert record["schema_version"] == 1
    assert record["package_version"]
    assert set(record["git"]) == {"commit", "dirty"}
    assert record["config"]["propositions"]["name"] == "small"
    assert record["config"]["seed"] == 0
    model = record["model"]
    assert f"model.id={model['id']}" in arguments
    assert len(model["weights_sha256"]) == 64
    assert (model["backend"], model["dtype"]) == ("torch", "float32")
    assert model["device"] in ("cpu", "cuda")
    assert "revision" in model
    assert record["corpus_fingerprint"] == corpus.fingerprint
    assert {"torch", "transformers", "numpy", "python"} <= set(record["libraries"])
    assert record["counts"]["paragraphs"] == corpus.n_paragraphs
    assert record["counts"]["documents"] == len(corpus) == 4
    assert record["counts"]["pairs_scored"] + record["counts"]["pairs_reused"] > 0
    assert set(record["timings"]) >= {"read", "load model", "score", "analyse"}
    assert record["validation"] is None
    assert {"source_stance", "comparisons"} <= set(record["tables"])


def test_sources_are_compared_with_intervals_or_the_reason_why_not(finished: Path) -> None:
    table = pd.read_csv(finished / "source_stance.csv")
    quantities = ("salience", "side_taking", "direction", "mean_score")
    assert {"source", "proposition", "holder", "n_documents", "n_paragraphs"} <= set(table.columns)
    for quantity in quantities:
        assert {quantity, f"{quantity}_ci_low", f"{quantity}_ci_high"} <= set(table.columns)
    bare = table[table["salience_ci_low"].isna()]
    assert bare["interval_reason"].notna().all()
    text = table[table["holder"] == "text"]
    assert set(text["source"]) == {"Harbour Herald", "Küstenbote"}
    assert set(text["n_documents"]) == {2}


def test_raw_logits_are_kept(finished: Path, record: dict[str, Any]) -> None:
    scores = pd.read_parquet(finished / "scores.parquet")
    logits = ["entailment", "neutral", "contradiction"]
    assert list(scores.columns) == ["premise", "hypothesis", *logits]
    assert set(scores[logits].dtypes) == {np.dtype("float32")}
    assert len(scores) == record["counts"]["pairs_scored"] + record["counts"]["pairs_reused"]
    assert not scores.duplicated(["premise", "hypothesis"]).any()


def test_the_page_asks_nothing_of_any_network_and_says_that_nobody_validated_it(
    finished: Path,
) -> None:
    page = (finished / "report.html").read_text("utf-8")
    assert "script-src 'sha256-" in html.unescape(page) and "unsafe-inline" not in page
    for attribute in ('src="http', "url(http", '<link rel="stylesheet"'):
        assert attribute not in page
    assert "Not validated on your texts" in page
    assert "Not validated on your texts" in (finished / "report.md").read_text("utf-8")


def test_two_runs_differ_in_time_stamps_only(
    finished: Path, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    assert stance_command(*arguments, f"output_dir={tmp_path}").code == 0
    for path in finished.glob("*.csv"):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
    for path in finished.glob("*.parquet"):
        again = pd.read_parquet(tmp_path / path.name)
        pd.testing.assert_frame_equal(again, pd.read_parquet(path), check_exact=True)
    for path in (finished / "figures").iterdir():
        assert (tmp_path / "figures" / path.name).read_bytes() == path.read_bytes(), path.name

    def lasting(folder: Path) -> dict[str, Any]:
        results = json.loads((folder / "results.json").read_text("utf-8"))
        results["config"].pop("output_dir")
        return {key: value for key, value in results.items() if key not in MAY_DIFFER}

    assert lasting(tmp_path) == lasting(finished)


def test_what_the_store_happens_to_hold_does_not_show_in_the_raw_scores(
    tiny_corpus: Path, one_pass_folder: Path, small_sets: Path, tmp_path: Path
) -> None:
    sets = [f"hydra.searchpath=[file://{small_sets}]", "holders=small", "frames=small"]
    orders = []
    for number, before in enumerate([[], ["method=pipeline"]]):
        store = f"engine.store={tmp_path / str(number)}"
        for more in [before, []] if before else [[]]:
            analysis = stance.analyse(
                tiny_corpus, "small", str(one_pass_folder), overrides=[*sets, store, *more]
            )
        orders.append([(pair.premise, pair.hypothesis) for pair in analysis.scores])
    assert orders[0] == orders[1]


def everything_in(folder: Path) -> dict[str, str]:
    """All text of all files: Parquet as its cells, pictures and the rest as their bytes."""
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".parquet":
            table = pd.read_parquet(path)
            cells = [str(value) for column in table for value in table[column].unique()]
            found[name] = "\n".join([*map(str, table.columns), *cells])
        elif path.is_file():
            found[name] = path.read_bytes().decode("utf-8", "replace")
    return found


@pytest.fixture(scope="module")
def textless(
    tmp_path_factory: pytest.TempPathFactory, arguments: tuple[str, ...]
) -> tuple[Path, list[str]]:
    """A run with report.text=none on texts that also stand in other columns, and the texts."""
    folder = tmp_path_factory.mktemp("textless")
    texts = [text.removeprefix("- ") for *_, parts in ARTICLES.values() for text in parts]
    rows = [
        {
            "id": f"d{number}",
            "source": "Post" if number % 2 else "Bote",
            "title": f"Nobody saw number {number} coming over the frozen bay",
            "text": f"{text}\n\nSubscribe to our newsletter and never miss another story.",
            "teaser": text,
            "desk": DESK,
        }
        for number, text in enumerate(texts)
    ]
    corpus = folder / "texts"
    corpus.mkdir()
    (corpus / "news.jsonl").write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        + json.dumps(rows[0], ensure_ascii=False)[:-20],
        "utf-8",
    )
    (corpus / "headless.csv").write_text("".join(f'"{text}"\n' for text in texts), "utf-8")
    out = folder / "out"
    rest = [part for part in arguments if not part.startswith("corpus.path=")]
    ran = stance_command(*rest, f"corpus.path={corpus}", f"output_dir={out}", "report.text=none")
    assert ran.code == 0, ran.err
    return out, [*texts, *(str(row["title"]) for row in rows)]


def test_without_text_no_file_holds_any_piece_of_it(textless: tuple[Path, list[str]]) -> None:
    out, texts = textless
    files = everything_in(out)
    assert set(files) >= FILES
    pieces = [text[i : i + PIECE] for text in texts for i in range(len(text) - PIECE + 1)]
    assert len(pieces) > len(texts)
    leaks = {(name, piece) for name, held in files.items() for piece in pieces if piece in held}
    assert not leaks


def test_without_text_ids_offsets_and_digests_stand_in_for_it(
    textless: tuple[Path, list[str]],
) -> None:
    out, texts = textless
    table = pd.read_parquet(out / "paragraph_stance.parquet")
    assert not {"text", "lead_in", "evidence", "title"} & set(table.columns)
    assert set(table["text_sha256"].str.len()) == {64}
    sided = table[table["label"] != "unrelated"]
    assert (sided["evidence_end"] > sided["evidence_start"]).all()
    assert (sided["evidence_start"] >= 0).all()
    assert set(table["desk"]) == {DESK}, "short metadata pass through"


def test_importing_the_package_loads_no_torch() -> None:
    code = "import stance, sys; assert 'torch' not in sys.modules; print(sorted(stance.__all__))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    for name in ("analyse", "load_nli", "read_corpus"):
        assert name in done.stdout


def test_the_python_api_does_what_the_command_does(
    tiny_corpus: Path,
    one_pass_folder: Path,
    small_sets: Path,
    paragraphs: pd.DataFrame,
    tmp_path: Path,
) -> None:
    nli = stance.load_nli(str(one_pass_folder), backend="auto", device="auto")
    logits = nli.score(["Moscow wants land.", "It rained."], ["Land is wanted."])
    assert (logits.shape, logits.dtype) == ((2, 1, 3), np.dtype("float32"))

    corpus = stance.read_corpus(tiny_corpus)
    sets = [f"hydra.searchpath=[file://{small_sets}]", "holders=small", "frames=small"]
    analysis = stance.analyse(corpus, propositions="small", model=nli, overrides=sets)
    pd.testing.assert_frame_equal(
        analysis.paragraphs.reset_index(drop=True), paragraphs, check_dtype=False, atol=1e-6
    )
    for table in (analysis.sources, analysis.comparisons, analysis.frames):
        assert isinstance(table, pd.DataFrame)
        assert len(table)
    path = analysis.report(tmp_path / "mine.html")
    assert path == tmp_path / "mine.html"
    assert path.read_text("utf-8").startswith("<!")


def test_the_python_api_takes_paths_with_any_characters(
    tiny_corpus: Path, one_pass_folder: Path, small_sets: Path, tmp_path: Path
) -> None:
    texts, model = tmp_path / "texts, 'two' = 2", tmp_path / "model {a}, b"
    texts.symlink_to(tiny_corpus)
    model.symlink_to(one_pass_folder)
    sets = [f"hydra.searchpath=[file://{small_sets}]", "holders=small", "frames=none"]
    analysis = stance.analyse(texts, propositions="small", model=str(model), overrides=sets)
    assert len(analysis.corpus) == len(ARTICLES)


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'analyze'"):
        _ = stance.analyze
