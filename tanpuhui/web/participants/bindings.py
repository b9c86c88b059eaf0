"""Subjects become persons, all of a batch at once.

A city's first day has two million subjects, and later days meet six million bindings. So subjects
go into a temporary table by COPY, one join finds the known, one INSERT each opens the missing
persons and binds them, and the numbers come back by COPY.
"""

from __future__ import annotations

import uuid

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction

from tanpuhui import pipeline
from tanpuhui.rules import OpenedBy
from tanpuhui.web import bulk
from tanpuhui.web.participants.models import Binding, Person

# Memory of one query, for the join of a batch's subjects with all bindings. The server's own
# setting is meant for many small queries at once.
_WORK_MEMORY = "256MB"

_ASKED = pa.schema([("n", pa.int64()), ("person_id", pa.int64())])

_MEET = """\
CREATE TEMPORARY TABLE met ON COMMIT DROP AS
SELECT a.n, a.scope, a.subject_key, b.person_id FROM asked a
LEFT JOIN participants_binding b ON b.domain = %s AND b.subject_key = a.subject_key
"""
# Drawn in the order of the keys: which file or row came first decides no number.
_OPEN = """\
CREATE TEMPORARY TABLE opened ON COMMIT DROP AS
SELECT n, scope, subject_key, nextval('{sequence}'::regclass) AS person_id
FROM (SELECT n, scope, subject_key FROM met WHERE person_id IS NULL ORDER BY subject_key) s
"""
_ADD_PERSONS = "INSERT INTO participants_person (id) SELECT person_id FROM opened"
_ADD_BINDINGS = """\
INSERT INTO participants_binding (domain, scope, subject_key, person_id)
SELECT %s, scope, subject_key, person_id FROM opened
"""
_KNOWN = "SELECT n, person_id FROM met WHERE person_id IS NOT NULL"
_NEW = "SELECT n, person_id FROM opened"
# An erased secret, and one of a person who is not there, comes as an empty text.
_SECRETS = """\
SELECT n AS person_id, coalesce(replace(secret::text, '-', ''), '') AS secret
FROM asked LEFT JOIN participants_person ON id = n
"""


class DomainBindings:
    """The bindings of one dedup domain; a ``pipeline.Bindings``.

    Used inside a transaction, which whoever posts holds, so that a batch that dies has opened no
    account. One poster at a time works in a domain, so no two open the same account.

    Args:
        opened_by: ``partner``: who is not bound yet gets a new person. ``person``: stays unbound.
    """

    def __init__(self, domain: str, opened_by: OpenedBy) -> None:
        self._domain = domain
        self._opened_by = opened_by

    def bind(self, subjects: pa.Table) -> pa.Table:
        """See ``pipeline.Bindings``: the rows in their order, and ``person_id`` int64 or null."""
        if not len(subjects):
            return subjects.append_column("person_id", pa.array([], pa.int64()))
        with transaction.atomic():
            bulk.run(f"SET LOCAL work_mem = '{_WORK_MEMORY}'")
            self._ask(subjects)
            bulk.run(_MEET, [self._domain])
            found = [bulk.fetch(_KNOWN, _ASKED)]
            if self._opened_by == "partner" and len(found[0]) < len(subjects):
                found.append(self._opened())
            bulk.run("DROP TABLE asked, met")
            bulk.run("SET LOCAL work_mem TO DEFAULT")
        return _joined(subjects, pa.concat_tables(found))

    def secrets(self, people: pa.Table) -> pa.Table:
        """See ``pipeline.Bindings``: ``secret`` is null where it was erased."""
        return secrets_of(people)

    def _ask(self, subjects: pa.Table) -> None:
        bulk.run(
            "CREATE TEMPORARY TABLE asked (n bigint, scope text, subject_key uuid) ON COMMIT DROP"
        )
        numbers = pa.array(range(len(subjects)), pa.int64())
        bulk.insert("asked", subjects.append_column("n", numbers))
        bulk.run("ANALYZE asked")

    def _opened(self) -> pa.Table:
        """New persons for all who were not met."""
        bulk.run(_OPEN.format(sequence=_sequence()))
        bulk.run(_ADD_PERSONS)
        bulk.run(_ADD_BINDINGS, [self._domain])
        new = bulk.fetch(_NEW, _ASKED)
        bulk.run("DROP TABLE opened")
        return new


def _sequence() -> str:
    """The name of the sequence of persons' numbers; to ask for it in each row takes seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence('participants_person', 'id')")
        (name,) = cursor.fetchone()
    return str(name)


def _joined(subjects: pa.Table, found: pa.Table) -> pa.Table:
    """The subjects with the numbers that were found, null for the others."""
    rows = pa.table({"n": pa.array(range(len(subjects)), pa.int64())})
    if len(found) < len(subjects):
        known = pc.is_in(rows["n"], value_set=found["n"])
        missing = rows.filter(pc.invert(known))
        nobody = pa.nulls(len(missing), pa.int64())
        found = pa.concat_tables([found, missing.append_column("person_id", nobody)])
    return subjects.append_column("person_id", found.sort_by("n")["person_id"])


def secrets_of(people: pa.Table) -> pa.Table:
    """What salts the seals over people's lines; a person is one in all domains.

    Args:
        people: ``person_id`` int64, distinct.

    Returns:
        The same people in any order, shaped as ``pipeline.SECRETS``; null where it was erased.
    """
    if not len(people):
        return pipeline.SECRETS.empty_table()
    with transaction.atomic():
        bulk.run(f"SET LOCAL work_mem = '{_WORK_MEMORY}'")
        bulk.run("CREATE TEMPORARY TABLE asked (n bigint) ON COMMIT DROP")
        bulk.insert("asked", people.select(["person_id"]).rename_columns(["n"]))
        bulk.run("ANALYZE asked")
        found = bulk.fetch(_SECRETS, pipeline.SECRETS)
        bulk.run("DROP TABLE asked")
        bulk.run("SET LOCAL work_mem TO DEFAULT")
    erased = pc.equal(found["secret"], "")
    known = pc.if_else(erased, pa.scalar(None, pa.string()), found["secret"])
    return found.set_column(1, pipeline.SECRETS.field("secret"), known)


def secret_of(person_id: int) -> str | None:
    """The same of one person: 32 hex digits, None where it was erased."""
    secret = Person.objects.values_list("secret", flat=True).get(pk=person_id)
    return None if secret is None else secret.hex


def erase_secret(person_id: int) -> bool:
    """Destroy what salts the seals over a person's lines: whether there was a secret.

    From then on nobody can show that a sealed line is theirs, nor find out by trying whose it is.
    The commitments stay, so the proofs of all others hold. It cannot be undone.
    """
    return bool(Person.objects.filter(pk=person_id, secret__isnull=False).update(secret=None))


def person_of(domain: str, secret: str, *, subject: str, partner: str) -> int | None:
    """The person whom a partner knows by this id; None where nobody is bound.

    Args:
        secret: of the domain.
        subject: the partner's own id, or with ``k:`` one that all partners share.
    """
    key = uuid.UUID(pipeline.subject_key(secret, partner, subject))
    found = Binding.objects.filter(domain=domain, subject_key=key).first()
    return None if found is None else found.person_id
