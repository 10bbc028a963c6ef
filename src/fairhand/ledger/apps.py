"""Django's handle on this package."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger package."""

    name = "fairhand.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
