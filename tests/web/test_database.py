"""What Django is told is what libpq would have read in the same URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from tanpuhui import web
from tanpuhui.web.database import database_settings

FOLDER = '/srv/碳普惠 it\'s "$HOME" `id` \\ & ; # 100%25 @host?port=1/postgres'
ENCODED = (
    "%2Fsrv%2F%E7%A2%B3%E6%99%AE%E6%83%A0%20it%27s%20%22%24HOME%22%20%60id%60%20%5C%20%26%20%3B"
    "%20%23%20100%2525%20%40host%3Fport%3D1%2Fpostgres"
)


def test_each_part_of_a_url_has_its_place() -> None:
    url = "postgresql://carbon:secret@db.example:5433/books?sslmode=require&connect_timeout=9"

    assert database_settings(url) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "books",
        "USER": "carbon",
        "PASSWORD": "secret",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require", "connect_timeout": "9"},
    }


def test_a_unix_socket_is_a_host_that_begins_with_a_slash() -> None:
    found = database_settings(f"postgresql://tanpuhui@/tanpuhui?host={ENCODED}&port=5432")

    assert (found["HOST"], found["PORT"], found["NAME"]) == (FOLDER, "5432", "tanpuhui")
    assert (found["USER"], found["PASSWORD"]) == ("tanpuhui", "")


def test_a_password_may_hold_every_sign_if_it_is_encoded() -> None:
    found = database_settings("postgresql://a%40b:%40%3A%2F%3F%23%25%20+%E7%A2%B3@db/books")

    assert (found["USER"], found["PASSWORD"]) == ("a@b", "@:/?#% +碳")


@pytest.mark.parametrize(
    "url",
    [
        "postgres://db/books",
        "postgresql:///books",
        "postgresql://carbon@/books",
        "postgresql://carbon:@db:5432/books",
        "postgresql://carbon:a:b@db/books",
        "postgresql://%2Fvar%2Frun/books",
        "postgresql://[2001:db8::1]:5433/books",
        "postgresql://carbon@one:1,two:2,[::1]/books?target_session_attrs=read-write",
        "postgresql://db?dbname=books&user=carbon&options=-c%20search_path%3Da+b",
        "postgresql://db/books?host=/run/postgresql",
        "postgresql://db/bo#oks",
    ],
)
def test_a_url_means_to_django_what_it_means_to_libpq(url: str) -> None:
    libpq = {name: text for name, text in psycopg.conninfo.conninfo_to_dict(url).items() if text}

    assert _as_libpq(database_settings(url)) == libpq


def _as_libpq(found: dict[str, Any]) -> dict[str, Any]:
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host"}
    named = {libpq: found[name] for name, libpq in names.items()} | {"port": found["PORT"]}
    return {name: text for name, text in named.items() if text} | dict(found["OPTIONS"])


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("mysql://carbon:secret@db/books", "begin with 'postgresql://' but with 'mysql://'"),
        ("carbon:secret@db/books", "does not begin with 'postgresql://'"),
        ("postgresql", "does not begin with 'postgresql://'"),
        ("dbname=books password=secret", "does not begin with 'postgresql://'"),
        ("postgresql://carbon:sec@ret@db/books", "a sign that must be written otherwise"),
        ("postgresql://carbon:secret%@db/books", "'%' without two hexadecimal digits"),
        ("postgresql://carbon:secret@db", "names no database"),
        ("postgresql://carbon:secret@db/", "names no database"),
        ("postgresql://carbon:secret@db:http/books", "a host or a port that cannot be read"),
        ("postgresql://db/books?password", "a parameter after '?' that is not 'name=value'"),
    ],
)
def test_what_is_no_url_of_postgresql_is_refused_without_repeating_the_password(
    url: str, problem: str
) -> None:
    with pytest.raises(web.NotAPostgresUrl) as refused:
        database_settings(url)

    assert problem in refused.value.what()
    assert "sec" not in str(refused.value).replace("password@host", "")
    assert refused.value.code == "WEB-101"


def test_an_empty_home_in_the_environment_is_as_good_as_none() -> None:
    assert web.home({}) == web.home({"TANPUHUI_HOME": ""}) == Path(".tanpuhui")
    assert web.home({"TANPUHUI_HOME": "/srv/books"}) == Path("/srv/books")
