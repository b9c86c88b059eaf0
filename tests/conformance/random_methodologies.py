"""Random methodologies of the language, and random records for them.

Formulas are drawn as the text that an author would write, with their units right, so that parser,
unit check, plan and back end all take part. Records come from a drawn seed: many a methodology, at
little cost.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tanpuhui import formula
from tanpuhui.formula import TEXT, Arithmetic, Node, Symbol
from tanpuhui.rules import (
    Case,
    Cells,
    Condition,
    Factor,
    FactorValue,
    Input,
    Limit,
    LimitKey,
    Methodology,
    Output,
    Quantity,
    Source,
    Words,
)
from tanpuhui.terms import DayRange, Place, Unit
from tests.conformance.trial_library import LIBRARY

MODES, POWERS = ("bus", "metro", "walk"), ("electric", "diesel")
REGIONS = ("100000", "420000", "420100", "110000")
PLACES = (*REGIONS, "420106", "429004", "440300", "110105", "000000", "999999", None)
FIRST = date(2024, 1, 1)
CUTS = (date(2024, 3, 1), date(2024, 7, 1), date(2024, 10, 15))
OUTPUTS: list[tuple[Output, ...]] = [("reduction",), ("baseline", "activity")]
COVERED = (("100000",), ("000000",), ("420000", "110105"), ("420100",))
NOWHERE = Place("random")
NOBODY = Words("", "")
SAID = Source("worked_by_hand", None)

NUMBERS = {"a": "gCO2e", "b": "gCO2e", "x": "share", "z": "share", "distance_km": "km"}
TABLES: Mapping[str, tuple[str, ...]] = {
    "per_km": (),
    "by_mode": ("mode",),
    "by_two": ("mode", "power"),
}
SYMBOLS = {
    **{name: Symbol(Unit(unit)) for name, unit in NUMBERS.items()},
    "mode": Symbol(TEXT, choices=MODES),
    "power": Symbol(TEXT, choices=POWERS),
    **{name: Symbol(Unit("gCO2e/km"), axes=axes) for name, axes in TABLES.items()},
}  # fmt: skip


# -- formulas --------------------------------------------------------------------------------------

_WRITTEN = st.sampled_from(["0", "1", "2", "3", "0.5", "0.1", "7.25", "44.6", "135", "1e-3"])
_SIGNS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


@functools.cache
def masses(depth: int) -> SearchStrategy[str]:
    """Texts of formulas that measure CO2e."""
    leaves = st.one_of(
        st.sampled_from(["a", "b"]),
        st.sampled_from(
            ["distance_km * per_km", "distance_km * by_mode[mode]", "distance_km * by_mode['bus']",
             "distance_km * by_two[mode, power]"]
        ).map(_bracketed),
        st.builds("{} {}".format, _WRITTEN, st.sampled_from(["gCO2e", "kgCO2e", "mgCO2e"])),
        st.builds("(distance_km * {} gCO2e/km)".format, _WRITTEN),
    )  # fmt: skip
    if depth == 0:
        return leaves
    mass, number, truth = masses(depth - 1), numbers(depth - 1), truths(depth - 1)
    return st.one_of(
        leaves,
        st.builds("({} * {})".format, mass, number),
        st.builds("({} / {})".format, mass, number),
        *_alike(mass, truth),
    )


@functools.cache
def numbers(depth: int) -> SearchStrategy[str]:
    """Texts of formulas that are pure numbers."""
    leaves = st.one_of(st.sampled_from(["x", "z"]), _WRITTEN, st.just("(distance_km / 250 m)"))
    if depth == 0:
        return leaves
    mass, number, truth = masses(depth - 1), numbers(depth - 1), truths(depth - 1)
    return st.one_of(
        leaves,
        st.builds("({} * {})".format, number, number),
        st.builds("({} / {})".format, number, number),
        st.builds("({} / {})".format, mass, mass),
        st.builds("({} ^ {})".format, number, st.sampled_from(["2", "0.5", "-1", "z", "(x - 2)"])),
        st.builds("{}({})".format, st.sampled_from(["exp", "ln", "sqrt"]), number),
        *_alike(number, truth),
    )


@functools.cache
def truths(depth: int) -> SearchStrategy[str]:
    """Texts of conditions."""
    leaves = st.one_of(
        st.builds("({} {} {})".format, st.sampled_from(["x", "z"]), _SIGNS, _WRITTEN),
        st.builds("(a {} b)".format, _SIGNS),
        st.builds("(distance_km {} {} m)".format, _SIGNS, st.sampled_from(["0", "500", "7250"])),
        st.sampled_from(["given(x)", "given(mode)", "given(power)"]),
        st.builds("(mode {} '{}')".format, st.sampled_from(["==", "!="]), st.sampled_from(MODES)),
        st.just("mode in ('bus', 'walk')"),
    )
    if depth == 0:
        return leaves
    truth = truths(depth - 1)
    return st.one_of(
        leaves,
        st.builds("({} {} {})".format, masses(depth - 1), _SIGNS, masses(depth - 1)),
        st.builds("({} {} {})".format, numbers(depth - 1), _SIGNS, numbers(depth - 1)),
        st.builds("({} {} {})".format, truth, st.sampled_from(["and", "or"]), truth),
        st.builds("(not {})".format, truth),
    )


def _alike(part: SearchStrategy[str], truth: SearchStrategy[str]) -> list[SearchStrategy[str]]:
    """What joins amounts of one kind into another of it."""
    return [
        st.builds("({} + {})".format, part, part),
        st.builds("({} - {})".format, part, part),
        st.builds("(-{})".format, part),
        st.builds("min({}, {})".format, part, part),
        st.builds("max({}, {})".format, part, part),
        st.builds("clip({}, {}, {})".format, part, part, part),
        st.builds("if({}, {}, {})".format, truth, part, part),
        st.builds("otherwise({}, {})".format, part, part),
    ]


def _bracketed(text: str) -> str:
    return f"({text})"


# -- methodologies ---------------------------------------------------------------------------------


@st.composite
def methodologies(draw: DrawFn, *, depth: int = 2) -> Methodology:
    """A methodology of one or two cases, its factors dated and regional, its limits at random."""
    scenes = draw(st.sampled_from([(("ride",),), (("ride", "bus"),), (("ride",), ("walk",))]))
    crediting = draw(
        st.sampled_from([DayRange(), DayRange(CUTS[0], None), DayRange(FIRST, CUTS[2])])
    )
    return Methodology(
        id="random.trial", title=NOBODY, standing="parent", text="reconstructed", number=None,
        issuer=None, issued=None, supersedes=None, maps_to={}, gases=(), scope=None,
        baseline_scenario=None, project_scenario=None, source=SAID,
        valid=draw(st.sampled_from([DayRange(FIRST, None), DayRange(FIRST, CUTS[2])])),
        crediting=crediting,
        regions=draw(st.sampled_from(COVERED)),
        cases=tuple(draw(_cases(these, depth)) for these in scenes),
        limits=draw(_limits), monitoring=(), quality=(), notes=(), file="random", sha256="",
    )  # fmt: skip


@st.composite
def _cases(draw: DrawFn, scenes: tuple[str, ...], depth: int) -> Case:
    outputs = draw(st.sampled_from(OUTPUTS))
    texts = {output: draw(masses(depth)) for output in outputs}
    trees = {output: _checked(text) for output, text in texts.items()}
    if "reduction" not in trees:
        trees["reduction"] = Arithmetic("-", trees["baseline"], trees["activity"])
    return Case(
        scenes=scenes,
        title=None,
        inputs=tuple(draw(_inputs(name)) for name in (*NUMBERS, "mode", "power")),
        evidence=draw(st.sampled_from([(), ("fare_record", "photo")])),
        conditions=tuple(
            Condition(f"condition-{number}", text, _condition(text), None)
            for number, text in enumerate(draw(st.lists(truths(max(depth - 1, 0)), max_size=2)))
        ),
        parameters={name: draw(_factors(name, axes)) for name, axes in TABLES.items()},
        trees=trees,
        texts=texts,
        limits=draw(_limits),
    )


def _checked(text: str) -> Node:
    return formula.checked_mass(text, SYMBOLS, LIBRARY.units)


def _condition(text: str) -> Node:
    return formula.checked_condition(text, SYMBOLS, LIBRARY.units)


@st.composite
def _inputs(draw: DrawFn, name: str) -> Input:
    unit = NUMBERS.get(name)
    choices = {"mode": MODES, "power": POWERS}.get(name, ())
    default = draw(st.sampled_from([None, None, Decimal(0), Decimal("2.5")])) if unit else None
    required = draw(st.booleans()) and default is None
    kind = None if unit is None else Unit(unit)
    return Input(name, Quantity(name, kind, choices, required, default, None))


@st.composite
def _factors(draw: DrawFn, name: str, axes: tuple[str, ...]) -> Factor:
    values: list[FactorValue] = []
    inner = draw(st.lists(st.sampled_from(REGIONS[1:]), unique=True, max_size=2))
    for region in ("100000", *inner):
        days = [FIRST, *sorted(draw(st.sets(st.sampled_from(CUTS), max_size=2)))]
        ends = [*days[1:], draw(st.sampled_from([None, None, date(2024, 12, 1)]))]
        for begin, end in zip(days, ends, strict=True):
            known = not (region == "100000" and begin == FIRST)  # the first value has a number
            cells = draw(_cells(axes, may_lack=known))
            values.append(
                FactorValue(cells, region, DayRange(begin, end), begin, "assumed", "exact", SAID,
                            None, Place("random", len(values)))
            )  # fmt: skip
    carry = draw(st.booleans())
    return Factor(name, NOBODY, Unit("gCO2e/km"), axes, tuple(values), carry, (), NOWHERE, "")


@st.composite
def _cells(draw: DrawFn, axes: tuple[str, ...], *, may_lack: bool) -> Cells:
    keys: list[tuple[str, ...]] = [()]
    for axis in axes:
        keys = [(*key, word) for key in keys for word in {"mode": MODES, "power": POWERS}[axis]]
    number = st.integers(0, 3_000_000).map(lambda n: Decimal(n) / 10_000)
    lacking = st.one_of(number, st.none()) if may_lack else number
    found = {key: draw(lacking) for key in keys}
    if axes and may_lack and draw(st.booleans()):
        found.pop(keys[0])
    return found


_KEYS: list[tuple[LimitKey, ...]] = [
    ("record",),
    ("person", "local_day"),
    ("person", "local_month"),
    ("person", "local_year"),
    ("reference",),
    ("asset", "local_day"),
]
_limits = st.lists(
    st.one_of(
        st.builds(
            Limit, st.sampled_from(_KEYS), st.integers(0, 3_000_000), st.none()
        ),
        st.builds(Limit, st.sampled_from(_KEYS), st.none(), st.integers(1, 4)),
    ),
    max_size=2,
).map(tuple)  # fmt: skip


# -- records ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RandomRecords:
    """Records from a seed, most of them good; the representation is what a failure prints."""

    seed: int
    count: int
    scenes: tuple[str, ...]

    def rows(self) -> list[dict[str, Any]]:
        """The records."""
        draw = Random(self.seed)
        positions = draw.sample(range(self.count), self.count)
        return [self._record(draw, position) for position in positions]

    def _record(self, draw: Random, position: int) -> dict[str, Any]:
        record: dict[str, Any] = {name: _number(draw) for name in NUMBERS}
        return record | {
            "position": position,
            "scene": _one(draw, self.scenes, "swim"),
            "region": draw.choice(["420106", "420100"] if draw.random() < 0.8 else PLACES),
            "day": _day(draw),
            "evidence": draw.choice(["fare_record", "photo", "fare_record", None, "statement"]),
            "mode": _one(draw, MODES, "rocket"),
            "power": _one(draw, POWERS, "steam"),
            "person": draw.choice(["an", "bo", None]),
            "reference": draw.choice(["r1", "r2", "r3", None]),
            "asset": draw.choice(["m1", "m2", None]),
        }


def _number(draw: Random) -> float | None:
    chance = draw.random()
    if chance < 0.05:
        return None
    if chance < 0.06:
        return -1.5
    if chance < 0.2:
        return float(draw.choice([0, 1, 2, 5]))
    decimals = draw.randrange(5)
    return float(round(draw.uniform(0, draw.choice([1, 10, 100, 3000])), decimals))


def _day(draw: Random) -> date | None:
    chance = draw.random()
    if chance < 0.02:
        return None
    if chance < 0.2:
        return draw.choice(CUTS)
    if chance < 0.7:
        return CUTS[0] + timedelta(days=draw.randrange((CUTS[2] - CUTS[0]).days))
    return FIRST + timedelta(days=draw.randrange(-3, 370))


def _one(draw: Random, usual: Sequence[str], strange: str) -> str | None:
    chance = draw.random()
    if chance < 0.03:
        return None
    return strange if chance < 0.04 else draw.choice(usual)
