"""Jurisdictions and policies on a terminal and as JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tanpuhui.cli.words import KNOWN_ZH, STATUS_ZH
from tanpuhui.engine import shown
from tanpuhui.rules import (
    FACTS,
    Fact,
    Instrument,
    Jurisdiction,
    Library,
    Policy,
    Source,
    Words,
    days_text,
)

PREFIX = "jurisdiction."  # 'library show jurisdiction.shenzhen' is the same as '… show shenzhen'


def jurisdiction_row(jurisdiction: Jurisdiction) -> dict[str, Any]:
    """A row of ``library list --kind jurisdiction``."""
    unit = jurisdiction.facts.get("unit_name")
    newest = jurisdiction.instruments[-1]
    return {
        "id": jurisdiction.id,
        "region": jurisdiction.region,
        "unit": "" if unit is None or unit.value is None else str(unit.value),
        "status": newest.status,
        "zh": jurisdiction.title.zh,
        "en": jurisdiction.title.en,
    }


def policy_rows(library: Library) -> list[dict[str, Any]]:
    """Every policy, as ``library list --kind policy`` gives it."""
    return [policy_facts(policy) for policy in library.policies]


def policy_facts(policy: Policy) -> dict[str, Any]:
    """A policy: when, where, who, what it is called and what it asks."""
    return {
        "issued": policy.issued,
        "region": policy.region,
        "about": policy.about,
        "zh": policy.title.zh,
        "en": policy.title.en,
        "number": policy.number,
        "issuer": vars(policy.issuer),
        "asks": vars(policy.asks),
        "source": vars(policy.source),
    }


def jurisdiction_facts(jurisdiction: Jurisdiction) -> dict[str, Any]:
    """Everything of a jurisdiction, for ``--json``; a fact that nobody knows is not there."""
    return {
        "id": jurisdiction.id,
        "title": vars(jurisdiction.title),
        "region": jurisdiction.region,
        "inside": jurisdiction.inside,
        "authority": None if jurisdiction.authority is None else vars(jurisdiction.authority),
        "instruments": [_instrument(found) for found in jurisdiction.instruments],
        "facts": {name: _fact(fact) for name, fact in jurisdiction.facts.items()},
        "notes": [vars(note) for note in jurisdiction.notes],
        "file": jurisdiction.file,
        "sha256": jurisdiction.sha256,
    }


def _instrument(found: Instrument) -> dict[str, Any]:
    return {
        "title": vars(found.title),
        "number": found.number,
        "issued": found.issued,
        "days": days_text(found.days),
        "status": found.status,
        "known": found.known,
        "source": vars(found.source),
        "note": None if found.note is None else vars(found.note),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    value: Any = fact.value
    if isinstance(value, Words):
        value = vars(value)
    elif isinstance(value, Decimal):
        value = shown(value)
    return {
        "value": value,
        "known": fact.known,
        "source": None if fact.source is None else vars(fact.source),
        "note": None if fact.note is None else vars(fact.note),
    }


def jurisdiction_page(library: Library, jurisdiction: Jurisdiction) -> str:
    """A jurisdiction as a page: instruments first, then each fact with how it is known."""
    region = library.regions.of(jurisdiction.region)
    lines = [
        f"{jurisdiction.title.zh} · {jurisdiction.title.en}",
        f"{jurisdiction.id} · {jurisdiction.file}",
        f"区域 region: {region.code} {region.zh} {region.en}",
    ]
    if jurisdiction.inside is not None:
        lines.append(f"上级 inside: {jurisdiction.inside}（其规定同样适用 its rules hold too）")
    if jurisdiction.authority is not None:
        lines.append(f"主管 authority: {_both(jurisdiction.authority)}")
    lines += ["", "法规与文件 instruments"]
    for found in jurisdiction.instruments:
        days = days_text(found.days)
        told = [found.number or "", found.issued or "日期不明 no date", days]
        lines.append(f"  《{found.title.zh}》 {found.title.en}")
        lines.append(
            f"    {' · '.join(part for part in told if part)} · {STATUS_ZH[found.status]} "
            f"{found.status} · {KNOWN_ZH[found.known]} {found.known} ({_source(found.source)})"
        )
        lines += [f"    {_both(found.note)}"] if found.note else []
    lines += ["", "规定 rules"]
    for name, (_, words) in FACTS.items():
        lines += _fact_lines(name, words, jurisdiction.facts.get(name))
    for note in jurisdiction.notes:
        lines += ["", _both(note)]
    return "\n".join(lines)


def _fact_lines(name: str, words: Words, fact: Fact | None) -> list[str]:
    head = f"  {words.zh} {name}"
    if fact is None or fact.value is None:
        lines = [f"{head}: 不详 not known"]
    else:
        assert fact.known is not None
        source = "" if fact.source is None else f" ({_source(fact.source)})"
        lines = [f"{head}: {fact_text(name, fact)} · {KNOWN_ZH[fact.known]} {fact.known}{source}"]
    if fact is not None and fact.note is not None:
        lines.append(f"    {_both(fact.note)}")
    return lines


def fact_text(name: str, fact: Fact) -> str:
    """The value of a fact as a reader sees it."""
    match fact.value:
        case Words() as words:
            return _both(words)
        case bool() as flag:
            return "是 yes" if flag else "否 no"
        case Decimal() as number:
            return f"{shown(100 * number)}%" if FACTS[name][0] == "share" else shown(number)
        case value:
            return str(value)


def _source(source: Source) -> str:
    return source.document + (f", {source.place}" if source.place else "")


def _both(words: Words) -> str:
    return f"{words.zh} · {words.en}"
