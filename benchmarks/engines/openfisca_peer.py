"""OpenFisca-core at the work of the comparison; run in an environment of its own.

Two ways: the look-up that its documentation shows (a node of parameters indexed by an array), and
one tuned by hand (``numpy.select`` over the five modes). Each over one day, and over 365 days, for
which OpenFisca needs a call a day, since a call has one date.

    python openfisca_peer.py RECORDS RUNS    prints one JSON list
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import load_parameter_file
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

MODES = ("cycling", "walking", "bus", "metro", "ev")
TABLES = {
    "baseline": (135.0, 135.0, 135.0, 135.0, 186.0),
    "project": (0.0, 0.0, 44.6, 21.2, 73.5),
}
DAYS = 365
Trip = build_entity(key="trip", plural="trips", label="A trip", is_person=True)


class Mode(Enum):
    """By what means a trip was made."""

    cycling = "cycling"
    walking = "walking"
    bus = "bus"
    metro = "metro"
    ev = "ev"


class distance_km(Variable):
    """How far."""

    value_type = float
    entity = Trip
    definition_period = DateUnit.DAY


class mode(Variable):
    """By what means."""

    value_type = Enum
    possible_values = Mode
    default_value = Mode.cycling
    entity = Trip
    definition_period = DateUnit.DAY


class looked_up(Variable):
    """The reduction, as the documentation has a table looked up."""

    value_type = float
    entity = Trip
    definition_period = DateUnit.DAY

    def formula(trip: Any, period: Any, parameters: Any) -> Any:
        """Distance times the difference of two tables."""
        rates, by = parameters(period), trip("mode", period)
        return trip("distance_km", period) * (rates.baseline[by] - rates.project[by])


class selected(Variable):
    """The reduction, tuned by hand."""

    value_type = float
    entity = Trip
    definition_period = DateUnit.DAY

    def formula(trip: Any, period: Any, parameters: Any) -> Any:
        """The same, with the five differences chosen by numpy."""
        rates, by = parameters(period), trip("mode", period)
        differences = [rates.baseline[name] - rates.project[name] for name in MODES]
        which = [by == getattr(Mode, name) for name in MODES]
        return trip("distance_km", period) * np.select(which, differences)


def rules() -> TaxBenefitSystem:
    """The tables, each dated twice, and the variables."""
    system = TaxBenefitSystem([Trip])
    with tempfile.TemporaryDirectory() as folder:
        for table, numbers in TABLES.items():
            os.makedirs(os.path.join(folder, table))
            for name, number in zip(MODES, numbers, strict=True):
                with open(os.path.join(folder, table, f"{name}.yaml"), "w") as file:
                    file.write("description: grams a kilometre\nvalues:\n")
                    for first_day in ("2024-01-01", "2025-07-01"):
                        file.write(f"  {first_day}:\n    value: {number}\n")
        system.parameters = load_parameter_file(folder)
    system.add_variables(distance_km, mode, looked_up, selected)
    return system


def totals_on(system: TaxBenefitSystem, what: str, days: list[tuple[str, Any, Any]]) -> float:
    """The sum in grams over some days' trips, in double precision."""
    total = 0.0
    for day, kilometres, modes in days:
        builder = SimulationBuilder()
        builder.create_entities(system)
        builder.declare_person_entity("trip", range(len(kilometres)))
        simulation = builder.build(system)
        simulation.set_input("distance_km", day, kilometres)
        simulation.set_input("mode", day, modes)
        total += float(simulation.calculate(what, day).astype(np.float64).sum())
    return total


def main() -> None:
    """Measure each way and print."""
    records, runs = int(sys.argv[1]), int(sys.argv[2])
    draw = np.random.default_rng(7)
    kilometres = draw.integers(100, 30_000, 1_000_000)[:records] / 1000.0
    modes = Mode.encode(draw.integers(0, 5, 1_000_000)[:records])
    days = np.datetime64("2025-01-01") + np.arange(DAYS)
    one_day = [("2025-01-01", kilometres, modes)]
    every_day = [(str(day), kilometres[n::DAYS], modes[n::DAYS]) for n, day in enumerate(days)]
    system = rules()
    found = []
    for what, days_of, way in (
        ("looked_up", one_day, "documented look-up, one day"),
        ("selected", one_day, "numpy.select by hand, one day"),
        ("looked_up", every_day, "documented look-up, 365 days"),
        ("selected", every_day, "numpy.select by hand, 365 days"),
    ):
        line = timed(partial(totals_on, system, what, days_of), runs)
        found.append({"way": way, "records": records, **line})
    print(json.dumps({"engine": f"OpenFisca-core {version('openfisca-core')}", "lines": found}))


def timed(work: Callable[[], float], runs: int) -> dict[str, float]:
    """The total, and the best of the runs in seconds of the clock and of the processor."""
    seconds = processor = float("inf")
    total = 0.0
    for _ in range(runs):
        begun, before = time.perf_counter(), time.process_time()
        total = work()
        seconds = min(seconds, time.perf_counter() - begun)
        processor = min(processor, time.process_time() - before)
    return {"total_g": total, "seconds": seconds, "processor": processor}


if __name__ == "__main__":
    main()
