"""The report as one HTML file that asks nothing of any network and runs no script."""

from __future__ import annotations

import base64
import hashlib
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


def policy(style: str) -> str:
    """A Content-Security-Policy under which nothing loads or runs but this one style sheet."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def render_html(data: ReportData, text: TextMode = "full") -> str:
    """The whole page of a report.

    Args:
        text: ``full`` whole paragraphs, ``excerpt`` the evidence and what is next to it,
            ``none`` ids, offsets and hashes, and no article text anywhere.
    """
    return html_of(build(data, text))


def html_of(content: Content) -> str:
    """The page of content already built."""
    return page("report.html.j2", content)


def page(name: str, content: Any, *sheets: str) -> str:
    """A self-contained page.

    Args:
        name: Its template, which extends ``page.html.j2``.
        content: What the template sets; ``pictures`` holds the :class:`Picture` s it may show.
        sheets: Style sheets beside ``report.css``.
    """
    environment = Environment(
        loader=FunctionLoader(template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"plain": plain, "lang": language_tag}
    style = "".join(template(sheet) for sheet in ("report.css", *sheets))
    text = environment.get_template(name).render(
        content=content,
        # The style sheet and the drawings are this package's own, foreign words in the drawings
        # escaped by the XML writer; everything else is escaped by the template.
        style=Markup(style),
        policy=policy(style),
        drawings={key: Markup(picture.inline) for key, picture in content.pictures.items()},
    )
    return f"{text.rstrip()}\n"
