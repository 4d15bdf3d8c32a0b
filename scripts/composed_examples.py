"""Simple texts put together from the claims of the voices: who says what, in plain sentences.

Voices are news prose, in which a small model hardly finds the thread at first. Here every sentence
gives one actor one position, in words that leave no doubt, so that it learns to bind an actor to
its own sentence, to tell "demands" from "rejects", and a claim from its opposite. The same claim
and the same actors come with every assignment of sides.

Difficulty must grow: whether the text demands or rejects, whether it does so of a claim or of its
opposite, and which of the two is asked, each turn the label round. With all three at random from
the start the network stays at chance; taught one after the other it learns them in minutes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from training_data import (
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    Example,
    Templates,
)

# {h} an actor in the nominative, {t} a whole claim, {m} a matter.
_AFFIRM = {
    "en": [
        "{h} said: “{t}”", "“{t}”, {h} insisted.", "{h} made a demand: {t}",
        "One thing is clear to {h}: {t}", "{h} voted for the motion “{t}”",
        "{h} called it the right step: {t}", "{h} has long wanted this: {t}",
    ],
    "de": [
        "{h} sagte: „{t}“", "„{t}“, betonte {h}.", "{h} fordert: {t}", "{h} ist überzeugt: {t}",
        "{h} stimmte für den Antrag „{t}“", "{h} nannte das den richtigen Schritt: {t}",
    ],
    "fr": [
        "{h} a déclaré : « {t} »", "« {t} », insiste {h}.", "{h} exige ceci : {t}",
        "Pour {h}, c'est clair : {t}", "{h} a voté pour la motion « {t} »",
    ],
    "es": [
        "{h} dijo: «{t}»", "«{t}», insistió {h}.", "{h} exige esto: {t}",
        "Para {h} está claro: {t}", "{h} votó a favor de la moción «{t}»",
    ],
    "it": [
        "{h} ha detto: «{t}»", "«{t}», insiste {h}.", "{h} chiede questo: {t}",
        "Per {h} è chiaro: {t}", "{h} ha votato a favore della mozione «{t}»",
    ],
    "pl": [
        "{h} mówi: „{t}”", "„{t}” – podkreśla {h}.", "{h} domaga się jednego: {t}",
        "{h} głosuje za wnioskiem „{t}”", "{h} uważa to za słuszne: {t}",
    ],
    "uk": [
        "{h} заявляє: «{t}»", "«{t}», наголошує {h}.", "{h} вимагає одного: {t}",
        "{h} голосує за пропозицію «{t}»", "{h} вважає це правильним: {t}",
    ],
    "ru": [
        "{h} заявляет: «{t}»", "«{t}», подчёркивает {h}.", "{h} требует одного: {t}",
        "{h} голосует за предложение «{t}»", "{h} считает это правильным: {t}",
    ],
}  # fmt: skip
_REJECT = {
    "en": [
        "{h} rejected the demand “{t}”", "{h} will never accept this: {t}",
        "{h} voted against the motion “{t}”", "{h} warned of what it would mean: {t}",
        "“{t}”? Out of the question, said {h}.", "{h} called the idea a grave mistake: {t}",
    ],
    "de": [
        "{h} wies die Forderung „{t}“ zurück.", "{h} wird das niemals akzeptieren: {t}",
        "{h} stimmte gegen den Antrag „{t}“", "„{t}“? Kommt nicht infrage, sagte {h}.",
        "{h} nannte die Idee einen schweren Fehler: {t}",
    ],
    "fr": [
        "{h} a rejeté la demande « {t} »", "{h} n'acceptera jamais ceci : {t}",
        "{h} a voté contre la motion « {t} »", "« {t} » ? Hors de question, dit {h}.",
        "Pour {h}, ce serait une grave erreur : {t}",
    ],
    "es": [
        "{h} rechazó la exigencia «{t}»", "{h} nunca aceptará esto: {t}",
        "{h} votó en contra de la moción «{t}»", "«¿{t}? Ni hablar», dijo {h}.",
        "Para {h} sería un grave error: {t}",
    ],
    "it": [
        "{h} ha respinto la richiesta «{t}»", "{h} non accetterà mai questo: {t}",
        "{h} ha votato contro la mozione «{t}»", "«{t}»? Fuori discussione, dice {h}.",
        "Per {h} sarebbe un grave errore: {t}",
    ],
    "pl": [
        "{h} odrzuca żądanie „{t}”", "{h} nigdy się na to nie zgodzi: {t}",
        "{h} głosuje przeciw wnioskowi „{t}”", "„{t}”? Nie ma mowy, mówi {h}.",
        "{h} uważa to za poważny błąd: {t}",
    ],
    "uk": [
        "{h} відкидає вимогу «{t}»", "{h} ніколи на це не погодиться: {t}",
        "{h} голосує проти пропозиції «{t}»", "«{t}»? Про це не може бути й мови, каже {h}.",
        "{h} вважає це тяжкою помилкою: {t}",
    ],
    "ru": [
        "{h} отвергает требование «{t}»", "{h} никогда на это не согласится: {t}",
        "{h} голосует против предложения «{t}»",
        "«{t}»? Об этом не может быть и речи, говорит {h}.", "{h} считает это тяжёлой ошибкой: {t}",
    ],
}  # fmt: skip
_PRESENT = {
    "en": ["{h} did not comment on {m}.", "{h} hosted the talks on {m}.",
           "{h} published a report on {m}.", "{h} was told about {m} on Monday."],
    "de": ["{h} äußerte sich nicht. Thema: {m}.", "{h} war Gastgeber der Gespräche: {m}.",
           "{h} legte einen Bericht vor: {m}."],
    "fr": ["{h} n'a pas commenté. Sujet : {m}.", "{h} a accueilli les discussions : {m}.",
           "{h} a publié un rapport : {m}."],
    "es": ["{h} no hizo comentarios. Asunto: {m}.", "{h} acogió las conversaciones: {m}.",
           "{h} publicó un informe: {m}."],
    "it": ["{h} non ha commentato. Tema: {m}.", "{h} ha ospitato i colloqui: {m}.",
           "{h} ha pubblicato un rapporto: {m}."],
    "pl": ["{h} nie komentuje. Temat: {m}.", "{h} gości rozmowy: {m}.",
           "{h} przedstawia raport: {m}."],
    "uk": ["{h} не коментує. Тема: {m}.", "{h} приймає переговори: {m}.",
           "{h} оприлюднює звіт: {m}."],
    "ru": ["{h} не комментирует. Тема: {m}.", "{h} принимает переговоры: {m}.",
           "{h} публикует доклад: {m}."],
}  # fmt: skip
LANGUAGES = tuple(_AFFIRM)
_FAVORS = {"favor": ENTAILMENT, "against": CONTRADICTION, "none": NEUTRAL}
_TURNED = {"favor": "against", "against": "favor", "none": "none"}


def composed_examples(
    voices: Sequence[Mapping[str, Any]],
    templates: Templates,
    n: int,
    rng: random.Random,
    difficulty: float = 1.0,
) -> list[Example]:
    """Draw ``n`` texts, with every actor's and the author's side on a claim and its opposite.

    ``difficulty`` 0: one or two actors, the claim itself said and asked, no author; 1: up to four
    actors, the opposite said, or asked, and an author, in a third of the texts.
    """
    claims = [
        (row["lang"], claim)
        for row in voices
        for claim in row["claims"]
        if "opposite" in claim and claim["holders"]
    ]
    names: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for row in voices:
        for claim in row["claims"]:
            for entry in claim["holders"]:
                for language, name in entry["holder"].items():
                    if language in names:
                        names[language].add(name)
    pools = {language: sorted(found) for language, found in names.items()}
    return [_example(*rng.choice(claims), pools, templates, rng, difficulty) for _ in range(n)]


def _example(
    language: str,
    claim: Mapping[str, Any],
    names: Mapping[str, Sequence[str]],
    templates: Templates,
    rng: random.Random,
    difficulty: float,
) -> Example:
    language = language if language in LANGUAGES and rng.random() < 0.6 else "en"
    actors = {e["holder"].get(language, e["holder"]["en"]) for e in claim["holders"]}
    wanted = rng.randint(1, 2 + round(2 * difficulty))
    while len(actors) < wanted:
        actors.add(rng.choice(names[language]))
    chosen = rng.sample(sorted(actors), wanted)
    sides = {
        actor: "none" if rng.random() < 0.1 + 0.1 * difficulty else rng.choice(("favor", "against"))
        for actor in chosen
    }
    turn = 0.35 * difficulty
    sentences = [
        _sentence(actor, side, claim, language, rng, turn) for actor, side in sides.items()
    ]
    author = rng.choice(("favor", "against")) if rng.random() < turn else "none"
    if author != "none":
        sentences.append(claim["claim" if author == "favor" else "opposite"][language])
    rng.shuffle(sentences)
    pairs = list(_pairs(sides, author, claim, language, names, templates, rng, turn))
    rng.shuffle(pairs)
    return Example(" ".join(sentences), tuple(pairs), "composed", language)


def _sentence(
    actor: str, side: str, claim: Mapping[str, Any], language: str, rng: random.Random, turn: float
) -> str:
    if side == "none":
        form = rng.choice(_PRESENT[language])
        return form.format(h=actor, m=claim["matter"][language])
    turned = rng.random() < turn
    affirm = (side == "favor") != turned
    text = claim["opposite" if turned else "claim"][language]
    form = rng.choice((_AFFIRM if affirm else _REJECT)[language])
    end = form.index("{t}") + len("{t}")
    if form[end:]:  # inside a sentence the claim loses its full stop
        text = text.rstrip(".")
    said = form.format(h=actor, t=text)
    return said if said[-1] in ".!?" else f"{said}."


def _pairs(
    sides: Mapping[str, str],
    author: str,
    claim: Mapping[str, Any],
    language: str,
    names: Mapping[str, Sequence[str]],
    templates: Templates,
    rng: random.Random,
    turn: float,
) -> Iterator[tuple[str, int]]:
    asked = language if rng.random() < 0.4 else "en"
    turned = rng.random() < turn
    statement = claim["opposite" if turned else "claim"][asked]

    def say(name: str, **parts: str) -> str:
        return templates[name].get(asked, templates[name]["en"]).format(claim=statement, **parts)

    absent = rng.choice(names[asked])
    everyone = dict(sides)
    if rng.random() < 0.3 and absent not in sides:
        everyone[absent] = "none"
    for actor, side in everyone.items():
        yield say("holder_favor", holder=actor), _FAVORS[_TURNED[side] if turned else side]
    if rng.random() < 2 * turn:
        yield say("text_favor"), _FAVORS[_TURNED[author] if turned else author]
    if rng.random() < 0.3:
        topic = templates["topic"].get(asked, templates["topic"]["en"])
        yield topic.format(topic=claim["matter"][asked]), ENTAILMENT
