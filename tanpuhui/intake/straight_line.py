"""The straight line between two places, for files that give coordinates and no distance."""

from __future__ import annotations

import math
from typing import Any, cast

import ibis

EARTH_RADIUS_KM = 6371.0088  # mean radius of the Earth, DESIGN 4
MOST_LATITUDE = 90.0
MOST_LONGITUDE = 180.0


def haversine_km(lat1: Any, lon1: Any, lat2: Any, lon2: Any) -> Any:
    """The great-circle distance, in km, not rounded; null where a coordinate is missing or wrong.

    Both the haversine of the angle and that of its supplement are summed from squares, so that the
    result is as good for two ends of the Earth as for two sides of a street; differences are taken
    in degrees, before anything is rounded.

    Args:
        lat1: degrees, as all four; doubles.
    """
    north = lat2 - lat1
    apart = (lon2 - lon1).abs()
    east = ibis.ifelse(apart > _double(180.0), _double(360.0) - apart, apart)
    across = _radians(lat1).cos() * _radians(lat2).cos()
    near = _squared(_half(north).sin()) + across * _squared(_half(east).sin())
    far = _squared(_half(lat1 + lat2).sin()) + across * _squared(_half(east).cos())
    angle = near.sqrt().atan2(far.sqrt()) * _double(2.0)
    on_earth = (
        (lat1.abs() <= _double(MOST_LATITUDE))
        & (lat2.abs() <= _double(MOST_LATITUDE))
        & (lon1.abs() <= _double(MOST_LONGITUDE))
        & (lon2.abs() <= _double(MOST_LONGITUDE))
    )
    return ibis.cases((on_earth, angle * _double(EARTH_RADIUS_KM)))


def _half(degrees: Any) -> Any:
    return degrees * _double(math.pi / 360)


def _radians(degrees: Any) -> Any:
    return degrees * _double(math.pi / 180)


def _squared(x: Any) -> Any:
    return x * x


def _double(number: float) -> Any:
    return cast(Any, ibis.literal(number, type="float64"))
