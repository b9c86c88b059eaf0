"""What the demo prints: the fates of the records, and whose statements are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from tanpuhui import web
from tanpuhui.cli.demo.city import Act, City
from tanpuhui.rules import Programme

TOLD = 3  # statements that are printed
_ACTS_OF_THE_TOLD = range(4, 8)  # over all days, so that a statement fits on a screen


def opening(city: City, programme: Programme) -> str:
    """What is about to be simulated, and that it is."""
    partners = "、".join(dict.fromkeys(city.partners.values()))
    return (
        f"模拟数据：以《{programme.title.zh}》的规则虚构一座城市，不含任何真实的人、企业或记录。\n"
        f"Simulated data: a city invented under the rules of {programme.title.en}; "
        f"no real person, firm or record.\n"
        f"  {city.people:,} 人 people · {len(city.days)} 天 days from {city.days[0]} · "
        f"种子 seed {city.seed} · 合作方 partners {partners}"
    )


def fates_shown(results: Iterable[Mapping[str, Any]], city: City) -> str:
    """What became of all records, over all batches."""
    received = counted = 0
    duplicate: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for result in results:
        received += result["received"]
        counted += result["counted"]
        duplicate.update(result["duplicate_codes"])
        refused.update(result["refused"])
        held.update(result["held"])
    lines = [
        f"  城中发生 happened {len(city.acts):>12,} 次行为 acts",
        f"  收到 received     {received:>12,} 条记录 records",
        f"  计入 counted      {counted:>12,}",
    ]
    for name, codes in (
        ("重复 duplicate", duplicate), ("拒绝 refused", refused), ("暂存 held", held)
    ):  # fmt: skip
        lines.append(f"  {name:<14}{sum(codes.values()):>14,}")
        lines += [
            f"      {count:>8,}  {web.reason_of(code).zh} · {web.reason_of(code).en}  ({code})"
            for code, count in sorted(codes.items(), key=lambda item: (-item[1], item[0]))
        ]
    return "\n".join(lines)


def people_told(city: City) -> tuple[int, ...]:
    """Whose statements are told: few acts of several kinds, some of them reported twice."""
    acts: dict[int, list[Act]] = {}
    for act in city.acts:
        acts.setdefault(act.person, []).append(act)
    tracked = _reported_often(city)
    ranked = sorted(
        acts,
        key=lambda person: (
            len(acts[person]) not in _ACTS_OF_THE_TOLD,
            -len({act.doing.scene for act in acts[person]}),
            tracked[person] == 0,
            person,
        ),
    )
    return tuple(ranked[:TOLD])


def _reported_often(city: City) -> Counter[int]:
    """By person, how many of their acts somebody reports a second time."""
    people = {act.reference: act.person for act in city.acts if act.reference}
    references = Counter(r.fields["reference"] for r in city.reports if r.fields["reference"])
    return Counter(people[ref] for ref, n in references.items() if n > 1 and ref in people)


def subject_of(city: City, person: int) -> tuple[str, str]:
    """A person as a partner names them: the subject, and the partner."""
    return city.subject(person), city.partners["everyday"]


def agreement_shown(books: Mapping[str, Any]) -> str:
    """That the books come to the same, with the sum of each."""
    persons_mg = books["person"]["credited_mg"]
    sums = {
        order: sum(total["credited_mg"] for total in books[order].values())
        for order in ("partner", "region", "scene")
    }
    return (
        f"  企业账本合计 by partner  {sums['partner']:>18,} mg\n"
        f"  政府账本合计 by region   {sums['region']:>18,} mg\n"
        f"  政府账本合计 by scene    {sums['scene']:>18,} mg\n"
        f"  个人账本合计 persons     {persons_mg:>18,} mg"
    )
