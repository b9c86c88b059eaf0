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

INSTALLED_APPS = [
    # In the order in which keys may point: an app names only those above it.
    "tanpuhui.web.participants",
    "tanpuhui.web.ledger",
    # Faces, which hold no model.
    "tanpuhui.web.portal",
    "django.contrib.admin.apps.SimpleAdminConfig",  # urls.py loads its pages, commands do not
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
AUTH_USER_MODEL = "participants.Login"

ROOT_URLCONF = "tanpuhui.web.urls"
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
STATIC_URL = "static/"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tanpuhui.web.portal.alone.middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# What goes wrong in a page is told where the server was started.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR"}},
}

USE_TZ = True
TIME_ZONE = "UTC"  # of the database; a programme's local days have the programme's zone
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
