"""The rows of ``tanpuhui library list``: what there is and what is planned, with every grade."""

from __future__ import annotations

from typing import Any

from tanpuhui.rules import GRADES, Checklist, Library, Methodology


def methodology_row(method: Methodology) -> dict[str, Any]:
    """A methodology with its standing, its text, the grades of its values and what it lacks."""
    values = [value for factor in method.factors().values() for value in factor.values]
    graded = {value.grade for value in values}
    lacking = {
        name: None
        for parameters in method.parameters()
        for name, factor in parameters.items()
        if all(value.is_empty() for value in factor.values)
    }
    return {
        "id": method.id,
        "status": "present",
        "standing": method.standing,
        "text": method.text,
        "grades": [grade for grade in GRADES if grade in graded],
        "lacking": list(lacking),
        "because": None,
        "zh": method.title.zh,
        "en": method.title.en,
    }


def checklist_row(checklist: Checklist) -> dict[str, Any]:
    """A checklist in the same form; it has no values to lack."""
    graded = {item.grade for item in checklist.items}
    return {
        "id": checklist.id,
        "status": "present",
        "standing": checklist.standing,
        "text": checklist.text,
        "grades": [grade for grade in GRADES if grade in graded],
        "lacking": [],
        "because": None,
        "zh": checklist.title.zh,
        "en": checklist.title.en,
    }


def planned_rows(library: Library) -> list[dict[str, Any]]:
    """What is planned, in the same form; why it is not here yet stands under ``because``."""
    present = {*library.ids("methodology"), *library.ids("checklist")}
    return [
        {
            "id": planned.id,
            "status": "planned",
            "standing": planned.standing,
            "text": None,
            "grades": [],
            "lacking": [],
            "because": vars(planned.because),
            "zh": planned.title.zh,
            "en": planned.title.en,
        }
        for planned in library.planned
        if planned.id not in present
    ]


def cell(value: Any) -> str:
    """A value of a row as a table shows it."""
    if value is None:
        return ""
    return ", ".join(value) if isinstance(value, list) else str(value)
