"""Which language a text, and each of its paragraphs, is in."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNDETERMINED = "und"
_SAMPLE = 6_000
_MIN_LETTERS = 80
_LINES = 200
_SURE = 0.95
# A name in another script has fewer letters than a sentence.
_MIN_FOREIGN = 20
# Codes and names that a column may hold instead of ISO 639-1.
_ALIASES = {
    "english": "en", "eng": "en", "german": "de", "deutsch": "de", "deu": "de", "ger": "de",
    "polish": "pl", "polski": "pl", "pol": "pl", "ukrainian": "uk", "українська": "uk",
    "ukr": "uk", "ua": "uk", "russian": "ru", "русский": "ru", "rus": "ru", "french": "fr",
    "français": "fr", "fra": "fr", "fre": "fr", "spanish": "es", "español": "es", "spa": "es",
    "italian": "it", "italiano": "it", "ita": "it", "portuguese": "pt", "por": "pt",
    "dutch": "nl", "nld": "nl", "czech": "cs", "ces": "cs", "turkish": "tr", "tur": "tr",
    "arabic": "ar", "ara": "ar", "chinese": "zh", "zho": "zh", "japanese": "ja", "jpn": "ja",
    "hebrew": "he", "iw": "he", "romanian": "ro", "ron": "ro", "hungarian": "hu", "hun": "hu",
    "swedish": "sv", "swe": "sv", "finnish": "fi", "fin": "fi", "persian": "fa", "fas": "fa",
}  # fmt: skip


def normalise_code(language: str) -> str:
    """ISO 639-1 code of a language tag, code or common name ("en-US", "deu", "Polish").

    An unknown value is returned in lower case, without its region.
    """
    folded = language.strip().casefold().replace("_", "-")
    return _ALIASES.get(folded) or _ALIASES.get(folded.split("-")[0]) or folded.split("-")[0]


# What a text too short to tell among all languages is taken for.
_COMMON = sorted(set(_ALIASES.values()))


@lru_cache(maxsize=2)
def _identifier(common_only: bool = False) -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads a model: only when asked

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    if common_only:
        identifier.set_languages(_COMMON)
    return identifier


def _letters(text: str) -> int:
    return sum(c.isalpha() for c in text)


@lru_cache(maxsize=4096)
def _script_of(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split()[0]


def _script(text: str) -> str:
    counts = Counter(_script_of(c) for c in text[:_SAMPLE] if c.isalpha())
    return counts.most_common(1)[0][0] if counts else ""


def detect(text: str) -> tuple[str, float]:
    """The most likely language of a text and its probability; ``und``, 0.0 without letters.

    A short text is taken for one of the common languages: with few letters some rare one fits by
    chance.
    """
    sample = text[:_SAMPLE]
    letters = _letters(sample)
    if not letters:
        return UNDETERMINED, 0.0
    code, probability = _identifier(letters < _MIN_LETTERS).classify(sample)
    return str(code), float(probability)


def document_language(text: str) -> str:
    """The language most of a text is in: lines long enough to tell vote by their letters.

    The text as a whole would not do: in a mixed one the script with more bytes a letter wins.
    """
    votes: Counter[str] = Counter()
    for line in text.split("\n")[:_LINES]:
        letters = _letters(line)
        if letters >= _MIN_LETTERS:
            votes[detect(line)[0]] += letters
    return votes.most_common(1)[0][0] if votes else detect(text)[0]


def paragraph_language(text: str, document: str, document_text: str) -> str:
    """The language of one paragraph of a document whose language was detected.

    A paragraph too short to tell inherits the document's language, unless it is a whole sentence
    in another script; a longer one departs from it if it is in another script or surely in another
    language.

    Args:
        text: The paragraph.
        document: The document's language.
        document_text: The document's text, for its script.
    """
    letters = _letters(text)
    if letters < _MIN_FOREIGN:
        return document
    other_script = _script(text) != _script(document_text)
    if letters < _MIN_LETTERS and not other_script:
        return document
    code, probability = detect(text)
    return code if other_script or probability >= _SURE else document
