"""Scenes: what a record of a behaviour carries, and what makes two reports one act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tanpuhui.records import EVIDENCE, FIELDS, Evidence
from tanpuhui.rules.factors import read_unit
from tanpuhui.rules.fields import Fields, Source, Words
from tanpuhui.terms import Unit, Units

FAMILIES = (
    "clothing",
    "food",
    "home",
    "travel",
    "goods",
    "tourism",
    "office",
    "digital_finance",
    "nature",
    "points",
    "unit",
)
PERIODS = ("instant", "interval", "local_day", "interval_of_days")
SAME_ACT_KEYS = ("reference", "asset", "period")
# Columns that stand beside the quantities of a record, so none of these names can be one.
TAKEN_NAMES = {
    *(field.name for field in FIELDS),
    "local_day",
    "evidence_rank",
    "content",
    "refused",
    "reason",
    "position",
}


@dataclass(frozen=True)
class Quantity:
    """A quantity that a record carries.

    Args:
        unit: its unit; None for a text.
        choices: for a text, what it may be.
        required: whether a record without it is refused.
        default: what it is where a record does not say; None for nothing.
        most: the most that one record may carry; None for no bound.
    """

    name: str
    unit: Unit | None
    choices: tuple[str, ...]
    required: bool
    default: Decimal | None
    most: Decimal | None


@dataclass(frozen=True)
class Scene:
    """A behaviour as programmes count it.

    Args:
        same_act_by: what makes two reports one act: reference, asset, period.
        exclusive_class: acts of one class cannot overlap in time for one person; None for no class.
    """

    id: str
    title: Words
    family: str
    quantities: Mapping[str, Quantity]
    period: str
    evidence: tuple[Evidence, ...]
    same_act_by: tuple[str, ...]
    exclusive_class: str | None
    source: Source | None
    notes: tuple[Words, ...]
    sha256: str


def read_scene(top: Fields, *, units: Units, documents: Mapping[str, object], sha256: str) -> Scene:
    """The scene of a file; what is wrong is added to the fields' faults."""
    quantities = {
        name: _quantity(name, fields, units)
        for name, fields in top.entries("quantities", "quantity")
    }
    taken = sorted(TAKEN_NAMES & quantities.keys())
    if taken:
        top.wrong("quantities", f"other names than {', '.join(taken)}, which every record has")
    same_act = top.block("same_act", f"{top.of}, same_act")
    by: tuple[str, ...] = ()
    exclusive_class = None
    if same_act is not None:
        by = same_act.texts("by", required=True)
        for key in by:
            if key not in SAME_ACT_KEYS:
                same_act.wrong("by", f"a list of {', '.join(SAME_ACT_KEYS)}")
        exclusive_class = same_act.optional_text("exclusive_class")
        same_act.finish()
    scene = Scene(
        id=top.text("id"),
        title=top.words("title"),
        family=top.choice("family", FAMILIES),
        quantities=quantities,
        period=top.choice("period", PERIODS),
        evidence=read_evidence(top, required=True),
        same_act_by=by,
        exclusive_class=exclusive_class,
        source=top.source(documents) if top.has("source") else None,
        notes=top.all_words("notes"),
        sha256=sha256,
    )
    top.finish()
    return scene


def read_evidence(fields: Fields, *, required: bool = False) -> tuple[Evidence, ...]:
    """The classes of evidence under ``evidence``, strongest first."""
    found = fields.texts("evidence", required=required)
    known = tuple(evidence for evidence in EVIDENCE if evidence in found)
    if set(found) - set(known):
        fields.wrong("evidence", f"a list of {', '.join(EVIDENCE)}")
    return known


def _quantity(name: str, fields: Fields, units: Units) -> Quantity:
    choices = fields.texts("one_of")
    if choices:
        unit = None
        default = most = None
    else:
        unit = read_unit(fields, "unit", units)
        default, most = fields.optional_number("default"), fields.optional_number("most")
    required = fields.flag("required", default=True)
    fields.finish()
    return Quantity(name, unit, choices, required and default is None, default, most)
