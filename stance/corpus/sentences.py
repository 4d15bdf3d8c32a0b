"""Sentences: where they end, in any script, without losing a character."""

from __future__ import annotations

import re

from stance.corpus.model import Span

# Titles and the like: a name, number or noun follows, so they never end a sentence.
_NEVER_FINAL: dict[str, str] = {
    "en": "mr mrs ms dr prof gen col capt lt sgt sen rep gov rev hon st mt ft vs no nos fig figs "
    "vol pp ed eds cf al approx dept adm cmdr maj amb jan feb mar apr jun jul aug sep sept oct "
    "nov dec eg ie",
    "de": "dr prof hr fr frl dipl ing bzw ca vgl evtl ggf inkl max min nr str abs art bd hrsg jh "
    "mio mrd sog st tel u.a z.b d.h u u.u i.d.r z d h jan feb mär apr jun jul aug sep sept okt "
    "nov dez geb gest hl insb nat",
    "pl": "dr prof hab mgr inż gen płk kpt por mjr ks św ul al pl np tzw tzn m.in min mln mld tys "
    "godz nr ok pt ps pn wg ww jw zob por im red str tj bp abp kard lek med ppłk sierż woj pow",
    "uk": "ім вул просп пл напр див проф акад ген полк кап лейт доц м с смт обл р-н тис млн млрд "
    "ст рис табл гр п пп т.з т.зв зв о оз",
    "ru": "им ул просп пл напр см проф акад ген полк кап лейт доц обл р-н тыс млн млрд ст рис "
    "табл гр п пп т.н т.е т.к н е к о оз св",
    "fr": "m mm mme mmes mlle mlles dr pr me mgr st ste av env ex fig vol p pp no art cf c.-à-d "
    "janv févr avr juil sept oct nov déc gén col lt",
    "es": "sr sra srta sres dr dra d dña ud uds vd lic ing prof gral cnel cap av avda c pág págs "
    "núm art fig vol p pp aprox ej p.ej dpto sto sta",
    "it": "sig sigg sig.ra dott dott.ssa prof prof.ssa avv ing arch on sen gen col cap rag geom "
    "pag pagg p pp art fig vol n nn es s ss ca cfr mons",
}
# These may close a sentence: they do so when a capital follows a sentence long enough.
_MAY_END: dict[str, str] = {
    "en": "etc jr sr inc co corp ltd bros a.m p.m u.s u.k u.n e.u u.s.a d.c ph.d",
    "de": "usw etc uvm u.s.w chr",
    "pl": "r rr w itd itp etc br",
    "uk": "р рр ст т.д т.п ін н.е д грн",
    "ru": "г гг в вв т.д т.п др пр н.э д руб",
    "fr": "etc j.-c",
    "es": "etc ee.uu ee uu a.c d.c s.a",
    "it": "ecc s.p.a a.c d.c",
}
# "in the U.S. The talks": after a dotted abbreviation only these words speak for a new sentence.
_STARTERS = frozenset(
    "the a an he she it they we i you but and in on at this that these those there if when while "
    "as for his her its their our meanwhile however still yet after before since by with from "
    "what who why how both some many most no not".split()
)
# Words before which, or after which, a German or Polish "15." is an ordinal.
_AFTER_ORDINAL = re.compile(
    r"(?:januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember"
    r"|jahrhundert|weltkrieg|jahrestag|mal\b|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca"
    r"|sierpnia|września|października|listopada|grudnia|wiek)",
    re.IGNORECASE,
)
_BEFORE_ORDINAL = frozenset(
    "am der die das dem den des im zum zur vom beim bis ab seit jeder jede jedes jeden".split()
)
_CLOSERS = "\"'”’“‘»«›‹)\\]}」』）】"
_OPENERS = "\"'“‘„‚«»‹›([{¿¡「『（"
_END = re.compile(
    rf"(?P<mark>[.!?…؟।॥]+|[。！？｡]+)(?:[{_CLOSERS}]|\[\d+\]| [»›](?!\S))*(?P<gap>\s+|$)?"
)
_LOOK_BACK = 200
_BRACKETED = re.compile(r"\([^()\s]{1,80}\)")


def _words(table: dict[str, str], language: str) -> frozenset[str]:
    """The abbreviations of one language; of all, where the language is not listed."""
    chosen = [table[language]] if language in table else list(table.values())
    return frozenset(word for words in chosen for word in words.split())


_CACHE: dict[str, tuple[frozenset[str], frozenset[str]]] = {}


def _abbreviations(language: str) -> tuple[frozenset[str], frozenset[str]]:
    key = language if language in _NEVER_FINAL else ""
    if key not in _CACHE:
        _CACHE[key] = (_words(_NEVER_FINAL, key), _words(_MAY_END, key))
    return _CACHE[key]


def _next_word(text: str, position: int) -> str:
    """The word after a break, past whitespace, dashes and opening marks."""
    while position < len(text) and (text[position].isspace() or text[position] in _OPENERS + "—–-"):
        position += 1
    end = position
    while end < len(text) and (text[end].isalnum() or text[end] in "'’"):
        end += 1
    return text[position:end]


def _period_ends(text: str, start: int, period: int, following: str, language: str) -> bool:
    """Whether the single period at ``period`` ends the sentence that began at ``start``."""
    words = text[max(start, period - _LOOK_BACK) : period].split()
    token = words[-1].lstrip(_OPENERS + "—–-") if words else ""
    if not token or text[period - 1].isspace():
        return True
    if len(token) == 1 and token.isupper():
        return False  # an initial: "J. Smith", "В. Коваль"
    folded = token.casefold()
    never, may = _abbreviations(language)
    n_words = len(words) + (period - start > _LOOK_BACK)
    if folded in may and not (folded in never and n_words < 4):
        if "." in token and language in ("en", ""):
            return following.casefold() in _STARTERS
        return n_words >= 4
    if folded in never:
        return False
    if len(token) == 1 and token.isalpha():
        return False  # "z. B.", "т. зв."
    if "." in token and all(len(part) <= 2 for part in token.split(".")) and token[0].isalpha():
        return language in ("en", "") and following.casefold() in _STARTERS
    if token.isdigit():
        if n_words == 1:
            return False  # "1. Ceasefire": a number that opens the sentence
        if len(token) <= 2 and language in ("de", "pl", "cs", "da", "no", "fi", "hu", "hr", "sl"):
            before = words[-2].casefold().strip(_OPENERS)
            return not (before in _BEFORE_ORDINAL or _AFTER_ORDINAL.match(following))
    return True


def _is_end(text: str, start: int, match: re.Match[str], language: str) -> bool:
    mark, after = match["mark"], match.end()
    if match["gap"] is None:
        # Glued to what follows: an end in scripts without spaces, or before a bracketed source.
        return mark[0] in "。！？｡"
    if after >= len(text):
        return True
    following = _next_word(text, after)
    if following[:1].islower():
        return False
    if mark == ".":
        return _period_ends(text, start, match.start("mark"), following, language)
    return True


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if end > start else None


def split_sentences(text: str, language: str = "") -> list[Span]:
    """Split a paragraph into sentences.

    Args:
        text: One paragraph; a line break always ends a sentence.
        language: ISO 639-1 code; an unlisted one uses the abbreviations of all listed languages.

    Returns:
        Ordered, disjoint spans without outer whitespace; between them lies whitespace only, so
        nothing of the text is lost. Empty for a blank text.
    """
    spans: list[Span] = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        position = start
        while (match := _END.search(text, position, line.end())) is not None:
            position = max(match.end(), position + 1)
            if match["gap"] is None and (source := _BRACKETED.match(text, match.end())):
                # "… resources.(example.org)": the source belongs to the sentence before it.
                position = source.end()
                if position < len(text) and not text[position].isspace():
                    continue
                if _next_word(text, position)[:1].islower():
                    continue
            elif not _is_end(text, start, match, language):
                continue
            if span := _trimmed(text, start, position):
                spans.append(span)
            start = position
        if span := _trimmed(text, start, line.end()):
            spans.append(span)
    return spans
