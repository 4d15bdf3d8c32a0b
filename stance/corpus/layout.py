"""The layout of a page: its title, its leftovers, and the part that each paragraph plays."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stance.corpus.clean import find_leftovers
from stance.corpus.model import Kind
from stance.corpus.paragraphs import Piece, looks_like_heading, split_pieces
from stance.corpus.quotes import marked_spans
from stance.corpus.turns import asks, is_turn

_QUESTION_CHARACTERS = 150
_PULL_QUOTE = 300
_LEAD_IN = 2_000
_QUESTION_END = re.compile(r"[?？؟][!?]*[\"'”’“‘»«›)\]]*$")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’“‘»«›)\]]*$")
# "Moscow insists on the following." above a list.
_FOLLOWING = re.compile(
    r"\b(?:following|folgende|następując|наступн|так(?:е|ого|ое)\b|следующ|suivant|siguiente|seguent)",
    re.IGNORECASE,
)
# The name under a pull quotation: a dash and a name, or a name with an academic title.
_CREDITED = re.compile(
    r"(?:[—–-]\s?(?:[A-ZÀ-ÞĄ-ŻА-ЯІЇЄҐ])|(?:(?:Dr|Prof|Professor|Professorin|Doc|Mgr|Др|Проф|Д-р"
    r"|Dott|Profesor|Profesorka|Профессор|Професор)\b\.?\s?){1,2}"
    r"(?:(?:hab|h\. ?c|med|phil|inż)\. ?)?"
    r"[A-ZÀ-ÞĄ-ŻА-ЯІЇЄҐ])"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph with its part on the page, before its language is known."""

    text: str
    kind: Kind
    lead_in: str = ""
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What one text is made of.

    Attributes:
        title: As given; else the heading-like line that opens the text; may be empty.
        units: The paragraphs that are kept, in reading order.
        dropped: Text and rule of each web leftover.
    """

    title: str
    units: tuple[Unit, ...]
    dropped: tuple[tuple[str, str], ...]


def _bare(text: str) -> str:
    """Letters and digits only, for comparing a title with its repetition."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def _opens_with_title(pieces: Sequence[Piece]) -> bool:
    if not pieces or pieces[0].item or pieces[0].marker.startswith(">"):
        return False
    first = pieces[0]
    if first.marker == "#":
        return True
    if len(pieces) < 2 or first.marker or is_turn(first.text):
        return False
    heading = looks_like_heading(first.text) or (
        len(first.text) <= _QUESTION_CHARACTERS and _QUESTION_END.search(first.text) is not None
    )
    longest = max(len(piece.text) for piece in pieces[1:])
    return heading and longest > len(first.text)


def _is_heading(pieces: Sequence[Piece], index: int) -> bool:
    piece = pieces[index]
    if piece.marker.startswith("#"):
        return True
    after = pieces[index + 1] if index + 1 < len(pieces) else None
    if after is None or piece.marker:
        return False
    if piece.text.endswith(":"):
        # "Arguments for:" above a list; a whole clause before the colon is prose.
        return after.item and len(piece.text.split()) <= 3
    if not looks_like_heading(piece.text):
        return False
    return after.item or len(after.text) > len(piece.text) or looks_like_heading(after.text)


def _is_quotation(text: str, language: str) -> bool:
    spans = marked_spans(text, language)
    return (
        len(spans) == 1
        and spans[0].start == 0
        and not any(c.isalnum() for c in text[spans[0].end :])
        and len(text.split()) > 1
    )


def _kind(pieces: Sequence[Piece], index: int, language: str) -> Kind:
    piece = pieces[index]
    if piece.item:
        return Kind.LIST_ITEM
    if piece.marker.startswith(">"):
        return Kind.QUOTE
    if is_turn(piece.text):
        previous = pieces[index - 1].text if index else ""
        following = pieces[index + 1].text if index + 1 < len(pieces) else ""
        if asks(piece.text, previous, following):
            return Kind.QUESTION
        if not piece.marker:
            return Kind.BODY
    short = len(piece.text) <= _QUESTION_CHARACTERS
    if short and _QUESTION_END.search(piece.text) and not piece.marker:
        return Kind.QUESTION
    if _is_heading(pieces, index):
        return Kind.HEADING
    if _is_quotation(piece.text, language):
        return Kind.QUOTE
    return Kind.BODY


def _credit_pull_quotes(units: Sequence[Unit]) -> list[Unit]:
    """Put the name under a pull quotation to the quotation: only both say whose it is."""
    merged: list[Unit] = []
    for unit in units:
        before = merged[-1] if merged else None
        if (
            before is not None
            and unit.kind in (Kind.BODY, Kind.HEADING)
            and not unit.marker
            and len(unit.text) <= 110
            and not _SENTENCE_END.search(unit.text)
            and not unit.text.endswith(":")
            and _CREDITED.match(unit.text)
            and before.kind in (Kind.QUOTE, Kind.BODY)
            and len(before.text) <= _PULL_QUOTE
            and (before.kind is Kind.QUOTE or unit.text[0] not in "—–-")
        ):
            merged[-1] = replace(before, text=f"{before.text}\n{unit.text}", kind=Kind.QUOTE)
        else:
            merged.append(unit)
    return merged


def _introduces(unit: Unit) -> bool:
    """Whether a unit above a list says what the list is of."""
    # Every item carries its lead-in: a whole page would be read again for each of them.
    if len(unit.text) > _LEAD_IN:
        return False
    if unit.kind in (Kind.HEADING, Kind.QUESTION) or not _SENTENCE_END.search(unit.text):
        return True
    return len(unit.text) <= _QUESTION_CHARACTERS and _FOLLOWING.search(unit.text) is not None


def _lead_in(units: Sequence[Unit], title: str) -> list[Unit]:
    """Give each list item the line that introduces its list.

    A numbered list that goes on after a paragraph in between keeps its line.
    """
    led: list[Unit] = []
    current, number = "", 0
    for index, unit in enumerate(units):
        if unit.kind is not Kind.LIST_ITEM:
            led.append(unit)
            continue
        goes_on = number > 0 and _number(unit) == number + 1
        if index == 0:
            current = title if len(title) <= _LEAD_IN else ""
        elif units[index - 1].kind is not Kind.LIST_ITEM and not goes_on:
            current = units[index - 1].text if _introduces(units[index - 1]) else ""
        number = _number(unit)
        led.append(replace(unit, lead_in=current))
    return led


def _number(unit: Unit) -> int:
    digits = unit.marker.strip("().")
    return int(digits) if digits.isdecimal() else 0


def _unmarked_items(units: Sequence[Unit]) -> list[Unit]:
    """Short lines without a mark below a line that ends with a colon are its list.

    Two at least, and none a sentence: below "He said:" stand his words.
    """
    found = list(units)
    for index, unit in enumerate(units):
        if not unit.text.endswith(":") or unit.kind is Kind.LIST_ITEM:
            continue
        end = index + 1
        while end < len(units) and _may_be_item(units[end]):
            end += 1
        if end - index > 2:
            found[index + 1 : end] = [
                replace(u, kind=Kind.LIST_ITEM) for u in units[index + 1 : end]
            ]
    return found


def _may_be_item(unit: Unit) -> bool:
    return (
        unit.kind in (Kind.HEADING, Kind.BODY)
        and not unit.marker
        and len(unit.text) <= _QUESTION_CHARACTERS
        and not _SENTENCE_END.search(unit.text)
        and not unit.text.endswith(":")
    )


def lay_out(text: str, title: str = "", language: str = "", drop_boilerplate: bool = True) -> Page:
    """Read a cleaned text as a page.

    Args:
        text: The result of `clean_text`.
        title: The title, where front matter or a column gives one; its repetition is a leftover.
        language: ISO 639-1 code, for the sentence ends; may be empty.
        drop_boilerplate: If false, leftovers stay among the units, as kind boilerplate.

    Returns:
        Title, units and leftovers. Every non-blank character of ``text`` is in one of them or in
        a unit's marker.
    """
    pieces = split_pieces(text, language)
    taken = find_leftovers(
        [piece.text for piece in pieces], {i for i, piece in enumerate(pieces) if piece.item}
    )
    left = [i for i in range(len(pieces)) if i not in taken]
    title_index = -1
    if not title and _opens_with_title([pieces[i] for i in left]):
        title_index = left.pop(0)
        title = pieces[title_index].text
    if repeated := _bare(title):
        for index in [i for i in left if _bare(pieces[i].text) == repeated]:
            taken[index] = "repeated_title"
            left.remove(index)
    kept = [pieces[i] for i in left]
    units = _unmarked_items(
        [Unit(p.text, _kind(kept, i, language), "", p.marker) for i, p in enumerate(kept)]
    )
    if not drop_boilerplate and taken:
        by_index = dict(zip(left, units, strict=True))
        by_index |= {i: Unit(pieces[i].text, Kind.BOILERPLATE, "", pieces[i].marker) for i in taken}
        units = [by_index[i] for i in sorted(by_index)]
        return Page(title, tuple(_lead_in(_credit_pull_quotes(units), title)), ())
    dropped = tuple((pieces[i].text, taken[i]) for i in sorted(taken))
    return Page(title, tuple(_lead_in(_credit_pull_quotes(units), title)), dropped)
