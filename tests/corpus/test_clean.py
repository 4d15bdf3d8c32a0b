"""Characters are normalised, web leftovers taken by named rules, and prose is left alone."""

from __future__ import annotations

import signal
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.clean import clean_text, find_leftovers, matching_rule
from stance.corpus.leftovers import RULES


def test_invisible_characters_go_and_line_breaks_stay() -> None:
    raw = "\ufeffThe\u00a0 \u200bdeal\u00ad \u202eis\u202c off\x07.\r\n\r\n\tNext\u2028line"
    assert clean_text(raw) == "The deal is off.\n\nNext\nline"


def test_text_is_composed() -> None:
    assert clean_text("Lo\u0301dz\u0301") == "Lódź"


def test_a_soft_hyphen_at_a_line_end_joins_the_word() -> None:
    assert clean_text("nego\u00ad\ntiations") == "negotiations"


def test_persian_keeps_its_joiner_and_lone_surrogates_are_replaced() -> None:
    assert clean_text("می\u200cروم") == "می\u200cروم"
    assert clean_text("a\ud800b") == "a\ufffdb"


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


LEFTOVERS = {
    "separator": ["* * *", "---", "###"],
    "navigation": ["Skip to content", "Zum Inhalt springen", "Przejdź do treści", "Наверх"],
    "share": [
        "Share this article",
        "Share on Facebook",
        "Facebook Twitter WhatsApp Email",
        "Teilen",
        "Udostępnij",
        "Поділитися",
        "Поделиться",
        "Partager",
        "Compartir",
        "Condividi su Facebook",
    ],
    "follow": ["Follow us on Telegram", "Folgen Sie uns auf X", "Следите за нами в Telegram"],
    "subscribe": [
        "Subscribe to our newsletter",
        "Sign up for our daily briefing.",
        "Newsletter abonnieren",
        "Zapisz się do naszego newslettera",
        "Підписуйтесь на наш канал",
        "Подписывайтесь на наш Telegram",
        "Inscrivez-vous à notre newsletter",
        "Suscríbete al boletín",
        "Iscriviti alla newsletter",
    ],
    "paywall": ["Already a subscriber? Log in", "Article réservé aux abonnés"],
    "cookies": [
        "We use cookies to improve your visit. Read our policy.",
        "Accept all cookies",
        "Diese Website verwendet Cookies.",
        "Ta strona używa plików cookies.",
        "Цей сайт використовує файли cookie.",
        "Наш сайт использует файлы cookie.",
        "Ce site utilise des cookies.",
        "Este sitio web utiliza cookies.",
        "Questo sito utilizza i cookie.",
    ],
    "comments": [
        "Leave a Comment",
        "Comments (12)",
        "Be the first to comment!",
        "Your email address will not be published. Required fields are marked *",
        "Kommentar schreiben",
        "Dodaj komentarz",
        "Залишити коментар",
        "Оставить комментарий",
        "Laisser un commentaire",
        "Deja un comentario",
        "Lascia un commento",
        "Hinterlassen Sie einen Kommentar",
        "Zostaw swój komentarz",
        "Додати коментар",
        "Напишите комментарий",
        "Ajoutez votre commentaire",
        "Añadir un comentario",
        "Scrivi il tuo commento",
        "Email *",
    ],
    "spam_filter": [
        "Akismet filters spam here. See how your comment is handled.",
        "This site uses Akismet to reduce spam.",
        "Spam is filtered on this page. Learn how your comment data is used.",
        "See how your comments are processed.",
        "Diese Website nutzt Akismet, um Spam zu verringern.",
        "Ein Filter hält Spam fern. Erfahre mehr darüber, wie deine Kommentardaten genutzt werden.",
        "Filtr usuwa spam. Zobacz, jak przetwarzamy dane z komentarzy.",
        "Фільтр прибирає спам. Дізнайтесь більше, як обробляються дані коментарів.",
        "Фильтр удаляет спам. Узнайте больше о том, как обрабатываются ваши данные комментариев.",
        "Un filtre retient les indésirables. En savoir plus sur la façon dont les données de vos "
        "commentaires sont utilisées.",
        "Un filtro reduce el spam. Aprende cómo se procesan los datos de tus comentarios.",
        "Un filtro riduce lo spam. Scopri come vengono elaborati i dati derivati dai commenti.",
    ],
    "adblock": [
        "Adblock Detected",
        "Please turn off your ad-blocker on this page.",
        "Ad blocker detected! Your support keeps this paper free.",
        "To read on, disable your ad blocker.",
        "Werbeblocker erkannt",
        "Um weiterzulesen, deaktivieren Sie Ihren Adblocker.",
        "Wyłącz swój adblock, aby czytać dalej.",
        "Wykryto blokowanie reklam. Prosimy o wsparcie.",
        "Виявлено блокувальник реклами",
        "Вимкніть свій блокувальник реклами, щоб читати далі.",
        "Обнаружен блокировщик рекламы!",
        "Чтобы читать дальше, отключите ваш блокировщик.",
        "Bloqueur de publicités détecté",
        "Veuillez désactiver votre bloqueur de publicité.",
        "Se ha detectado un bloqueador de anuncios",
        "Para seguir leyendo, desactiva tu bloqueador de anuncios.",
        "Hay un bloqueador de anuncios. Por favor, desactívelo.",
        "Ad blocker rilevato: sostieni il tuo giornale.",
        "Disattiva il tuo ad blocker per continuare.",
    ],
    "advertisement": [
        "Advertisement",
        "- ADVERTISEMENT -",
        "Anzeige",
        "Reklama",
        "Реклама",
        "Publicité",
        "Publicidad",
        "Pubblicità",
        "Article continues below this ad",
    ],
    "related": [
        "You may also like",
        "Related articles",
        "Read also: Ferry strike enters third week",
        "Explore more stories about the port",
        "Lesen Sie auch: Der Streik am Hafen",
        "Czytaj także: Strajk w porcie",
        "Читайте також: Страйк у порту",
        "Читайте также: Забастовка в порту",
        "À lire aussi : La grève au port",
        "Te puede interesar",
        "Leggi anche: Lo sciopero al porto",
        "Dies könnte dich auch interessieren",
        "Może Ci się też spodobać",
        "Вас також може зацікавити",
        "Вам может быть также интересно",
        "Vous aimerez peut-être aussi",
        "También te puede gustar",
        "Potrebbe anche interessarti",
        "Ti potrebbe interessare",
    ],
    "counter": ["54 views", "3 min read", "1,204 views · 12 comments", "12 komentarzy"],
    "credit": [
        "Photo: Harbour Agency",
        "Foto: Jan Kos/Port",
        "Fot. Jan Kos/Port",
        "Фото: пресслужба",
        "© 2025 Port",
    ],
    "copyright": ["2025 Harbour Post. All rights reserved", "Alle Rechte vorbehalten"],
    "bare_link": ["https://example.org/ferry", "(example.org)"],
}
AT_THE_EDGE = {
    "breadcrumb": ["Home » News » The ferry strike", "Strona główna > Świat", "A › B › Port"],
    "tags": ["Tags: ferry, strike", "Tagi: prom, strajk", "Теги: паром", "#ferry #strike"],
    "byline": [
        "By Ann Lee",
        "by Ann Lee 54 views",
        "By ANN LEE and Jon Marsh, Harbour Post",
        "Von Max Kern, Berlin",
        "Jan Kos, 12 sierpnia 2025, 14:05",
        "Autor: Jan Kos",
        "Автор: Олена Гай",
        "Par Anne Roy",
        "Por Ana Ruiz",
        "Di Carla Neri",
    ],
    "agency": ["(PAP)", "Reuters", "jkl/pap", "УНІАН"],
    "dateline": [
        "12 August 2025",
        "Published: August 12, 2025, 14:05",
        "Stand: 12.08.2025, 14:05 Uhr",
        "12 sierpnia 2025, 10:30",
        "12 серпня 2025",
        "2025-08-12",
    ],
}
PROSE = [
    "Share prices fell sharply on Friday.",
    "Ministers share the view that the port must open.",
    "The cookie factory near the front line was hit.",
    "Cookies were handed out to the soldiers at the gate.",
    "We use the word war with care.",
    "The Kremlin did not comment on the report.",
    "Comment from the ministry was not available.",
    "The comments drew anger in Warsaw.",
    "Advertisement spending rose by four percent.",
    "An advertisement for the army drew complaints.",
    "Reklama partii wywołała spór w Sejmie.",
    "Реклама війни заборонена законом.",
    "By Friday evening the talks had failed.",
    "By Monday",
    "By Ann Lee, who won the vote, the port will open",
    "In Washington and Moscow",
    "Alaska Summit, August 2025",
    "The Alaska sale of 1867",
    "By contrast, Kyiv refuses to cede land.",
    "Von Berlin erwartet er nichts mehr.",
    "Related charges against the admiral were dropped.",
    "Read more closely, the text offers Moscow nothing.",
    "Home affairs ministers will meet on Monday.",
    "Photo evidence shows that the bridge was hit.",
    "Like us, they fear a wider war.",
    "Follow us, the general told his men.",
    "You may like the deal or not, Kyiv was told.",
    "Das könnte Ihnen auch schaden.",
    "Może Cię to dziwić, ale port działa.",
    "Вам може здатися, що війна далеко.",
    "Vous aimerez aussi ce film sur la guerre, dit le critique.",
    "También te puede gustar la guerra, escribe con ironía.",
    "We use a filter against spam, the ministry said.",
    "The army uses Akismet and other filters against spam.",
    "Spam flooded the ministry. Find out how the attackers worked.",
    "Find out how the minister’s comments were received abroad.",
    "Spam with his comments reached a million phones.",
    "Ein Filter gegen Spam schützt den Bundestag. Wie er wirkt, blieb geheim.",
    "Filtr antyspamowy zatrzymał komentarze rzecznika.",
    "Фільтр проти спаму не врятував сайт міністерства.",
    "Фильтр против спама удалил комментарии посла.",
    "Le filtre contre les indésirables a retenu les commentaires du ministre.",
    "El filtro contra el spam borró los comentarios del ministro.",
    "Il filtro contro lo spam ha cancellato i commenti del ministro.",
    "Comment les données de Moscou sont traitées reste un secret.",
    "Readers who use an ad blocker cost the paper money.",
    "Users switch off their ad blocker when a site says please.",
    "“Please turn off your ad blocker,” the screen in the Kremlin read.",
    "Ad blocker detected: what the ruling means for publishers",
    "Die Leser schalten ihren Werbeblocker aus, wenn sie der Zeitung trauen.",
    "Wenn es sein muss, deaktivieren sie ihren Adblocker.",
    "Czytelnicy wyłączają swoje blokady reklam.",
    "Користувачі вимикають свої блокувальники реклами.",
    "Пользователи отключают свои блокировщики рекламы.",
    "Les lecteurs désactivent leur bloqueur de publicité.",
    "Los lectores desactivan su bloqueador de anuncios.",
    "I lettori disattivano il loro ad blocker.",
    "Rosja wykryła blokadę reklam na swoich serwerach.",
    "Follow the money, investigators say.",
    "Die Anzeige gegen den Minister wurde zurückgezogen.",
    "Teilen will Moskau die Macht nicht.",
    "Partager le pouvoir reste impossible.",
    "The site was closed after adblockers were disabled across the ministry.",
    "Newsletter editors were arrested in the capital.",
    "Subscribers left the paper in droves.",
    "Search teams found two survivors.",
    "The source: a senior official in Kyiv.",
    "Tags on the missile parts point to one factory.",
    "On 12 August 2025 the two leaders will meet.",
    "Reuters reported that the talks had failed.",
    "Sign up or leave, the recruits were told.",
    "Putin’s demands remain the same:",
    "Neutralité permanente",
    "Fünf Fragen zum Gipfel",
]


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, texts in LEFTOVERS.items() for text in texts]
)
def test_a_leftover_is_taken_anywhere_by_its_rule(rule: str, text: str) -> None:
    found = matching_rule(text, before=50, after=50)
    assert found is not None
    assert found.name == rule


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, texts in AT_THE_EDGE.items() for text in texts]
)
def test_bylines_dates_and_paths_are_taken_at_the_edges_only(rule: str, text: str) -> None:
    found = matching_rule(text, before=1, after=50)
    assert found is not None
    assert found.name == rule
    assert matching_rule(text, before=50, after=50) is None


@pytest.mark.parametrize("text", PROSE)
def test_prose_and_headings_stay(text: str) -> None:
    assert matching_rule(text, before=1, after=1) is None


def test_no_rule_takes_exponential_time() -> None:
    def give_up(*_: object) -> None:
        raise TimeoutError("a rule backtracks without end")

    texts = [
        (head + bit * 300)[:length] + "@"
        for bit in (
            "in in ", "1 views ", "By Aa Bb, ", "facebook ", "12 Aug 2025 ", "#a ", "» a ",
            "spam. ", "please, adblock ",
        )
        for head in ("", "By Aa Bb ")
        for length in (59, 139, 239, 299, 599)
    ]  # fmt: skip
    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(60)  # a hundred short texts take well under a second
    try:
        found = [matching_rule(text, before=1, after=0) for text in texts]
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert len(found) == len(texts)


def test_every_rule_has_an_example() -> None:
    assert {rule.name for rule in RULES} == {*LEFTOVERS, *AT_THE_EDGE}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Looks like you are using an ad blocker", "adblock"),
        ("Вимкніть блокувальник реклами", "adblock"),
        ("Отключите блокировщик рекламы", "adblock"),
        ("Potrebbe interessarti anche", "related"),
        ("Publicado el 16 de agosto de 2025", "dateline"),
        ("Temps de lecture : 3 min", "counter"),
        ("Ann Lee is a correspondent based in the port.", "byline"),
    ],
)
def test_leftovers_below_a_text_are_taken(text: str, rule: str) -> None:
    long = "The ferry did not sail, and nobody could say why it had been kept in port all week."
    assert find_leftovers([long, long, text]) == {2: rule}


@pytest.mark.parametrize(
    "text",
    [
        "Themen: Der Streik und die Fähre sollen besprochen werden.",
        "Updated: the talks in the port have failed",
        "Recommended: a longer pier, says the harbour master.",
        "Ann Lee is a correspondent whom the port fears.",
    ],
)
def test_sentences_that_open_like_leftovers_stay(text: str) -> None:
    long = "The ferry did not sail, and nobody could say why it had been kept in port all week."
    assert find_leftovers([long, text, long]) == {}


def test_a_name_alone_is_a_byline_only_as_the_last_unit() -> None:
    long = "The ferry did not sail, and nobody could say why it had been kept in port all week."
    assert find_leftovers([long, "Olena Hai", long, "Piotr Żuk"]) == {3: "byline"}


def test_the_name_that_ends_a_list_of_people_stays() -> None:
    texts = ["Those on board:", "Ann Lee", "Jon Marsh"]
    assert find_leftovers(texts, items={1, 2}) == {}


def test_headlines_under_a_closing_list_of_links_go_with_it() -> None:
    texts = ["The strike ended.", "You may also like", "Port opens again", "Mayor resigns"]
    assert find_leftovers(texts) == {1: "related", 2: "related", 3: "related"}


def test_text_after_a_link_header_stays_if_prose_follows() -> None:
    texts = ["The strike ended.", "Read also", "What comes next", "The port opens on Monday."]
    assert find_leftovers(texts) == {1: "related"}
