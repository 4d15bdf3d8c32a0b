"""A model on a labelled set: rows, hypotheses, figures with intervals, a checked result file."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from datasets import Dataset
from sklearn.metrics import accuracy_score, f1_score
from tiny import stance_command

from stance.benchmark.config import BenchmarkConfig, Columns, Part
from stance.benchmark.items import read_items
from stance.benchmark.measure import figures
from stance.benchmark.predict import labels_of, predict
from stance.benchmark.result import check_result, contamination
from stance.config import compose_config
from stance.errors import ConfigError, CorpusError
from stance.nli import load_nli
from stance.nli.model import probabilities
from stance.resources import CONFIGS
from stance.scoring import Scorer

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


@pytest.fixture
def model(one_pass_folder):
    return load_nli(str(one_pass_folder))


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.csv", "a.tsv", "a.parquet"])
def test_every_kind_of_file_gives_the_same_items(tmp_path, name):
    items = read_items(stance_set(write(tmp_path / name, ROWS))).items
    assert [(i.text, i.target, i.language) for i in items] == [
        (r["text"], r["target"], r["lang"]) for r in ROWS
    ]
    assert [i.gold for i in items[:3]] == ["against", "favor", "neutral"]


def test_a_dataset_saved_to_disk_is_read(tmp_path):
    Dataset.from_pandas(pd.DataFrame(ROWS)).save_to_disk(tmp_path / "saved")
    assert len(read_items(stance_set(tmp_path / "saved")).items) == len(ROWS)


def test_parts_are_files_of_their_own_and_carry_language_and_target(tmp_path):
    write(tmp_path / "news.de.jsonl", [{"text": "Ja.", "label": "PRO"}])
    write(tmp_path / "news.fr.jsonl", [{"text": "Non.", "label": "CON"}])
    parts = {p: Part(language=p, target=f"Pont {p}") for p in ("de", "fr", "it")}
    read = read_items(stance_set(tmp_path / "news.{part}.jsonl", parts=parts))
    assert [(i.language, i.target) for i in read.items] == [("de", "Pont de"), ("fr", "Pont fr")]
    assert read.left_out == {"part it: no file": 1}


def test_rows_without_a_label_that_counts_are_counted(tmp_path):
    rows = [*ROWS, {"text": "Hm?", "target": "Build it", "label": "QUERY", "lang": "en"}]
    read = read_items(stance_set(write(tmp_path / "a.jsonl", rows)))
    assert len(read.items) == len(ROWS)
    assert read.left_out == {"label QUERY": 1}


def test_drawn_rows_depend_on_the_seed_alone(tmp_path):
    config = stance_set(write(tmp_path / "a.jsonl", ROWS), rows=7)
    first, again, other = (read_items(config, seed).items for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len(first) == 7


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "guess"}, "benchmark.kind"),
        ({"hypotheses": {"favor": SIDES["favor"]}}, "benchmark.hypotheses.against.en"),
        ({"labels": {"PRO": "pro"}}, "benchmark.labels.PRO"),
        ({"columns": Columns(text="body")}, "benchmark.columns.text"),
        ({"path": "nowhere.jsonl"}, "no such file"),
        ({"path": None}, "only had as files"),
        ({"languages": ["pl"]}, "no row counts"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, changes, says):
    with pytest.raises((ConfigError, CorpusError), match=says):
        read_items(stance_set(write(tmp_path / "a.jsonl", ROWS), **changes))


def test_a_broken_line_is_named_with_its_number(tmp_path):
    path = write(tmp_path / "a.jsonl", ROWS[:2])
    path.write_text(path.read_text() + "{oops\n")
    with pytest.raises(CorpusError, match="line 3"):
        read_items(stance_set(path))


@pytest.mark.parametrize("language", ["en", "source"])
def test_sides_come_from_both_hypotheses_in_the_language_asked_for(tmp_path, model, language):
    config = stance_set(write(tmp_path / "a.jsonl", ROWS))
    items = read_items(config).items
    found = predict(config, items, model, Scorer(model), language)
    for row, item in zip(found.to_dict("records"), items, strict=True):
        wanted = item.language if language == "source" else "en"
        pair = [SIDES[s][wanted].format(target=item.target) for s in ("favor", "against")]
        favor, against = probabilities(model.score([item.text], pair)[0])
        assert row["p_favor"] == pytest.approx((favor[0] + against[2]) / 2, abs=1e-5)
        assert row["p_against"] == pytest.approx((against[0] + favor[2]) / 2, abs=1e-5)
        assert row["p_favor"] + row["p_against"] + row["p_neutral"] == pytest.approx(1)


def test_without_neutral_labels_a_side_must_be_chosen(tmp_path, model):
    config = stance_set(write(tmp_path / "a.jsonl", [r for r in ROWS if r["label"] != "NONE"]))
    config.labels = {"PRO": "favor", "CON": "against"}
    items = read_items(config).items
    found = predict(config, items, model, Scorer(model))
    assert set(found["predicted"]) <= {"favor", "against"}
    assert np.allclose(found["p_favor"] + found["p_against"], 1)


def test_a_binary_head_is_measured_on_entailment_against_the_rest(tmp_path, checkpoint):
    binary = load_nli(str(checkpoint("bert", ("entailment", "not_entailment"))))
    config = BenchmarkConfig(
        name="pairs",
        kind="nli",
        measures="nli",
        path=str(write(tmp_path / "a.jsonl", ROWS)),
        labels={"PRO": "entailment", "CON": "not_entailment"},
    )
    items = read_items(config).items
    found = predict(config, items, binary, Scorer(binary))
    entailed = probabilities(binary.score([items[0].text], [items[0].target])[0])[0, 0]
    assert found["p_entailment"][0] == pytest.approx(entailed, abs=1e-5)
    assert labels_of(config) == ["entailment", "not_entailment"]


def test_one_hypothesis_a_label_competes_in_a_set_of_classes(tmp_path, model):
    forms = {name: {"en": f"{{target}} is {name}."} for name in ("loud", "quiet", "late")}
    config = stance_set(
        write(tmp_path / "a.jsonl", ROWS),
        kind="classes",
        labels={"PRO": "loud", "CON": "quiet", "NONE": "late"},
        hypotheses=forms,
    )
    items = read_items(config).items
    found = predict(config, items, model, Scorer(model))
    texts = [form["en"].format(target=items[0].target) for form in forms.values()]
    entailed = probabilities(model.score([items[0].text], texts)[0])[:, 0]
    given = found.loc[0, ["p_loud", "p_quiet", "p_late"]].to_numpy(float)
    assert given == pytest.approx(entailed / entailed.sum(), abs=1e-5)


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


def test_figures_equal_scikit_learn_over_all_and_per_language():
    predictions = some_predictions()
    labels = ["favor", "against", "neutral"]
    table = figures(BenchmarkConfig(), predictions, labels)
    for scope, of in (("all", ""), ("language", "de"), ("target", "b")):
        part = predictions if scope == "all" else predictions[predictions[scope] == of]
        both = part["gold"], part["predicted"]
        assert value(table, "accuracy", scope, of)["estimate"] == pytest.approx(
            accuracy_score(*both)
        )
        assert value(table, "macro_f1", scope, of)["estimate"] == pytest.approx(
            f1_score(*both, average="macro")
        )
        assert value(table, "f_avg", scope, of)["estimate"] == pytest.approx(
            f1_score(*both, labels=labels[:2], average="macro")
        )
    sided = predictions[predictions["gold"] != "neutral"]
    forced = np.where(sided["p_favor"] >= sided["p_against"], "favor", "against")
    found = value(table, "forced_macro_f1")
    assert found["estimate"] == pytest.approx(f1_score(sided["gold"], forced, average="macro"))
    assert found["ci_low"] < found["estimate"] < found["ci_high"]
    assert found["n_groups"] == 60


def test_the_majority_class_stands_beside_the_model():
    predictions = some_predictions()
    table = figures(BenchmarkConfig(), predictions, ["favor", "against", "neutral"])
    most = predictions["gold"].value_counts().iloc[0] / len(predictions)
    found = value(table, "accuracy", who="majority class")
    assert found["estimate"] == pytest.approx(most)


def test_of_two_sides_the_majority_class_takes_the_commoner():
    predictions = some_predictions()
    predictions["gold"] = np.array(["neutral"] * 200 + ["against"] * 70 + ["favor"] * 30)
    table = figures(BenchmarkConfig(), predictions, ["favor", "against", "neutral"])
    found = value(table, "forced_macro_f1", who="majority class")
    assert found["estimate"] == pytest.approx(
        f1_score(["against"] * 70 + ["favor"] * 30, ["against"] * 100, average="macro")
    )


def test_contamination_is_said_plainly():
    assert contamination(None, "vast").startswith("unknown")
    assert contamination({"vast": "trained on train"}, "vast") == "trained on train"
    assert contamination({"xnli": "dev"}, "vast").startswith("not listed")


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


def benchmark_command(folder: Path, model: Path, output: Path, *more: str):
    return stance_command(
        *(["-m"] if "-m" in more else []),
        "task=evaluate",
        "benchmark=x_stance",
        f"benchmark.path={folder / 'x.jsonl'}",
        f"model.id={model}",
        "engine.threads=1",
        *(setting for setting in more if setting != "-m"),
        *([] if "-m" in more else [f"output_dir={output}"]),
    )


@pytest.fixture
def swiss(tmp_path):
    rows = [
        {"comment": t, "question": q, "label": label, "language": language}
        for language in ("de", "fr")
        for q in ("Soll die Brücke gebaut werden?", "Faut-il garder le bac ?")
        for t, label in zip(TEXTS[:2], ("AGAINST", "FAVOR"), strict=True)
    ]
    write(tmp_path / "x.jsonl", rows)
    return tmp_path


def test_the_command_writes_predictions_figures_and_a_valid_result(swiss, one_pass_folder):
    ran = benchmark_command(swiss, one_pass_folder, swiss / "out")
    assert ran.code == 0, ran.err
    result = json.loads((swiss / "out" / "benchmark.json").read_text("utf-8"))
    check_result(result)
    assert result["benchmark"]["name"] == "x_stance"
    assert result["contamination"].startswith("unknown"), "another id than the one described"
    predictions = pd.read_parquet(swiss / "out" / "predictions.parquet")
    assert len(predictions) == 8
    table = pd.read_csv(swiss / "out" / "figures.csv")
    hits = (predictions["gold"] == predictions["predicted"]).mean()
    assert value(table.fillna(""), "accuracy")["estimate"] == pytest.approx(hits)
    assert set(table["value"].dropna()) >= {"de", "fr"}


def test_a_sweep_over_models_makes_one_table(swiss, one_pass_folder):
    ran = benchmark_command(
        swiss,
        one_pass_folder,
        swiss,
        "-m",
        "seed=0,1",
        f"hydra.sweep.dir={swiss / 'sweep'}",
    )
    assert ran.code == 0, ran.err
    table = pd.read_csv(swiss / "sweep" / "benchmarks.csv")
    assert {"benchmark", "model", "contamination", "figure", "estimate"} <= set(table.columns)
    assert set(table["run"]) == {0, 1}
    assert set(table["overrides"].str.extract(r"seed=(\d)")[0]) == {"0", "1"}
    assert "macro_f1" in (swiss / "sweep" / "benchmarks.html").read_text("utf-8")


def test_a_file_per_part_is_named_on_the_command_line(tmp_path, one_pass_folder):
    for language in ("de", "fr"):
        rows = [
            {"premise": t, "hypothesis": h, "label": label}
            for t, h, label in zip(TEXTS, TEXTS[::-1], ["neutral", "entailment", "neutral"],
                                   strict=True)
        ]  # fmt: skip
        write(tmp_path / f"x.{language}.jsonl", rows)
    path = tmp_path / "x.{part}.jsonl"
    ran = stance_command(
        "task=evaluate", "benchmark=xnli", f'benchmark.path="{path}"',
        f"model.id={one_pass_folder}", f"output_dir={tmp_path / 'out'}",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    result = json.loads((tmp_path / "out" / "benchmark.json").read_text("utf-8"))
    whole = next(f for f in result["figures"] if f["scope"] == "all")
    assert whole["n_rows"] == 6
    assert whole["n_groups"] == 3, "a pair and its translation are one group"
    assert result["benchmark"]["left_out"]["part en: no file"] == 1


def test_one_file_for_many_parts_is_refused(tmp_path):
    path = write(tmp_path / "x.jsonl", ROWS)
    ran = stance_command("task=evaluate", "benchmark=semeval2016_t6", f"benchmark.path={path}")
    assert "{part}" in ran.complaint


def test_the_gold_of_the_embedded_corpus_is_a_benchmark_by_name():
    config = compose_config(["benchmark=alaska_gold"])
    assert (config.gold, config.corpus.path) == ("embedded", "embedded")
    assert config.benchmark.name == "alaska_gold"


@pytest.mark.parametrize("mode", ["excerpt", "none"])
def test_predictions_carry_text_only_where_it_may_be_passed_on(swiss, one_pass_folder, mode):
    ran = benchmark_command(swiss, one_pass_folder, swiss / "out", f"report.text={mode}")
    assert ran.code == 0, ran.err
    table = pd.read_parquet(swiss / "out" / "predictions.parquet")
    assert not {"text", "target"} & set(table.columns)
    assert table["group"].dtype.kind == "i"


def test_a_benchmark_and_a_gold_file_exclude_each_other(swiss, one_pass_folder):
    ran = benchmark_command(swiss, one_pass_folder, swiss / "out", "gold=some.csv")
    assert "set one of them" in ran.complaint


def test_a_set_that_is_only_had_as_files_says_so():
    assert "benchmark.path" in stance_command("task=evaluate", "benchmark=vast").complaint


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("schema_version", {"schema_version": 2}),
        ("contamination", {"contamination": ""}),
        ("figures", {"figures": []}),
    ],
)
def test_the_validator_names_what_is_wrong_with_a_result(swiss, one_pass_folder, place, change):
    benchmark_command(swiss, one_pass_folder, swiss / "out")
    result = json.loads((swiss / "out" / "benchmark.json").read_text("utf-8"))
    with pytest.raises(ValueError, match=place):
        check_result(result | change)
