"""The codebook beside a coding sheet: what this study asks, then the rules for every study."""

from __future__ import annotations

from stance.corpus.clean import single_line
from stance.propositions import HoldersConfig, PropositionsConfig
from stance.resources import CODEBOOK_FILE


def codebook(propositions: PropositionsConfig, holders: HoldersConfig) -> str:
    """The codebook of a study, as Markdown.

    The rules are written at the case that the package carries. A coder of another case has to know
    the claims behind the names in the sheet, and which names of holders will be read back.
    """
    claims = [f"- `{name}`: {item.statement['en']}" for name, item in propositions.items.items()]
    named = [
        f"- `{name}`: {holder.name.get('en', name)}" for name, holder in holders.holders.items()
    ]
    own = [
        "# This sheet",
        "",
        "The rules follow below, written at the case that the package carries: where they name "
        "propositions and holders, these here take their place.",
        "",
        "The column `proposition` names these claims:",
        "",
        *map(single_line, claims),
        "",
        "In the column `holders`:"
        if named
        else "The column `holders` may stay empty: no holders are set.",
        "",
        *map(single_line, named),
    ]
    return "\n".join(own).rstrip() + "\n\n" + CODEBOOK_FILE.read_text("utf-8")
