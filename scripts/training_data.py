"""Turn NLI, stance and voice data into packed training examples for the embedded model.

Every example is one text with several hypotheses, since a packed text costs its tokens once.
A label is entailment (0), neutral (1), contradiction (2), or, where a set only tells entailment
from the rest, not entailment (3).
"""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ENTAILMENT, NEUTRAL, CONTRADICTION, NOT_ENTAILMENT = range(4)
_NLI_LABELS = {
    "entailment": ENTAILMENT,
    "neutral": NEUTRAL,
    "contradiction": CONTRADICTION,
    "not_entailment": NOT_ENTAILMENT,
}
_SIDES = {
    "favor": (ENTAILMENT, CONTRADICTION),
    "against": (CONTRADICTION, ENTAILMENT),
    "neutral": (NEUTRAL, NEUTRAL),
}
# What "supports this" is, of a voice with that stance. Opposition comes in late, by
# `opposed_example`: with both verbs from the start the network had to learn their exclusive or with
# every claim at once, and stayed at chance.
_FAVORS = {"favor": ENTAILMENT, "against": CONTRADICTION, "neutral": NEUTRAL}
TURNED = {ENTAILMENT: CONTRADICTION, CONTRADICTION: ENTAILMENT, NEUTRAL: NEUTRAL}
# Rewordings of the English templates, so that the model learns the relation and not one sentence.
_FAVOR = (
    "The author is in favor of this: {claim}",
    "The text argues for this: {claim}",
    "The author agrees: {claim}",
)
INVENTED = {
    "latin": "Norvela Tessaria Ombrano Kalvidia Drenmark Sorrentia Velmora Istrania Quellen "
    "Marovia Halvorsen Petrakis Okonjo Lindqvist Barzani Whitlock Sandoval Takeda Moreau".split(),
    "cyrillic": "Норвела Тессария Омбрано Калвидия Дренмарк Соррентия Велмора Истрания Куэллен "
    "Маровия Хальворсен Петракис Оконджо Линдквист Барзани Уитлок Сандовал Такеда Моро".split(),
}
Templates = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Example:
    """One text, its hypotheses with their labels, and the task they belong to."""

    premise: str
    hypotheses: tuple[tuple[str, int], ...]
    task: str
    language: str


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read JSON lines, gzipped or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open() as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _chunks(
    premise: str, pairs: Sequence[tuple[str, int]], task: str, language: str, size: int
) -> Iterator[Example]:
    for start in range(0, len(pairs), size):
        yield Example(premise, tuple(pairs[start : start + size]), task, language)


def nli_examples(rows: Iterable[Mapping[str, Any]], size: int = 6) -> list[Example]:
    """Group sentence pairs by premise."""
    grouped: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for row in rows:
        label = _NLI_LABELS[row["label"]]
        grouped[row["premise"], row["lang"]].append((row["hypothesis"], label))
    return [
        example
        for (premise, language), pairs in grouped.items()
        for example in _chunks(premise, pairs, "nli", language, size)
    ]


def parallel_examples(
    sets: Mapping[str, Sequence[Mapping[str, Any]]], n: int, rng: random.Random
) -> list[Example]:
    """Premises of a parallel set with their hypotheses twice: in their own and in another language.

    Half of the other languages are English, since hypotheses in English on a foreign text are
    what the model is mostly asked. Rows are parallel by position; a set that has lost a row keeps
    to its own language.
    """
    languages = sorted(sets)
    longest = max(map(len, sets.values()))
    examples = []
    for language in languages:
        rows = sets[language]
        starts = [
            i for i, row in enumerate(rows) if not i or row["premise"] != rows[i - 1]["premise"]
        ]
        for start in rng.sample(starts, min(n, len(starts))):
            premise = rows[start]["premise"]
            same = [
                i for i in range(start, min(start + 3, len(rows))) if rows[i]["premise"] == premise
            ]
            other = "en" if language != "en" and rng.random() < 0.5 else rng.choice(languages)
            chosen = [language]
            if len(rows) == len(sets[other]) == longest and other != language:
                chosen.append(other)
            pairs = tuple(
                (sets[name][i]["hypothesis"], _NLI_LABELS[sets[name][i]["label"]])
                for name in chosen
                for i in same
            )
            examples.append(Example(premise, pairs, "nli", language))
    return examples


def _template(templates: Templates, name: str, language: str, rng: random.Random) -> str:
    """The template in the text's own language or, as often, in English."""
    forms = templates[name]
    return forms[language] if language in forms and rng.random() < 0.5 else forms["en"]


def stance_examples(
    rows: Iterable[Mapping[str, Any]],
    templates: Templates,
    other_targets: Sequence[str],
    rng: random.Random,
) -> list[Example]:
    """Author's stance and relevance: each target of a text, and targets of other texts."""
    grouped: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row["label"] in (*_FAVORS, "unrelated", "other"):
            label = "neutral" if row["label"] == "other" else row["label"]
            grouped[row["text"], row["lang"]][row["target"]] = label
    own_targets = sorted({target for targets in grouped.values() for target in targets})
    examples = []
    for (text, language), targets in grouped.items():
        pairs: list[tuple[str, int]] = []
        for target, label in targets.items():
            favors = (
                _template(templates, "text_favor", language, rng)
                if rng.random() < 0.7
                else rng.choice(_FAVOR)
            )
            pairs.append((favors.format(claim=target), _FAVORS.get(label, NEUTRAL)))
            about = _template(templates, "topic", language, rng)
            related = NOT_ENTAILMENT if label == "unrelated" else ENTAILMENT
            if rng.random() < 0.2:
                pairs.append((about.format(topic=target), related))
        if rng.random() < 0.4:
            pool = own_targets if len(own_targets) > 8 and rng.random() < 0.5 else other_targets
            other = rng.choice(pool)
            if other not in targets:
                about = _template(templates, "topic", language, rng)
                pairs.append((about.format(topic=other), NOT_ENTAILMENT))
        if rng.random() < 0.15:
            other = rng.choice(other_targets)
            pairs.append((templates["text_favor"]["en"].format(claim=other), NEUTRAL))
        examples += _chunks(text, pairs, "stance", language, 8)
    return examples


def opposed_example(
    example: Example, templates: Templates, share: float, rng: random.Random
) -> Example:
    """Turn a share of the hypotheses that a voice supports a claim into ones that it opposes it."""
    verbs = [
        tuple(
            templates[name][language].replace("{holder}", "").replace("{claim}", "")
            for name in ("holder_favor", "holder_against")
        )
        for language in templates["holder_favor"]
    ]

    def turned(text: str, label: int) -> tuple[str, int]:
        for supports, opposes in verbs:
            if supports in text and label in TURNED and rng.random() < share:
                return text.replace(supports, opposes, 1), TURNED[label]
        return text, label

    return replace(example, hypotheses=tuple(turned(*pair) for pair in example.hypotheses))


def tone_examples(rows: Iterable[Mapping[str, Any]]) -> list[Example]:
    """Tone toward an entity, under hypotheses of its own: tone is not stance."""
    examples = []
    for row in rows:
        if row["label"] in _SIDES:
            good, bad = _SIDES[row["label"]]
            pairs = (
                (f"The author speaks well of {row['target']}.", good),
                (f"The author speaks ill of {row['target']}.", bad),
            )
            examples.append(Example(row["text"], pairs, "tone", row["lang"]))
    return examples


def directed_examples(rows: Iterable[Mapping[str, Any]]) -> list[Example]:
    """Who supports or opposes whom among two entities of a news sentence."""
    examples = []
    for row in rows:
        if not row["label"].startswith(("positive", "negative")):
            continue
        first, second = (name.strip() for name in row["target"].split("|"))
        holder, other = (first, second) if "->" in row["label"] else (second, first)
        good, bad = _SIDES["favor" if row["label"].startswith("positive") else "against"]
        pairs = (
            (f"{holder} supports {other}.", good),
            (f"{holder} opposes {other}.", bad),
            (f"{other} opposes {holder}.", NEUTRAL),
        )
        text = row["text"].replace("[", "").replace("]", "")
        examples.append(Example(text, pairs, "holder", row["lang"]))
    return examples


def _renamed(row: Mapping[str, Any], rng: random.Random) -> Mapping[str, Any]:
    """The same paragraph about actors nobody knows, so that only the text tells who wants what."""
    mentions = {e["mention"] for claim in row["claims"] for e in claim["holders"]}
    if any(m.islower() or m not in f"{row['lead_in']} {row['text']}" for m in mentions):
        return row
    if any(a != b and a in b for a in mentions for b in mentions):
        return row
    script = "cyrillic" if row["lang"] in ("uk", "ru", "bg") else "latin"
    names = dict(zip(sorted(mentions), rng.sample(INVENTED[script], len(mentions)), strict=True))

    def renamed(text: str) -> str:
        for mention, name in names.items():
            text = text.replace(mention, name)
        return text

    claims = [
        {
            **claim,
            "holders": [
                {**e, "mention": names[e["mention"]], "holder": {"en": names[e["mention"]]}}
                for e in claim["holders"]
            ],
        }
        for claim in row["claims"]
    ]
    return {
        **row,
        "lead_in": renamed(row["lead_in"]),
        "text": renamed(row["text"]),
        "claims": claims,
    }


def voice_examples(
    rows: Sequence[Mapping[str, Any]],
    templates: Templates,
    rng: random.Random,
    rename: float = 0.0,
) -> list[Example]:
    """The author's stance, every holder's stance and mode, and relevance, per claim.

    ``rename`` is the share of paragraphs whose actors get invented names.
    """
    examples = []
    for row in rows:
        if rng.random() < rename:
            row = _renamed(row, rng)
        text = f"{row['lead_in']} {row['text']}".strip()
        language = row["lang"]
        pairs: list[tuple[str, int]] = []
        for claim in row["claims"]:
            pairs += _claim_pairs(claim, language, templates, rng)
        for other in rng.sample(rows, 2):
            if other["topic"] == row["topic"]:
                continue
            stranger = rng.choice(other["claims"])
            language_of = (
                language if language in stranger["matter"] and rng.random() < 0.5 else "en"
            )
            about = templates["topic"].get(language_of, templates["topic"]["en"])
            pairs.append((about.format(topic=stranger["matter"][language_of]), NOT_ENTAILMENT))
        rng.shuffle(pairs)
        examples += _chunks(text, pairs, "voice", language, 12)
    return examples


def _claim_pairs(
    claim: Mapping[str, Any], language: str, templates: Templates, rng: random.Random
) -> Iterator[tuple[str, int]]:
    local = language if language in claim["claim"] and rng.random() < 0.5 else "en"
    matter = claim["matter"][local]
    # Who supports a claim opposes its opposite: the words of the claim alone must not decide.
    turned = "opposite" in claim and rng.random() < 0.4
    statement = claim["opposite" if turned else "claim"][local]

    def favors(stance: str) -> int:
        label = _FAVORS.get(stance, NEUTRAL)
        return TURNED[label] if turned else label

    def say(name: str, **parts: str) -> str:
        return templates[name].get(local, templates[name]["en"]).format(**parts)

    related = claim["text"] != "unrelated"
    yield say("topic", topic=matter), ENTAILMENT if related else NOT_ENTAILMENT
    yield say("text_favor", claim=statement), favors(claim["text"])
    for entry in claim["holders"]:
        holder = entry["holder"].get(local, entry["holder"]["en"])
        if rng.random() < 0.15 and not entry["mention"].islower():
            holder = entry["mention"]
        yield say("holder_favor", holder=holder, claim=statement), favors(entry["stance"])
        if entry["stance"] == "none":
            if rng.random() < 0.1:
                yield say("said", holder=holder, claim=statement), NOT_ENTAILMENT
            continue
        is_open = entry["stance"] == "open"
        if is_open or rng.random() < 0.15:
            yield (
                say("holder_open", holder=holder, claim=statement),
                ENTAILMENT if is_open else CONTRADICTION,
            )
        if rng.random() < 0.5:
            continue
        said = entry["mode"] == "said"
        yield (
            say("said", holder=holder, claim=statement),
            ENTAILMENT if said else NOT_ENTAILMENT,
        )
        yield (
            say("imputed", holder=holder, claim=statement),
            NOT_ENTAILMENT if said else ENTAILMENT,
        )


def comment_examples(
    rows: Iterable[Mapping[str, Any]], templates: Templates, rng: random.Random
) -> list[Example]:
    """The author's side on every target of a short opinionated text, and relevance."""
    examples = []
    for row in rows:
        pairs: list[tuple[str, int]] = []
        for entry in row["targets"]:
            local = row["lang"] if rng.random() < 0.5 else "en"
            target, stance = entry["target"][local], entry["stance"]
            # Claims, questions, noun phrases, persons: users and benchmarks ask for all of them.
            form = templates["text_favor"].get(local, templates["text_favor"]["en"])
            pairs.append((form.format(claim=target), _FAVORS.get(stance, NEUTRAL)))
            if rng.random() < 0.4:
                form = templates["topic"].get(local, templates["topic"]["en"])
                related = NOT_ENTAILMENT if stance == "unrelated" else ENTAILMENT
                pairs.append((form.format(topic=target), related))
        rng.shuffle(pairs)
        examples.append(Example(row["text"], tuple(pairs), "comment", row["lang"]))
    return examples


def controversy(row: Mapping[str, Any]) -> str:
    """First word of the topic slug: ``cyprus-talks`` and ``cyprus-settlement`` are one matter."""
    return str(row["topic"]).partition("-")[0]


# Held-out slugs whose matter is also taught, under another name or in another language: neither
# taught nor measured.
_ALSO_TAUGHT = frozenset(
    (
        "hezbollah-arms hezbollah-armes canal-istanbul henoko-relocation henoko-base "
        "syunik-corridor vilnius-taiwan-office glyphosate-ban glyphosate-eu "
        "bosnien-hoher-repraesentant bloqueo-cuba daylight-saving chat-control le-pen pension-age "
        "pension-age-70 tempolimit fracking-lancashire-list civil-marriage-lebanon"
    ).split()
)


def split_by_topic(
    rows: Sequence[dict[str, Any]], share: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Hold out whole controversies in every language; by hash, so that new rows move none."""

    def held(row: Mapping[str, Any]) -> bool:
        return zlib.crc32(controversy(row).encode()) % 1000 < 1000 * share

    taught = [row for row in rows if not held(row)]
    return taught, [row for row in rows if held(row) and row["topic"] not in _ALSO_TAUGHT]
