"""One-byte encodings are told apart by the letters that a language has."""

from __future__ import annotations

import pytest

from stance.corpus.codepages import decode_by_letters
from stance.corpus.encoding import decode

TEXTS = {
    "pl": "Prom nie wypłynął wczoraj wieczorem. Kapitan powiedział, że światła w porcie zgasły, "
    "a burmistrz zażądał wyjaśnień i zapowiedział śledztwo.",
    "de": "Die Fähre fuhr gestern nicht. Der Kapitän erklärte, die Lichter im Hafen seien aus, "
    "und der Bürgermeister müsse das prüfen.",
    "fr": "Le ferry n’est pas parti hier à cause de la grève. Le maire a été prévenu très tôt, "
    "mais où étaient les garçons du port ? À Brest, déjà.",
    "es": "El transbordador no salió ayer. El alcalde pidió explicaciones y anunció que mañana "
    "habrá una investigación sobre el muelle pequeño.",
    "ru": "Паром вчера не вышел в море. Капитан сказал, что огни в порту погасли, и мэр объявил "
    "о расследовании.",
    "uk": "Пором учора не вийшов у море. Капітан сказав, що вогні в порту згасли, і мер оголосив "
    "про розслідування її причин.",
}
PAGES = {
    "pl": ("cp1250", "iso8859_2"),
    "de": ("cp1252", "iso8859_15", "mac_roman"),
    "fr": ("cp1252", "mac_roman"),
    "es": ("cp1252", "iso8859_15", "mac_roman"),
    "ru": ("cp1251", "koi8_r", "cp866", "iso8859_5"),
    "uk": ("cp1251", "koi8_u"),
}


@pytest.mark.parametrize(("language", "page"), [(k, page) for k in PAGES for page in PAGES[k]])
def test_a_text_comes_back_as_it_was_written(language: str, page: str) -> None:
    assert decode(TEXTS[language].encode(page)) == TEXTS[language]


def test_texts_of_no_european_page_are_left_to_the_general_detector() -> None:
    japanese = "昨日、フェリーは港を出ませんでした。船長は港の明かりが消えたと言いました。" * 3
    assert decode_by_letters(japanese.encode("shift_jis")) is None
    assert decode(japanese.encode("shift_jis")) == japanese
