"""Holders found by their aliases."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import ConfigError
from stance.propositions import (
    HolderConfig,
    HoldersConfig,
    MentionFinder,
    check_holders,
    word_pattern,
)

FINDER = MentionFinder(
    HoldersConfig(
        "h",
        {
            "usa": HolderConfig(
                {}, {"en": ["US", "U.S", "White House", "Trump*"], "de": ["Amerika*"]}
            ),
            "russia": HolderConfig({}, {"en": ["Putin*", "Kremlin"], "uk": ["Путін*"]}),
            "nobody": HolderConfig(),
        },
    )
)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("The US agreed.", "en", ("usa",)),
        ("They told us so.", "en", ()),
        ("The U.S. agreed.", "en", ("usa",)),
        ("USEFUL and AUS", "en", ()),
        ("Trumpets", "en", ("usa",)),  # what a star on a short stem costs
        ("Outtrump", "en", ()),
        ("trump card", "en", ()),
        ("Trump's aide", "en", ("usa",)),
        ("the White House", "en", ("usa",)),
        ("the White Houses", "en", ()),
        ("the white house", "en", ()),
        ("Kremlin's and Kremlins", "en", ("russia",)),
        ("Kremlins", "en", ()),
        ("Путіним", "uk", ("russia",)),
        ("путінський", "uk", ()),
        ("Путіним", "en", ()),
        ("Amerikas Rolle", "de", ("usa",)),
        ("Amerikas Rolle", "en", ()),
        ("Putin sagt", "de", ("russia",)),
        ("Putin met Trump", "en", ("usa", "russia")),
        ("", "en", ()),
    ],
)
def test_holders_are_named_by_whole_aliases_in_their_own_case(
    text: str, language: str, found: tuple[str, ...]
) -> None:
    assert FINDER(text, language) == found


@given(st.text("abАЇ.*+('-", min_size=1, max_size=6), st.booleans())
def test_any_stem_finds_itself_between_spaces(stem: str, star: bool) -> None:
    stem = stem.strip("* ")
    pattern = word_pattern([stem + "*" * star], ignore_case=False)
    if not stem:
        assert pattern is None
        return
    assert pattern is not None
    assert pattern.search(f"x {stem} y")
    if re.fullmatch(r"\w+", stem):
        assert not pattern.search(f"x{stem}")
        assert bool(pattern.search(f" {stem}ing ")) == star


def test_a_short_stem_does_not_shadow_a_longer_one() -> None:
    pattern = word_pattern(["White", "White House*"], ignore_case=False)
    assert pattern is not None
    assert pattern.findall("White Houses, White") == ["White Houses", "White"]


def test_no_stems_match_nothing() -> None:
    assert word_pattern([], ignore_case=True) is None
    assert word_pattern(["*", " "], ignore_case=True) is None


@pytest.mark.parametrize("name", ["text", "", "a:b", "a; b"])
def test_a_name_that_could_not_be_told_apart_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be the name of a holder"):
        check_holders(HoldersConfig(holders={name: HolderConfig()}))
