"""Scoring in shards: parts of a corpus that are read, scored and written whole."""

from stance.shards.engine import score_shards, scored_in_shards
from stance.shards.join import join_shards
from stance.shards.worker import shards_folder

__all__ = ["join_shards", "score_shards", "scored_in_shards", "shards_folder"]
