"""The model that is measured."""

from __future__ import annotations

import pytest

from stance.nli import load_nli


@pytest.fixture
def model(one_pass_folder):
    return load_nli(str(one_pass_folder))
