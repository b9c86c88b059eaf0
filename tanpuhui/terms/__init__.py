"""Floor 0. Decides what the smallest words mean: amounts, units, days, regions, hashes, faults.

The list is closed: a new module here needs a page in docs/decisions. Nothing in it knows a file, a
table or a programme.

Takes: numbers, text and days from outside.
Gives: values that cannot be mixed up (``Mass``, ``Unit``, ``DayRange``, ``Regions``) and ``Fault``.
Refuses: a unit or a region that the vocabulary does not have, and arithmetic between unlike
    amounts.
"""

from tanpuhui.terms.amounts import MG_PER_GRAM, Mass
from tanpuhui.terms.faults import Fault, Faults, Place, fault_codes
from tanpuhui.terms.hashing import hash_of_bytes, hash_of_parts
from tanpuhui.terms.periods import DayRange
from tanpuhui.terms.regions import CHINA, WORLD, Region, Regions, UnknownRegion
from tanpuhui.terms.units import BASE, NONE, Unit, UnitMismatch, Units, UnknownUnit

__all__ = [
    "BASE",
    "CHINA",
    "MG_PER_GRAM",
    "NONE",
    "WORLD",
    "DayRange",
    "Fault",
    "Faults",
    "Mass",
    "Place",
    "Region",
    "Regions",
    "Unit",
    "UnitMismatch",
    "Units",
    "UnknownRegion",
    "UnknownUnit",
    "fault_codes",
    "hash_of_bytes",
    "hash_of_parts",
]
