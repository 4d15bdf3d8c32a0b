"""The fixed words of a report: how it was measured, and what it must not be used for."""

from __future__ import annotations

from collections.abc import Mapping

from stance.report.words import label, one_line

NOT_VALIDATED = "Not validated on your texts"
NOT_VALIDATED_WHY = (
    "No person has coded a sample of these texts to compare with. Draw one with stance task=sample "
    "n=200, code it, and read it back with stance task=evaluate gold=FILE; agreement then stands "
    "here."
)
VALIDATED = "Validated on your own coding"
VALIDATED_WHERE = "The figures are under Model, method and limits."

_METHODS: Mapping[str, str] = {
    "staged": (
        "The method is staged: first whether the paragraph is related to the proposition at all; "
        "only then which side, if any, its own voice takes; and only where it is related, to whom "
        "it attributes a stance, and whether that is said or imputed."
    ),
    "pipeline": (
        "The method is that of the zero-shot classification pipeline: the entailment of the "
        "hypotheses for favor, against and neutral, normalised against each other."
    ),
    "entail_minus_contradict": (
        "The method takes the entailment of a hypothesis less its contradiction as the score."
    ),
}


def method_paragraphs(method: object) -> tuple[str, ...]:
    """How the labels came about, in general and for the method used."""
    name = str(method or "")
    own = _METHODS.get(name) or (f"The method is {label(name)}." if name else "")
    paragraphs = (
        "The unit is the paragraph; a list item is read with the line that introduces it. "
        "Each is split into windows of sentences, and a natural language inference model says for "
        "each window how far it entails or contradicts hypotheses made from the propositions. "
        "Nothing is cut off: windows are aggregated, and the sentence that decided is kept as "
        "evidence.",
        own,
        "The own voice is what an outlet asserts in unattributed words. Speech, demands, hopes or "
        "aims that the text ascribes to someone belong to that holder alone: said where they are "
        "quoted or paraphrased, imputed where the writer or another speaker ascribes them.",
        "Shares are taken within each document, then averaged over the language versions of a "
        "text, then over texts. Intervals and p-values treat the text as the unit, never the "
        "paragraph, and are left out where too few independent texts would make them a pretence.",
    )
    return tuple(one_line(paragraph) for paragraph in paragraphs if paragraph)


LIMITS = (
    "The model errs, more so on irony, allusion, long chains of attribution and languages it has "
    "seen little of. Differences between languages may be the model's.",
    "Related paragraphs are rare. A share that rests on a few of them moves a great deal with one.",
    "Reporting a demand is not endorsing it. A holder’s stance in these tables is what a source "
    "ascribes to the holder, which may differ from what the holder holds or said.",
    "Choice of words in the propositions matters: other wordings can give other figures.",
    "Nothing here says whether a text is true, fair or well made.",
)

MISUSE = (
    "To judge, rank or sanction single journalists, authors or outlets.",
    "To moderate, filter or flag texts without a person who reads them.",
    "To infer what an author privately thinks, or what a reader will.",
    "As evidence on a source as a whole where only a handful of its texts were read.",
    "As a finding for publication before a sample was coded by people and agreement reported.",
)
