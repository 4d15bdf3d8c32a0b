"""Cleaning: characters first, then the units that are leftovers of the web page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from stance.corpus.leftovers import RULES, Place, Rule, opens_related_links

# Zero width space, word joiner, BOM, soft hyphen, bidi marks and isolates, variation selectors of
# emoji stay out; the joiners U+200C and U+200D carry meaning in Persian and the scripts of India.
_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_BREAK = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028]")
_SPACES = re.compile(r"[^\S\n]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SOFT_WRAP = re.compile("\u00ad[^\\S\n]*\n[^\\S\n]*")
_JOINER = re.compile("(?<![\u0600-\u06ff\u0900-\u0dff])[\u200c\u200d]")

_EDGE = 8
_PROSE = 160


def clean_text(text: str) -> str:
    """Normalise characters and the whitespace inside lines; line breaks stay.

    NFC; invisible and control characters are removed; every run of blanks inside a line becomes
    one space; the ends of lines are stripped. The result is the same when cleaned again.
    """
    text = _LINE_BREAK.sub("\n", text).replace("\u2029", "\n\n")
    text = _SOFT_WRAP.sub("", text)
    text = replace_surrogates(text)
    text = _INVISIBLE.sub("", text)
    text = _CONTROL.sub("", text)
    text = _JOINER.sub("", text)
    text = unicodedata.normalize("NFC", text)
    text = "\n".join(line.strip() for line in _SPACES.sub(" ", text).split("\n"))
    return text.strip()


def replace_surrogates(text: str) -> str:
    """Put U+FFFD where a half of a character stands, which no file can hold."""
    return _SURROGATE.sub("\ufffd", text)


def single_line(text: str) -> str:
    """A name, id or reason on one line, without what would hide, reorder or command.

    Line breaks and tabs become spaces; control characters (terminal escapes among them), invisible
    characters and bidi marks go. Unlike `clean_text` it leaves the letters as they are, so that an
    id still is the id that others know.
    """
    text = _INVISIBLE.sub("", _LINE_BREAK.sub("\n", replace_surrogates(text)))
    return _CONTROL.sub("", re.sub(r"[\n\t\u2029]", " ", text)).strip()


def _in_place(place: Place, before: int, after: int) -> bool:
    if place is Place.ANYWHERE:
        return True
    if place is Place.LAST:
        return after == 0 and before > 0
    return before < _EDGE or after < _EDGE


def matching_rule(text: str, before: int = 0, after: int = 0) -> Rule | None:
    """The first rule that takes a unit with so many units before and after it, if any."""
    for rule in RULES:
        if (
            len(text) <= rule.max_characters
            and _in_place(rule.place, before, after)
            and rule.matches(text)
        ):
            return rule
    return None


def _link_list(texts: Sequence[str], taken: Collection[int]) -> list[int]:
    """The headlines under a closing "You may also like": only where no prose comes after."""
    prose = (
        i
        for i in reversed(range(len(texts)))
        if i not in taken and (len(texts[i]) > _PROSE or texts[i].endswith((".", "!", "…")))
    )
    last = next(prose, -1)
    headers = (i for i in sorted(taken) if i > max(last, 0) and opens_related_links(texts[i]))
    header = next(headers, len(texts))
    return [i for i in range(header + 1, len(texts)) if i not in taken]


def find_leftovers(texts: Sequence[str], items: Collection[int] = ()) -> dict[int, str]:
    """Find the units of a document that are web leftovers.

    Args:
        texts: The units of one document in reading order.
        items: Which of them are items of lists: a list of people is not a row of bylines.

    Returns:
        Index of each leftover → name of the rule that takes it.
    """
    middle = _EDGE + 1
    taken: dict[int, str] = {}
    for index, text in enumerate(texts):
        rule = matching_rule(text, middle, middle)
        if rule is not None:
            taken[index] = rule.name
    for index in _link_list(texts, taken):
        taken[index] = "related"
    _peel_edges(texts, items, taken)
    return taken


def _peel_edges(texts: Sequence[str], items: Collection[int], taken: dict[int, str]) -> None:
    """Take leftovers of the edges; places count what is left, so one uncovers the next."""
    left = [index for index in range(len(texts)) if index not in taken]
    while left:
        edges = sorted(
            {*range(min(_EDGE, len(left))), *range(max(0, len(left) - _EDGE), len(left))}
        )
        for position in edges:
            rule = matching_rule(texts[left[position]], position, len(left) - position - 1)
            if rule is not None and not (rule.place is Place.LAST and left[position] in items):
                taken[left.pop(position)] = rule.name
                break
        else:
            return
