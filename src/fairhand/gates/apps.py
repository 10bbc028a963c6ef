"""Django's handle on this package."""

from django.apps import AppConfig


class GatesConfig(AppConfig):
    """The gates package."""

    name = "fairhand.gates"
    label = "gates"
    default_auto_field = "django.db.models.BigAutoField"
