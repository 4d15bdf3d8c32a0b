"""Turns of an interview or of frequently asked questions: who asks and who answers.

A marker is a word ("Question:", "Antwort:") or a capital letter with a colon ("F:", "Q :"). Some
letters ask in one language and answer in another: "В:" answers "З:" in Ukrainian and asks in
Russian. So a letter is read with its neighbours.
"""

from __future__ import annotations

import re

_ASKING = r"question|frage|pytanie|питання|запитання|вопрос|pregunta|domanda"
_ANSWERING = r"answer|antwort|odpowiedź|відповідь|ответ|réponse|respuesta|risposta"
# The letters that ask, each with the letters that answer it: en and fr Q, de F, pl and es P,
# it D, uk З and П, ru В. Latin O and A stand for the Cyrillic letters that look alike, too.
_ANSWERS = {"Q": "AR", "F": "A", "P": "OR", "D": "R", "З": "В", "П": "В", "В": "O"}
_LATIN = str.maketrans("ОА", "OA")
_TURN = re.compile(
    rf"(?:\*\*|__)?(?:(?P<asking>(?i:q|{_ASKING}))|(?P<answering>(?i:a|{_ANSWERING}))"
    r"|(?P<letter>[FPDROЗПВО])(?=\s?:))\s?[:.](?:\*\*|__)?\s+(?=\S)"
)
_ASKED = re.compile(r"[?？؟][!?]*[\"'”’“‘»«›)\]*_\s]*$")


def is_turn(text: str) -> bool:
    """Whether a text opens a question or an answer ("Q: …", "Antwort: …", "В: …")."""
    return _TURN.match(text) is not None


def _letter(text: str) -> str:
    match = _TURN.match(text)
    if match is None:
        return ""
    if match["letter"]:
        return match["letter"].translate(_LATIN)
    return "Q" if match["asking"] else "A"


def asks(text: str, previous: str = "", following: str = "") -> bool:
    """Whether a text opens a question: by its marker, its neighbours' and its last character.

    Args:
        text: A paragraph.
        previous: The paragraph before it; empty if none.
        following: The paragraph after it; empty if none.

    Returns:
        True for "Q:" and the words for it; for another letter that may ask, if it does not answer
        the turn before it and either ends with a question mark or is answered by the next turn.
    """
    letter = _letter(text)
    if letter == "Q" or letter not in _ANSWERS:
        return letter == "Q"
    before, after = _letter(previous), _letter(following)
    if before and letter in _ANSWERS.get(before, ""):
        return False
    return _ASKED.search(text) is not None or (after != "" and after in _ANSWERS[letter])
