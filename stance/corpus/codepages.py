"""Which one-byte encoding a European text was saved in: the one whose letters its language has.

Detectors that go by the frequency of bytes take one code page for a near relative in which most of
the text reads alike, and a letter in fifty is wrong. Those few letters tell: none of the languages
that the wrong page suggests has them.
"""

from __future__ import annotations

from stance.corpus.language import detect

# In order of how common they are, which decides between pages that read alike.
_PAGES = (
    "cp1252", "cp1250", "cp1251", "koi8_u", "koi8_r", "iso8859_15", "iso8859_2", "iso8859_5",
    "cp866", "mac_roman",
)  # fmt: skip
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"
# Letters beyond a–z.
_LETTERS = {
    "cs": "áčďéěíňóřšťúůýž", "da": "æøåé", "de": "äöüß", "en": "é", "es": "áéíñóúü",
    "fi": "äöåšž", "fr": "àâæçèéêëîïôœùûüÿ", "hr": "čćđšž", "hu": "áéíóöőúüű", "it": "àèéìíòóùú",
    "nb": "æøåé", "nl": "áéëïóöü", "no": "æøåé", "pl": "ąćęłńóśźż", "pt": "àáâãçéêíóôõúü",
    "ro": "ăâîșțşţ", "sk": "áäčďéíĺľňóôŕšťúýž", "sl": "čšž", "sv": "äöåé",
    "bg": _CYRILLIC, "be": _CYRILLIC + "іў", "mk": _CYRILLIC + "ѓѕјљњќџ", "ru": _CYRILLIC,
    "sr": _CYRILLIC + "ђјљњћџ", "uk": _CYRILLIC + "іїєґ",
}  # fmt: skip
_MARKS = frozenset("„“”‚‘’«»‹›–—…•·©®™°§€£ \u00a0\u00ad№¿¡")
_SAMPLE = 50_000
# Share of letters beyond ASCII that may be foreign: names have some.
_TOLERATED = 0.15


def decode_by_letters(data: bytes) -> str | None:
    """Decode by the code page under which the fewest letters are foreign to the language found.

    Returns:
        The text; None where none of the pages gives a text in a language known here.
    """
    best: tuple[float, str] | None = None
    for page in _PAGES:
        try:
            sample = data[:_SAMPLE].decode(page)
        except UnicodeDecodeError:
            continue
        share = _foreign_share(sample)
        if share <= _TOLERATED and (best is None or share < best[0]):
            best = share, page
    if best is None:
        return None
    try:
        return data.decode(best[1])
    except UnicodeDecodeError:
        return None


def _foreign_share(text: str) -> float:
    """Of the characters beyond ASCII, the share that the text's language has no use for."""
    beyond = [c for c in text if ord(c) > 127]
    letters = _LETTERS.get(detect(text)[0])
    if letters is None or not beyond:
        return 1.0
    cyrillic = letters.startswith(_CYRILLIC)
    foreign = sum(c.casefold() not in letters and c not in _MARKS for c in beyond)
    # A capital inside a word is what a page with its cases swapped (KOI8 as CP1251) makes.
    swapped = sum(a.islower() and b.isupper() for a, b in zip(text, text[1:], strict=False))
    return (foreign + (swapped if cyrillic else 0)) / len(beyond)
