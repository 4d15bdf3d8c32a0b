"""The YAML front matter of a Markdown file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from stance.corpus.clean import single_line
from stance.corpus.config import CorpusConfig
from stance.corpus.records import FIELDS, UnreadableError, column_of, field_text, plain

_FRONT = re.compile(
    r"\A\s*---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
# The reader of YAML takes seconds for a megabyte.
_LONGEST = 50_000


class _Loader(yaml.SafeLoader):
    """Plain values only: an alias can stand for itself, or for a billion copies of a word."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias (*name)")
        return super().compose_node(parent, index)


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Part the YAML front matter of a Markdown file from its body.

    Raises:
        UnreadableError: The front matter is no valid YAML mapping, or too long.
    """
    match = _FRONT.match(text)
    if match is None:
        return {}, text
    if len(match["yaml"]) > _LONGEST:
        raise UnreadableError(
            f"has front matter of {len(match['yaml']):,} characters, more than {_LONGEST:,}; "
            "put the text below it"
        )
    try:
        front = yaml.load(match["yaml"], _Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 2}" if mark is not None else ""
        problem = getattr(error, "problem", None) or error
        raise UnreadableError(
            f"has front matter that is no valid YAML{line}; quote values that hold ':'",
            str(problem),
        ) from None
    if front is None:
        return {}, text[match.end() :]
    if not isinstance(front, dict):
        return {}, text  # a page that opens with a rule, not with front matter
    return {str(k): v for k, v in front.items()}, text[match.end() :]


def front_fields(
    front: Mapping[str, Any], config: CorpusConfig
) -> tuple[dict[str, str], dict[str, Any]]:
    """Fields and further metadata; the configured column names work beside the plain ones."""
    fields: dict[str, str] = {}
    consumed: set[str] = {"text", config.text_column}
    for name in FIELDS[1:]:
        for key in (column_of(name, config), name):
            if key in front:
                consumed.add(key)
                fields.setdefault(name, field_text(front[key]))
    return fields, {single_line(k): plain(v) for k, v in front.items() if k not in consumed}
