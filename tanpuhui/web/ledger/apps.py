"""The app as Django knows it."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The manifest, balances and book lines."""

    name = "tanpuhui.web.ledger"
    label = "ledger"
    verbose_name = "ledger"
