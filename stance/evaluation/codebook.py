"""The codebook that goes beside every coding sheet; docs/codebook.md is the same text."""

from stance.resources import CODEBOOK_FILE

CODEBOOK = CODEBOOK_FILE.read_text("utf-8")
