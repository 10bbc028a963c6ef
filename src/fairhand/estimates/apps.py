"""Django's handle on this package."""

from django.apps import AppConfig


class EstimatesConfig(AppConfig):
    """The estimates package."""

    name = "fairhand.estimates"
    label = "estimates"
    default_auto_field = "django.db.models.BigAutoField"
