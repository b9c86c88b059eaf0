"""A process starts the database, sets Django up on it, and works."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tanpuhui import web

PATIENCE_SECONDS = 60.0

ASK = """\
import os, sys
from tanpuhui import web
assert "django" not in sys.modules
with web.postgres.url(os.environ, web.home(os.environ)) as url:
    web.django_over(url)
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute("select current_database(), current_setting('TimeZone')")
        print(*cursor.fetchone())
    connection.close()
    from django.conf import settings
    print(settings.LANGUAGE_CODE, settings.USE_TZ)
print("TANPUHUI_DATABASE_URL" in os.environ)
"""

TWICE = """\
from tanpuhui import web
web.django_over("postgresql://db/books")
web.django_over("postgresql://db/books")
try:
    web.django_over("postgresql://db/others")
except AssertionError as error:
    print(error)
"""

OPEN = """\
import os
from tanpuhui import web
for _ in range(2):
    with web.opened(os.environ) as store:
        from django.db import connection
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from ledger_batch")
            print(*cursor.fetchone(), store.programmes())
print("TANPUHUI_DATABASE_URL" in os.environ)
"""

NEWER = """\
import os
from tanpuhui import web
with web.opened(os.environ):
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute("insert into django_migrations (app, name, applied) "
                       "values ('ledger', '0999_later', now())")
    try:
        web.opened(os.environ).__enter__()
    except web.NewerTables as fault:
        print(fault.code, *fault.migrations)
"""


def _said(program: str, **environment: str) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": os.defpath} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_django_works_over_the_embedded_database_and_its_unix_socket(tmp_path: Path) -> None:
    said = _said(ASK, TANPUHUI_HOME=str(tmp_path / "碳普惠 100% home"))

    # A process that this one starts takes a lease of its own: it inherits no URL.
    assert said == ["tanpuhui UTC", "zh-hans True", "False"]


def test_the_tools_of_django_read_the_operator_s_own_url() -> None:
    said = _said(
        "from django.conf import settings; print(settings.DATABASES['default']['NAME'])",
        DJANGO_SETTINGS_MODULE="tanpuhui.web.settings",
        TANPUHUI_DATABASE_URL="postgresql://db/books",
    )

    assert said == ["books"]


def test_a_home_is_opened_with_its_tables_and_may_be_opened_again(tmp_path: Path) -> None:
    said = _said(OPEN, TANPUHUI_HOME=str(tmp_path / "home"))

    assert said == ["0 ()", "0 ()", "False"]


def test_processes_that_open_a_new_home_at_once_all_find_its_tables(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as pool:
        said = list(pool.map(lambda _: _said(OPEN, TANPUHUI_HOME=str(tmp_path / "home")), range(3)))

    assert said == [["0 ()", "0 ()", "False"]] * 3


def test_tables_of_a_newer_release_are_refused(tmp_path: Path) -> None:
    said = _said(NEWER, TANPUHUI_HOME=str(tmp_path / "home"))

    assert said == ["WEB-102 ledger.0999_later"]


def test_a_process_has_one_database() -> None:
    said = _said(TWICE)

    assert said == ["Django is set up once a process; this one has another database"]


def test_a_url_that_is_refused_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)

    with pytest.raises(web.NotAPostgresUrl):
        web.django_over("sqlite:///books.sqlite3")

    assert "DJANGO_SETTINGS_MODULE" not in os.environ
