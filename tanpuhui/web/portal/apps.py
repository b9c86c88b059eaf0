"""The app as Django knows it: templates, no models."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The face for citizens."""

    name = "tanpuhui.web.portal"
    label = "portal"
    verbose_name = "portal"
