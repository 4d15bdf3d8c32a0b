"""Frame shares from corpora counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from stance.analysis import AnalysisConfig, frame_shares
from stance.analysis.intervals import estimate_ratio

from .invented import CorpusMaker, one


def mark(corpus: CorpusMaker, document: str, present: str, frame: str = "conflict") -> None:
    for i, letter in enumerate(present):
        corpus.frames.append(
            {
                "document": document,
                "paragraph": i,
                "frame": frame,
                "p": 0.5,
                "present": letter == "1",
            }
        )


def test_a_share_is_the_mean_over_documents_of_their_shares(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "uuuu").add("A", "a2", "uu").add("A", "a3", "uuuu")
    mark(corpus, "a1", "1000")
    mark(corpus, "a2", "11")
    mark(corpus, "a3", "1100")
    m = corpus.build()
    row = one(frame_shares(m), frame="conflict")
    shares = [1 / 4, 1.0, 1 / 2]
    expected = estimate_ratio(np.array(shares), np.ones(3), limits=(0, 1), absent="")
    assert row.share == pytest.approx(sum(shares) / 3)
    assert row.share_ci_low == pytest.approx(expected.low)
    assert row.share_ci_high == pytest.approx(expected.high)
    assert (row.interval, row.interval_reason) == ("bounded", expected.reason)
    assert (row.n_documents, row.n_independent, row.n_paragraphs, row.n_present) == (3, 3, 10, 5)
    assert row.family.startswith("exploratory")
    pooled = one(frame_shares(m, AnalysisConfig(weights="paragraphs")), frame="conflict")
    assert pooled.share == pytest.approx(5 / 10)


def test_a_paragraph_without_a_row_does_not_carry_the_frame(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "uuuu")
    mark(corpus, "a1", "1")
    assert one(frame_shares(corpus.build())).share == pytest.approx(1 / 4)


def test_kinds_left_out_count_neither_above_nor_below(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "uuu", kinds=["heading", "body", "body"])
    mark(corpus, "a1", "110")
    assert one(frame_shares(corpus.build())).share == pytest.approx(1 / 2)


def test_a_source_that_never_uses_a_frame_has_a_zero(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "uu").add("B", "b1", "uu")
    mark(corpus, "a1", "10")
    row = one(frame_shares(corpus.build()), source="B")
    assert row.share == 0.0
    assert row.interval_reason == "one independent document: no spread can be estimated"


def test_without_frames_the_table_is_empty(corpus: CorpusMaker) -> None:
    assert frame_shares(corpus.add("A", "a1", "u").build()).empty


def test_each_source_and_frame_counts_its_own_documents_and_paragraphs(
    corpus: CorpusMaker,
) -> None:
    corpus.add("A", "a1", "uuuu").add("A", "a2", "uu").add("B", "b1", "uuu")
    mark(corpus, "a1", "1000")
    mark(corpus, "b1", "110")
    mark(corpus, "a2", "10", frame="economy")
    table = frame_shares(corpus.build())
    counts = ["source", "frame", "n_documents", "n_paragraphs", "n_present"]
    assert table[counts].to_numpy().tolist() == [
        ["A", "conflict", 2, 6, 1],
        ["A", "economy", 2, 6, 1],
        ["B", "conflict", 1, 3, 2],
        ["B", "economy", 1, 3, 0],
    ]


def test_the_level_asked_for_is_that_of_the_interval(corpus: CorpusMaker) -> None:
    for n in range(12):
        corpus.add("A", f"a{n}", "uuuu")
        mark(corpus, f"a{n}", "1100" if n % 2 else "0000")
    usual, narrow = (
        one(frame_shares(corpus.build(), AnalysisConfig(alpha=alpha))) for alpha in (0.05, 0.4)
    )
    assert narrow.share == usual.share
    assert usual.share_ci_low < narrow.share_ci_low < narrow.share_ci_high < usual.share_ci_high


def test_a_source_of_headings_alone_is_told_to_have_no_paragraph(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "uu").add("B", "b1", "uu", kinds=["heading", "heading"])
    mark(corpus, "a1", "10")
    row = one(frame_shares(corpus.build()), source="B")
    assert np.isnan(row.share) and row.n_paragraphs == 0
    assert row.interval_reason == "no paragraph of the kinds counted"
