"""Django's handle on this package."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The cases package."""

    name = "fairhand.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
