"""Django's handle on this package."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """The review package."""

    name = "fairhand.review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"
