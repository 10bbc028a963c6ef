"""Django's handle on this package."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The notices package."""

    name = "fairhand.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
