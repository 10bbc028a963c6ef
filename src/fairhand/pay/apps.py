"""Django's handle on this package."""

from django.apps import AppConfig


class PayConfig(AppConfig):
    """The pay package."""

    name = "fairhand.pay"
    label = "pay"
    default_auto_field = "django.db.models.BigAutoField"
