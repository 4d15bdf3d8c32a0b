"""Long premises: windows that fit, out of which nothing is lost; batches under a budget."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.nli import NLIModel
from stance.nli.batching import token_batches
from stance.nli.windows import cut_to_fit, split_windows


def words(texts: list[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def characters(texts: list[str]) -> list[int]:
    return [len(text) for text in texts]


def octets(texts: list[str]) -> list[int]:
    """As a byte-level tokenizer without merges: a character is up to four tokens."""
    return [len(text.encode()) for text in texts]


COUNTERS = [words, characters, octets]
TEXTS = st.one_of(
    st.text(
        st.one_of(
            st.sampled_from("ab .!?\n«»ЇжŁ領。😀\u200d"), st.characters(exclude_categories=["Cs"])
        ),
        max_size=200,
    ),
    st.lists(st.sampled_from(["Yes.", "No!", "The ship left.", "領土。", "etc.", "1.", "\n"])).map(
        " ".join
    ),
)


def solid(text: str) -> str:
    """What must not be lost: everything but whitespace, in order."""
    return "".join(text.split())


@given(TEXTS, st.sampled_from(COUNTERS), st.integers(4, 40))
def test_windows_hold_every_character_in_order_and_fit_the_limit(
    text: str, count: Callable[[list[str]], list[int]], limit: int
) -> None:
    windows = split_windows(text, "en", count, limit)
    assert solid("".join(windows)) == solid(text)
    assert windows and max(count(windows)) <= limit


@given(TEXTS, st.sampled_from(COUNTERS), st.integers(4, 40))
def test_parts_cut_to_fit_are_pieces_of_the_text_in_order(
    text: str, count: Callable[[list[str]], list[int]], limit: int
) -> None:
    parts = cut_to_fit(text, count, limit)
    assert solid("".join(parts)) == solid(text)
    assert all(part in text and count([part])[0] <= limit for part in parts)


@given(text=TEXTS, limit=st.integers(8, 40))
def test_windows_fit_by_the_count_of_a_real_tokenizer(
    text: str, limit: int, one_pass: NLIModel
) -> None:
    windows = split_windows(text * 3, "", one_pass.count_tokens, limit)
    assert solid("".join(windows)) == solid(text * 3)
    assert max(one_pass.count_tokens(windows)) <= limit


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert split_windows("  One.  Two. ", "en", words, 2) == ["  One.  Two. "]


def test_sentences_stay_whole_and_share_windows_as_far_as_they_fit() -> None:
    text = "One two. Three four. Five six seven. Eight."
    assert split_windows(text, "en", words, 4) == ["One two. Three four.", "Five six seven. Eight."]


def test_a_sentence_over_the_limit_is_cut_between_words_and_a_word_between_characters() -> None:
    assert split_windows("aa bb cc dd", "en", characters, 5) == ["aa bb", "cc dd"]
    assert split_windows("abcdefgh", "en", characters, 4) == ["abcd", "efgh"]


@given(st.lists(st.integers(0, 50)), st.integers(1, 120))
def test_batches_take_each_index_once_and_keep_the_padded_size_under_budget(
    lengths: list[int], budget: int
) -> None:
    batches = list(token_batches(lengths, budget))
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or max(lengths[i] for i in batch) * len(batch) <= budget
    longest = [max(lengths[i] for i in batch) for batch in batches]
    assert longest == sorted(longest, reverse=True)


@pytest.mark.parametrize("budget", [1, 100])
def test_a_text_longer_than_the_budget_makes_a_batch_of_its_own(budget: int) -> None:
    assert list(token_batches([200], budget)) == [[0]]
