"""Quoted spans: what a paragraph puts between quotation marks or after a dash of speech."""

from __future__ import annotations

import re
from bisect import bisect_right

from stance.corpus.dialogue import spoken_spans
from stance.corpus.model import Span

_CLOSING: dict[str, str] = {
    "«": "»",
    "„": '“”"‟',
    "“": "”",
    "”": "”",
    '"': '"',
    "‚": "‘’",
    "‘": "’",
    "'": "'",
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
# An apostrophe before one of these stands for letters that are not said: 'tis, rock 'n' roll.
_ELIDED = re.compile(
    r"'(?:tis|twas|twere|twill|em|n|til|till|cause|bout|round|neath|s|t|k)(?![^\W_])", re.IGNORECASE
)
# A plural ("the boys' dream"): its apostrophe closes a quotation only if nothing else does.
_PLURAL = re.compile(r"(?<=[sS])['’](?=\s\w)")
# Typed for „ and ": each pair is read by its second sign.
_TYPED = re.compile(r",,(?=\S)|''|``")
_AS_TYPED = {",,": ",„", "''": "'\"", "``": '`"'}


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
    if mark == "'" and _ELIDED.match(text, position):
        return False
    if mark in "‘‚›'":
        return free and following.isalpha()
    return free


def _closes(text: str, position: int, opening: str) -> bool:
    mark = text[position]
    if mark not in _CLOSING[opening]:
        return False
    following = text[position + 1 : position + 2]
    if mark in "’‘'":
        # Between letters it is an apostrophe.
        return not following.isalnum() and not text[position - 1].isspace()
    if opening == '"' and following.isalnum():
        previous = text[position - 1]
        return not previous.isspace()  # ' "Word': the next quotation; the last was never closed
    return True


def _end_of(text: str, start: int, language: str) -> int | None:
    """The end (exclusive) of the quotation opened at ``start``; None if it is never closed."""
    opening = text[start]
    if opening in "'‘":
        return _end_of_single(text, start, language)
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
            if opening != "”":
                depth += 1
    return last  # «Firm «Name»: one mark closes both, by custom


def _end_of_single(text: str, start: int, language: str) -> int | None:
    """The same for a mark that is closed by what may also be an apostrophe."""
    opening, plural = text[start], None
    for position in range(start + 1, len(text)):
        if _closes(text, position, opening):
            if _PLURAL.match(text, position) is None:
                return position + 1
            plural = plural or position + 1
        elif text[position] == opening and _can_open(text, position, language):
            break
    return plural


def quoted_spans(text: str, language: str = "") -> tuple[Span, ...]:
    """Find the outermost quotations of a paragraph.

    A single quoted word counts. A quotation that is never closed ends with the paragraph if it
    opens it (the custom for quotations of several paragraphs), and is ignored elsewhere. An
    apostrophe never opens one. In a paragraph that opens with a dash, speech counts too.

    Args:
        text: One paragraph.
        language: ISO 639-1 code; it settles marks that open in one language and close in another.

    Returns:
        Ordered, disjoint spans, the marks included.
    """
    spoken = spoken_spans(text, language)
    ends = [speech.end for speech in spoken]

    def touches_speech(span: Span) -> bool:
        following = bisect_right(ends, span.start)
        return following < len(spoken) and spoken[following].start < span.end

    marked = [span for span in marked_spans(text, language) if not touches_speech(span)]
    return tuple(sorted([*spoken, *marked], key=lambda span: span.start))


def marked_spans(text: str, language: str = "") -> tuple[Span, ...]:
    """Find the outermost quotations between marks; see `quoted_spans`."""
    typed = text
    text = _TYPED.sub(lambda pair: _AS_TYPED[pair[0]], text)
    spans: list[Span] = []
    unclosed: set[str] = set()  # nothing closes them up to the end: looked for once only
    position = 0
    while position < len(text):
        if text[position] in unclosed or not _can_open(text, position, language):
            position += 1
            continue
        start = position - (text[position] != typed[position])
        end = _end_of(text, position, language)
        if end is None and text[position] != "'" and not text[:start].strip():
            end = len(text.rstrip())
        if end is None:
            if text[position] not in "\"'‘":
                unclosed.add(text[position])
            position += 1
            continue
        spans.append(Span(start, end))
        position = end
    return tuple(spans)
