"""Persons, the ids by which partners know them, and who signs in at the site."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now


class Login(AbstractUser):
    """Somebody who signs in at the site: today, whoever looks at it as an administrator.

    No person of the books: those are numbers. Our own class from the first day, since Django
    cannot put another in the place of its own later.
    """


class Person(models.Model):
    """Someone whose acts are counted; nothing is known here but the number.

    Args:
        secret: 122 random bits that salt the seals over this person's lines, made by the database;
            null once it was erased. Who lacks it can open no commitment and guess none.
    """

    id = models.BigAutoField(primary_key=True)
    opened_at = models.DateTimeField(db_default=Now())
    secret = models.UUIDField(null=True, db_default=RandomUUID())

    def __str__(self) -> str:
        return f"person {self.pk}"


class Binding(models.Model):
    """A partner's user is this person.

    Args:
        domain: the dedup domain, whose secret keys the hash.
        scope: the partner; empty where the id means one person for all partners.
        subject_key: the keyed hash of scope and subject, as the pipeline computes it.
        person: without a constraint in the database, whose check a row would take longer than all
            the rest of a first binding; only ``bindings`` writes here, persons first.
    """

    pk = models.CompositePrimaryKey("domain", "subject_key")
    domain = models.TextField()
    scope = models.TextField(blank=True)
    subject_key = models.UUIDField()
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="bindings", db_constraint=False
    )
    bound_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.domain}: {self.scope or 'all partners'} knows {self.person_id}"
