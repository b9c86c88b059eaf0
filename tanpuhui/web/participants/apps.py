"""The app as Django knows it."""

from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    """Persons, and who is one."""

    name = "tanpuhui.web.participants"
    label = "participants"
    verbose_name = "participants"
