"""Django's handle on this package."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The api package."""

    name = "fairhand.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
