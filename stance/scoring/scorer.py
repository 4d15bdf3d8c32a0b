"""Scoring of pairs through the store: look up, score what is missing, keep it at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType

from tqdm import tqdm

from stance.nli.model import Logits, NLIModel
from stance.scoring.answers import Answers, ScoredPairs
from stance.scoring.store import ScoreStore


@dataclass(frozen=True, slots=True)
class Request:
    """A premise and the hypotheses asked of it."""

    premise: str
    hypotheses: tuple[str, ...]


@dataclass
class ScoringCounts:
    """How many distinct pairs were asked for, scored now, and found in the store."""

    scored: int = 0
    reused: int = 0


@dataclass
class Scorer:
    """Answers requests with logits, each distinct pair scored once.

    Args:
        model: Scores what the store does not hold.
        store: Where scores are kept; None scores everything anew.
        progress: Whether to show the one progress bar (never where stderr is no terminal).
    """

    model: NLIModel
    store: ScoreStore | None = None
    progress: bool = True
    counts: ScoringCounts = field(default_factory=ScoringCounts)

    def __post_init__(self) -> None:
        self._answers = Answers()
        self._bar = tqdm(
            total=0, unit=" pairs", desc="scoring", disable=None if self.progress else True
        )

    def __call__(self, requests: Sequence[Request]) -> list[Logits]:
        """Logits ``[len(hypotheses), 3]`` for every request, in order.

        Whether a pair was scored before has no influence on its logits beyond rounding noise.
        """
        missing = self._missing(requests)
        self._bar.total = (self._bar.total or 0) + sum(map(len, missing.values()))
        self._bar.refresh()
        for chunk in _chunks(missing, self.model.pairs_at_once):
            premises = [premise for premise, _ in chunk]
            logits = self.model.score_each(premises, [texts for _, texts in chunk])
            scored = [
                (premise, dict(zip(texts, values, strict=True)))
                for (premise, texts), values in zip(chunk, logits, strict=True)
            ]
            if self.store is not None:
                self.store.keep(scored)
            for premise, values in scored:
                self._answers.fill(premise, values)
                self.counts.scored += len(values)
                self._bar.update(len(values))
        return [self._answers.of(request.premise, request.hypotheses) for request in requests]

    def _missing(self, requests: Sequence[Request]) -> dict[str, list[str]]:
        wanted: dict[str, dict[str, None]] = {}
        for request in requests:
            wanted.setdefault(request.premise, {}).update(dict.fromkeys(request.hypotheses))
        missing: dict[str, list[str]] = {}
        for premise, texts in wanted.items():
            unknown = self._answers.unanswered(premise, texts)
            if unknown and self.store is not None:
                found = self.store.find(premise, unknown)
                self._answers.fill(premise, found)
                self.counts.reused += len(found)
                unknown = [text for text in unknown if text not in found]
            if unknown:
                missing[premise] = unknown
        return missing

    def describe(self, what: str) -> None:
        """Say at the bar what is being scored."""
        self._bar.set_description(what)

    def pairs(self) -> ScoredPairs:
        """Every pair known to this run so far, in the order of first request."""
        return self._answers.pairs()

    def __enter__(self) -> Scorer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()


def _chunks(missing: dict[str, list[str]], size: int) -> Iterator[list[tuple[str, list[str]]]]:
    """Premises of similar length together, so that batches pad little."""
    chunk: list[tuple[str, list[str]]] = []
    pairs = 0
    for premise, texts in sorted(missing.items(), key=lambda item: (-len(item[0]), item[0])):
        chunk.append((premise, texts))
        pairs += len(texts)
        if pairs >= size:
            yield chunk
            chunk, pairs = [], 0
    if chunk:
        yield chunk
