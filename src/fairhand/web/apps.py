"""Django's handle on this package."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The web package."""

    name = "fairhand.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
