"""Floors 7 and 8. Decides what is kept in the database and who may do what: the Django apps.

The data apps hold one capability each and point one way; the faces serve one audience each and
hold no model. Importing this package loads neither Django nor a database; ``postgres`` is the
database that comes with the platform, and knows nothing of Django; ``django_over`` sets Django up.

Takes: requests, files and commands of operators, partners, persons and auditors.
Gives: rows, journal entries, audit entries and pages, each change in one transaction.
Refuses: what the caller's role in a programme does not allow, and what a step below refuses.
"""

from tanpuhui.web import postgres
from tanpuhui.web.faults import NotAPostgresUrl
from tanpuhui.web.start import django_over, home

__all__ = ["NotAPostgresUrl", "django_over", "home", "postgres"]
