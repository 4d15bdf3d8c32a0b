"""What needs no model: labels of three baselines on the paragraphs that were coded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from stance.analysis.measurements import TEXT
from stance.corpus import Corpus
from stance.corpus.model import Document, Kind, Paragraph
from stance.corpus.sentences import split_sentences
from stance.methods.base import Unit
from stance.methods.baselines import KeywordRules, majority_class
from stance.propositions import HoldersConfig, MentionFinder, PropositionsConfig
from stance.report.evaluation.data import KEY

KEYWORD_RULES, MAJORITY, USUAL_SIDE = "keyword rules", "majority class", "usual side"
_COLUMNS = [*KEY, "label"]


def baseline_labels(
    corpus: Corpus, propositions: PropositionsConfig, holders: HoldersConfig, gold: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Labels per baseline, of the coded paragraphs.

    - keyword rules: fixed by the proposition set. The text as in `KeywordRules`; a holder takes
      the side whose words stand in the sentences that name it, where a topic word occurs.
    - majority class: everything is unrelated, and no holder has a stance.
    - usual side: where a topic word occurs, a holder that is named takes the side that gold gives
      it most often on the proposition in the other independent documents. It knows gold labels,
      and no text.

    Returns:
        Name → document, paragraph, proposition, holder, label.
    """
    mentions = MentionFinder(holders)
    rules = KeywordRules(propositions, mentions)
    group_of = {document.id: document.group or document.id for document in corpus.documents}
    usual = _UsualSides(gold, group_of)
    texts: list[tuple[str, int, str, str, str]] = []
    ruled: list[tuple[str, int, str, str, str]] = []
    habitual: list[tuple[str, int, str, str, str]] = []
    for unit in _units(corpus, mentions, gold):
        for proposition in propositions.items:
            cell = (unit.document.id, unit.paragraph.index, proposition)
            texts.append((*cell, TEXT, str(rules(unit, proposition))))
            if not rules.names_topic(unit, proposition):
                continue
            for holder in unit.candidates:
                side = rules.names_side(unit, proposition, holder)
                if side:
                    ruled.append((*cell, holder, "favor" if side > 0 else "against"))
                tally = usual(group_of[unit.document.id], proposition, holder)
                if tally:
                    habitual.append((*cell, holder, tally))
    own = pd.DataFrame(texts, columns=_COLUMNS)
    unrelated = own.assign(label=str(majority_class()))
    return {
        KEYWORD_RULES: pd.concat([own, _table(ruled)], ignore_index=True),
        MAJORITY: unrelated,
        USUAL_SIDE: pd.concat([unrelated, _table(habitual)], ignore_index=True),
    }


def _table(rows: list[tuple[str, int, str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=_COLUMNS)


def _units(corpus: Corpus, mentions: MentionFinder, gold: pd.DataFrame) -> Iterator[Unit]:
    """The coded paragraphs as the rules read them: whole, without a model's windows."""
    pairs = gold[["document", "paragraph"]].drop_duplicates()
    coded = {(str(document), int(paragraph)) for document, paragraph in pairs.to_numpy()}
    for document, paragraph in corpus.paragraphs():
        if (document.id, paragraph.index) in coded:
            yield _unit(document, paragraph, mentions)


def _unit(document: Document, paragraph: Paragraph, mentions: MentionFinder) -> Unit:
    text, language = paragraph.text, paragraph.language
    lead = f"{paragraph.lead_in} " if paragraph.lead_in else ""
    owned = bool(lead) and paragraph.kind is Kind.LIST_ITEM
    return Unit(
        document=document,
        paragraph=paragraph,
        windows=(lead + text,),
        sentences=tuple(text[span.start : span.end] for span in split_sentences(text, language)),
        candidates=mentions(lead + text, language),
        owners=mentions(lead, language) if owned else (),
    )


class _UsualSides:
    """The side that gold gives a holder most often, the documents of one group left out."""

    def __init__(self, gold: pd.DataFrame, group_of: dict[str, str]) -> None:
        held = gold[gold["holder"] != TEXT]
        held = held.assign(group=held["document"].map(group_of))
        # Translations carry the labels of their original: one of them speaks for all.
        held = held.drop_duplicates(["group", "paragraph", "proposition", "holder"])
        self._counts: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
        for row in held.to_dict("records"):
            if row["label"] in ("favor", "against"):
                tally = self._counts.setdefault((row["proposition"], row["holder"]), Counter())
                tally[str(row["group"]), str(row["label"])] += 1

    def __call__(self, group: str, proposition: str, holder: str) -> str:
        """The side; empty where there is none or both are as frequent."""
        sides: Counter[str] = Counter()
        for (other, side), n in self._counts.get((proposition, holder), Counter()).items():
            if other != group:
                sides[side] += n
        if not sides or sides["favor"] == sides["against"]:
            return ""
        return max(sides, key=lambda side: sides[side])
