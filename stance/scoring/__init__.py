"""Batch scoring: requests answered through a store that survives interruption."""

from stance.scoring.answers import ScoredPair, ScoredPairs
from stance.scoring.scorer import Request, Scorer, ScoringCounts
from stance.scoring.store import ScoreStore

__all__ = ["Request", "ScoreStore", "ScoredPair", "ScoredPairs", "Scorer", "ScoringCounts"]
