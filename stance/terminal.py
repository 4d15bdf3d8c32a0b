"""What is said on a terminal: foreign words in it may not move the cursor or turn the line."""

from __future__ import annotations

import logging
import os
import sys

from stance.corpus.clean import single_line

log = logging.getLogger(__name__)


def open_streams() -> None:
    """Make sure that stdout and stderr take whatever is said.

    One that was closed before the start leads nowhere; it is opened all the same, or the next file
    would get its number, and what a library says there would land in that file. Letters that the
    stream has not are written as escapes.
    """
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))
        elif name != "stdin" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """Write to stdout, where nobody may listen any more: the result is in its folder all the same.

    A reader like ``head`` goes when it has enough, and a disk that stdout leads to can be full.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            log.warning("stdout cannot be written: %s", error.strerror or error)
        # What is left in the buffer would fail once more as Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def plain_lines(text: str) -> str:
    """A text of several lines, each without control characters, line breaks kept."""
    return "\n".join(
        " " * (len(line) - len(line.lstrip(" "))) + single_line(line) for line in text.split("\n")
    )


class PlainFormatter(logging.Formatter):
    """Log lines of which no part commands the terminal that shows them."""

    def format(self, record: logging.LogRecord) -> str:
        return plain_lines(super().format(record))
