"""A drawn sample as tasks of Label Studio, and its exports read back as rows.

Two files go out: tasks to import, and the labelling set-up that shows them. Two kinds of export
come in, told apart by their keys: JSON (tasks with ``data`` and ``annotations``) and JSON-MIN (a
flat record an annotation). Field names follow the documentation of Label Studio, "Label Studio
JSON format of annotated tasks", and its converter.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from stance.coding.rows import ADJUDICATED, Row
from stance.coding.sheet import SHEET_COLUMNS
from stance.errors import CorpusError, OutputError
from stance.methods.base import Label

TASKS_FILE = "label_studio.json"
SETUP_FILE = "label_studio.xml"
_TO_FILL = ("proposition", "stance", "holders", "note", "coder")
DATA_KEYS = ("id", *(column for column in SHEET_COLUMNS if column not in _TO_FILL))
_SHOWN = "shown"
_STANCE, _HOLDERS = "stance_", "holders_"
_EXPORT = "expected the JSON or JSON-MIN export of Label Studio: a list of tasks"
_CONTEXT = (
    "First the title, the source, the paragraph before and the line above a list, as far as there "
    "are any; then the paragraph to code."
)
_HOLDER_HINT = "name:side:mode; name:side:mode (side: favor, against, neutral; mode: said, imputed)"


def write_tasks(sample: pd.DataFrame, propositions: Mapping[str, str], folder: Path) -> Path:
    """Write the tasks and the set-up; return the tasks.

    Args:
        sample: As `draw_sample` returns it, a row per paragraph.
        propositions: Name → the claim as a coder is to read it.
        folder: Made if it is not there.

    Raises:
        OutputError: If the folder cannot be written to.
    """
    ids = sample["document"].astype(str) + "#" + sample["paragraph"].astype(str)
    data = sample.assign(id=ids)[list(DATA_KEYS)].astype(object)
    tasks = [{"data": values} for values in data.where(data.notna(), "").to_dict("records")]
    path = folder / TASKS_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(tasks, indent=1, ensure_ascii=False) + "\n", "utf-8")
        (folder / SETUP_FILE).write_text(labelling_setup(propositions), "utf-8")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
    return path


def labelling_setup(propositions: Mapping[str, str]) -> str:
    """The labelling set-up, as XML: the text with its context, two controls a proposition, a note.

    Args:
        propositions: Name → the claim as a coder is to read it.
    """
    view = ET.Element("View")
    ET.SubElement(view, "Header", value=_CONTEXT, size="6")
    # Headers, unlike texts, cannot be labelled by mistake.
    for key, size in (("title", "3"), ("source", "6"), ("previous", "5"), ("lead_in", "5")):
        ET.SubElement(view, "Header", value=f"${key}", size=size, style="font-weight: normal")
    ET.SubElement(view, "Text", name=_SHOWN, value="$text")
    for name, claim in propositions.items():
        ET.SubElement(view, "Header", value=_fixed(f"{claim} ({name})"), size="4")
        choices = ET.SubElement(
            view, "Choices", name=control(_STANCE, name), toName=_SHOWN, choice="single",
            showInline="true", required="true", requiredMessage=_fixed(f"{name}: choose a stance"),
        )  # fmt: skip
        for label in Label:
            ET.SubElement(choices, "Choice", value=str(label))
        _text_area(view, control(_HOLDERS, name), _HOLDER_HINT)
    ET.SubElement(view, "Header", value="Note", size="4")
    _text_area(view, "note", "a few words where it was hard")
    ET.indent(view)
    return ET.tostring(view, encoding="unicode") + "\n"


def _text_area(view: ET.Element, name: str, hint: str) -> None:
    ET.SubElement(
        view, "TextArea", name=name, toName=_SHOWN, placeholder=hint, editable="true", rows="1"
    )


def _fixed(text: str) -> str:
    """Text that Label Studio does not take for the name of a key, as it would after a dollar."""
    return " ".join(text.split()).replace("$", "\N{FULLWIDTH DOLLAR SIGN}")


def control(prefix: str, proposition: str) -> str:
    """The name of a control; letters other than a–z, signs and spaces as ``-hex-``."""
    return prefix + re.sub(r"[^A-Za-z0-9_]", lambda sign: f"-{ord(sign.group()):x}-", proposition)


def read_export(path: Path, propositions: Sequence[str]) -> Iterator[Row]:
    """Rows of an export, JSON or JSON-MIN, a row per annotation and proposition.

    Cancelled annotations are passed over; a task without another one gives blank rows, for it was
    drawn. The coder is the e-mail address of the annotator. A bare number says nothing outside of
    its installation: then the coder is the name of the file without its suffix, with the number
    behind it where the file has several. Everything in a file called ``adjudicated.json`` is the
    adjudicator's.

    Args:
        path: The export.
        propositions: Names of the set that the run asks for.

    Raises:
        CorpusError: Naming file, task and key, what was expected.
    """
    try:
        tasks = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, OSError, RecursionError) as error:
        raise CorpusError(f"gold={path}: cannot be read as JSON ({error}); {_EXPORT}") from error
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise CorpusError(f"gold={path}: not a list of tasks; {_EXPORT}")
    found = [
        given
        for number, task in enumerate(tasks, start=1)
        for given in _annotations(task, f"gold={path}, task {task.get('id', f'no. {number}')}")
    ]
    people = {who for *_, who in found if who}
    for where, data, answers, who in found:
        yield from _rows(where, data, answers, _coder(who, people, path.stem), propositions)


_Found = tuple[str, Mapping[str, Any], Mapping[str, Any], str]


def _annotations(task: Mapping[str, Any], where: str) -> Iterator[_Found]:
    """Where, data of the task, control → answer, and annotator, for every annotation that counts.

    An answer is as JSON-MIN has it, or a list of the values of the full export.
    """
    if "data" not in task:
        yield where, _data(task, where), task, _person(task.get("annotator"))
        return
    data = _data(task["data"], where)
    annotations = task.get("annotations") or []
    if not _are_objects(annotations):
        raise CorpusError(f"{where}: annotations is no list of objects; {_EXPORT}")
    counted = [given for given in annotations if not given.get("was_cancelled")]
    if not counted:
        yield where, data, {}, ""
    for given in counted:
        results = given.get("result") or []
        if not _are_objects(results):
            raise CorpusError(f"{where}: annotations.result is no list of objects; {_EXPORT}")
        answers: dict[str, list[Any]] = {}
        for result in results:
            answers.setdefault(str(result.get("from_name")), []).append(result.get("value"))
        yield where, data, answers, _person(given.get("completed_by"))


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, dict) for part in value)


def _data(data: Any, where: str) -> Mapping[str, Any]:
    for key in ("document", "paragraph"):
        if not isinstance(data, dict) or key not in data:
            raise CorpusError(
                f"{where}: no key {key} in its data; expected the tasks that task=sample "
                f"sample.format=label_studio writes, keys {', '.join(DATA_KEYS)}"
            )
    return dict(data)


def _person(value: Any) -> str:
    """An e-mail address, a number, or nothing."""
    if isinstance(value, dict):
        value = value.get("email") or value.get("id")
    return "" if value is None else str(value).strip()


def _coder(who: str, people: set[str], stem: str) -> str:
    if stem.casefold() == ADJUDICATED:
        return ADJUDICATED
    if who and not who.isdecimal():
        return who.casefold()
    return (f"{stem}:{who}" if who and len(people) > 1 else stem).casefold()


def _rows(
    where: str,
    data: Mapping[str, Any],
    answers: Mapping[str, Any],
    coder: str,
    propositions: Sequence[str],
) -> Iterator[Row]:
    asked = {control(_STANCE, proposition): proposition for proposition in propositions}
    # Those of another set are kept, for the check to name them.
    other = {n: n.removeprefix(_STANCE) for n in answers if n.startswith(_STANCE)}
    for name, proposition in (other | asked).items():
        names = name, control(_HOLDERS, proposition)
        chosen, holders = (
            _texts(answers.get(name), key, f"{where}, {name}")
            for name, key in zip(names, ("choices", "text"), strict=True)
        )
        if len(chosen) > 1:
            raise CorpusError(f"{where}, {names[0]}: {len(chosen)} choices; expected one")
        yield Row(
            where=f"{where}, proposition {proposition!r}",
            document=str(data["document"]),
            paragraph=str(data["paragraph"]),
            proposition=proposition,
            stance="".join(chosen).strip().lower(),
            holders="; ".join(holders),
            coder=coder,
            stratum=_written(data.get("stratum")),
            probability=_written(data.get("sampling_probability")),
        )


def _written(value: Any) -> str:
    return "" if value is None else str(value)


def _texts(answer: Any, key: str, where: str) -> list[str]:
    """The texts of an answer: one, a list, or objects that hold such a list under a key."""
    if answer is None:
        return []
    if isinstance(answer, str):
        return [answer]
    if isinstance(answer, list):
        return [text for part in answer for text in _texts(part, key, where)]
    if isinstance(answer, dict) and key in answer:
        return _texts(answer[key], key, where)
    raise CorpusError(f"{where}: {answer!r}; expected a text, or an object with {key}")
