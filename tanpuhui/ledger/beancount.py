"""A day of a journal as a file of Beancount, so that a program we did not write can close it.

Double entry: what partners' acts came to is income, what limits cut off is an expense, and what was
credited stands in the persons' accounts. The income is summed over book lines and the accounts over
journal lines, so a transaction balances only where two of the three books agree; and the file ends
with what a third sum says, so that it cannot lose a transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pyarrow as pa

from tanpuhui.ledger.totals import Books

MASS = "MGCO2E"  # the commodity of whole milligrams of CO2e
PERSONS, LIMITS, ACTS = "Assets:Persons", "Expenses:Limits", "Income"

BOOK_SUMS = pa.schema(
    [
        ("partner", pa.string()),
        ("region", pa.string()),
        ("scene", pa.string()),
        ("reduction_mg", pa.int64()),
        ("credited_mg", pa.int64()),
    ]
)
POINT_SUMS = pa.schema([*list(BOOK_SUMS)[:3], ("currency", pa.string()), ("points", pa.int64())])
PERSON_SUMS = pa.schema([("person_id", pa.int64()), ("credited_mg", pa.int64())])
PERSON_POINT_SUMS = pa.schema(
    [("person_id", pa.int64()), ("currency", pa.string()), ("points", pa.int64())]
)


@dataclass(frozen=True)
class DayOfBatch:
    """What one batch added to one local day.

    Args:
        kind: of ``Batch.kind``: records, or a kind of correction.
        reason: why records were withdrawn; None for other kinds.
        books: of the book lines, shaped as ``BOOK_SUMS``.
        points: of the point lines, shaped as ``POINT_SUMS``.
        persons: of the journal lines, shaped as ``PERSON_SUMS``.
        person_points: of the grants, shaped as ``PERSON_POINT_SUMS``.
    """

    batch: str
    posted_at: datetime
    kind: str
    reason: str | None
    books: pa.Table
    points: pa.Table
    persons: pa.Table
    person_points: pa.Table


@dataclass(frozen=True)
class AccountDay:
    """A local day of a programme's journal.

    Args:
        batches: those that touched it, in the order of posting.
        books: of the day, summed by themselves.
    """

    programme: str
    day: date
    batches: Sequence[DayOfBatch]
    books: Books


def as_beancount(day: AccountDay) -> str:
    """The day's account totals as the text of a Beancount file: a transaction for each batch.

    Amounts are whole milligrams of CO2e, and points in the currency's own unit. A correction is a
    transaction of its own, with what it adds or takes. A day without a line is a file without a
    transaction, which closes at zero.
    """
    names = _Names()
    transactions = [list(_transaction(day, one, names)) for one in day.batches]
    closing = list(_closing(day, names))
    opened = sorted({PERSONS, LIMITS} | names.accounts)
    lines = [
        f"; {day.programme}, acts of {day.day}, local time: account totals of each batch",
        f"; {MASS}: whole milligrams of CO2e; other commodities: points, in the currency's unit",
        *([] if day.batches else ["; 当日无入账记录 · nothing has been posted for this day"]),
        "",
        f'option "title" "{_quoted(day.programme)} {day.day}"',
        f'option "operating_currency" "{MASS}"',
        "",
        *(f"{day.day} commodity {name}" for name in (MASS, *sorted(names.currencies.values()))),
        *(f"{day.day} open {account}" for account in opened),
        "",
        *(line for transaction in transactions for line in (*transaction, "")),
        *closing,
    ]
    return "\n".join(lines) + "\n"


@dataclass
class _Names:
    """What ids are called in the file; two ids never get one name.

    An account's part begins with a capital letter or a digit, and holds no underscore.
    """

    parts: dict[str, str] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)

    def account(self, root: str, *ids: str) -> str:
        """An account below a root; it is opened."""
        found = ":".join((root, *(self._part(one) for one in ids)))
        self.accounts.add(found)
        return found

    def currency(self, one: str) -> str:
        """A commodity for a currency of points."""
        if one not in self.currencies:
            plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in one.upper())
            name = plain.strip("-")[:16] or "POINTS"
            name = name if name[0].isalpha() else f"P{name}"
            self.currencies[one] = _free(name, {MASS, *self.currencies.values()})
        return self.currencies[one]

    def _part(self, one: str) -> str:
        if one not in self.parts:
            plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in one).strip("-")
            name = plain[:1].upper() + plain[1:] or "X"
            self.parts[one] = _free(name, set(self.parts.values()))
        return self.parts[one]


def _free(name: str, taken: set[str]) -> str:
    """The name, or with a number where it is taken."""
    numbered = (name if n == 1 else f"{name}-{n}" for n in range(1, len(taken) + 2))
    return next(found for found in numbered if found not in taken)


def _transaction(day: AccountDay, one: DayOfBatch, names: _Names) -> Iterator[str]:
    why = one.kind if one.reason is None else f"{one.kind}: {one.reason}"
    yield f'{day.day} * "{_quoted(why)}" "{_quoted(one.batch)}"'
    yield f'  posted-at: "{one.posted_at.isoformat()}"'
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in one.books.to_pylist():
        keys = (row["partner"], row["region"], row["scene"])
        sums[names.account(ACTS, *keys), MASS] -= row["reduction_mg"]
        cut_mg = row["reduction_mg"] - row["credited_mg"]
        sums[names.account(LIMITS, row["scene"]), MASS] += cut_mg
    for row in one.points.to_pylist():
        keys = (row["partner"], row["region"], row["scene"])
        sums[names.account(ACTS, *keys), names.currency(row["currency"])] -= row["points"]
    for row in one.persons.to_pylist():
        sums[_of_person(row, names), MASS] += row["credited_mg"]
    for row in one.person_points.to_pylist():
        sums[_of_person(row, names), names.currency(row["currency"])] += row["points"]
    yield from (f"  {account}  {n} {name}" for (account, name), n in sorted(sums.items()) if n)


def _of_person(row: dict[str, int], names: _Names) -> str:
    return names.account(PERSONS, f"P{row['person_id']}")


def _closing(day: AccountDay, names: _Names) -> Iterable[str]:
    """What the books say that the accounts come to, at the beginning of the next day."""
    whole = day.books.person
    cut_mg = whole.reduction_mg - whole.credited_mg
    found = [(PERSONS, whole.credited_mg, MASS), (LIMITS, cut_mg, MASS)]
    found += [(PERSONS, n or 0, names.currency(one)) for one, n in sorted(whole.points.items())]
    for partner, total in sorted(day.books.partner.items()):
        account = names.account(ACTS, partner)
        found.append((account, -total.reduction_mg, MASS))
        for one, n in sorted(total.points.items()):
            found.append((account, -(n or 0), names.currency(one)))
    after = day.day + timedelta(days=1)
    return [f"{after} balance {account}  {n} {name}" for account, n, name in found]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
