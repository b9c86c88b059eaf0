"""The quantities of a record: as each scene asks for them, read from texts or from coordinates.

A quantity is read only in records of a scene that carries it, so that a stray ``steps`` beside a
bus ride neither counts nor spoils the record.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

import ibis
import ibis.expr.types as ir

from tanpuhui.engine import any_of, joined
from tanpuhui.intake.checks import Check
from tanpuhui.intake.content import number_text, sized_text
from tanpuhui.intake.limits import NUMBER_LIMIT
from tanpuhui.intake.programme_facts import Asked, ProgrammeFacts, in_scenes
from tanpuhui.intake.straight_line import haversine_km
from tanpuhui.intake.texts import one_of, own_text, ruled_text
from tanpuhui.rules import (
    FileMapping,
    FromColumns,
    FromConstant,
    FromCoordinates,
    FromNumber,
    Quantity,
)

_LARGEST = 1.7e308  # NaN and infinity compare as larger, on every engine


class QuantityColumn(ABC):
    """One quantity in the layers of the plan, which ``received`` names."""

    def __init__(self, name: str, asked: Asked) -> None:
        self.name = name
        self.asked = asked

    @abstractmethod
    def texts(self, raw: ir.Table) -> dict[str, Any]:
        """First layer: the texts that it is read from."""

    @abstractmethod
    def numbers(self, t: Any) -> dict[str, Any]:
        """Second layer: the numbers in those texts."""

    @abstractmethod
    def value(self, t: Any) -> Any:
        """Third layer: the quantity in the scene's unit; null where absent, wrong or not asked."""

    @abstractmethod
    def kept(self, t: Any) -> Any:
        """Last layer: the value as it goes on, of any record."""

    @abstractmethod
    def content(self, t: Any) -> list[Any]:
        """Last layer: canonical texts of the value in an accepted record; none is null."""

    @abstractmethod
    def _good(self, t: Any, quantity: Quantity) -> Any:
        """True of a value that is there and as it should be."""

    @abstractmethod
    def _absent(self, t: Any) -> Any:
        """True where the file does not say."""

    @abstractmethod
    def _checks(self, t: Any, quantity: Quantity) -> Iterable[Check]:
        """What may be wrong."""

    def accepts(self, t: Any) -> Any:
        """True where the value is as the record's scene asks, or the scene does not ask."""
        branches = []
        for scenes, quantity in self.asked:
            good = self._good(t, quantity)
            branches.append(
                (in_scenes(t, scenes), good if quantity.required else good | self._absent(t))
            )
        return ibis.cases(*branches, else_=ibis.literal(value=True))

    def checks(self, t: Any) -> list[Check]:
        """What may be wrong with it, in order."""
        return [
            Check(in_scenes(t, scenes) & check.failed, check.code, check.shown)
            for scenes, quantity in self.asked
            for check in self._checks(t, quantity)
        ]

    def _asked_for(self, t: Any, value: Any) -> Any:
        scenes = [number for numbers, _ in self.asked for number in numbers]
        return ibis.cases((in_scenes(t, scenes), value))


class _Text(QuantityColumn):
    """A text of a closed set."""

    def __init__(self, name: str, asked: Asked, rule: FromColumns | FromConstant) -> None:
        super().__init__(name, asked)
        self._rule = rule

    def texts(self, raw: ir.Table) -> dict[str, Any]:
        return {f"{self.name}_text": ruled_text(raw, self._rule)}

    def numbers(self, t: Any) -> dict[str, Any]:
        return {}

    def value(self, t: Any) -> Any:
        return self._asked_for(t, t[f"{self.name}_text"])

    def kept(self, t: Any) -> Any:
        return t[self.name]

    def content(self, t: Any) -> list[Any]:
        value = t[self.name]
        said = joined(f"{self.name}=", *sized_text(value), ";")
        return [ibis.cases((value.notnull(), said), else_="")]

    def _good(self, t: Any, quantity: Quantity) -> Any:
        return one_of(t[self.name], quantity.choices)

    def _absent(self, t: Any) -> Any:
        return t[self.name].isnull()

    def _checks(self, t: Any, quantity: Quantity) -> Iterable[Check]:
        if quantity.required:
            yield Check(self._absent(t), f"missing-{self.name}")
        yield Check(~self._good(t, quantity), f"unknown-{self.name}", t[self.name])


class _Number(QuantityColumn):
    """An amount that is not negative.

    Args:
        scale: how many of the scene's unit make one of the file's.
    """

    def __init__(self, name: str, asked: Asked, scale: Decimal) -> None:
        super().__init__(name, asked)
        self._scale = scale

    @abstractmethod
    def _unreadable(self, t: Any) -> Any:
        """True where the file says something that is no number."""

    @abstractmethod
    def _shown(self, t: Any) -> Any:
        """What the file says."""

    def kept(self, t: Any) -> Any:
        value = t[self.name]
        return ibis.cases(
            (t.refused.isnull(), value.abs()),  # minus zero is zero
            (value.abs() <= _double(NUMBER_LIMIT), value),
        )

    def _good(self, t: Any, quantity: Quantity) -> Any:
        return (t[self.name] >= _double(0.0)) & (t[self.name] <= _double(_most(quantity)))

    def _absent(self, t: Any) -> Any:
        return t[self.name].isnull() & ~self._unreadable(t)

    def _checks(self, t: Any, quantity: Quantity) -> Iterable[Check]:
        value, shown = t[self.name], self._shown(t)
        yield Check(self._unreadable(t), f"unreadable-{self.name}", shown)
        if quantity.required:
            yield Check(value.isnull(), f"missing-{self.name}", shown)
        yield Check(value < _double(0.0), f"negative-{self.name}", shown)
        yield Check(value > _double(_most(quantity)), f"above-most-{self.name}", shown)


class _Single(_Number):
    """An amount that stands in one column, or is the same in every record."""

    def __init__(self, name: str, asked: Asked, rule: FromNumber | FromConstant) -> None:
        super().__init__(name, asked, rule.scale if isinstance(rule, FromNumber) else Decimal(1))
        self._rule = rule

    def texts(self, raw: ir.Table) -> dict[str, Any]:
        match self._rule:
            case FromNumber(name=column):
                text = own_text(raw, column)
            case FromConstant(text=constant):
                text = ibis.literal(constant)
        return {f"{self.name}_text": text}

    def numbers(self, t: Any) -> dict[str, Any]:
        return {f"{self.name}_read": _number(t[f"{self.name}_text"])}

    def value(self, t: Any) -> Any:
        return self._asked_for(t, _scaled(t[f"{self.name}_read"], self._scale))

    def content(self, t: Any) -> list[Any]:
        value = t[self.name]
        said = joined(f"{self.name}=", *number_text(value), ";")
        return [ibis.cases((value.notnull(), said), else_="")]

    def _unreadable(self, t: Any) -> Any:
        return _is_no_number(t[f"{self.name}_text"], t[f"{self.name}_read"])

    def _shown(self, t: Any) -> Any:
        return t[f"{self.name}_text"]


class _StraightLine(_Number):
    """A distance that is computed from two places."""

    def __init__(self, name: str, asked: Asked, rule: FromCoordinates) -> None:
        super().__init__(name, asked, rule.scale)
        self._columns = rule.names
        self._texts = [f"{name}_text_{place}" for place in range(4)]
        self._reads = [f"{name}_read_{place}" for place in range(4)]

    def texts(self, raw: ir.Table) -> dict[str, Any]:
        pairs = zip(self._texts, self._columns, strict=True)
        return {text: own_text(raw, column) for text, column in pairs}

    def numbers(self, t: Any) -> dict[str, Any]:
        return {read: _number(t[text]) for read, text in zip(self._reads, self._texts, strict=True)}

    def value(self, t: Any) -> Any:
        lat1, lon1, lat2, lon2 = (t[read] for read in self._reads)
        return self._asked_for(t, _scaled(haversine_km(lat1, lon1, lat2, lon2), self._scale))

    def content(self, t: Any) -> list[Any]:
        # The places and not the distance, whose last bit may differ between engines.
        parts = [part for read in self._reads for part in (*number_text(t[read]), ",")]
        said = joined(f"{self.name}=@", *parts, ";")
        return [ibis.cases((t[self.name].notnull(), said), else_="")]

    def _unreadable(self, t: Any) -> Any:
        pairs = zip(self._texts, self._reads, strict=True)
        return any_of(_is_no_number(t[x], t[y]) for x, y in pairs)

    def _shown(self, t: Any) -> Any:
        pairs = zip(self._texts, self._reads, strict=True)
        return ibis.cases(*((_is_no_number(t[text], t[read]), t[text]) for text, read in pairs))


def quantity_columns(
    programme: ProgrammeFacts, mapping: FileMapping | None
) -> tuple[QuantityColumn, ...]:
    """A reader for each quantity of the programme's scenes, by name."""
    rules = {} if mapping is None else mapping.quantities
    found: list[QuantityColumn] = []
    for name, asked in programme.quantities.items():
        assert len({quantity.unit for _, quantity in asked}) == 1, f"{name} has two units"
        is_text = asked[0][1].unit is None
        rule = rules.get(
            name, FromColumns((name,), {}) if is_text else FromNumber(name, Decimal(1))
        )
        if is_text:
            assert isinstance(rule, FromColumns | FromConstant), f"{name} is a text"
            found.append(_Text(name, asked, rule))
        elif isinstance(rule, FromCoordinates):
            found.append(_StraightLine(name, asked, rule))
        else:
            assert isinstance(rule, FromNumber | FromConstant), f"{name} is a number"
            found.append(_Single(name, asked, rule))
    return tuple(found)


def _number(text: Any) -> Any:
    """The number that a text writes; null where it writes none.

    DuckDB takes 1_000 for a thousand and +-5 for minus five; nobody else does.
    """
    odd = text.contains("_") | text.startswith("+-")
    return ibis.cases((~odd, text.try_cast("float64")))


def _is_no_number(text: Any, read: Any) -> Any:
    return text.notnull() & ~(read.abs() <= _double(_LARGEST)).fill_null(ibis.literal(value=False))


def _scaled(number: Any, scale: Decimal) -> Any:
    """The number in another unit; rounded once, since one of scale and 1/scale is whole."""
    if scale == 1:
        return number
    if scale < 1 and (1 / scale) == (1 / scale).to_integral_value():
        return number / _double(float(1 / scale))
    return number * _double(float(scale))


def _most(quantity: Quantity) -> float:
    return NUMBER_LIMIT if quantity.most is None else min(float(quantity.most), NUMBER_LIMIT)


def _double(number: float) -> Any:
    return cast(Any, ibis.literal(number, type="float64"))
