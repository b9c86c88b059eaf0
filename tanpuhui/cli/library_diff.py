"""``tanpuhui library diff``: what a change of the rules changes, in grams, for whom."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import click

from tanpuhui import engine, rules
from tanpuhui import quantify as step
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.library_versions import version_named
from tanpuhui.engine import shown
from tanpuhui.quantify import Act, Change, Version, Worth
from tanpuhui.rules import Cells, Library, ValueChange
from tanpuhui.terms import DayRange, Mass

FATE_ZH = {"added": "新增 added", "removed": "删除 removed", "changed": "变更 changed"}


@click.command(
    epilog="""\b
Examples
  tanpuhui library diff v1.2                        that revision and the rules as they are here
  tanpuhui library diff HEAD~1 HEAD
  tanpuhui library diff /old/library /new/library
  tanpuhui library diff energy.distributed_pv.gd_2017003_v02 energy.distributed_pv.gd_2017003_v03

\b
A side is a folder laid out like library/, a git revision of the repository that you stand in, or,
on both sides, the id of a methodology. NEW is the public library where it is left out.
A typical act is an ordinary worked case of the methodology, before limits, on a day and in a
region where the two versions differ. A posted line never changes; 'tanpuhui ledger restate' posts
differences.
""",
)
@click.argument("old")
@click.argument("new", required=False)
@shared.with_library
@shared.with_json
@shared.telling_faults
def diff(old: str, new: str | None, libraries: tuple[Path, ...], as_json: bool) -> None:
    """Say which programmes, regions, days and how many grams a typical act differ by."""
    with ExitStack() as kept:
        facts = _compared(old, new, shared.open_library(libraries), kept)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(facts)))


def _compared(old: str, new: str | None, here: Library, kept: ExitStack) -> dict[str, Any]:
    backend = engine.open_backend("reference")
    ids = here.ids("methodology")
    if new is not None and old in ids and new in ids:
        sides = (Version(here, here.methodology(old)), Version(here, here.methodology(new)))
        change = step.change_of(f"{old} → {new}", *sides, backend)
        found = () if change is None else (change,)
        return {**_head(here, here), "methodologies": [_change(here, here, c) for c in found],
                "scenes": [], "programmes": []}  # fmt: skip
    before = version_named(old, kept)
    after = here if new is None else version_named(new, kept)
    return {
        **_head(before, after),
        "methodologies": [_change(before, after, c) for c in step.changes(before, after, backend)],
        "scenes": _others(before, after, "scene"),
        "programmes": _others(before, after, "programme"),
    }


def _head(old: Library, new: Library) -> dict[str, Any]:
    return {"old": old.version, "new": new.version}


def _others(old: Library, new: Library, kind: str) -> list[dict[str, Any]]:
    """The scenes or programmes that differ by their files."""
    rows = []
    for name in sorted({*old.ids(kind), *new.ids(kind)}):
        if name not in old.ids(kind) or name not in new.ids(kind):
            fate = "added" if name in new.ids(kind) else "removed"
            rows.append({"id": name, "change": fate, "keys": []})
        elif kind == "programme":
            keys = rules.programme_changes(old.programme(name), new.programme(name))
            rows += [{"id": name, "change": "changed", "keys": list(keys)}] if keys else []
        elif old.scene(name).sha256 != new.scene(name).sha256:
            rows.append({"id": name, "change": "changed", "keys": []})
    return rows


def _change(old: Library, new: Library, change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "title": _title(old, new, change.id),
        "change": change.fate,
        "keys": list(change.keys),
        "values": [_value(value) for value in change.values],
        "acts": [_act(act) for act in change.acts],
        "programmes": {name: list(scenes) for name, scenes in change.programmes.items()},
    }


def _title(old: Library, new: Library, name: str) -> Mapping[str, str] | None:
    for library in (new, old):
        if name in library.ids("methodology"):
            return vars(library.methodology(name).title)
    return None


def _value(change: ValueChange) -> dict[str, Any]:
    return {
        "factor": change.factor,
        "unit": change.unit,
        "region": change.region,
        "from": None if change.days.from_day is None else change.days.from_day.isoformat(),
        "until": None if change.days.until_day is None else change.days.until_day.isoformat(),
        "old": _cells(change.old, change.new),
        "new": _cells(change.new, change.old),
    }


def _cells(cells: Cells | None, other: Cells | None) -> dict[str, str | None] | None:
    """The cells that differ from the other's; the one key of a single value is empty."""
    if cells is None:
        return None
    others = other or {}
    return {
        ".".join(key): None if number is None else shown(number)
        for key, number in cells.items()
        if key not in others or others[key] != number
    }


def _act(act: Act) -> dict[str, Any]:
    return {
        "act": act.vector,
        "region": act.region,
        "day": act.day.isoformat(),
        "old_mg": act.old.mg,
        "new_mg": act.new.mg,
        "difference_mg": act.difference_mg(),
        "old_refused": act.old.code,
        "new_refused": act.new.code,
    }


def _lines(facts: dict[str, Any]) -> list[str]:
    lines = ["规则库比较 · what differs", f"  旧 old  {facts['old']}", f"  新 new  {facts['new']}"]
    if not any(facts[kind] for kind in ("methodologies", "scenes", "programmes")):
        return [*lines, "", "没有差别 · no difference"]
    for change in facts["methodologies"]:
        lines += ["", *_methodology(change)]
    for kind, heading in (("scenes", "场景 scenes"), ("programmes", "计划 programmes")):
        if facts[kind]:
            lines += ["", heading]
        for row in facts[kind]:
            keys = f"：{', '.join(row['keys'])}" if row["keys"] else ""
            lines.append(f"  {FATE_ZH[row['change']]} {row['id']}{keys}")
    return lines


def _methodology(change: dict[str, Any]) -> list[str]:
    title = "" if change["title"] is None else f" · {change['title']['zh']}"
    lines = [f"{FATE_ZH[change['change']]} {change['id']}{title}"]
    if change["keys"]:
        lines.append(f"  条文 keys: {', '.join(change['keys'])}")
    for value in change["values"]:
        days = DayRange(*(_day(value[end]) for end in ("from", "until")))
        lines.append(
            f"  取值 value {value['factor']} in {value['region']} {days}: "
            f"{_told(value['old'])} → {_told(value['new'])} {value['unit']}"
        )
    for act in change["acts"]:
        was = _worth(Worth(act["old_mg"], act["old_refused"]))
        now = _worth(Worth(act["new_mg"], act["new_refused"]))
        lines.append(f"  典型行为 act: {act['act']}")
        lines.append(f"    {act['region']} {act['day']}: {was} → {now}{_apart(act)}")
    if change["change"] == "changed" and not change["acts"]:
        lines.append("  典型行为 acts: 无差别 none differs")
    used = "；".join(f"{name}（{', '.join(scenes)}）" for name, scenes in
                     change["programmes"].items())  # fmt: skip
    lines.append(f"  涉及计划 programmes: {used or '无 none'}")
    return lines


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _told(cells: dict[str, str | None] | None) -> str:
    if cells is None:
        return "无 none"
    parts = [f"{key} {'缺 empty' if n is None else n}".strip() for key, n in cells.items()]
    return ", ".join(parts) or "（其余不变 the rest as before）"


def _worth(worth: Worth) -> str:
    return f"不计 refused {worth.code}" if worth.mg is None else str(Mass(worth.mg))


def _apart(act: dict[str, Any]) -> str:
    difference = act["difference_mg"]
    if difference is None:
        return ""
    sign = "+" if difference > 0 else ""
    share = f", {difference / act['old_mg']:+.1%}" if act["old_mg"] else ""
    return f"（{sign}{Mass(difference)}{share}）"
