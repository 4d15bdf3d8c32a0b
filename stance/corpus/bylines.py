"""Bylines: lines that only say who wrote the text, told from sentences by their names."""

from __future__ import annotations

import re

_PARTICLES = frozenset(
    "de da di del della van von der den dos du la le el al bin ibn ter ten zu y e".split()
)
_PREFIX = re.compile(
    r"(?:(?:written |reported |story )?by|von|par|por|di|da"
    r"|(?:authors?|reporter|writer|editor|autor(?:ka|en|in|e|a|es)?|tekst|text|oprac(?:owanie|\.|ował"
    r"a?)|red(?:akcja|\.)|автор(?:ка|и|ы)?|текст|редактор|auteure?s?|rédaction|autori?|redazione)"
    r"\s*:)\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_JOINERS = re.compile(r"\s*(?:,|&|/|\||·|•|–|—| - | and | und | i | та | і | и | et )\s*")
_STAMP = re.compile(r"\b(?:\d{1,2}:\d{2}|(?:19|20)\d{2})\b[^\w]*$")  # ends with a year or a time
# Small words that may stand after the name, before a place, an outlet or a time.
_SMALL = frozenset("in for at of the on w we у в à en read lesezeit czytania am pm".split())
_NOT_NAMES = frozenset(
    "the a an this that conclusion summary introduction analysis background overview question "
    "questions answer answers peace war talks summit meeting deal what who why how where when "
    "united european end next breaking live update updates news".split()
)


def _is_name_token(token: str) -> bool:
    bare = token.strip(".")
    if not bare or not bare[0].isupper():
        return False
    parts = re.split(r"[-'’ʼ]", bare)
    return len(parts) <= 3 and all(part.isalpha() or not part for part in parts)


def _is_name(text: str, *, least: int = 2, most: int = 4) -> bool:
    """Two to four capitalised words, letters only: "Olena van der Berg", "J. K. Nowak"."""
    tokens = text.split()
    if not least <= len(tokens) <= most + 1:
        return False
    names = [token for token in tokens if token.casefold() not in _PARTICLES]
    if not least <= len(names) <= most or tokens[0] not in names:
        return False
    if any(name.casefold() in _NOT_NAMES for name in names):
        return False
    if names[-1].endswith(("'s", "’s")):
        return False
    return all(_is_name_token(name) for name in names)


def _are_details(tokens: list[str]) -> bool:
    """Outlet, place, date, count: names, numbers, small words, and a noun after a number."""
    counted = False
    for token in tokens:
        number = token[0].isdigit()
        if not (number or counted or token[0].isupper() or token.casefold() in _SMALL):
            return False
        counted = number
    return True


def is_byline(text: str) -> bool:
    """Whether the unit is "By Ann Lee", "Von Max Kern, Berlin", "Ann Lee, 12 August 2025"."""
    match = _PREFIX.fullmatch(text.strip())
    if match is None and not _STAMP.search(text):
        return False
    rest = match["rest"] if match else text.strip()
    first, *others = [part.split() for part in _JOINERS.split(rest) if part] or [[]]
    cut = next(
        (i for i, t in enumerate(first) if t[0].isdigit() or (t[0].islower() and t in _SMALL)),
        len(first),
    )
    least = 1 if match and ":" in text[: match.start("rest")] else 2
    details = first[cut:] + [token for part in others for token in part]
    return _is_name(" ".join(first[:cut]), least=least) and _are_details(details)


def is_person_line(text: str) -> bool:
    """Whether the unit is nothing but a person's name, as a byline below a text is."""
    return "\n" not in text and _is_name(text.strip(), most=3)
