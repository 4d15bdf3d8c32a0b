"""Standing from corpora counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from stance.analysis import AnalysisConfig, standing

from .invented import CorpusMaker, one


def test_stances_are_counted_by_holder_and_mode(corpus: CorpusMaker) -> None:
    corpus.add(
        "A", "a1", "nnnu", holders={"russia": "ffnu", "usa": "auuu"}, modes={"usa": "imputed"}
    )
    corpus.add("A", "a1", "nuuu", proposition="q", holders={"russia": "auuu"})
    table = standing(corpus.build())
    row = one(table, holder="russia", proposition="")
    assert (row.n_stances, row.n_paragraphs, row.n_documents) == (4, 3, 1)
    assert (row.said, row.imputed, row.share_said) == (4, 0, 1.0)
    assert row.share == pytest.approx(4 / 5)
    assert one(table, holder="usa", proposition="").share_said == 0.0
    assert one(table, holder="russia", proposition="p").share == pytest.approx(3 / 4)
    assert one(table, holder="russia", proposition="q").share == 1.0


def test_a_source_that_gives_no_voice_has_zeros_and_no_share(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "n", holders={"usa": "f"}).add("B", "b1", "n")
    row = one(standing(corpus.build()), source="B", holder="usa", proposition="")
    assert (row.n_stances, row.n_documents) == (0, 0)
    assert np.isnan([row.share, row.share_said]).all()


def test_language_versions_are_documents_but_one_independent_document(
    corpus: CorpusMaker,
) -> None:
    for language in ("en", "de"):
        corpus.add("A", language, "n", holders={"usa": "f"}, group="a", language=language)
    row = one(standing(corpus.build()), proposition="p")
    assert (row.n_stances, row.n_documents, row.n_independent) == (2, 2, 1)


def test_kinds_left_out_are_left_out_here_too(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "nn", kinds=["heading", "body"], holders={"usa": "ff"})
    m = corpus.build()
    assert one(standing(m), proposition="p").n_stances == 1
    assert one(standing(m, AnalysisConfig(kinds=["heading"])), proposition="p").n_stances == 1


def test_without_holders_the_table_is_empty(corpus: CorpusMaker) -> None:
    assert standing(corpus.add("A", "a1", "nu").build()).empty


def test_a_label_that_is_no_stance_gives_no_standing(corpus: CorpusMaker) -> None:
    corpus.add("A", "a1", "nnn", holders={"russia": "fxa"})
    corpus.rows.append(corpus.rows[-1] | {"holder": "usa", "label": "unrelated"})
    table = standing(corpus.build())
    assert set(table["holder"]) == {"russia"}
    assert one(table, proposition="p").n_stances == 2
    corpus.add("A", "a2", "n", holders={"usa": "f"})
    assert one(standing(corpus.build()), holder="usa", proposition="p").n_stances == 1
