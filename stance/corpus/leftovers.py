"""The table of web leftovers: named rules, each a pattern and the place where it may apply.

A rule must match a whole unit, and a short one, because news prose uses the same words: "cookie",
"comment", "share" and "advertisement" inside a sentence never make it a leftover. Patterns cover
English, German, Polish, Ukrainian, Russian, French, Spanish and Italian.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from stance.corpus.bylines import is_byline, is_person_line
from stance.corpus.web_words import (
    ADBLOCK_FOUND,
    ADBLOCK_PLEA,
    AGENCIES,
    CLOCK,
    COMMENT_FORM,
    COUNTED,
    GAP,
    MONTH_DATE,
    PHOTO,
    RELATED,
    SHARE,
    SITES,
    SPAM_NOTICE,
    STAMPED,
)


class Place(StrEnum):
    """Where on the page a rule may apply, counted in the units that are left."""

    ANYWHERE = "anywhere"
    EDGES = "edges"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of web leftover.

    Attributes:
        name: What a dropped unit is logged under.
        matches: True if the whole unit is such a leftover.
        place: Where it may apply.
        max_characters: Longer units are never taken.
    """

    name: str
    matches: Callable[[str], bool]
    place: Place = Place.ANYWHERE
    max_characters: int = 160


def _whole(*alternatives: str) -> Callable[[str], bool]:
    pattern = re.compile("|".join(f"(?:{a})" for a in alternatives), re.IGNORECASE)
    return lambda text: pattern.fullmatch(text) is not None


_STANDALONE_RELATED = re.compile(rf"(?:{RELATED})\s*[:…»›→]*", re.IGNORECASE)


def opens_related_links(text: str) -> bool:
    """Whether the unit is the bare header of a list of links ("You may also like")."""
    return _STANDALONE_RELATED.fullmatch(text) is not None


RULES: tuple[Rule, ...] = (
    Rule("separator", _whole(r"[\W_]+")),
    Rule(
        "breadcrumb",
        _whole(
            r"(?:home(?:page)?|start(?:seite)?|strona główna|головна|главная"
            r"|accueil|inicio|portada)"
            r"\s*[»›>/|→].*",
            r"[^»›.!?]{1,40}(?:\s[»›]\s[^»›.!?]{1,80}){2,}",
        ),
        Place.EDGES,
        240,
    ),
    Rule(
        "navigation",
        _whole(
            r"skip to (?:main )?content|back to top|menu|search|log ?in|sign in|register|next"
            r"|previous|(?:next|previous) (?:article|post|story)|jump to comments|load more",
            r"zum inhalt springen|nach oben|suche|anmelden|zur startseite|nächster artikel",
            r"przejdź do treści|do góry|szukaj|zaloguj(?: się)?|następny artykuł|poprzedni artykuł",
            r"перейти до (?:вмісту|контенту)|перейти к содержанию|пошук|поиск|увійти|войти|наверх",
            r"aller au contenu(?: principal)?|haut de page|rechercher|se connecter|s['’]identifier",
            r"saltar al contenido|iniciar sesión|buscar|vai al contenuto|accedi|cerca|torna su",
        ),
    ),
    Rule(
        "tags",
        _whole(
            r"(?:tags?|topics?|filed under|categories|keywords|schlagwörter|schlagworte|themen|tagi"
            r"|теги|тема|темы|mots-clés|étiquettes|etiquetas|temas|categorie|argomenti)\s*:.*(?<![.!?])",
            r"(?:#[\w-]+[\s,]*){2,}",
        ),
        Place.EDGES,
        240,
    ),
    Rule(
        "share",
        _whole(rf"(?:{SHARE}){GAP}(?:(?:{SITES}){GAP})*", rf"(?:(?:{SITES}){GAP})+"),
    ),
    Rule(
        "follow",
        _whole(
            rf"(?:follow|find|join|like) (?:us|me)(?: on (?:{SITES}"
            rf"|social media|google news).*)?[.!]?",
            rf"follow [@\w ]{{1,40}} on (?:{SITES}|social media|google news)\b.*",
            r"folgen sie uns\b.*|folge uns\b.*|(?:obserwuj|śledź|polub) nas\b.*",
            r"(?:слідкуйте|стежте) за нами\b.*|следите за нами\b.*"
            r"|мы в (?:телеграме?|telegram)\b.*",
            r"ми в (?:телеграмі?|telegram)\b.*|suivez[- ]nous\b.*|síg(?:ue|a)nos\b.*|seguici\b.*",
        ),
    ),
    Rule(
        "subscribe",
        _whole(
            r"(?:subscribe|sign up)(?: (?:now|today|here))?(?: (?:to|for) (?:our|the|my|free)\b.*)?"
            r"[.!]?",
            r"(?:get|receive) (?:the|our) (?:latest|best|daily|weekly)\b.*(?:inbox|newsletter)\b.*",
            r"(?:jetzt )?newsletter(?: (?:bestellen|abonnieren|abbestellen))?"
            r"|(?:jetzt )?abonnieren(?: sie (?:jetzt )?(?:unseren|den)\b.{0,80})?[.!]?",
            r"zapisz się (?:do|na)\b.*newsletter.*|subskrybuj\b.{0,80}",
            r"(?:підписуйтесь|підписуйтеся|підпишіться|подписывайтесь|подпишитесь) на (?:наш|нас)"
            r"\b.*",
            r"(?:inscrivez-vous|abonnez-vous)(?: à| à la| gratuitement)?\b"
            r".*(?:newsletter|lettre)?.*",
            r"suscríb[ea](?:te|se)\b.*|iscriviti\b.*(?:newsletter|canale).*",
        ),
        max_characters=240,
    ),
    Rule(
        "paywall",
        _whole(
            r"(?:already a (?:subscriber|member)\?|this (?:article|content|story) is (?:only )?"
            r"(?:available )?(?:for|to) (?:our )?(?:subscribers|members|registered)).*",
            r"(?:sie haben bereits ein abo|weiterlesen mit\b|jetzt weiterlesen).*",
            r"(?:masz już (?:konto|subskrypcję)|artykuł dostępny tylko dla (?:pren|sub)).*",
            r"(?:déjà abonné ?\?|(?:cet )?article (?:est )?réservé (?:aux|à nos) abonnés).*",
            r"(?:¿ya eres suscriptor|contenido exclusivo para suscriptores|sei già abbonato).*",
        ),
        max_characters=240,
    ),
    Rule(
        "cookies",
        _whole(
            r"(?:we|this (?:web)?site|our (?:web)?site|this page) (?:and our partners )?"
            r"uses? cookies"
            r"\b.*",
            r"(?:by (?:continuing|using|clicking)\b.*\bcookies?\b.*)",
            r"(?:accept|reject|manage|allow)(?: all)?(?: cookies?)?(?: settings| preferences)?",
            r"cookies?(?: (?:settings|policy|notice|preferences|consent))",
            r"(?:wir|diese (?:web)?(?:seite|site)|unsere (?:web)?(?:seite|site)) "
            r"(?:verwende[nt]|nutz(?:t|en)|benutz(?:t|en)) cookies\b.*|alle akzeptieren"
            r"|cookie-einstellungen",
            r"(?:ta|nasza) (?:strona|witryna) (?:używa|korzysta z|wykorzystuje) (?:plik\w+ )?"
            r"(?:cookies?|ciasteczk?\w*)\b.*|(?:używamy|korzystamy z) (?:plików )?cookies?\b.*"
            r"|akceptuję|zaakceptuj wszystkie",
            r"(?:ми|цей сайт|наш сайт) використову(?:ємо|є) (?:файли )?(?:cookies?|куки)\b.*"
            r"|прийняти (?:всі|усі)",
            r"(?:мы|этот сайт|наш сайт) использу(?:ем|ет) (?:файлы )?(?:cookies?|куки)\b.*"
            r"|принять все",
            r"(?:nous|ce site|notre site) utilis(?:ons|e) (?:des |les )?cookies\b.*|tout accepter",
            r"(?:utilizamos|este sitio(?: web)? (?:utiliza|usa)|usamos) (?:las )?cookies\b.*"
            r"|aceptar todo",
            r"(?:questo sito|il nostro sito|noi)? ?(?:utilizza|usa|utilizziamo|usiamo) (?:i )?"
            r"cookies?\b.*|accetta tutto",
        ),
        max_characters=600,
    ),
    Rule(
        "comments",
        _whole(
            r"(?:leave|post|write|add|submit)(?: (?:a|your|us a))? (?:comment|reply|review)s?"
            r"(?: below)?[.!]?|cancel reply|comments?(?: ?\(\d+\))?|\d+ (?:comments|responses)"
            r"|(?:no|0) comments(?: yet)?|be the first to comment[.!]?|join the (?:conversation"
            r"|discussion)[.!]?|comments are (?:closed|off|disabled)[.]?|view (?:all )?comments",
            r"your e-?mail address will not be published\b.*|required fields are marked\b.*"
            r"|save my name, e-?mail\b.*|notify me of (?:new|follow-?up)\b.*",
            r"(?:name|e-?mail|website|comment|imię|ім['’]я|имя|nom|nombre|nome)\s?\*",
            *COMMENT_FORM,
        ),
    ),
    Rule(
        "spam_filter",
        _whole(*SPAM_NOTICE),
        max_characters=240,
    ),
    Rule(
        "adblock",
        _whole(
            ADBLOCK_FOUND,
            ADBLOCK_PLEA,
        ),
        max_characters=300,
    ),
    Rule(
        "advertisement",
        _whole(
            r"[-–—\[( ]*(?:advertisement|advert|ads?|sponsored(?: content| post)?|promoted|anzeige"
            r"|werbung|reklama|materiał (?:promocyjny|sponsorowany)|реклама|на правах реклами"
            r"|на правах рекламы|publicité|publicidad|anuncio|pubblicità)[-–—\]) :]*",
            r"(?:article|story|content) continues(?: below)?(?: (?:after|below|with) (?:this|the )?"
            r"(?: ?(?:ad|advert|advertisement|content)))?[.:]?|continue reading(?: below)?[.:…]?"
            r"|(?:scroll to continue|continues below)(?: .{0,30})?",
            r"nach der anzeige weiterlesen|dalsza część (?:tekstu|artykułu) (?:pod|poniżej)\b.*"
            r"|la suite après (?:la|cette) publicité|la noticia continúa\b.*"
            r"|продовження після реклами"
            r"|продолжение после рекламы",
        ),
    ),
    Rule(
        "related",
        _whole(
            rf"(?:{RELATED})\s*[:…»›→]*",
            rf"(?:{RELATED})\s*[:»›→|–—-]\s*\S.*(?<!\.)",
            r"(?:explore|discover|find|read) more (?:insights|articles|stories|news|analysis)\b.*",
            r"for more (?:news|stories|insights|updates)\b.*(?:visit|follow|click|subscribe)\b.*",
            r"click here (?:to|for)\b.*",
        ),
        max_characters=240,
    ),
    Rule("byline", is_byline, Place.EDGES, 140),
    Rule("byline", is_person_line, Place.LAST, 60),
    Rule(
        "byline",
        _whole(
            r"(?-i:(?:[A-Z][\w'’.-]+ ){2,4})is (?:an? |the |our )(?:[\w'’-]+ ){0,4}(?:correspondent"
            r"|reporter|journalist|editor|columnist|writer|contributor)\b.*"
        ),
        Place.LAST,
        200,
    ),
    Rule(
        "agency",
        _whole(
            rf"[(\[]?(?:[a-ząćęłńóśźż]{{2,5}}/)*(?:{AGENCIES})(?:\s*[/,;&+]\s*(?:{AGENCIES}"
            rf"|[a-z]{{2,5}}))*[)\]]?\.?"
        ),
        Place.EDGES,
        80,
    ),
    Rule(
        "dateline",
        _whole(
            rf"(?:(?:{STAMPED})\s*[:|]?\s*)?(?:{MONTH_DATE}){CLOCK}(?:[\s|·•–—-]*(?:(?:{STAMPED})"
            rf"\s*[:|]?\s*)(?:{MONTH_DATE})?{CLOCK})?",
            rf"(?:{STAMPED})\s*:\s*(?=.*\d).{{1,40}}",
        ),
        Place.EDGES,
        100,
    ),
    Rule(
        "counter",
        _whole(
            r"(?:reading time|lesezeit|czas czytania|час читання|время чтения|temps de lecture"
            r"|tiempo de lectura|tempo di lettura)\s*:?\s*(?:ca\. |około )?\d{1,3}\s?\w{1,8}\.?",
        ),
        max_characters=60,
    ),
    Rule("counter", _whole(rf"(?:[\s|·•,]*\d[\d.,]*\s?[km]?\s(?:{COUNTED}))+"), max_characters=60),
    Rule(
        "credit",
        _whole(
            rf"[(\[]?(?:{PHOTO})(?: (?:by|von|credit|source))?\s*[:©/].{{1,100}}(?<![.!?])",
            rf"[(\[]?(?:{PHOTO}) (?:by|von|par|di) (?:[A-Z][\w'’-]+[ /,]*){{1,4}}[)\]]?",
            r"(?:fot|zdj)\. \S.{1,80}(?<![.!?])",
            r"[(\[]?(?:©|\(c\)|copyright\b).{0,120}",
        ),
        max_characters=140,
    ),
    Rule(
        "copyright",
        _whole(
            r".{0,100}(?:all rights reserved|alle rechte vorbehalten|wszelkie prawa zastrzeżone"
            r"|всі права захищен[оі]|усі права захищен[оі]|все права защищены|tous droits réservés"
            r"|todos los derechos reservados|tutti i diritti riservati).{0,60}",
            r"(?:privacy policy|terms (?:of (?:use|service)|and conditions)|impressum|datenschutz"
            r"(?:erklärung)?|polityka prywatności|mentions légales|aviso legal)(?:\s*[|·•,/-].*)?",
        ),
        max_characters=240,
    ),
    Rule("bare_link", _whole(r"[(\[<]?(?:https?://|www\.)\S+[)\]>]?", r"\([\w-]+(?:\.[\w-]+)+\)")),
)
