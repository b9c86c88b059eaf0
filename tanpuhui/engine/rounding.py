"""The rounding rule: the one place where an amount in grams becomes whole milligrams.

    mg = floor(floor(grams * 1e6 + 0.5679) / 1e3)

An amount is snapped to the nearest microgram, then cut down to whole milligrams, never up. The snap
takes away the dust of binary arithmetic: 48.70 g/km times 3 km is 146.1 g, not 146.09999999999999.
Its tie is 0.5679 and not 0.5, since at exactly half a microgram doubles and Decimals fall on
different sides (measured: 16 of a million products of numbers with three and four decimals; with
0.5679 none).

Every back end computes this rule, in Decimal or in columns, and nothing else rounds.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Any

# From here on (one tonne in one record) the record is computed in Decimal, whatever the engine. A
# double holds the microgram up to 1,000 t, but not after a subtraction has taken leading digits
# away: 100.6 - 98.65 g/km is off in the fifteenth digit, which at 98 t is a milligram. At one tonne
# some 1,900 units in the last place are left for such losses. A citizen's records are far smaller.
EXACT_FROM_GRAMS = 1e6
# The largest amount of one record that fits 64 bits of milligrams.
LIMIT_GRAMS = Decimal("9.2e15")

_UG_PER_GRAM = Decimal(1_000_000)
_UG_PER_MG = Decimal(1_000)
_TIE = Decimal("0.5679")


def whole_mg(grams: Decimal) -> int:
    """Grams of CO2e in whole milligrams, by the rule above.

    >>> whole_mg(Decimal("146.1")), whole_mg(Decimal("0.0009994")), whole_mg(Decimal("0.0009996"))
    (146100, 0, 1)
    """
    micrograms = (grams * _UG_PER_GRAM + _TIE).to_integral_value(ROUND_FLOOR)
    return int((micrograms / _UG_PER_MG).to_integral_value(ROUND_FLOOR))


def whole_mg_column(grams: Any) -> Any:
    """A column of grams (doubles) in whole milligrams (int64), by the rule above.

    Null where it is null, and where it is so large that a double no longer holds the milligram.
    """
    # Here and not above: whoever judges one record in Decimal need not wait for Ibis.
    import ibis

    from tanpuhui.engine.compile import double, floor

    small = grams.abs() < double(EXACT_FROM_GRAMS)
    fits = ibis.ifelse(small, grams, ibis.null("float64"))
    micrograms = floor(fits * double(float(_UG_PER_GRAM)) + double(float(_TIE)))
    return floor(micrograms / double(float(_UG_PER_MG))).cast("int64")
