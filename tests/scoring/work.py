"""Work for a scorer that takes a second or two, here or in a process that gets killed."""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from stance.nli import load_nli
from stance.scoring import Request, Scorer, ScoreStore

PREMISES, HYPOTHESES = 192, 16
PAIRS = PREMISES * HYPOTHESES


def requests() -> list[Request]:
    hypotheses = tuple(f"Ship {k} has left the harbour." for k in range(HYPOTHESES))
    return [
        Request(f"In the night {i} ships left for the islands.", hypotheses)
        for i in range(PREMISES)
    ]


def main(model_folder: str, store_folder: str) -> None:
    torch.set_num_threads(1)
    model = load_nli(model_folder)
    with (
        ScoreStore(Path(store_folder), model.identity.fingerprint) as store,
        Scorer(model, store, progress=False) as scorer,
    ):
        scorer(requests())


if __name__ == "__main__":
    main(*sys.argv[1:])
