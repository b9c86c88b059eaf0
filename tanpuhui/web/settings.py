"""The settings of Django. ``start.django_over`` names them to Django, and fills in the database.

Django's own tools read them without that: they use TANPUHUI_DATABASE_URL, or no database if it is
not set, as mypy and the documentation need none.
"""

import os

from tanpuhui.web.database import database_settings

_url = os.environ.get("TANPUHUI_DATABASE_URL", "").strip()
DATABASES = {"default": database_settings(_url)} if _url else {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Signs sessions and links. Empty is refused by Django where the key is first used, and not before.
SECRET_KEY = os.environ.get("TANPUHUI_SECRET_KEY", "")

INSTALLED_APPS: list[str] = []

USE_TZ = True
TIME_ZONE = "UTC"  # of the database; a programme's local days have the programme's zone
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
