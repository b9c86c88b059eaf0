"""The address of the database, as Django wants to have it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from tanpuhui.web.faults import NotAPostgresUrl

# As libpq reads it, and psycopg and pg_dump with it: a '+' is a plus, a '#' no fragment, several
# hosts stand between commas. `urlsplit` reads all three in another way.
_URL = re.compile(
    r"postgres(?:ql)?://"
    r"(?:(?P<user>[^:/?@]*)(?::(?P<password>[^/?@]*))?@)?"
    r"(?P<hosts>[^/?@]*)"
    r"(?:/(?P<dbname>[^?]*))?"
    r"(?:\?(?P<parameters>.*))?"
)
_HOST = re.compile(r"(?:\[(?P<ipv6>[^\[\]]+)\]|(?P<name>[^:\[\]]*))(?::(?P<port>[0-9]*))?")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPES = "'@' is %40, ':' %3A, '/' %2F, '?' %3F, '%' %25"


def database_settings(url: str) -> dict[str, Any]:
    """One entry of Django's ``DATABASES``, for a URL of PostgreSQL.

    Nothing is connected. Parameters that Django has no name for (``sslmode``, ``options`` …)
    become its OPTIONS, which psycopg hands to libpq.

    Raises:
        NotAPostgresUrl: it is the URL of something else, cannot be read, or names no database.

    >>> database_settings("postgresql://carbon@db.example:5433/books")["PORT"]
    '5433'
    """
    given = _parts(url)
    if not given.get("dbname"):
        raise NotAPostgresUrl(problem="names no database (the part after the host and a '/')")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": given.pop("dbname"),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": given.pop("port", ""),
        "OPTIONS": given,
    }


def _parts(url: str) -> dict[str, str]:
    """The parts that the URL has, by the names of libpq, decoded; those after '?' prevail."""
    scheme, sign, _ = url.partition("://")
    if scheme not in ("postgresql", "postgres") or not sign:
        found = f" but with '{scheme}://'" if sign and scheme.isalnum() else ""
        raise NotAPostgresUrl(problem=f"does not begin with 'postgresql://'{found}")
    match = _URL.fullmatch(url)
    if match is None:
        raise NotAPostgresUrl(problem=f"has a sign that must be written otherwise ({_ESCAPES})")
    given = {name: match[name] for name in ("user", "password", "dbname") if match[name]}
    given |= _hosts(match["hosts"]) | _parameters(match["parameters"] or "")
    if any(_LONE_PERCENT.search(part) for part in given.values()):
        raise NotAPostgresUrl(problem="has a '%' without two hexadecimal digits; '%' itself is %25")
    return {name: unquote(part) for name, part in given.items()}


def _hosts(text: str) -> dict[str, str]:
    """``host`` and ``port``; of several hosts both are lists with commas, as libpq has them."""
    found = [_HOST.fullmatch(part) for part in text.split(",")]
    hosts = [match["ipv6"] or match["name"] for match in found if match is not None]
    ports = [match["port"] or "" for match in found if match is not None]
    if len(hosts) < len(found):
        raise NotAPostgresUrl(problem="has a host or a port that cannot be read")
    both = {"host": ",".join(hosts), "port": ",".join(ports)}
    return {name: part for name, part in both.items() if part.strip(",")}


def _parameters(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split("&") if part]
    if not all(name and sign for name, sign, _ in pairs):
        raise NotAPostgresUrl(problem="has a parameter after '?' that is not 'name=value'")
    return {name: value for name, _, value in pairs}
