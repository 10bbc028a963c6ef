"""Django's handle on this package."""

from django.apps import AppConfig


class FlowConfig(AppConfig):
    """The flow package."""

    name = "fairhand.flow"
    label = "flow"
    default_auto_field = "django.db.models.BigAutoField"
