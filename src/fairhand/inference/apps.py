"""Django's handle on this package."""

from django.apps import AppConfig


class InferenceConfig(AppConfig):
    """The inference package."""

    name = "fairhand.inference"
    label = "inference"
    default_auto_field = "django.db.models.BigAutoField"
