"""How a process sets up Django, once the database is up.

home = web.home(os.environ)
with postgres.url(os.environ, home) as url:
web.django_over(url)
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tanpuhui.web.database import database_settings

DEFAULT_HOME = ".tanpuhui"


def home(environment: Mapping[str, str]) -> Path:
    """The folder of the embedded database, the lake and the keys.

    Args:
        environment: ``TANPUHUI_HOME``; empty is as good as not there.
    """
    return Path(environment.get("TANPUHUI_HOME") or DEFAULT_HOME)


def django_over(url: str) -> None:
    """Set up Django on this database, for the rest of the process. Connects to nothing yet.

    The URL does not go into the environment: a child process would take it for the operator's own
    database, hold no lease on the embedded server, and lose it when this process ends.

    Args:
        url: as ``postgres.url`` gives it; the caller keeps that open as long as Django is used,
            and closes Django's connections before.

    Raises:
        NotAPostgresUrl: nothing is changed then.
    """
    wanted = database_settings(url)
    import django  # only here, so that to import tanpuhui.web costs nothing
    from django.conf import settings as in_use

    os.environ["DJANGO_SETTINGS_MODULE"] = "tanpuhui.web.settings"
    if not in_use.configured:
        from tanpuhui.web import settings

        settings.DATABASES["default"] = wanted
        django.setup()
    here = {name: in_use.DATABASES["default"][name] for name in wanted}
    assert here == wanted, "Django is set up once a process; this one has another database"
