"""The step as one plan: the texts of a file in, typed records with their refusals out.

It is built in layers, so that an engine computes each thing once: texts, then numbers and instants,
then what needs both, then the cheap question whether a record is good, then for the others the
first check that fails, then what goes on. Whoever filters the result keeps it first: engines
push a filter down through the layers, and compute them twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanpuhui.intake.checks import Check, accepts, field_checks, is_code, last_checks
from tanpuhui.intake.clocks import instants
from tanpuhui.intake.content import content
from tanpuhui.intake.faults import StrangeRegions
from tanpuhui.intake.limits import REASON_LIMIT, REGION_LIMIT
from tanpuhui.intake.programme_facts import LocalDay, ProgrammeFacts, in_scenes
from tanpuhui.intake.quantities import QuantityColumn, quantity_columns
from tanpuhui.intake.texts import check_columns, field_text
from tanpuhui.records import EVIDENCE, FIELDS
from tanpuhui.rules import FileMapping, Scene
from tanpuhui.terms import DayRange, Regions

_UTC = pa.timestamp("us", tz="UTC")
_FIELD_TYPES = {"started_at": _UTC, "ended_at": _UTC}


def received(
    raw: ir.Table,
    *,
    mapping: FileMapping | None,
    partner: str | None,
    scenes: Mapping[str, Scene],
    programme_scenes: Collection[str],
    partners: Collection[str] | None,
    regions: Collection[str] | None,
    unknown_regions: Collection[str],
    days: DayRange,
    time_zone: str,
    local_day: LocalDay,
    carried: Collection[str] = (),
) -> ir.Table:
    """Every record of a file, typed and checked.

    Args:
        raw: one row a record, every column str as it stands in the file, null or empty where
            the file says nothing.
        mapping: how the file's columns become fields; None where they are the platform's own.
        partner: who hands the file in; a record that names its partner is taken at its word, so
            where one partner may not speak for another, ``partners`` names it alone.
        scenes: every scene of the library, by id.
        programme_scenes: ids of those in which the programme counts.
        partners: ids of those who may report; None for anyone.
        regions: codes within which acts count; None for anywhere.
        unknown_regions: what the function of that name finds in the rows of ``region_codes``.
        days: local days on which acts count.
        time_zone: IANA name, the programme's.
        local_day: the engine's primitive.
        carried: columns of ``raw``, such as a row number, to hand on untouched.

    Returns:
        One row a record, in order, in the columns and types of ``received_schema``: the fields of a
        record, ``partner`` filled in, ``ended_at`` of an instant too; ``local_day``;
        ``evidence_rank``, 0 the strongest; each quantity of the programme's scenes, in the scene's
        unit, null where the scene does not ask for it or the record does not say; ``content``, the
        hash of what an accepted record says, apart from how it is written; ``refused``, the code of
        the first check that failed, null where accepted; ``reason``, the text that failed it,
        where that helps. What cannot be read of a refused record is null.

    Raises:
        MissingColumns: a column is not there that the mapping names or every record needs.
    """
    programme = ProgrammeFacts(
        known_scenes=scenes, scene_ids=tuple(dict.fromkeys(programme_scenes)), partners=partners,
        regions=regions, unknown_regions=unknown_regions, days=days, time_zone=time_zone,
        local_day=local_day,
    )  # fmt: skip
    check_columns(raw.columns, mapping=mapping, partner=partner, scenes=programme.scenes)
    quantities = quantity_columns(programme, mapping)
    texts = raw.select(
        *carried,
        **{f"{f.name}_text": field_text(raw, f.name, mapping, partner) for f in FIELDS},
        **_merged(quantity.texts(raw) for quantity in quantities),
    )
    typed = _typed(texts, mapping.time_zone if mapping else None, programme, quantities)
    judged = _judged(typed, programme, quantities)
    return judged.select(*carried, **_columns(judged, quantities))


def received_schema(
    scenes: Mapping[str, Scene], programme_scenes: Collection[str], *, carried: pa.Schema = None
) -> pa.Schema:
    """The columns of ``received`` and their types.

    Args:
        carried: the types of the columns that are handed on.
    """
    asked = {
        name: pa.string() if quantity.unit is None else pa.float64()
        for scene_id in programme_scenes
        for name, quantity in scenes[scene_id].quantities.items()
    }
    fields = [(field.name, _FIELD_TYPES.get(field.name, pa.string())) for field in FIELDS]
    return pa.schema(
        [
            *(carried or ()),
            *fields,
            ("local_day", pa.date32()),
            ("evidence_rank", pa.int32()),
            *sorted(asked.items()),
            ("content", pa.string()),
            ("refused", pa.string()),
            ("reason", pa.string()),
        ]
    )


def region_codes(raw: ir.Table, *, mapping: FileMapping | None) -> ir.Table:
    """The distinct regions of a file that look like codes, in one column ``region``."""
    named = raw.select(region=field_text(raw, "region", mapping, None))
    return named.filter(is_code(named.region)).distinct()


def unknown_regions(codes: Iterable[str], regions: Regions) -> frozenset[str]:
    """Those of the codes that the vocabulary does not have.

    Raises:
        StrangeRegions: there are so many that the column holds something else.
    """
    unknown = frozenset(code for code in codes if code not in regions)
    if len(unknown) > REGION_LIMIT:
        examples = tuple(sorted(unknown)[:3])
        raise StrangeRegions(count=len(unknown), most=REGION_LIMIT, examples=examples)
    return unknown


# -- layers ----------------------------------------------------------------------------------------


def _typed(
    texts: ir.Table,
    zone: str | None,
    programme: ProgrammeFacts,
    quantities: Iterable[QuantityColumn],
) -> ir.Table:
    """Second and third layer: instants, numbers and places in lists; then what is made of them."""
    read = texts.mutate(
        started_at=instants(texts.started_at_text, zone),
        ended_at_read=instants(texts.ended_at_text, zone),
        scene_number=_place(texts.scene_text, programme.scene_ids),
        evidence_rank=_place(texts.evidence_text, EVIDENCE),
        **_merged(quantity.numbers(texts) for quantity in quantities),
    )
    instantly = programme.numbers_where(lambda scene: scene.period == "instant")
    ends_at_start = read.ended_at_text.isnull() & in_scenes(read, instantly)
    return read.mutate(
        ended_at=ibis.cases((ends_at_start, read.started_at), else_=read.ended_at_read),
        local_day=programme.local_day(read.started_at, programme.time_zone),
        **{quantity.name: quantity.value(read) for quantity in quantities},
    )


def _judged(
    typed: ir.Table, programme: ProgrammeFacts, quantities: Iterable[QuantityColumn]
) -> ir.Table:
    """Fourth to sixth layer: whether a record is good, which check fails, and its code."""
    good = [*accepts(typed, programme), *(quantity.accepts(typed) for quantity in quantities)]
    asked = typed.mutate(good=reduce(lambda a, b: a & b, good))
    checks = [
        *field_checks(asked, programme),
        *(check for quantity in quantities for check in quantity.checks(asked)),
        *last_checks(asked, programme),
    ]
    failed = asked.mutate(failed=_first_failed(asked.good, checks))
    shown = [check.shown for check in checks]
    return failed.mutate(
        refused=_by_check(failed.failed, [ibis.literal(check.code) for check in checks]),
        reason=_by_check(failed.failed, shown),
    )


def _columns(t: ir.Table, quantities: Iterable[QuantityColumn]) -> dict[str, Any]:
    """Last layer: the columns that go on."""
    quantities = tuple(quantities)
    fields = {f.name: t[f"{f.name}_text"] for f in FIELDS if f.name not in _FIELD_TYPES}
    times = {name: t[name] for name in _FIELD_TYPES}
    return {
        **{f.name: {**fields, **times}[f.name] for f in FIELDS},
        "local_day": t.local_day,
        "evidence_rank": t.evidence_rank,
        **{quantity.name: quantity.kept(t) for quantity in quantities},
        "content": content(t, [part for quantity in quantities for part in quantity.content(t)]),
        "refused": t.refused,
        "reason": t.reason.left(REASON_LIMIT),  # here, since Ibis writes what it cuts twice
    }


def _place(text: Any, listed: Collection[str]) -> Any:
    """The place of a text in a list; null where it is not there."""
    places = enumerate(listed)
    return ibis.cases(*((text == word, ibis.literal(place, "int32")) for place, word in places))


def _first_failed(good: Any, checks: list[Check]) -> Any:
    """The place of the first check that fails; null where none does."""
    none = ibis.null("int32")
    return ibis.cases(
        (good, none),
        *((check.failed, ibis.literal(place, "int32")) for place, check in enumerate(checks)),
        else_=none,
    )


def _by_check(failed: Any, texts: list[Any]) -> Any:
    """The text that belongs to the check that failed; null where it has none."""
    said = [(place, text) for place, text in enumerate(texts) if text is not None]
    branches = [(failed == ibis.literal(place, "int32"), text) for place, text in said]
    nothing = ibis.null("string")
    return ibis.cases((failed.isnull(), nothing), *branches, else_=nothing)


def _merged(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: column for part in parts for name, column in part.items()}
