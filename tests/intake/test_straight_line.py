"""The straight line between two places, against plain geometry and forty digits of Decimal."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import duckdb
import ibis
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tanpuhui.engine.backends.duckdb import sql_of
from tanpuhui.intake.straight_line import haversine_km

RADIUS = Decimal("6371.0088")
COORDINATES = ("lat1", "lon1", "lat2", "lon2")
Place = tuple[float, float]


def _km(*pairs: tuple[Place, Place]) -> list[float | None]:
    columns = {
        name: pa.array([(*first, *second)[place] for first, second in pairs], pa.float64())
        for place, name in enumerate(COORDINATES)
    }
    t = ibis.table(dict.fromkeys(COORDINATES, "float64"), name="places")
    km = haversine_km(t.lat1, t.lon1, t.lat2, t.lon2)
    with duckdb.connect() as database:
        database.register("places", pa.table(columns))
        found: list[float | None] = (
            database.sql(sql_of(t.select(km=km))).to_arrow_table()["km"].to_pylist()
        )
    return found


@pytest.mark.parametrize(
    ("first", "second", "km"),
    [
        ((0.0, 0.0), (0.0, 1.0), math.pi * 6371.0088 / 180),  # a degree of the equator
        ((0.0, 0.0), (90.0, 0.0), math.pi * 6371.0088 / 2),  # to the pole: a quarter of the Earth
        ((0.0, 0.0), (0.0, 180.0), math.pi * 6371.0088),  # half of it
        ((-90.0, 17.0), (90.0, -120.0), math.pi * 6371.0088),  # from pole to pole
        ((0.0, 179.5), (0.0, -179.5), math.pi * 6371.0088 / 180),  # across the date line
        ((40.0, -74.0), (40.0, -74.0), 0.0),
    ],
)
def test_lines_that_geometry_knows(first: Place, second: Place, km: float) -> None:
    (found,) = _km((first, second))

    assert found == pytest.approx(km, rel=1e-15, abs=1e-12)


@pytest.mark.parametrize(
    ("first", "second", "km"),
    [
        ((51.5074, -0.1278), (48.8566, 2.3522), 344),  # London and Paris
        ((39.9042, 116.4074), (31.2304, 121.4737), 1067),  # Beijing and Shanghai
        ((40.7128, -74.0060), (34.0522, -118.2437), 3936),  # New York and Los Angeles
        ((30.5928, 114.3055), (22.5431, 114.0579), 895),  # Wuhan and Shenzhen
    ],
)
def test_known_pairs_of_cities_are_as_far_apart_as_maps_say(
    first: Place, second: Place, km: int
) -> None:
    (found,) = _km((first, second))

    assert found == pytest.approx(km, abs=1)


@pytest.mark.parametrize(
    "wrong",
    [(90.01, 0.0), (-90.01, 0.0), (0.0, 180.01), (0.0, -180.01), (math.nan, 0.0), (0.0, math.inf)],
)
def test_a_place_that_is_not_on_the_earth_has_no_distance(wrong: Place) -> None:
    assert _km((wrong, (0.0, 0.0)), ((0.0, 0.0), wrong)) == [None, None]


latitudes = st.floats(-90, 90, allow_subnormal=False)
longitudes = st.floats(-180, 180, allow_subnormal=False)
places = st.tuples(latitudes, longitudes)
degrees = st.floats(-1e-4, 1e-4, allow_subnormal=False)


@settings(max_examples=20)
@given(st.lists(st.tuples(places, places), min_size=1, max_size=10))
def test_any_two_places_are_as_far_apart_as_in_forty_digits(
    pairs: list[tuple[Place, Place]],
) -> None:
    _agree(pairs)


@settings(max_examples=20)
@given(places, degrees, degrees)
def test_neighbours_are_as_far_apart_as_in_forty_digits(
    place: Place, north: float, east: float
) -> None:
    other = (place[0] + north, place[1] + east)
    assume(abs(other[0]) <= 90 and abs(other[1]) <= 180)

    _agree([(place, other)])


@settings(max_examples=20)
@given(places, degrees, degrees)
def test_opposite_ends_are_as_far_apart_as_in_forty_digits(
    place: Place, north: float, east: float
) -> None:
    half_round = place[1] - math.copysign(180.0, place[1])
    other = (-place[0] + north, half_round + east)
    assume(abs(other[0]) <= 90 and abs(other[1]) <= 180)

    _agree([(place, other)])


def _agree(pairs: list[tuple[Place, Place]]) -> None:
    for found, pair in zip(_km(*pairs), pairs, strict=True):
        wanted = _exact_km(*pair)
        assert found is not None
        assert abs(Decimal(found) - wanted) <= wanted * Decimal("1e-9") + Decimal("1e-12"), pair


def _exact_km(first: Place, second: Place) -> Decimal:
    """The distance in forty digits, by the chord between two points of the sphere."""
    with localcontext() as context:
        context.prec = 60
        (x1, y1, z1), (x2, y2, z2) = (_point(*place) for place in (first, second))
        chord = ((x1 - x2) ** 2 + (y1 - y2) ** 2 + (z1 - z2) ** 2).sqrt()
        return 2 * RADIUS * _arcsin(chord / 2)


def _point(latitude: float, longitude: float) -> tuple[Decimal, Decimal, Decimal]:
    lat, lon = (Decimal(angle) * _PI / 180 for angle in (latitude, longitude))
    return _cos(lat) * _cos(lon), _cos(lat) * _sin(lon), _sin(lat)


_PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494")


def _sin(angle: Decimal) -> Decimal:
    term = total = angle
    for place in range(1, 60):
        term = -term * angle * angle / ((2 * place) * (2 * place + 1))
        total += term
    return total


def _cos(angle: Decimal) -> Decimal:
    return _sin(angle + _PI / 2)


def _arcsin(sine: Decimal) -> Decimal:
    """By Newton's method, from what a double says; near 1 by the other leg of the triangle."""
    sine = min(sine, Decimal(1))
    if sine > Decimal("0.8"):
        return _PI / 2 - _arcsin((1 - sine * sine).sqrt())
    angle = Decimal(math.asin(sine))
    for _ in range(4):
        angle -= (_sin(angle) - sine) / _cos(angle)
    return angle
