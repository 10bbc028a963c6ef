"""Django's handle on this package."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """The dispatch package."""

    name = "fairhand.dispatch"
    label = "dispatch"
    default_auto_field = "django.db.models.BigAutoField"
