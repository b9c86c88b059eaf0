"""One record, given by hand as keys and values, explained."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tanpuhui.engine import Explainer, Explanation, RowsNeeded, SceneNeeded, UnknownKey, Unreadable
from tanpuhui.records import EVIDENCE
from tanpuhui.rules import Case, Methodology

APPLIES = ("scene", "region", "day", "evidence")


def explain(
    explainer: Explainer, given: Mapping[str, str], *, region: str, day: date
) -> Explanation:
    """The record that the keys and values describe, explained.

    Args:
        given: the inputs of one case ("distance_km": "10"), and ``scene``, ``region``, ``day`` and
            ``evidence`` where they matter.
        region: where, if the keys do not say.
        day: when, if the keys do not say.

    Raises:
        RowsNeeded: the methodology judges projects.
        SceneNeeded: the keys fit several scenes.
        UnknownKey: a key is no input of the case.
        Unreadable: a value is no number or day.
    """
    methodology = explainer.methodology
    if methodology.project is not None:
        raise RowsNeeded(methodology=methodology.id)
    case, scene = _case(methodology, given)
    inputs = {found.name: found.quantity for found in case.inputs}
    record: dict[str, Any] = {"scene": scene, "region": region, "day": day}
    for key, text in given.items():
        if key in inputs and inputs[key].unit is not None:
            record[key] = _number(key, text)
        elif key in inputs or key in APPLIES:
            record[key] = _day(key, text) if key == "day" else text
        else:
            known = tuple(dict.fromkeys((*inputs, *APPLIES)))
            raise UnknownKey(key=key, known=known, methodology=methodology.id)
    if "evidence" in given and given["evidence"] not in EVIDENCE:
        wanted = f"one of {', '.join(EVIDENCE)}"
        raise Unreadable(key="evidence", value=given["evidence"], wanted=wanted)
    return explainer.explain(record)


def _case(methodology: Methodology, given: Mapping[str, str]) -> tuple[Case, str]:
    """The case that the keys fit, and the scene."""
    if "scene" in given:
        case = methodology.case_of(given["scene"])
        if case is None:
            raise SceneNeeded(
                methodology=methodology.id, scenes=methodology.scenes(), asked=given["scene"]
            )
        return case, given["scene"]
    keys = set(given) - set(APPLIES) | ({"evidence"} & set(given))
    fitting = [case for case in methodology.cases if _fits(case, keys)]
    if len(fitting) == 1:
        return fitting[0], fitting[0].scenes[0]
    raise SceneNeeded(
        methodology=methodology.id, scenes=methodology.scenes(), given=tuple(sorted(keys))
    )


def _fits(case: Case, keys: set[str]) -> bool:
    """True where the keys are inputs of the case and none that it requires is lacking."""
    inputs = {given.name for given in case.inputs}
    required = {given.name for given in case.inputs if given.quantity.required}
    return required <= keys and keys - {"evidence"} <= inputs


def _number(key: str, text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Unreadable(key=key, value=text, wanted="a number")
    return number


def _day(key: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(key=key, value=text, wanted="a day such as 2022-08-25") from error
