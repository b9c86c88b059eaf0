"""Days in half-open ranges: ``from_day`` is in, ``until_day`` is out, None is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DayRange:
    """The days from ``from_day`` up to, not including, ``until_day``.

    Args:
        from_day: first day inside; None for no beginning.
        until_day: first day no longer inside; None for no end.

    >>> august = DayRange(date(2022, 8, 1), date(2022, 9, 1))
    >>> date(2022, 8, 31) in august, date(2022, 9, 1) in august
    (True, False)
    """

    from_day: date | None = None
    until_day: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.from_day is None or self.from_day <= day) and (
            self.until_day is None or day < self.until_day
        )

    def is_empty(self) -> bool:
        """True where no day lies inside."""
        return (
            self.from_day is not None
            and self.until_day is not None
            and self.until_day <= self.from_day
        )

    def overlaps(self, other: DayRange) -> bool:
        """True where the two share a day."""
        return not (
            (
                self.until_day is not None
                and other.from_day is not None
                and self.until_day <= other.from_day
            )
            or (
                other.until_day is not None
                and self.from_day is not None
                and other.until_day <= self.from_day
            )
        )

    def __str__(self) -> str:
        first = "the beginning" if self.from_day is None else self.from_day.isoformat()
        if self.until_day is None:
            return f"from {first} on"
        return f"{first} until {self.until_day.isoformat()}"
