"""Speech that a dash opens and another parts from the writer's words.

    — Не віддамо, — сказав він. — Ніколи.
    —No cederemos —dijo el presidente—. Nunca.
    — Jamais, a dit le maire.

A paragraph that opens with a dash may also be the item of a list, and a dash inside it may be any
pause. So a dash leads to the writer only before a clause that names speech, and a paragraph without
such a clause is speech only where that is the custom and it ends like a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stance.corpus.model import Span

# Verbs that name speech, "*" for any ending. Nouns of the same stem ("ocena", "визнання") are kept
# out: a line that ends with one announces a list as often as a quotation.
_VERBS = {
    "en": "said says saying told tells asked asks replied replies added adds answered insisted "
    "insists explained declared warned",
    "de": "sagt* meint* fragt* antwortet* erklärt* betont* ergänzt* warnt* schrieb*",
    "pl": "powiedzia* mówi* rzekł* rzuci* odpar* odpowiedzia* odpowiada* zapyta* pyta doda[łj]* "
    "doda stwierdzi* stwierdza* podkreśl* oświadczy* oświadcza* zaznacz* przyzna[łj]* ocenił* "
    "przyznaje ocenia* tłumaczy* wyjaśni[łl]* wyjaśnia* zapewnił* zapewnia* ostrzeg* przekon* "
    "zauważ* wskaza[łl]* wskazuje twierdzi* komentuj* skomentowa[łl]* zaapelowa[łl]* apeluj* "
    "napisa[łl]* pisze przypomnia* przypomina*",
    "uk": "сказа* каже кажуть казав казал* говори* заяви* заявля* відпові* запита[вл]* питає "
    "спита* дода[вл]* додає додають наголо[сш]* підкресл* зазнач* поясни* поясню* вважає вважають "
    "стверджу* розпові* пише написа* попере[дж]* запевни* запевня* зауваж* повідоми* повідомля* "
    "переконаний переконана переконує крикну* вигукну* прошепот* нагада[вл]* визна[вл]* визнає",
    "ru": "сказа* говор* заяви* заявля* ответи* отвеча* спроси* спраши* добави* добавля* отмети* "
    "отмеча* подчерк* поясни* поясня* объясни* объясня* счита* утвержда* рассказа* пишет написа* "
    "предупреди* предупрежда* заверил* заверя* замети* сообщи[лв]* сообща* крикну* воскликну* "
    "прошепта* напомн* признал* признает",
    "fr": "dit disent déclar[eé]* répond* répét* ajout* affirm[eé]* expliqu* lanc[eé] assur[eé]* "
    "soulign* insist* martel* martèle estim[eé]* prévient prévenu averti* confi[eé]* reconnaît "
    "précis[eé]",
    "es": "dijo dice dicen dijeron declar[aóo]* afirm[aóo]* respond[eií]* pregunt[óoa] añad* "
    "agreg[aó]* explic[aó] asegur[aó] insist* subray* advirti* señal[aó]",
    "it": "dice disse dicono detto dichiara* afferma affermato affermò risponde rispose risposto "
    "aggiun* chiede chiese spiega spiegato assicura* sottoline* insist* avverte",
}
_ANY_VERB = "|".join(
    verb.replace("*", r"\w*") for verbs in _VERBS.values() for verb in verbs.split()
)
SAYING = re.compile(rf"\b(?:{_ANY_VERB})\b", re.IGNORECASE)

# Where a paragraph that opens with a dash is speech by custom, unless it is an item of a list.
_CUSTOM = frozenset({"be", "bg", "es", "fr", "it", "pl", "pt", "ro", "ru", "uk"})
# Where a comma or a full stop stands before each dash of the writer's clause.
_STOPPED = frozenset({"be", "bg", "ru", "uk"})
_OPENING = re.compile(r"(?:(?P<long>[—–])\s*|-\s+)(?=[\"'“„«‘¿¡(…]*(?P<first>[^\W\d_]))")
# Set off by a space or a stop on either side; inside a word or a range it is no pause.
_DASH = re.compile(r"(?:(?<=[\s,.!?…\"”»)])[—–]|[—–](?=[\s,.;:!?…])|(?<=\s)-(?=\s))\s*")
_FULL = re.compile(r"[.!?…][\"'”’“»)\]]*\s*$")
_CLAUSE = re.compile(r"[^—–.!?…]{0,120}")
_AS = re.compile(r"(?:jak|як|как|comme|como|come|wie|as)\b")
# "…, a dit le maire": the writer's words after a comma, the verb before its subject.
_PERSONS = r"(?:-t)?(?:-(?:il|elle|on|ils|elles))?"
_AFTER_COMMA = {
    language: re.compile(
        rf"[,!?…][\"”»]?\s+(?:(?:{auxiliary}){_PERSONS}\s(?:\w+\s)?(?:{participles})"
        rf"|(?:{finite}){_PERSONS})(?!\w)"
    )
    for language, auxiliary, participles, finite in (
        (
            "fr",
            "a|ont|avait|avaient",
            "dit|déclaré|affirmé|répondu|ajouté|expliqué|lancé|assuré|souligné|insisté|martelé",
            "dit|demande|demanda|répond|répondit|lance|lança|ajoute|ajouta|affirme|déclare|assure|explique",
        ),
        (
            "it",
            "ha|hanno|aveva",
            "detto|dichiarato|affermato|risposto|aggiunto|spiegato|sottolineato|insistito",
            "dice|disse|risponde|rispose|afferma|dichiara|aggiunge|aggiunse|spiega|spiegò",
        ),
        (
            "es",
            "ha|han|había",
            "dicho|declarado|afirmado|respondido|añadido|explicado|asegurado|insistido",
            "dijo|dice|dijeron|declaró|afirmó|respondió|añadió|agregó|explicó|aseguró|insistió",
        ),
    )
}


def spoken_spans(text: str, language: str = "") -> tuple[Span, ...]:
    """Find the speech of a paragraph that opens with a dash.

    Args:
        text: One paragraph, with the dash that it opens with.
        language: ISO 639-1 code; it says where such a paragraph is speech by custom.

    Returns:
        Ordered, disjoint spans, each with the dash that opens it; without the writer's clauses.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return ()
    spans: list[Span] = []
    start: int | None = 0  # of the speech that goes on; None among the writer's words
    for turn in _turns(text, opening.end(), language):
        if start is None:
            if turn.back:
                start = turn.span.start
        elif turn.to_writer:
            spans.append(_trimmed(text, start, turn.span.start))
            start = None
    by_custom = (
        language in _CUSTOM
        and opening["long"] is not None
        and opening["first"].isupper()
        and _FULL.search(text) is not None
    )
    if start is not None and (spans or by_custom):
        spans.append(_trimmed(text, start, len(text)))
    return tuple(spans)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A mark at which speech may give way to the writer's words, or these to speech."""

    span: Span
    to_writer: bool
    back: bool


def _turns(text: str, position: int, language: str) -> list[_Turn]:
    """The marks of a paragraph from a position on, in their order."""
    turns = []
    for match in _DASH.finditer(text, position):
        dash = Span(*match.span())
        turns.append(_Turn(dash, _leads_to_writer(text, dash), _leads_back(text, dash, language)))
    if language in _AFTER_COMMA:
        for match in _AFTER_COMMA[language].finditer(text, position):
            stop = match.start() + (text[match.start()] != ",")
            turns.append(_Turn(Span(stop, match.end()), to_writer=True, back=False))
    return sorted(turns, key=lambda turn: turn.span.start)


def _leads_to_writer(text: str, dash: Span) -> bool:
    if not text[dash.end : dash.end + 1].islower() or _AS.match(text, dash.end):
        return False
    clause = _CLAUSE.match(text, dash.end)
    return clause is not None and SAYING.search(text, dash.end, clause.end()) is not None


def _leads_back(text: str, dash: Span, language: str) -> bool:
    if dash.end >= len(text):
        return False
    before = text[max(0, dash.start - 2) : dash.start].strip()
    return language not in _STOPPED or before.endswith((".", ",", ":", "!", "?", "…"))


def _trimmed(text: str, start: int, end: int) -> Span:
    return Span(start, start + len(text[start:end].rstrip(" ,\n")))
