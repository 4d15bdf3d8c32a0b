"""Words of the web page in eight languages, as alternatives of regular expressions."""

from __future__ import annotations

SITES = (
    r"facebook|twitter|x|x \(twitter\)|whats ?app|telegram|viber|linkedin|reddit|pinterest|e-?mail"
    r"|messenger|bluesky|threads|mastodon|flipboard|tumblr|vk|вконтакте|одноклассники|instagram"
    r"|youtube|tiktok|xing|pocket|drucken|print|drukuj|друк|печать|imprimer|imprimir|stampa"
    r"|copy(?: the)? link|link kopieren|kopiuj link|copier le lien|copiar enlace|copia link"
    r"|копіювати посилання|скопировать ссылку"
)
SHARE = (
    r"share(?: (?:this|the) (?:article|story|post|page|news)|this)?|share (?:this|it|now|via|on"
    r"(?: social media)?)|(?:artikel |beitrag |jetzt )?teilen(?: auf| per| mit)?"
    r"|udost[eę]pnij(?: artykuł| na)?|podziel się(?: artykułem)?|поділитис[яь](?: новиною| в| у)?"
    r"|поширити|поделиться(?: новостью| в)?|partager(?: (?:l['’]article|sur|cet article))?"
    r"|compart(?:ir|e)(?: (?:en|este artículo|esta noticia))?"
    r"|condividi(?: (?:su|l['’]articolo|questo articolo))?|tweet|twittern|tweeter|teilen sie"
)
GAP = r"[\s:|,/·•—–-]*"
RELATED = (
    r"you (?:may|might) (?:also )?(?:like|enjoy)|you may also be interested in"
    r"|related(?: (?:articles?"
    r"|stor(?:y|ies)|posts?|news|topics?|content|coverage|reading))?|more (?:from|on) (?:this"
    r"|the|our) (?:author|topic|story|site|series)|read (?:also|more|next|this next)|see also"
    r"|also read|recommended(?: (?:for you|stories|articles|reading))?|most (?:read|popular)"
    r"|trending(?: now)?|don['’]t miss|lesen sie (?:auch|mehr|dazu)|mehr zum thema|mehr dazu"
    r"|auch interessant|(?:das|dies) könnte (?:ihnen|dir|sie|dich|euch)(?: auch)?"
    r" (?:gefallen|interessieren)|weitere artikel"
    r"|meistgelesen|czytaj (?:też|także|również|więcej|dalej)|zobacz (?:też|także|również|więcej)"
    r"|przeczytaj (?:też|także|również)|polecamy|powiązane(?: artykuły)?"
    r"|może (?:ci|cię|wam|was|państwa)(?: się)?(?: (?:też|także|również))?"
    r" (?:spodobać|zainteresować)"
    r"|najczęściej czytane|читайте (?:також|далі)|дивіться також"
    r"|(?:вас|вам|тобі)(?: також)? може(?: також)? (?:зацікавити|сподобатися|сподобатись"
    r"|бути цікаво)"
    r"|схожі (?:новини|матеріали|статті)|за темою|читайте (?:также|далее)"
    r"|смотрите также|по теме|(?:вас|вам|тебе)(?: также)? может(?: также)? (?:заинтересовать"
    r"|понравиться|быть(?: также)? интересно)|похожие (?:новости|материалы|статьи)"
    r"|[àa] lire(?: (?:aussi|également))?|lire (?:aussi|également|la suite)|sur le même sujet"
    r"|articles? (?:liés|similaires)|vous aimerez(?: peut-être)? (?:aussi|également)"
    r"|(?:cela|ça|ceci) (?:peut|pourrait)(?: (?:aussi|également))? vous (?:intéresser|plaire)"
    r"|vous pourriez (?:aussi|également) aimer"
    r"|lee? también|(?:quizás? )?(?:también )?(?:le|te|os) (?:puede|podría)(?: también)?"
    r" (?:interesar|gustar)|(?:quizás? )?también te guste"
    r"|más (?:información|noticias)|artículos relacionados"
    r"|noticias relacionadas|leggi anche|(?:ti |vi )?potrebbe(?:ro)? (?:anche )?"
    r"(?:interessar(?:ti|vi|e)|piacer(?:ti|vi|e))(?: anche)?|(?:forse )?ti piacerà anche"
    r"|articoli correlati"
    r"|per approfondire"
)
# The form below a text, and the line above it; English stands with the rule.
COMMENT_FORM = (
    r"(?:(?:schreiben|hinterlassen|verfassen) sie |(?:schreibe?|hinterlasse?|verfasse?) )?"
    r"(?:einen |ihren |deinen )?kommentar(?:e)?(?: schreiben| hinterlassen| verfassen"
    r"| hinzufügen| abgeben)?(?: ?\(\d+\))?|kommentieren|antwort verfassen"
    r"|(?:ihre|deine) e-mail-adresse wird nicht\b.*",
    r"(?:dodaj|napisz|zostaw)(?: swój)? (?:komentarz|odpowiedź)|komentarze(?: ?\(\d+\))?"
    r"|(?:twój|twoj) adres e-?mail nie zostanie\b.*|skomentuj",
    r"(?:залиш(?:ити|те)|дода(?:ти|йте)|написати|напишіть)(?: свій)? коментар"
    r"|про?коментувати|коментарі(?: ?\(\d+\))?|ваша e-?mail адреса не\b.*",
    r"(?:остав(?:ить|ьте)|добав(?:ить|ьте)|написать|напишите)(?: свой)? комментарий"
    r"|(?:про)?комментировать|комментарии(?: ?\(\d+\))?|ваш (?:адрес )?e-?mail не будет\b.*",
    r"(?:laisse[rz]|ajoute[rz]|écri(?:re|vez)|poste[rz])(?: (?:un|votre))? commentaire"
    r"|commentaires(?: ?\(\d+\))?|commenter|votre adresse e-?mail ne sera pas\b.*|réagir",
    r"(?:dej(?:a|e|ar)|escrib(?:e|a|ir)|añad(?:e|a|ir)|agreg(?:a|ue|ar)|publicar)"
    r"(?: (?:un|tu|su))? comentario|comentarios(?: ?\(\d+\))?|comentar"
    r"|(?:tu|su) dirección de correo\b.*",
    r"(?:lasci(?:a|are)|scriv(?:i|ere)|aggiung(?:i|ere))(?: (?:un|il tuo))? commento"
    r"|commenti(?: ?\(\d+\))?|commenta|il tuo indirizzo e-?mail non sarà\b.*",
)
# "We use a filter against spam. Find out how your comment details are handled.": the first
# sentence may be missing; the second is the one that no news text has.
_AGAINST_SPAM = r"(?:[^.!?]{0,120}\b(?:e-?mail-?)?(?:spam|спам|indésirables|akismet)\w*"
_AGAINST_SPAM += r"\b[^.!?]{0,60}[.!]\s+)?"
_COMMENT_DETAILS = (
    r"(?:learn|find out|see|read)(?: more)?(?: about)? how (?:(?:your |the )?comments?"
    r"(?: (?:data|details|information))?|(?:the )?(?:data|details) (?:of|from) your comments?)"
    r" (?:is|are)(?: being)? (?:handled|processed|used|stored)",
    r"(?:erfahre|lese|lies|finde|sehe)(?:n sie)?(?: heraus)?(?: mehr)?(?: darüber)?, wie (?:(?:die"
    r"|ihre|deine) kommentardaten|(?:die )?daten (?:ihrer|deiner|der) kommentare) (?:verarbeitet"
    r"|behandelt|genutzt|verwendet|gespeichert) werden",
    r"(?:dowiedz się|zobacz|sprawdź)(?: więcej)?,? (?:o tym, )?jak (?:są )?(?:przetwarza|wykorzyst"
    r"yw)\w+(?: są)? dane (?:z |ze )?(?:twoich |swoich |państwa )?komentarz[ya]",
    r"(?:дізна(?:йтеся|йтесь|йся)|подивіться)(?: більше)?(?: про те)?,? як (?:обробля|використов)"
    r"\w+ (?:ваші )?(?:дані )?(?:(?:ваших |твоїх )?коментар(?:ів|і|я))",
    r"(?:узнай(?:те)?|посмотрите)(?: больше)?(?: о том)?,? как (?:обрабатыва|использу)\w+"
    r" (?:ваши )?(?:данные )?(?:(?:ваших |твоих )?комментари(?:ев|и|я))",
    r"(?:découvrez|apprenez|voyez|(?:pour )?en savoir plus sur|savoir)(?: comment| la (?:façon"
    r"|manière) dont) (?:les données de )?(?:vos|votre|des|les) commentaires? (?:sont|est)"
    r" (?:traitée?s?|utilisée?s?)",
    r"(?:aprend[ea]|conozca|conoce|descubr[ea]|inf[oó]rm(?:ese|ate)|infórmate)(?: más)?(?: sobre)?"
    r" (?:cómo|la forma en que) se (?:procesan|tratan|gestionan|utilizan) (?:los datos de )?"
    r"(?:tus|sus|los) comentarios",
    r"(?:scopr[ia]|leggi|vedi)(?: di più)?(?: su)? (?:come|il modo in cui) (?:vengono|sono)"
    r" (?:elaborati|trattati|gestiti|utilizzati) i (?:dati (?:derivati )?d(?:ei|ai) )?(?:tuoi |vost"
    r"ri |suoi )?commenti",
)
SPAM_NOTICE = (
    *(rf"{_AGAINST_SPAM}(?:{details})\s*[.!]?" for details in _COMMENT_DETAILS),
    # "This site uses Akismet to reduce spam."
    r"[^.!?]{0,20}\b(?:site|website|blog|seite|strona|witryna|сайт|web|sitio|sito)\b[^.!?]{0,30}"
    r"\bakismet\b[^.!?]{0,60}[.!]?",
)
_ADBLOCK = (
    r"\b(?:ad[- ]?block\w*|ad filter|адблок\w*|werbeblocker\w*|anzeigenblocker\w*"
    r"|(?:bloker\w*|blokad\w+|blokowani\w+) reklam|(?:блокувальник|блокировщик)\w*(?: реклам[иы])?"
    r"|(?:блокування|блокировк\w+) реклам[иы]|bloqueurs?\b(?: (?:de )?(?:publicités?|pubs?))?"
    r"|anti-?pub|bloqueador(?:es)?(?: de (?:anuncios|publicidad))?"
    r"|blocc(?:o|hi|atore|atori) (?:della |delle |degli |di )?(?:pubblicità|annunci))\b"
)
_FOUND = (
    r"(?:detected|found|active|erkannt|gefunden|entdeckt|aktiv|wykryt[yoae]|виявлено|обнаружен[оы]?"
    r"|détectée?s?|détecté|detectado|rilevato|trovato)"
)
# Words that speak to the reader.
_YOURS = (
    r"\b(?:your?|please|ihr(?:e[nmrs]?)?|dein\w*|bitte|sw(?:ój|oj\w+)|tw(?:ój|oj\w+)|prosimy"
    r"|proszę|ваш\w*|св(?:ій|о[йїєёюием])\w*|будь ласка|пожалуйста|votre|vos|ton|merci|tu|tus|su"
    r"|por favor|tuo|tua|suo|vostro|per favore)\b"
)
# "Please" where a clause begins, and orders, not just any form of the verb: that readers switch
# one off is news.
_PLEASE = (
    r"(?:^|[.!?,:;–—-] )(?:please|bitte|prosimy|proszę|будь ласка|просимо|пожалуйста|просим"
    r"|veuillez|merci de|s['’]il (?:vous|te) plaît|por favor|per favore|(?:ti|vi|la) preghiamo)\b"
)
_SWITCH_OFF = (
    r"\b(?:disabl|deactivat|turn|switch|paus|whitelist|deaktivier|schalt|ausschalt|ausgeschalt"
    r"|abschalt|wyłącz|вимкн|вимик|відключ|отключ|выключ|désactiv|desact[ií]v|deshabil[ií]t|disattiv"
    r"|disabilit)"
)
_ORDER = (
    r"(?:\b(?:(?:deaktivieren|schalten) (?-i:Sie)|wyłącz(?:cie)?|вимкн(?:и|іть)|відключ(?:и|іть)"
    r"|(?:от|вы)ключи(?:те)?|désactivez)\b"
    r"|(?:^|[.!?,:] |\band |\by |\be )(?:(?:disable|deactivate|turn off|switch off|pause|whitelist)"
    r" (?:your|the|this)|deaktivier(?:e)? dein\w*|(?:desactiv|deshabilit)(?:a tu|e su)|disattiv"
    r"(?:a il tuo|i il suo|ate il vostro)|disabilita il tuo)\b)"
)
ADBLOCK_FOUND = (
    r"ad[- ]?block(?:er|ing)?[!.]?"
    rf"|(?:it )?(?:looks|seems|appears) like you(?:['’]re| are) using (?:an? )?{_ADBLOCK}[!.]?"
    rf"|(?:вимкніть|відключіть|отключите|выключите|deaktivieren sie|wyłącz(?:cie)?|désactivez"
    rf"|desactiva|disattiva)(?: ваш| свій| ваш| ihren| votre| tu| il tuo)? {_ADBLOCK}[!.]?"
    rf"|(?:{_ADBLOCK} (?:is |was |est |è )?{_FOUND}"
    rf"|(?:se ha |è stato )?{_FOUND}(?: una?| il)? {_ADBLOCK})"
    rf"(?:\s?[:!.–—-](?=.*(?:{_YOURS}|{_PLEASE})).*|[!.]?)"
)
ADBLOCK_PLEA = (
    rf"(?!.*[“”„«»\"])(?=.*{_ADBLOCK})(?:(?=.*{_PLEASE})(?=.*{_SWITCH_OFF})"
    rf"|(?=.*{_YOURS})(?=.*{_ORDER})).*"
)
MONTH_DATE = (
    r"(?:\w{2,12}[,.]? )?(?:\d{1,2}\.?(?: de)? \w{3,12}\.?(?: de)?,? \d{4}"
    r"|\w{3,12}\.? \d{1,2},? \d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2})"
    r"(?:\s?(?:r\.|р\.|г\.))?"
)
CLOCK = r"(?:[,;|·•–—\s-]*(?:at|um|o|godz\.|о|в|à|a las|alle|t)?\s*\d{1,2}[:.h]\d{2}(?::\d{2})?"
CLOCK += r"\s*(?:uhr|am|pm|a\.m\.|p\.m\.|[a-z]{2,4}|[+-]\d{1,2}:?\d{0,2})?)?"
STAMPED = (
    r"(?:last )?(?:published|updated|posted|modified|created)(?: on| at)?"
    r"|stand|veröffentlicht(?: am)?"
    r"|aktualisiert(?: am)?|opublikowano|aktualizacja|data publikacji|dodano|опубліковано|оновлено"
    r"|опубликовано|обновлено|publié(?: le)?|mis à jour(?: le)?"
    r"|publicado(?: el)?|actualizado(?: el)?"
    r"|pubblicato(?: il)?|aggiornato(?: il)?"
)
COUNTED = (
    r"views?|reads?|comments?|shares?|likes?|min(?:ute)?s?\.? (?:read|lesezeit|czytania)|aufrufe"
    r"|kommentare?|wyświetle(?:ń|nia)|komentarz(?:e|y)?|переглядів|перегляди|коментар(?:ів|і)?"
    r"|просмотров|просмотра|комментари(?:ев|я|й)|vues|commentaires?|minutes? de lecture|visitas"
    r"|comentarios?|min(?:utos)? de lectura|visualizzazioni|commenti|min(?:uti)? di lettura"
)
AGENCIES = (
    r"reuters|afp|ap|associated press|dpa|epa|pap|ansa|efe|tass|тасс|риа новости|ріа|ukrinform"
    r"|укрінформ|укринформ|уніан|унн|interfax|інтерфакс|интерфакс|unian|bbc|cnn|imago|getty images?"
    r"|shutterstock|east news|picture alliance|keystone|apa|bloomberg|ria novosti|anadolu"
)
PHOTO = (
    r"photo(?:graph)?s?|picture|image|foto|fot\.|bild|zdj(?:ęcie|\.)|grafika|фото|світлина|photo"
    r"|crédit(?: photo)?|credits?|imagen|immagine|illustration|video|відео|видео|quelle|źródło"
    r"|джерело|источник|source|fuente|fonte"
)
