"""News paragraphs put together from claim kits: natural sentences, sides assigned at will.

A kit holds a claim, its opposite, and sentences of news prose that give a side to whoever stands
in their slot ``{h}`` (and ``{g}``), or to the author. Any actor can take any side, so a paragraph
tells nothing but by its sentences: neither the actor nor the matter gives the side away.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from training_data import (
    CONTRADICTION,
    ENTAILMENT,
    INVENTED,
    NEUTRAL,
    NOT_ENTAILMENT,
    TURNED,
    Example,
    Templates,
)

_FAVORS = {"favor": ENTAILMENT, "against": CONTRADICTION}
Kit = Mapping[str, Any]
Sentence = Mapping[str, Any]


def kit_examples(
    kits: Sequence[Kit],
    templates: Templates,
    n: int,
    rng: random.Random,
    difficulty: float = 1.0,
    together: int = 1,
) -> list[Example]:
    """Draw ``n`` paragraphs with the sides of their actors and author, modes and relevance.

    ``together`` of them, one behind the other, are from the same kit.

    ``difficulty`` 0: one actor, the claim asked; 1: up to four actors and the author, sentences on
    another matter among them, the opposite asked as often.
    """
    pools: dict[str, list[str]] = {}
    for kit in kits:
        for actor in kit["actors"]:
            for language, name in actor.items():
                pools.setdefault(language, []).append(name)
    drawn = [kit for _ in range(-(-n // together)) for kit in [rng.choice(kits)] * together]
    return [_example(kit, kits, pools, templates, rng, difficulty) for kit in drawn[:n]]


def _example(
    kit: Kit,
    kits: Sequence[Kit],
    pools: Mapping[str, Sequence[str]],
    templates: Templates,
    rng: random.Random,
    difficulty: float,
) -> Example:
    language = kit["lang"]
    names = _actors(kit, pools[language], rng)
    voiced = [s for s in kit["sentences"] if s["voice"] != "author"]
    own = [s for s in kit["sentences"] if s["voice"] == "author"]
    texts: list[str] = []
    views: list[tuple[str, str, str]] = []  # actor, side, mode
    for sentence in rng.sample(voiced, min(rng.randint(1, 1 + round(2.4 * difficulty)), 3)):
        texts.append(_filled(sentence, names, views))
    author = "none"
    if rng.random() < 0.6 * difficulty:
        chosen = rng.choice(own)
        author = chosen["side"]
        texts.append(chosen["text"])
    if rng.random() < 0.3 * difficulty:
        stranger = rng.choice(kits)
        if stranger["lang"] == language and stranger["topic"] != kit["topic"]:
            apart = rng.choice([s for s in stranger["sentences"] if s["voice"] != "author"])
            elsewhere: list[tuple[str, str, str]] = []
            texts.append(_filled(apart, names, elsewhere))
            views += [(actor, "none", "") for actor, _, _ in elsewhere]
    rng.shuffle(texts)
    pairs = list(_pairs(kit, kits, views, author, next(names), templates, rng, difficulty))
    rng.shuffle(pairs)
    return Example(" ".join(texts), tuple(pairs), "kit", language)


def _actors(kit: Kit, pool: Sequence[str], rng: random.Random) -> Iterator[str]:
    """Names, each once: mostly those of the kit first, then of others, then invented ones."""
    own = [actor.get(kit["lang"], actor["en"]) for actor in kit["actors"]]
    rng.shuffle(own)
    others = rng.sample(pool, min(len(pool), 12))
    script = "cyrillic" if kit["lang"] in ("uk", "ru") else "latin"
    # A small language has few names: without invented ones, the stream could run dry.
    return iter(dict.fromkeys([*(own if rng.random() < 0.7 else []), *others, *INVENTED[script]]))


def _filled(sentence: Sentence, names: Iterator[str], views: list[tuple[str, str, str]]) -> str:
    text: str = sentence["text"]
    for slot, side in (("h", sentence["side"]), ("g", sentence.get("g"))):
        if side is None:
            continue
        name = next(names)
        # What somebody else demands or fears for them is imputed to the second actor.
        mode = sentence["voice"] if slot == "h" else ""
        views.append((name, side, mode if side in (*_FAVORS, "open") else ""))
        text = text.replace(f"{{{slot}}}", name)
    return text[:1].upper() + text[1:]


def _pairs(
    kit: Kit,
    kits: Sequence[Kit],
    views: Sequence[tuple[str, str, str]],
    author: str,
    absent: str,
    templates: Templates,
    rng: random.Random,
    difficulty: float,
) -> Iterator[tuple[str, int]]:
    asked = kit["lang"] if rng.random() < 0.3 else "en"
    english = {a.get(kit["lang"], a["en"]): a["en"] for k in kits for a in k["actors"]}
    turned = rng.random() < 0.4 * difficulty
    statement = kit["opposite" if turned else "claim"][asked]

    def say(name: str, **parts: str) -> str:
        return templates[name].get(asked, templates[name]["en"]).format(**parts)

    def named(actor: str) -> str:
        return english.get(actor, actor) if asked == "en" else actor

    def favors(side: str) -> int:
        label = _FAVORS.get(side, NEUTRAL)
        return TURNED[label] if turned else label

    for actor, side, mode in views:
        about = {"holder": named(actor), "claim": statement}
        yield say("holder_favor", **about), favors(side)
        if side == "open" or rng.random() < 0.1:
            left_open = ENTAILMENT if side == "open" else NOT_ENTAILMENT
            yield say("holder_open", **about), left_open
        if mode and rng.random() < 0.4 * difficulty:
            said = mode == "said"
            yield say("said", **about), ENTAILMENT if said else NOT_ENTAILMENT
            yield say("imputed", **about), NOT_ENTAILMENT if said else ENTAILMENT
    if rng.random() < 0.3:
        yield say("holder_favor", holder=named(absent), claim=statement), NEUTRAL
    if author != "none" or rng.random() < 0.5 * difficulty:
        yield say("text_favor", claim=statement), favors(author)
    if rng.random() < 0.6:
        return
    yield say("topic", topic=kit["matter"][asked]), ENTAILMENT
    other = rng.choice(kits)
    if other["topic"].partition("-")[0] != kit["topic"].partition("-")[0]:
        local = asked if asked in other["matter"] else "en"
        form = templates["topic"].get(local, templates["topic"]["en"])
        yield form.format(topic=other["matter"][local]), NOT_ENTAILMENT
