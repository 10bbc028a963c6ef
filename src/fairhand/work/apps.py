"""Django's handle on this package."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """The work package."""

    name = "fairhand.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"
