"""A corpus scored some paragraphs at a time is the corpus scored at once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import stance
from stance import estimates
from stance.result import Analysis


def test_the_parts_leave_no_trace_in_the_tables(
    tiny_corpus: Path,
    one_pass_folder: Path,
    small_sets: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = [f"hydra.searchpath=[file://{small_sets}]", "holders=small", "frames=small"]

    def analysed() -> Analysis:
        model = str(one_pass_folder)
        return stance.analyse(
            tiny_corpus, "small", model, overrides=[*settings, "engine.store=off"]
        )

    whole = analysed()
    paragraphs = whole.corpus.n_paragraphs
    monkeypatch.setattr(estimates, "PARAGRAPHS_AT_ONCE", 3)
    assert paragraphs > 6, "three parts at least"
    parts = analysed()
    for name in ("paragraphs", "paragraph_frames", "baselines", "sources", "comparisons"):
        one, other = getattr(whole, name), getattr(parts, name)
        assert len(one) > 0
        pd.testing.assert_frame_equal(one, other, atol=1e-4, rtol=0)
    pairs = [{(p.premise, p.hypothesis) for p in x.scores} for x in (whole, parts)]
    assert pairs[0] == pairs[1]
