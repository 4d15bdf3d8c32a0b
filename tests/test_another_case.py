"""The second case: another policy, other languages and outlets, added by YAML and text alone."""

from __future__ import annotations

import csv
import html
import re
import shutil
import tomllib
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from table_model import CONTRADICTED, ENTAILED, Rule, TableModel

from stance.coding.gold import read_gold
from stance.config import StanceConfig, compose_config
from stance.corpus import Corpus, read_corpus
from stance.corpus.pages import split_front_matter
from stance.errors import CorpusError
from stance.frames import FrameCoder
from stance.methods.base import TEXT_VOICE
from stance.propositions import MentionFinder, check_propositions
from stance.resources import CONFIGS, SEEDS, embedded_case
from stance.result import Analysis
from stance.run import load_corpus, run
from stance.tables import document_table
from stance.tasks import analyse_task

NAME = "lorvena_heating"
CASE = SEEDS / NAME
OUTLETS = {
    "The Lorvena Courier": "en",
    "Hearth & Street": "en",
    "El Faro de Lorvena": "es",
    "Gazeta Lorveńska": "pl",
}
LANGUAGES = set(OUTLETS.values())
PROPOSITIONS = ["wood_stove_ban", "compulsory_connection", "public_heat_network"]
# The model alone, one claim a side: an answer of the table then decides one label.
PLAIN = ("keyword_weight=0", "side_keyword_weight=0", "gate=false", "paraphrases=0")
FEW = ("analysis.bootstrap=20", "analysis.permutations=20")
CELL = ["document", "paragraph", "proposition"]
# The answer of an interview, whose speaker stands in the title alone.
UNNAMED = ("faro-entrevista-es", 8, "public_heat_network", "initiative")
Voice = tuple[str, int, str, str]


@pytest.fixture(scope="module")
def config() -> StanceConfig:
    """The experiment, on the model alone."""
    plain = [f"method.{setting}" for setting in PLAIN]
    return compose_config([f"experiment={NAME}", "engine.store=off", "output_dir=x", *plain, *FEW])


@pytest.fixture(scope="module")
def corpus(config: StanceConfig) -> Corpus:
    """The corpus as the experiment reads it."""
    return load_corpus(config)


@pytest.fixture(scope="module")
def gold(corpus: Corpus) -> pd.DataFrame:
    """The labels, one row per cell and voice."""
    return read_gold(CASE / "gold.csv", document_table(corpus), PROPOSITIONS)


def test_the_experiment_is_made_of_this_case_alone(config: StanceConfig) -> None:
    assert (config.name, config.propositions.name, config.holders.name) == (NAME, NAME, NAME)
    assert list(config.propositions.items) == PROPOSITIONS
    check_propositions(config.propositions)
    FrameCoder(config.frames, config.hypothesis_language)
    coded = {config.frames.frames[name].source for name in config.frames.only or []}
    assert coded == {"Semetko & Valkenburg (2000)"}, "generic frames, none of the first case"


def test_the_set_and_its_holders_speak_the_languages_of_the_corpus(config: StanceConfig) -> None:
    for item in config.propositions.items.values():
        words = item.keywords
        for texts in (item.statement, item.topic, item.favor, item.against):
            assert set(texts) == LANGUAGES
        for stems in (words.topic, words.favor, words.against):
            assert set(stems) == LANGUAGES
            assert all(stems.values())
        assert {len(texts) for side in (item.favor, item.against) for texts in side.values()} == {3}
    for holder in config.holders.holders.values():
        assert set(holder.name) == set(holder.aliases) == LANGUAGES
    # A star inside a word would be looked for as a star.
    every = [a for h in config.holders.holders.values() for own in h.aliases.values() for a in own]
    assert not [alias for alias in every if "*" in alias[:-1]]


def test_every_outlet_has_two_articles_of_its_own(corpus: Corpus) -> None:
    assert Counter(d.source for d in corpus.documents) == dict.fromkeys(OUTLETS, 2)
    assert all(document.language == OUTLETS[document.source] for document in corpus.documents)
    assert len({document.group for document in corpus.documents}) == len(corpus)
    assert not (corpus.dropped or corpus.quarantine)
    kinds = Counter(str(paragraph.kind) for _, paragraph in corpus.paragraphs())
    assert set(kinds) == {"body", "list_item", "question"}
    items = [p for _, p in corpus.paragraphs() if str(p.kind) == "list_item"]
    assert all(item.lead_in.endswith(":") for item in items)


@pytest.mark.parametrize("path", sorted((CASE / "articles").iterdir()), ids=lambda path: path.stem)
def test_front_matter_says_what_a_text_is(path: Path) -> None:
    fields, _ = split_front_matter(path.read_text("utf-8"))
    name, _, language = path.stem.rpartition(".")
    assert fields["id"] == f"{name}-{language}"
    assert (fields["language"], fields["license"]) == (language, "CC0-1.0")
    assert {"source", "title", "date"} <= set(fields)


def test_every_cell_is_coded_once(corpus: Corpus) -> None:
    with (CASE / "gold.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cells = Counter((row["document"], int(row["paragraph"]), row["proposition"]) for row in rows)
    units = [(document.id, paragraph.index) for document, paragraph in corpus.paragraphs()]
    assert cells == Counter((*unit, name) for unit, name in product(units, PROPOSITIONS))
    assert not [row for row in rows if row["stance"] == "unrelated" and row["holders"]]


def test_the_holders_of_the_labels_are_in_the_set_and_named_in_the_paragraph(
    gold: pd.DataFrame, corpus: Corpus, config: StanceConfig
) -> None:
    coded = gold[gold["holder"] != TEXT_VOICE]
    assert set(coded["holder"]) == set(config.holders.holders), "none unknown, none without use"
    finder = MentionFinder(config.holders)
    named = {
        (document.id, p.index): finder(f"{p.lead_in} {p.text}", p.language)
        for document, p in corpus.paragraphs()
    }
    lacking = {v for v in voices(coded) if v[3] not in named[v[:2]]}
    assert lacking == {UNNAMED}


def voices(table: pd.DataFrame) -> dict[Voice, tuple[str, str]]:
    """(document, paragraph, proposition, voice) → label and mode."""
    columns = [table[name] for name in (*CELL, "holder", "label", "mode")]
    return {row[:4]: row[4:] for row in zip(*columns, strict=True)}


def reader(gold: pd.DataFrame, corpus: Corpus, config: StanceConfig) -> TableModel:
    """A model that reads as the coder did."""
    texts = {(document.id, p.index): p.text for document, p in corpus.paragraphs()}
    rules: list[Rule] = []
    for (document, index, proposition, voice), (label, mode) in voices(gold).items():
        item, text = config.propositions.items[proposition], texts[document, index]
        claim = item.statement["en"]
        name = "The author" if voice == TEXT_VOICE else config.holders.holders[voice].name["en"]
        name = name[:1].upper() + name[1:]
        if voice == TEXT_VOICE and label != "unrelated":
            rules.append((text, f"is about {item.topic['en']}", ENTAILED))
        if label in ("favor", "against"):
            answers = (ENTAILED, CONTRADICTED) if label == "favor" else (CONTRADICTED, ENTAILED)
            rules.append((text, f"{name} supports this: {claim}", answers[0]))
            rules.append((text, f"{name} opposes this: {claim}", answers[1]))
        if voice != TEXT_VOICE and label == "neutral":
            rules.append((text, f"{name} leaves this open: {claim}", ENTAILED))
        if mode:
            own = config.holders.holders[voice].name["en"]
            asked = {"said": f"what {own} itself says", "imputed": f"ascribes to {own} a view"}
            rules.append((text, asked[mode], ENTAILED))
    return TableModel(*rules)


@pytest.fixture(scope="module")
def analysis(gold: pd.DataFrame, corpus: Corpus, config: StanceConfig) -> Analysis:
    """The experiment, run with a model that reads as the coder did."""
    return run(config, model=reader(gold, corpus, config))


def test_a_model_that_reads_as_the_coder_did_brings_the_labels_back(
    analysis: Analysis, gold: pd.DataFrame
) -> None:
    expected = voices(gold)
    assert expected.pop(UNNAMED) == ("favor", "said"), "no word names this holder"
    assert voices(analysis.paragraphs) == expected


def test_the_report_is_about_this_case_and_no_other(
    analysis: Analysis, config: StanceConfig, tmp_path: Path
) -> None:
    analysis.report(tmp_path)
    table = analysis.sources
    assert set(table["source"]) == set(OUTLETS)
    assert set(table["proposition"]) == set(PROPOSITIONS)
    assert set(table["holder"]) == {TEXT_VOICE, *config.holders.holders}
    report = html.unescape((tmp_path / "report.md").read_text("utf-8").replace("\\", ""))
    statements = [item.statement["en"] for item in config.propositions.items.values()]
    for text in (*OUTLETS, *statements, "Termia", "Economic consequences"):
        assert text in report
    for text in ("Ukrain", "Russia", "NATO", "Alaska", "territor"):
        assert text not in report


def test_the_direction_of_an_outlet_is_that_of_its_labels(
    analysis: Analysis, gold: pd.DataFrame
) -> None:
    sources = {document.id: document.source for document in analysis.corpus.documents}
    text = gold[gold["holder"] == TEXT_VOICE]
    sides = text[text["label"].isin(["favor", "against"])]
    of = sides["document"].map(sources), sides["proposition"]
    signs = sides["label"].map({"favor": 1, "against": -1}).groupby(list(of)).mean()
    table = analysis.sources[analysis.sources["holder"] == TEXT_VOICE]
    found = table.set_index(["source", "proposition"])["direction"].dropna()
    # No outlet speaks for both sides, so no weighting of its documents can change the mean.
    assert set(signs.abs()) == {1.0}
    assert found.to_dict() == signs.to_dict()


def test_a_folder_of_ones_own_does_the_same(
    analysis: Analysis, gold: pd.DataFrame, corpus: Corpus, tmp_path: Path
) -> None:
    shutil.copytree(CASE / "articles", tmp_path / "texts")
    for group in ("propositions", "holders"):
        (tmp_path / "my" / group).mkdir(parents=True)
        text = (CONFIGS / group / f"{NAME}.yaml").read_text("utf-8")
        (tmp_path / "my" / group / "mine.yaml").write_text(text, "utf-8")
    mine = compose_config(
        [
            *(f"hydra.searchpath=[file://{tmp_path / 'my'}]", f"corpus.path={tmp_path / 'texts'}"),
            *("propositions=mine", "holders=mine", "frames=none", "engine.store=off"),
            *(f"method.{setting}" for setting in PLAIN),
            *FEW,
        ]
    )
    own = run(mine, model=reader(gold, corpus, mine))
    assert own.corpus.fingerprint == corpus.fingerprint
    assert voices(own.paragraphs) == voices(analysis.paragraphs)


def test_cases_of_the_package_are_named_embedded(config: StanceConfig, tmp_path: Path) -> None:
    assert embedded_case("embedded") == SEEDS
    assert embedded_case(f"embedded/{NAME}") == CASE
    for other in ("articles", NAME, "./embedded", "embedded_texts/a", "None"):
        assert embedded_case(other) is None
    wanted = re.escape(str(SEEDS / "nowhere"))
    missing = replace(config, gold="embedded/nowhere")
    with pytest.raises(CorpusError, match=rf"{wanted}/gold\.csv: no such file"):
        analyse_task(missing, tmp_path)
    missing.corpus = replace(config.corpus, path="embedded/nowhere")
    with pytest.raises(CorpusError, match=f"Nothing at {wanted}/articles"):
        load_corpus(missing)


def test_every_case_beside_the_first_ships_whole() -> None:
    root = Path(__file__).resolve().parent.parent
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    cases = [path.parent.name for path in (root / "seeds").glob("*/articles")]
    assert NAME in cases
    for case in cases:
        assert shipped[f"seeds/{case}"] == f"stance/shipped/seeds/{case}"
        assert len(read_corpus(root / "seeds" / case / "articles"))


def test_the_readme_says_how_the_labels_were_made() -> None:
    readme = (CASE / "README.md").read_text("utf-8")
    for word in (*OUTLETS, *PROPOSITIONS, "CC0", "one pass", "no measure"):
        assert word in readme
