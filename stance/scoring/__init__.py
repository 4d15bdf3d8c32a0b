"""Batch scoring: requests answered through a store that survives interruption."""

from stance.scoring.scorer import Request, ScoredPair, Scorer, ScoringCounts
from stance.scoring.store import ScoreStore

__all__ = ["Request", "ScoreStore", "ScoredPair", "Scorer", "ScoringCounts"]
