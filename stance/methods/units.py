"""From paragraphs to units: windows, sentences, holders named, words that are all quoted."""

from __future__ import annotations

from collections.abc import Iterable

from stance.corpus.model import Document, Kind, Paragraph
from stance.corpus.sentences import split_sentences
from stance.methods.base import Unit
from stance.nli.model import NLIModel
from stance.nli.windows import cut_to_fit, split_windows
from stance.propositions import MentionFinder


def make_units(
    paragraphs: Iterable[tuple[Document, Paragraph]],
    model: NLIModel,
    mentions: MentionFinder,
    *,
    use_lead_in: bool,
) -> list[Unit]:
    """Prepare every paragraph for scoring, in the order given."""
    units = []
    for document, paragraph in paragraphs:
        lead_in = paragraph.lead_in if use_lead_in else ""
        lead = f"{lead_in} " if lead_in else ""
        room = model.max_premise_tokens - (model.count_tokens([lead])[0] + 1 if lead else 0)
        # A lead-in that leaves no room is no lead-in; half the window is for the text itself.
        if room < model.max_premise_tokens // 2:
            lead, lead_in, room = "", "", model.max_premise_tokens
        windows = split_windows(paragraph.text, paragraph.language, model.count_tokens, room)
        owners = mentions(lead_in, paragraph.language) if lead_in else ()
        named = mentions(f"{lead}{paragraph.text}", paragraph.language)
        units.append(
            Unit(
                document=document,
                paragraph=paragraph,
                windows=tuple(lead + window for window in windows),
                # As evidence a sentence is scored by itself, so it has to fit by itself.
                sentences=tuple(
                    part
                    for span in split_sentences(paragraph.text, paragraph.language)
                    for part in cut_to_fit(
                        paragraph.text[span.start : span.end], model.count_tokens, room
                    )
                ),
                candidates=named,
                owners=owners if paragraph.kind is Kind.LIST_ITEM else (),
                wholly_quoted=_wholly_quoted(paragraph),
            )
        )
    return units


def _wholly_quoted(paragraph: Paragraph) -> bool:
    """Whether no letter stands outside the quotation marks."""
    if paragraph.kind is Kind.QUOTE:
        return True
    inside = {i for span in paragraph.quotes for i in range(span.start, span.end)}
    return bool(inside) and not any(
        character.isalnum() for i, character in enumerate(paragraph.text) if i not in inside
    )
