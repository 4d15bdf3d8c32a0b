"""Quoted spans: what a paragraph puts between quotation marks, in the usage of many languages."""

from __future__ import annotations

from stance.corpus.model import Span

_CLOSING: dict[str, str] = {
    "«": "»",
    "„": '“”"‟',
    "“": "”",
    "”": "”",
    '"': '"',
    "‚": "‘’",
    "‘": "’",
    "‹": "›",
    "»": "«",
    "›": "‹",
    "「": "」",
    "『": "』",
}
# »Guillemets« that point inwards, and ”twin” marks, only where they are the custom: elsewhere the
# same character is a closing mark that lost its partner.
_INWARD = frozenset({"de", "da", "hr", "sl", "sr", "cs", "sk", "hu", "pl", "bs"})
_TWIN = frozenset({"sv", "fi", "no", "da"})
_BEFORE_OPENING = frozenset("([{—–-/:;,.!?…«»„“‚‘‹›\"'¿¡")


def _can_open(text: str, position: int, language: str) -> bool:
    mark = text[position]
    following = text[position + 1 : position + 2]
    if not following or mark not in _CLOSING:
        return False
    if mark in "»›" and language not in _INWARD:
        return False
    if mark == "”" and language not in _TWIN:
        return False
    if mark in "«„「『":
        return True
    if following.isspace() and mark not in "«‹":
        return False
    previous = text[position - 1 : position]
    if mark == '"':
        # Scraped text loses the space before a quotation; a digit before it means inches.
        return not previous.isdigit() and (following.isalnum() or following in "“‘'«„‚([…¿¡—–-$€£")
    free = not previous or previous.isspace() or previous in _BEFORE_OPENING
    if mark in "‘‚›":
        return free and following.isalpha()
    return free


def _closes(text: str, position: int, opening: str) -> bool:
    mark = text[position]
    if mark not in _CLOSING[opening]:
        return False
    following = text[position + 1 : position + 2]
    if mark in "’‘":
        return not following.isalnum()  # between letters it is an apostrophe
    if opening == '"' and following.isalnum():
        previous = text[position - 1]
        return not previous.isspace()  # ' "Word': the next quotation; the last was never closed
    return True


def _end_of(text: str, start: int) -> int | None:
    """The end (exclusive) of the quotation opened at ``start``; None if it is never closed."""
    opening = text[start]
    depth, last = 1, None
    for position in range(start + 1, len(text)):
        if _closes(text, position, opening):
            depth -= 1
            last = position + 1
            if depth == 0:
                return last
        elif text[position] == opening:
            if opening == '"':
                return None
            if opening not in "‘’”":
                depth += 1
    return last  # «Firm «Name»: one mark closes both, by custom


def quoted_spans(text: str, language: str = "") -> tuple[Span, ...]:
    """Find the outermost quotations of a paragraph.

    A single quoted word counts. A quotation that is never closed ends with the paragraph if it
    opens it (the custom for quotations of several paragraphs), and is ignored elsewhere. An
    apostrophe never opens one.

    Args:
        text: One paragraph.
        language: ISO 639-1 code; it settles marks that open in one language and close in another.

    Returns:
        Ordered, disjoint spans, the marks included.
    """
    spans: list[Span] = []
    unclosed: set[str] = set()  # nothing closes them up to the end: looked for once only
    position = 0
    while position < len(text):
        if text[position] in unclosed or not _can_open(text, position, language):
            position += 1
            continue
        end = _end_of(text, position)
        if end is None and not text[:position].strip():
            end = len(text.rstrip())
        if end is None:
            if text[position] != '"':
                unclosed.add(text[position])
            position += 1
            continue
        spans.append(Span(position, end))
        position = end
    return tuple(spans)
