"""Django's handle on this package."""

from django.apps import AppConfig


class MissionsConfig(AppConfig):
    """The missions package."""

    name = "fairhand.missions"
    label = "missions"
    default_auto_field = "django.db.models.BigAutoField"
