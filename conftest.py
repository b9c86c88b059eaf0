"""What pytest needs before it looks for tests: models can be imported once Django is set up."""

import os

from tanpuhui import web

os.environ.setdefault("TANPUHUI_SECRET_KEY", "signs nothing but the sessions of tests")
os.environ.pop("TANPUHUI_DATABASE_URL", None)  # tests make a database of their own
web.django_for_reading()
