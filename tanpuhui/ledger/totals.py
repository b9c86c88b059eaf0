"""Books as people read them: totals by partner, by region and by scene, and of all persons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

ORDERS = ("partner", "region", "scene")  # the books that are told apart by an id


@dataclass(frozen=True)
class Total:
    """A line of a book.

    Args:
        count: acts.
        points: by currency, in its unit; None where its rate is not published.
    """

    count: int
    reduction_mg: int
    credited_mg: int
    points: Mapping[str, int | None]

    def to_json(self) -> dict[str, Any]:
        """As the contract of ``--json`` has it."""
        return {
            "count": self.count,
            "reduction_mg": self.reduction_mg,
            "credited_mg": self.credited_mg,
            "points": dict(self.points),
        }


@dataclass(frozen=True)
class Books:
    """Three books over the same lines, and the one by scene.

    Args:
        partner: the enterprises' book, by partner.
        region: the government's book, by region.
        scene: the same by scene.
        person: the sum of all persons' accounts.
    """

    partner: Mapping[str, Total]
    region: Mapping[str, Total]
    scene: Mapping[str, Total]
    person: Total

    def agree(self) -> bool:
        """True where all of them come to the same acts, milligrams and points."""
        wholes = [_sum(book.values()) for book in (self.partner, self.region, self.scene)]
        return all(whole == _figures(self.person) for whole in wholes)

    def to_json(self) -> dict[str, Any]:
        """As the contract of ``--json`` has it."""
        named = {"partner": self.partner, "region": self.region, "scene": self.scene}
        return {
            **{
                order: {name: total.to_json() for name, total in sorted(book.items())}
                for order, book in named.items()
            },
            "person": self.person.to_json(),
        }


def books_of(
    book_lines: pa.Table,
    point_lines: pa.Table,
    balances: pa.Table,
    point_balances: pa.Table,
    currencies: Mapping[str, bool],
) -> Books:
    """The books of some lines. The persons' is summed over balances, the others over book lines.

    Args:
        book_lines: shaped as ``BOOK_LINES``.
        point_lines: shaped as ``POINT_LINES``.
        balances: shaped as ``BALANCES``, or sums over it.
        point_balances: shaped as ``POINT_BALANCES``, or sums over it.
        currencies: each currency's id, and whether its rate is published.
    """
    lines, points = book_lines.to_pylist(), point_lines.to_pylist()
    books = {order: _book(order, lines, points, currencies) for order in ORDERS}
    person_points = {
        row["currency"]: row["points_sum"]
        for row in point_balances.group_by("currency").aggregate([("points", "sum")]).to_pylist()
    }
    person = Total(
        count=_column_sum(balances, "count"),
        reduction_mg=_column_sum(balances, "reduction_mg"),
        credited_mg=_column_sum(balances, "credited_mg"),
        points=_points(person_points, currencies),
    )
    return Books(books["partner"], books["region"], books["scene"], person)


def _column_sum(table: pa.Table, name: str) -> int:
    return sum(chunk.sum().as_py() or 0 for chunk in table[name].chunks if len(chunk))


def _book(
    order: str,
    lines: Collection[Mapping[str, Any]],
    points: Iterable[Mapping[str, Any]],
    currencies: Mapping[str, bool],
) -> dict[str, Total]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in lines:
        found = sums[line[order]]
        for place, name in enumerate(("count", "reduction_mg", "credited_mg")):
            found[place] += line[name] or 0
    granted: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for line in points:
        granted[line[order]][line["currency"]] += line["points"]
    return {
        name: Total(count, reduction_mg, credited_mg, _points(granted[name], currencies))
        for name, (count, reduction_mg, credited_mg) in sums.items()
    }


def _points(granted: Mapping[str, int], currencies: Mapping[str, bool]) -> dict[str, int | None]:
    return {
        currency: granted.get(currency, 0) if published else None
        for currency, published in currencies.items()
    }


def _sum(totals: Iterable[Total]) -> tuple[int, int, int, dict[str, int]]:
    count = reduction = credited = 0
    points: dict[str, int] = defaultdict(int)
    for total in totals:
        count += total.count
        reduction += total.reduction_mg
        credited += total.credited_mg
        for currency, granted in total.points.items():
            points[currency] += granted or 0
    return count, reduction, credited, {name: number for name, number in points.items() if number}


def _figures(total: Total) -> tuple[int, int, int, dict[str, int]]:
    return _sum([total])
