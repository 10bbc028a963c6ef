"""Django's handle on this package."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """The delivery package."""

    name = "fairhand.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"
