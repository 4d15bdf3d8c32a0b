"""From paragraphs to units: windows, sentences, holders named, words that are all quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from stance.corpus.model import Document, Kind, Paragraph, Span
from stance.corpus.sentences import split_sentences
from stance.methods.base import Unit
from stance.methods.masking import masked
from stance.nli.model import NLIModel
from stance.nli.windows import CountTokens, cut_to_fit, split_windows
from stance.propositions import MentionFinder

# Ends like a line that says whose the items are; a heading may name what they are about.
_ANNOUNCES = re.compile(r"[:.?]$")


def make_units(
    paragraphs: Iterable[tuple[Document, Paragraph]],
    model: NLIModel,
    mentions: MentionFinder,
    *,
    use_lead_in: bool,
    window: str = "paragraph",
    mask_quotes: bool = False,
) -> list[Unit]:
    """Prepare every paragraph for scoring, in the order given.

    Args:
        window: ``paragraph`` or ``sentence``: what a premise is, see ``MethodConfig``.
        mask_quotes: Whether premises lack the words of quotations, unless there are no others.
    """
    units = []
    for document, paragraph in paragraphs:
        lead_in = paragraph.lead_in if use_lead_in else ""
        lead = f"{lead_in} " if lead_in else ""
        room = model.max_premise_tokens - (model.count_tokens([lead])[0] + 1 if lead else 0)
        # A lead-in that leaves no room is no lead-in; half the window is for the text itself.
        if room < model.max_premise_tokens // 2:
            lead, lead_in, room = "", "", model.max_premise_tokens
        owners = mentions(lead_in, paragraph.language) if lead_in else ()
        named = mentions(f"{lead}{paragraph.text}", paragraph.language)
        if paragraph.kind is Kind.LIST_ITEM and len(owners) == 1 and _ANNOUNCES.search(lead_in):
            # "Putin's demands:" and "Ukraine must …": his demand, not Ukraine's.
            named = owners
        wholly_quoted = _wholly_quoted(paragraph)
        hidden = paragraph.quotes if mask_quotes and not wholly_quoted else ()
        # As evidence a sentence is scored by itself, so it has to fit by itself.
        sentences = _sentences(paragraph, model.count_tokens, room)
        readings = [
            _reading(paragraph.text, hidden, sentence, model.count_tokens, room)
            for sentence in sentences
        ]
        if window == "sentence":
            windows = [reading for reading in readings if reading]
        else:
            text = masked(paragraph.text, hidden)
            windows = split_windows(text, paragraph.language, model.count_tokens, room)
        texts = [paragraph.text[sentence.start : sentence.end] for sentence in sentences]
        units.append(
            Unit(
                document=document,
                paragraph=paragraph,
                # A paragraph of white space has no sentence, and every unit has a window.
                windows=tuple(lead + premise for premise in windows or [paragraph.text]),
                sentences=tuple(texts),
                candidates=named,
                owners=owners if paragraph.kind is Kind.LIST_ITEM else (),
                wholly_quoted=wholly_quoted,
                masked={
                    text: reading
                    for text, reading in zip(texts, readings, strict=True)
                    if text != reading
                },
            )
        )
    return units


def _sentences(paragraph: Paragraph, count: CountTokens, room: int) -> list[Span]:
    """Where the sentences stand in the text; one that does not fit into the room is in parts."""
    spans = []
    for sentence in split_sentences(paragraph.text, paragraph.language):
        position = sentence.start
        for part in cut_to_fit(paragraph.text[sentence.start : sentence.end], count, room):
            start = paragraph.text.index(part, position)
            position = start + len(part)
            spans.append(Span(start, position))
    return spans


def _reading(
    text: str, hidden: Sequence[Span], sentence: Span, count: CountTokens, room: int
) -> str:
    """A sentence without the words of quotations; empty if none is left."""
    whole = text[sentence.start : sentence.end]
    reading = masked(text, hidden, sentence)
    if reading == whole:
        return whole
    if not any(character.isalnum() for character in reading):
        return ""
    # A mask may take more tokens than a word of one letter.
    return cut_to_fit(reading, count, room)[0]


def _wholly_quoted(paragraph: Paragraph) -> bool:
    """Whether no letter stands outside the quotation marks."""
    if paragraph.kind is Kind.QUOTE:
        return True
    inside = {i for span in paragraph.quotes for i in range(span.start, span.end)}
    return bool(inside) and not any(
        character.isalnum() for i, character in enumerate(paragraph.text) if i not in inside
    )
