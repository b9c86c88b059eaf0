"""What a programme's currencies grant, and for what."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tanpuhui import formula
from tanpuhui.rules.fields import Fields, Words
from tanpuhui.rules.programme_faults import SceneNotListed, WrongRate
from tanpuhui.rules.programme_names import ProgrammeSurroundings, looked_up, no_twins, plain_name
from tanpuhui.rules.programmes import POINT_UNITS, Currency, PerGram, PerScene, ScenePoints
from tanpuhui.rules.scenes import Quantity, Scene
from tanpuhui.terms import Fault, Unit, UnitMismatch, Units


def read_currencies(
    top: Fields, around: ProgrammeSurroundings, listed: tuple[str, ...]
) -> tuple[Currency, ...]:
    """The currencies of a programme.

    Args:
        listed: the scenes that a table of points may name.
    """
    found = tuple(
        _currency(fields, around, listed)
        for fields in top.blocks("currencies", f"A currency of {top.of}")
    )
    no_twins(top, "currencies", "currency", tuple(currency.id for currency in found))
    return found


def _currency(fields: Fields, around: ProgrammeSurroundings, listed: tuple[str, ...]) -> Currency:
    name = fields.text("id")
    plain_name(fields, "id", name, "currency")
    unit = fields.optional_choice("unit", POINT_UNITS) or "whole"
    currency = Currency(id=name, title=_title(fields), unit=unit, rate=None)
    if "rate" not in fields.keys():  # noqa: SIM118 - Fields is no mapping
        _wrong(fields, currency, "there is no 'rate'")
    rate = fields.optional_block("rate", f"The rate of {name}")
    if rate is not None:
        currency = replace(currency, rate=_rate(rate, currency, around, listed))
        rate.finish()
    fields.finish()
    return currency


def _title(fields: Fields) -> Words:
    """What points are called: in Chinese, and in English only where somebody calls them so."""
    block = fields.block("title", f"{fields.of}, title")
    if block is None:
        return Words("", "")
    zh = block.text("zh")
    words = Words(block.optional_text("en") or zh, zh)
    block.finish()
    return words


def _rate(
    fields: Fields, currency: Currency, around: ProgrammeSurroundings, listed: tuple[str, ...]
) -> PerGram | PerScene | None:
    if fields.has("per_gram") == fields.has("per_scene"):
        _wrong(fields, currency, "it needs either 'per_gram' or 'per_scene'")
        return None
    if fields.has("per_gram"):
        points = fields.number("per_gram")
        if points <= 0:
            _wrong(fields, currency, f"'per_gram' is {points}, which grants nothing")
        return PerGram(points * currency.per_point())
    scenes: dict[str, ScenePoints] = {}
    for scene_id, entry in fields.entries("per_scene", f"The rate of {currency.id} for"):
        if scene_id not in listed:
            place, named_by = entry.place, f"The rate of {currency.id}"
            entry.faults.append(
                SceneNotListed(place=place, scene=scene_id, named_by=named_by, listed=listed)
            )
            continue
        scene = looked_up(around.scene, scene_id, entry.place, [])  # told where it is listed
        found = _scene_points(entry, currency, scene, around.units)
        if found is not None:
            scenes[scene_id] = found
    return PerScene(scenes)


def _scene_points(
    fields: Fields, currency: Currency, scene: Scene | None, units: Units
) -> ScenePoints | None:
    points, each = fields.number("points") * currency.per_point(), fields.text("each")
    fields.finish()
    if scene is None or not each or not fields.has("points"):
        return None
    if points <= 0 or points != int(points):
        size = "points" if currency.unit == "whole" else "hundredths of a point"
        _wrong(fields, currency, f"'points' is no whole number of {size} above 0")
        return None
    try:
        amount, unit = _amount(each, units)
        quantity, scale = _counted(scene, unit, units)
    except Fault as fault:
        _wrong(fields, currency, fault.what().removesuffix("."))
        return None
    if amount <= 0:
        _wrong(fields, currency, f"'each' is {each}; it must be above 0")
        return None
    return ScenePoints(quantity.name, amount * scale, int(points))


def _amount(text: str, units: Units) -> tuple[Decimal, Unit]:
    """A written amount, such as "500 step"."""
    tree = formula.parse(text)
    if not isinstance(tree, formula.Number) or tree.unit is None:
        raise UnitMismatch(found=repr(text), wanted="a number and a unit, such as '500 step'")
    return tree.value, units.parse(tree.unit)


def _counted(scene: Scene, unit: Unit, units: Units) -> tuple[Quantity, Decimal]:
    """The one quantity of the scene that the unit measures, and how many of its unit make one."""
    measured = {name: q for name, q in scene.quantities.items() if q.unit is not None}
    alike = [q for q in measured.values() if q.unit is not None and units.alike(q.unit, unit)]
    if len(alike) != 1 or alike[0].unit is None:
        known = ", ".join(f"{name} ({q.unit})" for name, q in measured.items()) or "nothing"
        wanted = f"the unit of one quantity of scene {scene.id!r}: {known}"
        raise UnitMismatch(found=unit.text, wanted=wanted)
    return alike[0], units.scale(unit, alike[0].unit)


def _wrong(fields: Fields, currency: Currency, problem: str) -> None:
    fields.faults.append(WrongRate(place=fields.place, currency=currency.id, problem=problem))
