"""The data apps of ``web`` stand in one line, and keys point back along it."""

from __future__ import annotations

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

from tests.tidy.house import complaint

# DESIGN.md, section 2. An app names only itself and those before it.
LINE = (
    "audit", "certificates", "programmes", "participants", "intake", "ledger", "incentives",
    "issuance", "market", "offset", "disclosure",
)  # fmt: skip
FACES = ("portal", "console", "open_api")  # after the data apps; they hold no model


def test_foreign_keys_point_only_to_an_app_before() -> None:
    models = [model for model in apps.get_models() if model.__module__.startswith("tanpuhui.")]

    forward = [
        f"{model._meta.label}.{field.name} points to {field.related_model._meta.label}"
        for model in models
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model in models
        if LINE.index(field.related_model._meta.app_label) > LINE.index(model._meta.app_label)
    ]

    assert models
    assert not forward, complaint(
        f"Keys between data apps point one way: {' < '.join(LINE)}.",
        forward,
        "let the later app hold the key",
    )


def test_the_apps_are_installed_in_their_order() -> None:
    ours = [config.label for config in apps.get_app_configs() if "tanpuhui" in config.name]

    assert ours == sorted(ours, key=(*LINE, *FACES).index)


def test_the_migrations_are_those_of_the_models() -> None:
    loader = MigrationLoader(None)

    with translation.override(None):  # as makemigrations does it: names are compared in English
        wanted = ProjectState.from_apps(apps)
        found = MigrationAutodetector(loader.project_state(), wanted)
        changes = found.changes(graph=loader.graph)

    assert not changes, complaint(
        "The tables are made by migrations.",
        sorted(changes),
        "python -m django makemigrations --settings tanpuhui.web.settings, and look at the file",
    )
