"""The paragraphs as data beside the report, for the script of the page to search and show."""

from stance.report.explore.block import Exploration

__all__ = ["Exploration"]
