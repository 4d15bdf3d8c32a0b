"""What is said on a terminal: foreign words in it may not move the cursor or turn the line."""

from __future__ import annotations

import logging

from stance.corpus.clean import single_line


def plain_lines(text: str) -> str:
    """A text of several lines, each without control characters, line breaks kept."""
    return "\n".join(
        " " * (len(line) - len(line.lstrip(" "))) + single_line(line) for line in text.split("\n")
    )


class PlainFormatter(logging.Formatter):
    """Log lines of which no part commands the terminal that shows them."""

    def format(self, record: logging.LogRecord) -> str:
        return plain_lines(super().format(record))
