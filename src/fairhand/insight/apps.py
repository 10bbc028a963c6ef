"""Django's handle on this package."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """The insight package."""

    name = "fairhand.insight"
    label = "insight"
    default_auto_field = "django.db.models.BigAutoField"
