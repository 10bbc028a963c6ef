"""Django's handle on this package."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """The files package."""

    name = "fairhand.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"
