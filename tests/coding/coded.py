"""What is drawn for coders and what they hand in, made up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from stance.coding.coders import Code
from stance.coding.label_studio import control, write_tasks

CLAIMS = {"land": "Cede land & <sea> for $100.", "Rolle der NATO": "A “strong” role."}
PROPOSITIONS = list(CLAIMS)
HOSTILE = "<b>Peace & quiet</b>\n„now“ $text"

Holders = dict[str, tuple[str, str]]


def says(*labels: str, holders: Mapping[int, Holders] | None = None) -> dict[str, Code]:
    """The codes of coders c0, c1, … of one cell."""
    return {f"c{i}": Code(label, (holders or {}).get(i, {})) for i, label in enumerate(labels)}


def sample_of_three() -> pd.DataFrame:
    """Three drawn paragraphs of two documents."""
    return pd.DataFrame(
        {
            "document": ["a", "a", "b"],
            "paragraph": [0, 3, 1],
            **{"source": "Post", "language": "en", "kind": "body", "title": "T"},
            "previous": ["", "Before.", None],
            **{"lead_in": "", "text": [HOSTILE, "Two.", "Three."]},
            "stratum": ["Post | en | True", "Post | en | False", "Post | en | False"],
            "sampling_probability": [1 / 3, 0.1, 0.1],
            "label": "favor",
        }
    )


def tasks_of(sample: pd.DataFrame, folder: Path) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = json.loads(write_tasks(sample, CLAIMS, folder).read_text("utf-8"))
    return tasks


# How a coder sees the three paragraphs: stance and holders, by proposition; None: not yet coded.
CODES: list[dict[str, Any]] = [
    {
        "land": ("favor", ["russia:favor:said", "ukraine:against:imputed"]),
        "Rolle der NATO": ("unrelated", []),
    },
    {"land": ("unrelated", []), "Rolle der NATO": ("neutral", ["nato:favor:said"])},
    {"land": ("against", []), "Rolle der NATO": None},
]


def result(kind: str, name: str, values: list[str]) -> dict[str, Any]:
    value = {"choices" if kind == "choices" else "text": values}
    return {"from_name": name, "to_name": "shown", "type": kind, "value": value, "id": "x"}


def full(tasks: list[dict[str, Any]], codes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The JSON export of what one coder did."""
    exported = []
    for number, (task, code) in enumerate(zip(tasks, codes, strict=True), start=1):
        results = [result("textarea", "note", ["hard"])]
        for name, given_code in code.items():
            if given_code:
                results.append(result("choices", control("stance_", name), [given_code[0]]))
                if given_code[1]:
                    results.append(result("textarea", control("holders_", name), given_code[1]))
        done = {"id": 40 + number, "completed_by": {"id": 1, "email": "Ann@example.org"}}
        exported.append(
            {
                **{"id": number, "data": task["data"], "predictions": []},
                "annotations": [done | {"was_cancelled": False, "result": results}],
            }
        )
    return exported


def flat(tasks: list[dict[str, Any]], codes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The JSON-MIN export of the same: one value is a text, several stand in an object."""
    exported = []
    for task in full(tasks, codes):
        (annotation,) = task["annotations"]
        record = task["data"] | {"id": task["id"], "annotator": annotation["completed_by"]["email"]}
        for given_result in annotation["result"]:
            value = given_result["value"]
            (values,) = value.values()
            record[given_result["from_name"]] = values[0] if len(values) == 1 else value
        exported.append(record | {"annotation_id": annotation["id"], "lead_time": 3.1})
    return exported
