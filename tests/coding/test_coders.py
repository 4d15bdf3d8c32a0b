"""Several coders: who decides a cell, and which files they come from."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from tiny import stance_command

from stance.coding import read_gold
from stance.coding.coders import Code, settle
from stance.coding.gold import read_coding
from stance.errors import CorpusError

from .coded import says

HEAD = "document,paragraph,proposition,stance,holders,coder,stratum,sampling_probability"
PROPOSITIONS = ["land", "neutrality"]


@pytest.fixture
def documents() -> pd.DataFrame:
    """An article with a translation, and one of its own."""
    return pd.DataFrame({"document": ["a", "a-de", "b"], "group": ["a", "a", "b"]})


def sheet(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join([HEAD, *rows]), "utf-8")
    return path


def settled_label(codes: dict[str, Code]) -> str | None:
    found = settle({("a", 0, "land"): codes}).codes
    return found[("a", 0, "land")].label if found else None


@pytest.mark.parametrize(
    ("labels", "label"),
    [
        (["favor"], "favor"),
        (["favor", "against", "favor"], "favor"),
        (["favor", "against", "neutral", "neutral"], "neutral"),
        (["favor", "against"], None),
        (["favor", "favor", "against", "against", "neutral"], None),
    ],
)
def test_most_coders_decide_and_a_tie_decides_nothing(labels: list[str], label: str | None) -> None:
    assert settled_label(says(*labels)) == label


def test_the_adjudicator_decides_against_any_majority_and_over_any_tie() -> None:
    word = {"adjudicated": Code("neutral", {"russia": ("favor", "said")})}
    for labels in (["favor", "favor", "favor"], ["favor", "against"]):
        cell = ("a", 0, "land")
        found = settle({cell: says(*labels) | word})
        assert found.codes[cell] == word["adjudicated"]
        assert not found.tied


def test_a_holder_counts_if_more_than_half_of_the_coders_name_it_with_that_side() -> None:
    favor, against = ("favor", "said"), ("against", "said")
    codes = says(
        *["neutral"] * 4,
        holders={
            0: {"russia": favor, "ukraine": against, "nato": favor},
            1: {"russia": ("favor", "imputed"), "ukraine": against, "nato": against},
            2: {"russia": favor, "nato": favor},
            3: {"nato": against},
        },
    )
    found = settle({("a", 0, "land"): codes}).codes[("a", 0, "land")]
    # russia: 3 of 4, two of them "said"; ukraine: 2 of 4; nato: 2 of 4 a side.
    assert found.holders == {"russia": ("favor", "said")}


def test_a_mode_that_coders_are_split_on_stays_open() -> None:
    said, imputed = {"russia": ("favor", "said")}, {"russia": ("favor", "imputed")}
    codes = says("neutral", "neutral", holders={0: said, 1: imputed})
    found = settle({("a", 0, "land"): codes}).codes[("a", 0, "land")]
    assert found.holders == {"russia": ("favor", "")}


def test_ties_are_named_in_the_log_up_to_ten(caplog: pytest.LogCaptureFixture) -> None:
    settle({("a", i, "land"): says("favor", "against") for i in range(12)})
    assert "12 cells tied, left out: let a coder named adjudicated decide" in caplog.text
    assert "a, paragraph 9, land" in caplog.text and "paragraph 10" not in caplog.text
    assert "and 2 more" in caplog.text


def test_the_column_names_the_coder_and_else_the_file_does(
    documents: pd.DataFrame, tmp_path: Path
) -> None:
    first = sheet(tmp_path, "Ann.csv", "b,0,land,favor,,,,", "b,1,land,favor,, BEN ,,")
    second = sheet(tmp_path, "cleo.csv", "b,0,land,against,,ben,,", "b,1,land,favor,,,,")
    gold = read_coding([first, second], documents, PROPOSITIONS)
    assert {cell[1]: set(codes) for cell, codes in gold.coding.items()} == {
        0: {"ann", "ben"},
        1: {"ben", "cleo"},
    }
    assert list(gold.labels["paragraph"]) == [1], "the other cell is tied"


def test_files_are_named_by_commas_a_list_or_their_folder(
    documents: pd.DataFrame, tmp_path: Path
) -> None:
    first = sheet(tmp_path, "ann.csv", "b,0,land,favor,russia:favor:said,,,")
    second = sheet(tmp_path, "ben.csv", "b,0,land,favor,russia:favor:said,,,")
    (tmp_path / "codebook.md").write_text("no sheet", "utf-8")
    (tmp_path / ".ann.csv").write_text("what an editor left", "utf-8")
    ways = [f"{first}, {second}", [str(first), str(second)], tmp_path, str(tmp_path)]
    found = [read_gold(way, documents, PROPOSITIONS) for way in ways]
    for frame in found[1:]:
        pd.testing.assert_frame_equal(frame, found[0])
    assert list(found[0]["holder"]) == ["text", "russia"]


def test_a_file_with_a_comma_in_its_name_is_one_file(
    documents: pd.DataFrame, tmp_path: Path
) -> None:
    path = sheet(tmp_path, "ann, first.csv", "b,0,land,favor,,,,")
    assert len(read_gold(str(path), documents, PROPOSITIONS)) == 1


def test_a_tied_translation_is_not_filled_from_its_original(
    documents: pd.DataFrame, tmp_path: Path
) -> None:
    rows = ["a,0,land,favor,,ann,,", "a-de,0,land,favor,,ann,,", "a-de,0,land,against,,ben,,"]
    gold = read_gold(sheet(tmp_path, "gold.csv", *rows), documents, PROPOSITIONS)
    assert list(gold["document"]) == ["a"]


def test_a_cell_counts_once_for_the_probability_however_many_coders_it_has(
    documents: pd.DataFrame, tmp_path: Path
) -> None:
    drawn = [f"b,{i},land,,,,x,0.5" for i in range(8)]
    ann = [f"b,{i},land,{'favor' if i < 4 else ''},,,x,0.5" for i in range(8)]
    # Cells 2 and 3 are tied, and the adjudicator, without stratum and probability, decides 3.
    ben = [f'b,{i},land,{"against" if i in (2, 3) else "favor"},,,x,"0,5"' for i in range(4)]
    files = [
        sheet(tmp_path, "blank.csv", *drawn),
        sheet(tmp_path, "ann.csv", *ann),
        sheet(tmp_path, "ben.csv", *ben),
        sheet(tmp_path, "adjudicated.csv", "b,3,land,neutral,,,,"),
    ]
    gold = read_gold(files, documents, PROPOSITIONS)
    assert dict(zip(gold["paragraph"], gold["label"], strict=True)) == {
        **{0: "favor", 1: "favor", 3: "neutral"}
    }
    assert set(gold["probability"]) == {0.5 * 3 / 8}


def test_a_sheet_that_does_not_say_how_it_was_drawn_has_no_probability(
    documents: pd.DataFrame, tmp_path: Path
) -> None:
    path = sheet(tmp_path, "gold.csv", "b,0,land,favor,,,,", "b,1,land,,,,,")
    assert read_gold(path, documents, PROPOSITIONS)["probability"].isna().all()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            ["b,0,land,favor,,ann,,", "b,0,land,favor,,ann,,"],
            "line 3: document 'b', paragraph 0, proposition 'land' is coded twice by 'ann'",
        ),
        (
            ["b,0,land,favor,,ann,x,0.5", "b,0,land,favor,,ben,x,0.4"],
            "line 3: sampling_probability 0.4, but 0.5 in",
        ),
        (["b,0,land,favor,,,x,half"], "line 2: sampling_probability 'half' is no number"),
        (["b,0,land,favor,,ann,,", "b,0,land,against,,ben,,"], "tied on every cell"),
    ],
)
def test_what_coders_cannot_mean_is_refused(
    rows: list[str], said: str, documents: pd.DataFrame, tmp_path: Path
) -> None:
    with pytest.raises(CorpusError) as caught:
        read_gold(sheet(tmp_path, "gold.csv", *rows), documents, PROPOSITIONS)
    assert said in str(caught.value)


def test_files_that_are_not_there_are_named(documents: pd.DataFrame, tmp_path: Path) -> None:
    path = sheet(tmp_path, "ann.csv", "b,0,land,favor,,,,")
    (tmp_path / "empty").mkdir()
    for given_files, said in (
        (f"{path},{tmp_path / 'ben.csv'}", f"gold={tmp_path / 'ben.csv'}: no such file"),
        (tmp_path / "empty", "no sheet in this folder; expected .csv, .tsv, .json"),
        ([path, path], "ann.csv: named twice"),
        (" , ", "names no file"),
    ):
        with pytest.raises(CorpusError) as caught:
            read_gold(given_files, documents, PROPOSITIONS)
        assert said in str(caught.value)


def fill(blank: pd.DataFrame, folder: Path, name: str, stance: list[str]) -> Path:
    blank.assign(stance=stance).to_csv(folder / name, index=False)
    return folder / name


def test_two_coders_by_the_command_and_what_they_leave_open_is_decided_in_their_ties_sheet(
    tmp_path: Path, arguments: tuple[str, ...], finished: Path
) -> None:
    paragraphs = pd.read_parquet(finished / "paragraph_stance.parquet")
    cells = ["document", "paragraph", "proposition"]
    blank = paragraphs.loc[paragraphs["holder"] == "text", cells].head(12)
    coded = tmp_path / "coded"
    coded.mkdir()
    fill(blank, coded, "ann.csv", ["favor"] * 12)
    fill(blank, coded, "ben.csv", ["favor"] * 10 + ["against"] * 2)
    out = tmp_path / "out"
    ran = stance_command(*arguments, f"output_dir={out}", "task=evaluate", f"gold={coded}")
    assert ran.code == 0, ran.err
    table = pd.read_csv(out / "coders.csv")
    share = table[(table["measure"] == "agreement") & (table["scope"] == "all")]
    assert list(share["estimate"]) == [pytest.approx(10 / 12)] * 2
    validation = json.loads((out / "results.json").read_text("utf-8"))["validation"]
    assert validation["cells"] == 10
    assert "on 12 cells" in validation["coders"]
    assert "2 cells tied, left out" in validation["coders, ties"]
    assert "2 cells tied, left out" in (out / "report.md").read_text("utf-8")

    ties = pd.read_csv(out / "ties.csv", keep_default_na=False)
    assert list(ties["coder"]) == ["adjudicated"] * 2
    ties.assign(stance="neutral").to_csv(tmp_path / "decided.csv", index=False)
    record = pd.read_parquet(out / "paragraph_stance.parquet")
    documents = record[["document"]].drop_duplicates().assign(group=lambda rows: rows["document"])
    decided = read_coding([coded, tmp_path / "decided.csv"], documents, PROPOSITIONS)
    assert not decided.settled.tied
    assert sorted(decided.labels["label"]) == ["favor"] * 10 + ["neutral"] * 2
