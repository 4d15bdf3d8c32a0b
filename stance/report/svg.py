"""An SVG of matplotlib made fit to stand inside the page.

Style attributes become presentation attributes (the page's policy allows no inline style), colours
follow the theme, and ids cannot clash between figures.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from stance.report.palette import THEMED

_NAMESPACE = re.compile(r"\{[^}]*\}")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_SHORTHAND = re.compile(
    r"(?P<style>italic|oblique)?\s*(?P<weight>\d{3}|bold)?\s*(?P<size>[\d.]+px)"
)
_DROPPED = frozenset({"metadata", "style"})


def _local(name: str) -> str:
    return _NAMESPACE.sub("", name)


def _referenced(root: ElementTree.Element) -> set[str]:
    """Ids that something points at; matplotlib names every group, which is mere weight."""
    found: set[str] = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            found.update(_REFERENCE.findall(value))
            if _local(name) == "href" and value.startswith("#"):
                found.add(value[1:])
    return found


def _font(shorthand: str) -> dict[str, str]:
    """The parts of the CSS shorthand ``font``, which has no presentation attribute.

    matplotlib before 3.11 writes it: ``italic 700 9px 'DejaVu Sans'``.
    """
    found = _SHORTHAND.match(shorthand)
    parts = found.groupdict() if found else {}
    return {f"font-{name}": value for name, value in parts.items() if value}


def _attributes(element: ElementTree.Element, prefix: str, kept: set[str]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in element.attrib.items():
        name = _local(name)
        if name == "style":
            for declaration in value.split(";"):
                key, _, setting = declaration.partition(":")
                flat[key.strip()] = setting.strip()
        elif name == "id":
            if value in kept:
                flat["id"] = f"{prefix}{value}"
        elif name == "href":
            flat["href"] = f"#{prefix}{value[1:]}" if value.startswith("#") else ""
        else:
            flat[name] = " ".join(value.split())
    flat |= _font(flat.pop("font", ""))
    flat.pop("font-family", None)  # the page's own, set by its style sheet
    flat.pop("", None)
    for name in ("fill", "stroke"):
        if name in flat:
            flat[name] = THEMED.get(flat[name], flat[name])
    return {name: _REFERENCE.sub(rf"url(#{prefix}\1)", value) for name, value in flat.items()}


def _rebuilt(
    element: ElementTree.Element, prefix: str, kept: set[str]
) -> ElementTree.Element | None:
    tag = _local(element.tag)
    if tag in _DROPPED:
        return None
    new = ElementTree.Element(tag, _attributes(element, prefix, kept))
    new.text = element.text if element.text and element.text.strip() else None
    for child in element:
        grown = _rebuilt(child, prefix, kept)
        if grown is not None:
            new.append(grown)
    if tag in {"g", "defs"} and not len(new):
        return None
    return new


def inline(svg: str, key: str, alt: str, *, named: str = "") -> str:
    """The ``<svg>`` element for the page.

    Args:
        svg: A whole file as matplotlib writes it.
        key: Name of the figure, unique on the page; it prefixes every id.
        alt: What the figure shows, for those who do not see it.
        named: Ids that begin so stay, for a script to find them.
    """
    root = ElementTree.fromstring(svg)
    box = root.get("viewBox", "")
    kept = _referenced(root)
    if named:
        kept |= {name for e in root.iter() if (name := e.get("id", "")).startswith(named)}
    body = _rebuilt(root, f"{key}-", kept)
    if body is None:  # pragma: no cover - a root is never dropped
        return ""
    body.attrib.clear()
    body.attrib |= {
        "viewBox": box,
        "role": "img",
        "aria-label": alt,
        "stroke-linejoin": "round",
        "stroke-linecap": "butt",
    }
    return ElementTree.tostring(body, encoding="unicode", short_empty_elements=False)
