"""The report as one HTML file that asks nothing of any network and runs one script, its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from stance.report.content import Content, build
from stance.report.data import ReportData, TextMode
from stance.report.words import language_tag, plain


@cache
def template(name: str) -> str:
    """A file beside this one, as text, also out of a zipped wheel."""
    folder = resources.files("stance.report") / "templates"
    return (folder / name).read_text(encoding="utf-8")


SCRIPTS = tuple(
    f"explore/{name}.js"
    for name in ("block", "selection", "elements", "words", "cards", "map", "download", "main")
)
"""The parts of the script of the report, in the order in which one builds on the other."""


def environment(autoescape: bool, filters: Mapping[str, Callable[..., Any]]) -> Environment:
    """Templates of this folder; what a template names and nobody set is an error."""
    made = Environment(
        loader=FunctionLoader(template),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= filters
    return made


def policy(style: str, script: str = "") -> str:
    """A Content-Security-Policy under which nothing loads or runs but this style and script.

    No text can become markup either: the sinks that would parse it want a trusted type, of which
    there is none.
    """
    rules = ["default-src 'none'", f"style-src '{_digest(style)}'"]
    if script:
        rules += [f"script-src '{_digest(script)}'", "require-trusted-types-for 'script'"]
        rules += ["trusted-types 'none'"]
    return "; ".join([*rules, "base-uri 'none'", "form-action 'none'"])


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"


def render_html(data: ReportData, text: TextMode = "full") -> str:
    """The whole page of a report.

    Args:
        text: ``full`` whole paragraphs, ``excerpt`` the evidence and what is next to it,
            ``none`` ids, offsets and hashes, and no article text anywhere.
    """
    return html_of(build(data, text))


def html_of(content: Content) -> str:
    """The page of content already built."""
    return page("report.html.j2", content, "explore/explore.css", scripts=SCRIPTS)


def page(name: str, content: Any, *sheets: str, scripts: Sequence[str] = ()) -> str:
    """A self-contained page.

    Args:
        name: Its template, which extends ``page.html.j2``.
        content: What the template sets; ``pictures`` holds the :class:`Picture` s it may show.
        sheets: Style sheets beside ``report.css``.
        scripts: Parts of the one script of the page.
    """
    style = "".join(template(sheet) for sheet in ("report.css", *sheets))
    script = "".join(map(template, scripts))
    filters = {"plain": plain, "lang": language_tag}
    text = (
        environment(autoescape=True, filters=filters)
        .get_template(name)
        .render(
            content=content,
            # Style sheet, script and drawings are this package's own, foreign words in the drawings
            # escaped by the XML writer; everything else is escaped by the template.
            style=Markup(style),
            script=Markup(script),
            policy=policy(style, script),
            drawings={key: Markup(picture.inline) for key, picture in content.pictures.items()},
        )
    )
    return f"{text.rstrip()}\n"
