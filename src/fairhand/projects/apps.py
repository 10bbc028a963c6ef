"""Django's handle on this package."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """The projects package."""

    name = "fairhand.projects"
    label = "projects"
    default_auto_field = "django.db.models.BigAutoField"
