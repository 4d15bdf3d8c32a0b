"""Fixtures of the analysis tests."""

from __future__ import annotations

import pytest

from .invented import CorpusMaker


@pytest.fixture
def corpus() -> CorpusMaker:
    """An empty corpus to add documents to."""
    return CorpusMaker()
