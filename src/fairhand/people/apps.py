"""Django's handle on this package."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The people package."""

    name = "fairhand.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
