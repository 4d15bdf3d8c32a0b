"""Long premises as windows of whole sentences, so that nothing is truncated silently."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stance.corpus.sentences import split_sentences

CountTokens = Callable[[Sequence[str]], list[int]]


def split_windows(text: str, language: str, count: CountTokens, limit: int) -> list[str]:
    """Split a text into the fewest consecutive windows of whole sentences under a token limit.

    A sentence that exceeds the limit by itself is split between words, and a word between
    characters; every character of the text stays in some window.

    Args:
        text: The premise.
        language: ISO code for the sentence splitter; empty if unknown.
        count: Counts the tokens of texts.
        limit: Most tokens that a window may have.
    """
    if count([text])[0] <= limit:
        return [text]
    pieces = [text[span.start : span.end] for span in split_sentences(text, language)]
    pieces = [part for piece in pieces for part in cut_to_fit(piece, count, limit)]
    if not pieces:  # nothing but whitespace
        return [""]
    windows = [pieces[0]]
    for piece in pieces[1:]:
        joined = f"{windows[-1]} {piece}"
        if count([joined])[0] <= limit:
            windows[-1] = joined
        else:
            windows.append(piece)
    return windows


def cut_to_fit(piece: str, count: CountTokens, limit: int) -> list[str]:
    """Halve a text, between words where it can be, until every part is under a token limit."""
    if len(piece) <= 1 or count([piece])[0] <= limit:
        return [piece]
    middle = piece.find(" ", len(piece) // 2)
    middle = middle if 0 < middle < len(piece) - 1 else len(piece) // 2
    first, second = piece[:middle].rstrip(), piece[middle:].lstrip()
    return [part for half in (first, second) if half for part in cut_to_fit(half, count, limit)]
